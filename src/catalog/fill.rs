//! Builds ARN patterns from a resource rule and a recorded request, generalised as policies usually write them.
//!
//! What the request names is filled in. What AWS generates, or what a call acts on all of, is `*`. If a name should be
//! there and was not recorded, or cannot be part of an ARN, the resource is unknown and its pattern is as wide as
//! possible.

use super::Catalog;
use super::access_point::AccessPoint;
use super::block::{Block, NeedRule, ResourceRule, ServiceWords};
use super::filled::{Filled, Sorted};
use super::granular;
use super::needs::action_of;
use super::place::Place;
use super::reference::{ActionEntry, ResourceType, ServiceReference};
use super::source::Source;
use super::template;
use super::transform::{self, Part};
use super::value;
use crate::xray::Parameters;
use std::collections::{BTreeMap, BTreeSet};

/// Services in which the ARN formats of an action are alternatives: buckets and access points, and the paths of APIs.
const WITHOUT_FURTHER: [&str; 3] = ["apigateway", "s3", "s3express"];

/// The largest number of patterns. With more, the resource counts as unknown.
const MOST_PATTERNS: usize = 256;

/// What was recorded for one ARN variable.
#[derive(Debug, Default)]
struct Told {
    parts: Vec<Part>,
    /// Whether every recorded value gave a part.
    whole: bool,
}

/// A recorded request, and everything that is necessary to read it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) block: &'a Block,
    pub(super) words: &'a ServiceWords,
    pub(super) parameters: &'a Parameters,
    pub(super) place: &'a Place,
}

impl Request<'_> {
    /// Returns the resources of one need.
    pub(super) fn fill(&self, need: &NeedRule) -> Sorted {
        if need.resources.is_empty() {
            return Sorted::of(Filled::everything(true));
        }
        let filled: Vec<(&ResourceRule, Filled)> = need
            .resources
            .iter()
            .map(|rule| (rule, self.entry(rule)))
            .collect();
        let by_value = filled.iter().filter(|(_, entry)| entry.by_value);
        let told: Vec<&Source> = by_value
            .flat_map(|(rule, _)| rule.sources())
            .filter(|source| !source.recorded(self.words, self.parameters).is_empty())
            .collect();
        if !filled.iter().any(|(_, entry)| entry.by_value) {
            let sorted = Self::without_values(filled);
            return Sorted {
                perhaps: self.others(need),
                ..sorted
            };
        }
        // Resource types are used together or are alternatives. A type that the recorded member could also have named
        // is an alternative, and was not part of the request. Nothing is known about any other type.
        let is_alternative = |rule: &ResourceRule| {
            rule.sources()
                .any(|own| told.iter().any(|source| source.place == own.place))
        };
        // A type that only the recorded members could have named is not the type that they named.
        let is_another = |rule: &ResourceRule| {
            let is_told = |own: &Source| told.iter().any(|source| source.place == own.place);
            rule.sources().all(is_told)
        };
        let (mut besides, mut perhaps, mut kept) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for (rule, entry) in filled {
            if entry.by_value || rule.is_certain(&entry) {
                kept.push(entry);
            } else if rule.always_named != 0 && !is_another(rule)
                || rule.starred != 0 && !is_alternative(rule)
            {
                besides.extend(entry.patterns);
            } else if !is_alternative(rule) {
                perhaps.extend(entry.patterns);
            }
        }
        perhaps.extend(self.others(need));
        Sorted {
            filled: Filled::all(kept),
            besides,
            perhaps,
        }
    }

    /// Returns the resources of a request of which no value was recorded. Only what the call creates, and what every
    /// such call acts on, is certain.
    fn without_values(filled: Vec<(&ResourceRule, Filled)>) -> Sorted {
        let is_alone = filled.len() == 1;
        let (certain, rest): (Vec<_>, Vec<_>) = filled
            .into_iter()
            .partition(|(rule, entry)| is_alone || rule.is_certain(entry));
        let certain: Vec<Filled> = certain.into_iter().map(|(_, entry)| entry).collect();
        let rest: Vec<Filled> = rest.into_iter().map(|(_, entry)| entry).collect();
        if !certain.iter().any(|entry| entry.known) {
            let mut all = Filled::all([certain, rest].concat());
            all.known &= is_alone;
            return Sorted::of(all);
        }
        Sorted {
            besides: rest.into_iter().flat_map(|entry| entry.patterns).collect(),
            ..Sorted::of(Filled::all(certain))
        }
    }

    /// Returns the widest patterns of types that the call makes.
    pub(super) fn made(&self, kinds: &[String]) -> BTreeSet<String> {
        let kinds = kinds.iter().filter_map(|name| self.resource_type(name));
        let formats = kinds.flat_map(|(_, kind)| &kind.formats);
        let patterns = formats.map(|own| template::render(own, self.place, |_| None));
        patterns.collect()
    }

    /// Returns patterns for what the call may be on although no rule of the operation names it.
    fn others(&self, need: &NeedRule) -> BTreeSet<String> {
        let kinds = need.others.iter().filter_map(|name| {
            let (_, kind) = self.resource_type(&Self::other(need, name))?;
            Some(&kind.granularity)
        });
        let templates = kinds.flatten();
        let patterns = templates.map(|own| template::render(own, self.place, |_| None));
        patterns.chain(self.further(need)).collect()
    }

    /// Returns patterns for the action's further ARN formats, which are documented elsewhere and which no request
    /// member fills.
    fn further(&self, need: &NeedRule) -> Vec<String> {
        let entry = action_of(self.block, need).and_then(|action| self.catalog.action(&action));
        let entry = entry.filter(|entry| !WITHOUT_FURTHER.contains(&entry.prefix()));
        let formats = entry.iter().flat_map(ActionEntry::further_formats);
        formats
            .map(|format| template::render(format, self.place, |_| None))
            .collect()
    }

    /// Returns the name of a resource type of the need's action, as rules write it.
    fn other(need: &NeedRule, name: &str) -> String {
        match need.action.split_once(':') {
            Some((prefix, _)) => format!("{prefix}:{name}"),
            None => name.to_owned(),
        }
    }

    /// Returns the request members whose recorded value cannot be the name that the member stands for.
    pub(super) fn misnamed(&self, need: &NeedRule) -> BTreeSet<String> {
        let mut misnamed = BTreeSet::new();
        for rule in &need.resources {
            let kind = self.resource_type(&rule.kind).map(|(_, kind)| kind);
            let wanted: Vec<&str> = kind
                .into_iter()
                .flat_map(|kind| &kind.granularity)
                .flat_map(|template| template::variables(template))
                .collect();
            let variables = wanted.iter().filter_map(|name| {
                let sources = rule.variables.get(*name)?;
                Some(sources.iter().map(move |source| (*name, source)))
            });
            let whole = rule.whole.iter().map(|source| ("", source));
            for (variable, source) in variables.flatten().chain(whole) {
                let transform = source.transform.as_deref();
                let values = source.recorded(self.words, self.parameters);
                let is_wrong = source.is_unusable(self.words, self.parameters)
                    || source.is_member()
                        && values
                            .iter()
                            .any(|value| transform::is_impossible(transform, variable, value));
                misnamed.extend(
                    source
                        .member_name()
                        .filter(|_| is_wrong)
                        .map(ToOwned::to_owned),
                );
            }
        }
        misnamed
    }

    fn entry(&self, rule: &ResourceRule) -> Filled {
        let Some((reference, kind)) = self.resource_type(&rule.kind) else {
            return self.by_any_arn(rule);
        };
        if let Some(filled) = self.through_access_point(rule, reference) {
            return filled;
        }
        let whole = self.by_arn(rule, |arn| granular::read(reference, kind, arn));
        if let Some(whole) = whole.as_ref().filter(|whole| whole.known) {
            return whole.clone();
        }
        let mut templates = kind.granularity.iter();
        let parts =
            templates.find_map(|template| self.by_variables(rule, reference, kind, template));
        match (whole, parts) {
            // Some values were ARNs. If the others are names, everything is known.
            (Some(whole), Some(parts)) => Filled {
                known: parts.known,
                ..Filled::all(vec![whole, parts])
            },
            (Some(whole), None) => Filled::all(vec![whole, self.widest(rule, kind)]),
            (None, Some(parts)) => parts,
            (None, None) => self.widest(rule, kind),
        }
    }

    /// Returns the whole ARNs that the request contains, generalised. They are not known if some of the values are no
    /// ARNs.
    fn by_arn(&self, rule: &ResourceRule, read: impl Fn(&str) -> Option<String>) -> Option<Filled> {
        let named = rule.variables.values().flatten();
        let bare = named.filter(|source| transform::may_be_whole(source.transform.as_deref()));
        let recorded = rule
            .whole
            .iter()
            .chain(bare)
            .map(|source| source.recorded(self.words, self.parameters));
        // X-Ray itself adds the ARNs of topics that it knows.
        let by_xray = self.block.reference.prefix() == "sns" && !rule.whole.is_empty();
        let by_xray = by_xray.then(|| self.parameters.get("resourcenames"));
        recorded.chain(by_xray).find_map(|values| {
            let patterns: Vec<Option<String>> =
                values.iter().map(|value| read(arn_in(value)?)).collect();
            let known = patterns.iter().all(Option::is_some) && patterns.len() <= MOST_PATTERNS;
            let patterns: BTreeSet<String> =
                patterns.into_iter().flatten().take(MOST_PATTERNS).collect();
            (!patterns.is_empty()).then_some(Filled {
                patterns,
                known,
                by_value: true,
            })
        })
    }

    /// Fills every variable of the template, in all combinations of what was recorded.
    fn by_variables(
        &self,
        rule: &ResourceRule,
        reference: &ServiceReference,
        kind: &ResourceType,
        template: &str,
    ) -> Option<Filled> {
        let mut combinations: Vec<(BTreeMap<&str, String>, Place)> =
            vec![(BTreeMap::new(), Place::default())];
        let mut known = true;
        let names = template::variables(template);
        for name in &names {
            let told = self.told(rule, name, |value| {
                arn_in(value).is_some_and(|arn| granular::read(reference, kind, arn).is_some())
            });
            if told.parts.is_empty()
                || combinations.len().saturating_mul(told.parts.len()) > MOST_PATTERNS
            {
                return None;
            }
            known &= told.whole && told.parts.iter().all(|part| part.sure);
            let longer = combinations.iter().flat_map(|(values, place)| {
                told.parts.iter().map(move |part| {
                    let mut values = values.clone();
                    values.insert(*name, part.pattern());
                    (values, place.clone().or(&part.place))
                })
            });
            combinations = longer.collect();
        }
        let patterns = combinations.into_iter().map(|(values, place)| {
            template::render(template, &place.or(self.place), |name| {
                values.get(name).map(String::as_str)
            })
        });
        let mut filled = Filled {
            patterns: patterns.collect(),
            known,
            by_value: !names.is_empty(),
        };
        if !known
            && names
                .iter()
                .any(|name| !self.told(rule, name, |_| false).whole)
        {
            filled.patterns.extend(self.widest(rule, kind).patterns);
        }
        Some(filled)
    }

    /// Returns what was recorded for one variable. The first source that gives a part is used.
    ///
    /// `elsewhere` says whether a value that gives no part here is used in another place.
    fn told(&self, rule: &ResourceRule, variable: &str, elsewhere: impl Fn(&str) -> bool) -> Told {
        let sources = rule.variables.get(variable).map_or(&[][..], Vec::as_slice);
        let recorded = sources
            .iter()
            .map(|source| (source, source.recorded(self.words, self.parameters)));
        let by_xray = sources
            .iter()
            .filter(|source| self.is_named_by_xray(source));
        let by_xray = by_xray.map(|source| (source, self.parameters.get("resourcenames")));
        let mut all = recorded
            .chain(by_xray)
            .map(|(source, values)| self.read(rule, variable, source, values, &elsewhere));
        all.find(|told| !told.parts.is_empty()).unwrap_or_default()
    }

    fn read(
        &self,
        rule: &ResourceRule,
        variable: &str,
        source: &Source,
        values: &[String],
        elsewhere: impl Fn(&str) -> bool,
    ) -> Told {
        if let Some(literal) = source.literal() {
            return Told {
                parts: vec![Part::literal(literal)],
                whole: true,
            };
        }
        let mut told = Told {
            parts: Vec::new(),
            whole: true,
        };
        for value in values {
            let parts = transform::apply(source.transform.as_deref(), variable, value);
            told.whole &= !parts.is_empty() || elsewhere(value);
            for part in parts {
                let text = self.cut(rule, variable, part.text);
                let part = Part { text, ..part };
                if !told.parts.contains(&part) {
                    told.parts.push(part);
                }
            }
        }
        told
    }

    /// Whether X-Ray itself adds the names of such resources, which it does only for these services.
    fn is_named_by_xray(&self, source: &Source) -> bool {
        let known = match self.block.reference.prefix() {
            "dynamodb" => "table",
            "s3" => "bucket",
            "lambda" => "lambda",
            "sqs" => "tail",
            _ => return false,
        };
        source.transform.as_deref() == Some(known) && source.is_member()
    }

    /// Cuts a name at a colon (`family:revision`) if the ARN has a colon after the name too.
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

    /// Returns what S3 checks for a request that names access points in place of a bucket.
    fn through_access_point(
        &self,
        rule: &ResourceRule,
        reference: &ServiceReference,
    ) -> Option<Filled> {
        let of_objects = match rule.kind.as_str() {
            "object" => true,
            "bucket" | "accesspoint" => false,
            _ => return None,
        };
        if reference.prefix() != "s3" {
            return None;
        }
        let named = rule.variables.get("BucketName").into_iter().flatten();
        let values = named
            .chain(&rule.whole)
            .map(|source| (source, source.recorded(self.words, self.parameters)))
            .find(|(_, values)| !values.is_empty());
        let (source, values) = values?;
        let copied = source.transform.as_deref() == Some("s3src");
        let points: Option<Vec<AccessPoint>> = values
            .iter()
            .map(|value| {
                let decoded = if copied {
                    transform::copied_from(value)?
                } else {
                    value.clone()
                };
                AccessPoint::read(&decoded, self.place)
            })
            .collect();
        let points = points.filter(|points| !points.is_empty() && points.len() <= MOST_PATTERNS)?;
        let known = points.iter().all(|point| point.known);
        Some(Filled {
            patterns: points
                .iter()
                .map(|point| point.pattern(of_objects))
                .collect(),
            known,
            by_value: true,
        })
    }

    /// Returns the resources for a rule whose type is not known. An ARN still shows its type.
    fn by_any_arn(&self, rule: &ResourceRule) -> Filled {
        let reference = &self.block.reference;
        let whole = self.by_arn(rule, |arn| Some(granular::generalised(reference, arn)));
        whole
            .filter(|whole| whole.known)
            .unwrap_or_else(|| Filled::everything(false))
    }

    fn widest(&self, rule: &ResourceRule, kind: &ResourceType) -> Filled {
        let mut known = rule.open_ended != 0;
        let mut patterns = BTreeSet::new();
        for template in &kind.granularity {
            let mut single: BTreeMap<&str, String> = BTreeMap::new();
            let mut place = Place::default();
            for name in template::variables(template) {
                let told = self.told(rule, name, |_| false);
                match told.parts.as_slice() {
                    [part] if told.whole => {
                        single.insert(name, part.pattern());
                        place = place.or(&part.place);
                    }
                    // The request may have named it, but it was not recorded.
                    _ if rule.variables.contains_key(name) => known = false,
                    _ => {}
                }
            }
            let filled = |name: &str| single.get(name).map(String::as_str);
            patterns.insert(template::render(template, &place.or(self.place), filled));
        }
        Filled {
            patterns,
            known,
            by_value: false,
        }
    }

    /// Finds a resource type by its name in a rule: `type` of this prefix, or `prefix:type`.
    fn resource_type(&self, name: &str) -> Option<(&ServiceReference, &ResourceType)> {
        let (reference, name) = match name.split_once(':') {
            Some((prefix, name)) => (self.catalog.service(prefix)?, name),
            None => (&self.block.reference, name),
        };
        Some((reference, reference.resource_type(name)?))
    }
}

impl ResourceRule {
    /// Whether a call acts on the resource whatever was recorded: it creates the resource, or every such call acts on
    /// all of the type.
    fn is_certain(&self, entry: &Filled) -> bool {
        entry.known && (self.open_ended != 0 || self.sources().next().is_none())
    }

    /// Returns all sources of the resource's ARN.
    fn sources(&self) -> impl Iterator<Item = &Source> {
        self.whole.iter().chain(self.variables.values().flatten())
    }
}

/// Returns the ARN at the beginning of a value. A shard iterator is the ARN of its stream, then a bar and more text.
fn arn_in(value: &str) -> Option<&str> {
    let arn = value.split('|').next()?;
    (arn.starts_with("arn:") && value::is_plain(arn)).then_some(arn)
}
