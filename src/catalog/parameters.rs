//! Lists the request members that name a resource, so that an X-Ray SDK can be configured to record them.
//!
//! Only members at the top of a request are listed, because only these can be selected in the SDKs' whitelists. And
//! only members from which a need is made, or on which it depends: no object keys, no statements, nothing whose value
//! is data.

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
    /// What it contains.
    pub shape: Shape,
}

/// What a request member contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// One name.
    Scalar,
    /// A list of names.
    List,
    /// A map whose keys are the names.
    MapKeys,
}

/// Members that are left out although they name something. Object keys are data. An account would be recorded under the
/// name that the recorder uses for the account of the called resource.
const DATA_MEMBERS: [&str; 2] = ["AccountId", "Key"];

/// Transforms of values that contain more than names: statements contain data.
const DATA: [&str; 2] = ["partiql", "partiqlindex"];

impl SdkService<'_> {
    /// Returns the members of an operation's request that name what it acts on, sorted. There are none for an unknown
    /// operation.
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
        // Members for the account of the resource, if requests of the service have one.
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

/// Returns the sources from which an operation's needs are filled, or on which they depend.
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
        // Members that the need depends on and that name something too: a qualifier, an index.
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

/// Returns the variables in the granularity templates of the type. A need is made from these only.
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
