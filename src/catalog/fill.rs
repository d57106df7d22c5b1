//! From a resource rule and a recorded request to ARN patterns, as general as people write them.
//!
//! What a request names is filled in; what AWS makes up or ranges over is `*`; what ought to be there and was not
//! recorded, or cannot stand in an ARN, leaves the resource unknown, and then the pattern is the widest it can be.

use super::Catalog;
use super::block::{Block, NeedRule, ResourceRule, ServiceWords};
use super::place::Place;
use super::reference::{ResourceType, ServiceReference};
use super::source::Source;
use super::template::{self, Reach};
use super::transform::{self, Part};
use super::value;
use crate::xray::Parameters;
use std::collections::{BTreeMap, BTreeSet};

/// More patterns than this are not spelt out: the resource counts as unknown.
const MOST_PATTERNS: usize = 256;

/// What could be made of one rule, or of all rules of a need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) patterns: BTreeSet<String>,
    /// Whether the patterns are what the call touched, and not merely around it.
    pub(super) known: bool,
    /// Whether a recorded value went into them.
    pub(super) by_value: bool,
}

/// A request as recorded, and everything needed to read it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) block: &'a Block,
    pub(super) words: &'a ServiceWords,
    pub(super) parameters: &'a Parameters,
    pub(super) place: &'a Place,
}

impl Request<'_> {
    /// The resources of one need.
    pub(super) fn fill(&self, need: &NeedRule) -> Filled {
        if need.resources.is_empty() {
            return Filled::everything(true);
        }
        let filled: Vec<(&ResourceRule, Filled)> = need
            .resources
            .iter()
            .map(|rule| (rule, self.entry(rule)))
            .collect();
        // Rules are companions or alternatives: where the request named some, the others were not part of it, but for
        // those that every such call names.
        let named = filled.iter().any(|(_, entry)| entry.by_value);
        let kept = filled.into_iter().filter(|(rule, entry)| {
            !named || entry.by_value || entry.known || rule.always_named != 0
        });
        Filled::all(kept.map(|(_, entry)| entry).collect())
    }

    fn entry(&self, rule: &ResourceRule) -> Filled {
        let arns = self.arns(rule);
        let (reference, kind) = match self.resource_type(&rule.kind) {
            Some(found) => found,
            None => return self.any_type(&arns),
        };
        if !arns.is_empty() {
            let patterns: BTreeSet<String> = arns
                .iter()
                .filter_map(|arn| read(reference, kind, arn))
                .collect();
            if !patterns.is_empty() && patterns.len() <= MOST_PATTERNS {
                return Filled::named(patterns);
            }
        }
        let named = kind
            .granularity
            .iter()
            .find_map(|template| self.from_variables(rule, template));
        named
            .or_else(|| self.through_access_point(rule, reference))
            .unwrap_or_else(|| self.widest(rule, kind))
    }

    /// An object of S3 reached through an access point, whose ARN the request gives in the bucket's place.
    fn through_access_point(
        &self,
        rule: &ResourceRule,
        reference: &ServiceReference,
    ) -> Option<Filled> {
        let sources = rule
            .variables
            .get("BucketName")
            .filter(|_| reference.prefix() == "s3" && rule.kind == "object")?;
        let kind = reference.resource_type("accesspointobject")?;
        let rule = ResourceRule {
            kind: kind.name().to_owned(),
            whole: Vec::new(),
            variables: BTreeMap::from([("AccessPointName".to_owned(), sources.clone())]),
            open_ended: 0,
            always_named: 0,
        };
        kind.granularity
            .iter()
            .find_map(|template| self.from_variables(&rule, template))
    }

    /// Every variable of the template filled, in all combinations of what was recorded.
    fn from_variables(&self, rule: &ResourceRule, template: &str) -> Option<Filled> {
        let mut combinations: Vec<(BTreeMap<&str, String>, Place, bool)> =
            vec![(BTreeMap::new(), Place::default(), true)];
        let names = template::variables(template);
        let parts: Vec<Vec<Part>> = names.iter().map(|name| self.parts(rule, name)).collect();
        for (name, parts) in names.iter().zip(&parts) {
            if parts.is_empty() || combinations.len().saturating_mul(parts.len()) > MOST_PATTERNS {
                return None;
            }
            let longer = combinations.iter().flat_map(|(values, place, sure)| {
                parts.iter().map(move |part| {
                    let mut values = values.clone();
                    values.insert(name, part.pattern());
                    (values, place.clone().or(&part.place), *sure && part.sure)
                })
            });
            combinations = longer.collect();
        }
        let known = combinations.iter().all(|(_, _, sure)| *sure);
        let patterns = combinations.into_iter().map(|(values, place, _)| {
            template::render(template, &place.or(self.place), |name| {
                values.get(name).map(String::as_str)
            })
        });
        Some(Filled {
            patterns: patterns.collect(),
            known,
            by_value: !names.is_empty(),
        })
    }

    /// What was recorded for one variable; the first source that tells anything wins.
    fn parts(&self, rule: &ResourceRule, variable: &str) -> Vec<Part> {
        let sources = rule.variables.get(variable).map_or(&[][..], Vec::as_slice);
        let from = |source: &Source, values: &[String]| -> Vec<Part> {
            let transform = source.transform.as_deref();
            if let Some(literal) = source.literal() {
                return vec![Part::literal(literal)];
            }
            let mut parts: Vec<Part> = Vec::new();
            for part in values
                .iter()
                .flat_map(|value| transform::apply(transform, variable, value))
            {
                let part = Part {
                    text: self.cut(rule, variable, part.text),
                    ..part
                };
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            parts
        };
        let recorded = sources
            .iter()
            .map(|source| from(source, source.recorded(self.words, self.parameters)));
        let backend = sources
            .iter()
            .filter(|source| self.is_named_by_backend(source))
            .map(|source| from(source, self.parameters.get("resourcenames")));
        recorded
            .chain(backend)
            .find(|parts| !parts.is_empty())
            .unwrap_or_default()
    }

    /// X-Ray itself adds the names of the resources it knows, for these services alone.
    fn is_named_by_backend(&self, source: &Source) -> bool {
        let known = match self.block.reference.prefix() {
            "dynamodb" => "table",
            "s3" => "bucket",
            "lambda" => "lambda",
            "sqs" => "tail",
            _ => return false,
        };
        source.transform.as_deref() == Some(known) && source.is_member()
    }

    /// A name with more behind a colon (`family:revision`), where the ARN has the colon after the name too.
    fn cut(&self, rule: &ResourceRule, variable: &str, text: String) -> String {
        let follows = format!("${{{variable}}}:");
        let kind = self.resource_type(&rule.kind);
        let has_more = kind
            .is_some_and(|(_, kind)| kind.formats.iter().any(|format| format.contains(&follows)));
        match text.split_once(':') {
            Some((name, _)) if has_more && !name.is_empty() => name.to_owned(),
            _ => text,
        }
    }

    /// Values that are ARNs, of members that may carry one whole.
    fn arns(&self, rule: &ResourceRule) -> Vec<String> {
        let whole = rule.whole.iter();
        let named = rule.variables.values().flatten();
        let bare = named.filter(|source| transform::may_be_whole(source.transform.as_deref()));
        for source in whole.chain(bare) {
            let values = source.recorded(self.words, self.parameters);
            // A shard iterator is the ARN of its stream with more behind a bar.
            let whole = values.iter().filter_map(|value| value.split('|').next());
            let arns: Vec<String> = whole
                .filter(|value| is_arn(value))
                .map(str::to_owned)
                .collect();
            if !arns.is_empty() {
                return arns;
            }
        }
        if self.block.reference.prefix() == "sns" && !rule.whole.is_empty() {
            let named = self.parameters.get("resourcenames").iter();
            return named.filter(|value| is_arn(value)).cloned().collect();
        }
        Vec::new()
    }

    /// The rule's type is not known; an ARN still tells what it is of.
    fn any_type(&self, arns: &[String]) -> Filled {
        let reference = &self.block.reference;
        let patterns: BTreeSet<String> =
            arns.iter().map(|arn| generalised(reference, arn)).collect();
        if patterns.is_empty() || patterns.len() > MOST_PATTERNS {
            Filled::everything(false)
        } else {
            Filled::named(patterns)
        }
    }

    fn widest(&self, rule: &ResourceRule, kind: &ResourceType) -> Filled {
        let mut known = rule.open_ended != 0;
        let mut patterns = BTreeSet::new();
        for template in &kind.granularity {
            let mut single: BTreeMap<&str, String> = BTreeMap::new();
            for name in template::variables(template) {
                match self.parts(rule, name).as_slice() {
                    [part] => {
                        single.insert(name, part.pattern());
                    }
                    // The request may have named it, and that was not recorded.
                    _ if rule.variables.contains_key(name) => known = false,
                    _ => {}
                }
            }
            patterns.insert(template::render(template, self.place, |name| {
                single.get(name).map(String::as_str)
            }));
        }
        Filled {
            patterns,
            known,
            by_value: false,
        }
    }

    /// A type by its name in a rule: of the own prefix, or `prefix:type`.
    fn resource_type(&self, name: &str) -> Option<(&ServiceReference, &ResourceType)> {
        let (reference, name) = match name.split_once(':') {
            Some((prefix, name)) => (self.catalog.service(prefix)?, name),
            None => (&self.block.reference, name),
        };
        Some((reference, reference.resource_type(name)?))
    }
}

impl Filled {
    fn everything(known: bool) -> Self {
        Self {
            patterns: BTreeSet::from(["*".to_owned()]),
            known,
            by_value: false,
        }
    }

    fn named(patterns: BTreeSet<String>) -> Self {
        Self {
            patterns,
            known: true,
            by_value: true,
        }
    }

    /// Several taken together: all that each of them says.
    pub(super) fn all(filled: Vec<Self>) -> Self {
        let mut whole = Self {
            patterns: BTreeSet::new(),
            known: true,
            by_value: false,
        };
        for one in filled {
            whole.patterns.extend(one.patterns);
            whole.known &= one.known;
            whole.by_value |= one.by_value;
        }
        whole
    }

    /// Whether it says nothing but that the action has no resources.
    pub(super) fn is_everything(&self) -> bool {
        self.patterns.iter().all(|pattern| pattern == "*")
    }
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && value::is_plain(text)
}

/// An ARN of a type, at the type's granularity. Nothing when it is not of the type, or is more nearly of another.
pub(super) fn read(reference: &ServiceReference, kind: &ResourceType, arn: &str) -> Option<String> {
    if let Some(pattern) = read_within(kind, arn, Reach::Word) {
        return Some(pattern);
    }
    let other = reference
        .resource_types()
        .iter()
        .any(|other| read_within(other, arn, Reach::Word).is_some());
    if other {
        return None;
    }
    read_within(kind, arn, Reach::Path).or_else(|| read_within(kind, arn, Reach::Rest))
}

/// An ARN at the granularity of whatever type of the service it is of; itself when it is of none.
pub(super) fn generalised(reference: &ServiceReference, arn: &str) -> String {
    for reach in [Reach::Word, Reach::Path, Reach::Rest] {
        let found = reference
            .resource_types()
            .iter()
            .find_map(|kind| read_within(kind, arn, reach));
        if let Some(pattern) = found {
            return pattern;
        }
    }
    arn.to_owned()
}

fn read_within(kind: &ResourceType, arn: &str, reach: Reach) -> Option<String> {
    kind.formats
        .iter()
        .zip(&kind.granularity)
        .find_map(|(format, granularity)| {
            let found = template::read(format, arn, reach)?;
            let mut more = false;
            let pattern = template::render_read(granularity, |name| {
                let text = found.get(name).copied()?;
                let text = if granularity.contains(&format!("${{{name}}}-??????")) {
                    transform::without_secret_suffix(text)
                } else {
                    text
                };
                // What lies inside is named by a wildcard.
                match text.split_once(':') {
                    Some((name, _)) if reach == Reach::Rest => {
                        more = true;
                        Some(name)
                    }
                    _ => Some(text),
                }
            });
            Some(if more && !pattern.ends_with('*') {
                format!("{pattern}:*")
            } else {
                pattern
            })
        })
}
