//! Which request members name a resource, so that an X-Ray SDK can be told to record them.
//!
//! Only members at the top of a request, because that is what the SDKs' whitelists can select, and only what a need is
//! made from or hangs on: no object keys, no statement texts, nothing whose value is data.

use super::block::{ConditionRule, Mapping, ResourceRule};
use super::names::SdkService;
use super::place::OWNERS;
use super::reference::ResourceType;
use super::source::{Many, Source};
use super::{Catalog, template};
use std::collections::{BTreeMap, BTreeSet};

/// A member of a request that names a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestMember {
    /// Its name in the API: `TableName`.
    pub name: String,
    /// What it holds.
    pub shape: Shape,
}

/// What a request member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// One name.
    Scalar,
    /// A list of names.
    List,
    /// A map whose keys are the names.
    MapKeys,
}

/// Members that are not asked for although they name something: object keys are data, and an account would be recorded under the
/// name under which the recorder keeps whose account is called.
const DATA_MEMBERS: [&str; 2] = ["AccountId", "Key"];

/// Transforms of values that are more than names: statements hold data.
const DATA: [&str; 2] = ["partiql", "partiqlindex"];

impl SdkService<'_> {
    /// The members of an operation's request that name what it acts on, sorted; none for an unknown operation.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let dynamodb = Catalog::embedded().services_named("DynamoDB")[0];
    /// let names: Vec<String> = dynamodb.resource_parameters("Query").into_iter().map(|member| member.name).collect();
    /// assert_eq!(names, ["IndexName", "TableName"]);
    /// ```
    pub fn resource_parameters(self, operation: &str) -> Vec<RequestMember> {
        let Some(mapping) = self
            .words()
            .and_then(|words| words.operation(operation))
            .and_then(|found| found.mapping)
        else {
            return Vec::new();
        };
        let mut members: BTreeMap<&str, Shape> = sources(self.catalog, self, mapping)
            .filter_map(member)
            .collect();
        // Whose resource it is, where requests of the service say so.
        let owners = OWNERS.iter().filter(|(service, _, only)| {
            !members.is_empty()
                && *service == self.name()
                && (only.is_empty() || *only == operation)
        });
        let owners: Vec<_> = owners.map(|(_, name, _)| (*name, Shape::Scalar)).collect();
        members.extend(owners);
        let named = members.into_iter().map(|(name, shape)| RequestMember {
            name: name.to_owned(),
            shape,
        });
        named.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The sources that the needs of an operation are filled from or hang on.
fn sources<'a>(
    catalog: &'a Catalog,
    service: SdkService<'a>,
    mapping: &'a Mapping,
) -> impl Iterator<Item = &'a Source> {
    let needs = mapping.needs.iter().filter(|need| need.optional == 0);
    needs.flat_map(move |need| {
        let named = need.resources.iter().flat_map(|rule| &rule.variables);
        let named: Vec<&Source> = named.flat_map(|(_, sources)| sources).collect();
        let conditions = match &need.condition {
            Some(ConditionRule::Has(sources)) => sources.as_slice(),
            Some(ConditionRule::Lacks(_) | ConditionRule::Starts(..)) | None => &[],
        };
        // What the need hangs on and names something too: a qualifier, an index.
        let conditions = conditions
            .iter()
            .filter(move |source| named.contains(source));
        let rules = need.resources.iter().flat_map(move |rule| {
            let wanted = wanted_variables(catalog, service.prefix(), rule);
            let variables = rule.variables.iter();
            let variables = variables.filter(move |(name, _)| wanted.contains(name.as_str()));
            rule.whole
                .iter()
                .chain(variables.flat_map(|(_, sources)| sources))
        });
        conditions.chain(rules)
    })
}

/// The variables that occur in the type's granularity templates: a need is made from these alone.
fn wanted_variables<'a>(
    catalog: &'a Catalog,
    prefix: &str,
    rule: &'a ResourceRule,
) -> BTreeSet<&'a str> {
    let (prefix, name) = rule.kind.split_once(':').unwrap_or((prefix, &rule.kind));
    let kind = catalog
        .service(prefix)
        .and_then(|reference| reference.resource_type(name));
    let templates = kind.into_iter().flat_map(ResourceType::granularity);
    templates
        .flat_map(|template| template::variables(template))
        .collect()
}

fn member(source: &Source) -> Option<(&str, Shape)> {
    if source
        .transform
        .as_deref()
        .is_some_and(|transform| DATA.contains(&transform))
    {
        return None;
    }
    let segment = source.top_member()?;
    if DATA_MEMBERS
        .iter()
        .any(|member| member.eq_ignore_ascii_case(&segment.name))
    {
        return None;
    }
    let shape = match segment.many {
        Many::One => Shape::Scalar,
        Many::Elements => Shape::List,
        Many::Keys => Shape::MapKeys,
    };
    Some((&segment.name, shape))
}
