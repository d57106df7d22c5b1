//! Tests the whole embedded catalogue.

use super::block::{ConditionRule, NeedRule, ServiceWords};
use super::source::Source;
use super::*;
use std::collections::BTreeSet;

fn catalog() -> &'static Catalog {
    Catalog::embedded()
}

fn blocks() -> impl Iterator<Item = &'static Block> {
    (0..catalog().blocks.len()).map(|number| catalog().block_at(number).unwrap())
}

fn every_need() -> impl Iterator<
    Item = (
        &'static Block,
        &'static str,
        &'static ServiceWords,
        &'static str,
        &'static NeedRule,
    ),
> {
    blocks().flat_map(|block| {
        block.services.iter().flat_map(move |(service, words)| {
            words
                .operations
                .iter()
                .flat_map(move |(operation, mapping)| {
                    let needs = mapping.needs.iter();
                    needs
                        .map(move |need| (block, service.as_str(), words, operation.as_str(), need))
                })
        })
    })
}

#[test]
fn every_block_decodes() {
    catalog().verify().unwrap();
    assert!(blocks().count() > 400);
}

#[test]
fn every_action_of_a_mapping_exists_or_is_said_to_be_assumed() {
    for (block, service, words, operation, need) in every_need() {
        let action = needs::action_of(block, need)
            .unwrap_or_else(|| panic!("{service} {operation}: {}", need.action));
        let assumed = words.operations[operation].kind == block::Kind::Assumed;
        let known = catalog()
            .action(&action)
            .is_some_and(|entry| entry.name() == action.name());
        assert!(known || assumed, "{service} {operation}: {action}");
    }
}

#[test]
fn every_resource_rule_names_a_type_and_variables_that_exist() {
    for (block, service, _, operation, need) in every_need() {
        for rule in need.resources.iter().filter(|rule| !rule.kind.is_empty()) {
            let (prefix, name) = rule
                .kind
                .split_once(':')
                .unwrap_or((block.reference.prefix(), &rule.kind));
            let kind = catalog()
                .service(prefix)
                .and_then(|reference| reference.resource_type(name));
            let kind =
                kind.unwrap_or_else(|| panic!("{service} {operation}: no type `{}`", rule.kind));
            let mut known: BTreeSet<&str> = BTreeSet::new();
            for template in kind.formats().iter().chain(kind.granularity()) {
                known.extend(template::variables(template));
            }
            for variable in rule.variables.keys() {
                assert!(
                    known.contains(variable.as_str()),
                    "{service} {operation}: {} has no `{variable}`",
                    rule.kind
                );
            }
        }
    }
}

#[test]
fn every_transform_is_known() {
    let mut sources: Vec<&Source> = Vec::new();
    for (.., need) in every_need() {
        for rule in &need.resources {
            sources.extend(rule.whole.iter().chain(rule.variables.values().flatten()));
        }
        match &need.condition {
            Some(ConditionRule::Has(of) | ConditionRule::Lacks(of)) => sources.extend(of),
            Some(ConditionRule::Starts(of, _)) => sources.push(of),
            None => {}
        }
    }
    let transforms: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.transform.as_deref())
        .collect();
    assert!(transforms.len() > 10);
    for transform in transforms {
        assert!(transform::is_known(transform), "{transform}");
    }
}

#[test]
fn every_recorded_spelling_leads_to_its_operation() {
    for block in blocks() {
        for (service, words) in &block.services {
            for (spelling, operation) in &words.spellings {
                let found = words
                    .operation(spelling)
                    .map(|found| (found.name, found.mapping.is_some()));
                let expected = match operation.as_str() {
                    "" => Some((spelling.as_str(), false)),
                    name if words.operations.contains_key(name) => Some((name, true)),
                    _unmapped => None,
                };
                assert_eq!(found, expected, "{service}: {spelling}");
            }
        }
    }
}

#[test]
fn every_service_is_found_by_each_of_its_names() {
    for service in catalog().services() {
        let names = [
            Some(service.name()),
            Some(service.service_id()),
            Some(service.endpoint_prefix()),
            service.java_v1_name(),
            service.dotnet_name(),
        ];
        for name in names.into_iter().flatten() {
            let found = catalog().services_named(name);
            assert!(
                found.iter().any(|found| found.name() == service.name()),
                "{} by {name}",
                service.name()
            );
        }
        assert!(!service.prefix().is_empty());
    }
}

#[test]
fn a_name_that_services_share_is_decided_by_the_operation() {
    for (alias, places) in &catalog().index.aliases {
        let services: Vec<SdkService<'_>> = catalog().services_named(alias);
        assert!(services.len() >= places.len(), "{alias}");
        for (number, one) in services.iter().enumerate() {
            for other in services
                .iter()
                .skip(number + 1)
                .filter(|other| other.prefix() != one.prefix())
            {
                let operations: BTreeSet<String> = one.operations().map(names::folded).collect();
                let shared: Vec<&str> = other
                    .operations()
                    .filter(|operation| operations.contains(&names::folded(operation)))
                    .collect();
                assert_eq!(
                    shared,
                    [] as [&str; 0],
                    "{alias}: {} and {}",
                    one.name(),
                    other.name()
                );
            }
        }
    }
}

#[test]
fn actions_are_numbered_without_gaps_and_both_ways() {
    let numbers: Vec<u32> = (0..catalog().action_count()).step_by(97).collect();
    for number in numbers {
        let entry = catalog().action_at(number).unwrap();
        assert_eq!(entry.number(), number);
        assert_eq!(catalog().number(&entry.action()), Some(number));
    }
    assert!(catalog().action_at(catalog().action_count()).is_none());
    assert_eq!(
        u32::try_from(
            blocks()
                .map(|block| block.reference.action_names().count())
                .sum::<usize>()
        ),
        Ok(catalog().action_count())
    );
}

#[test]
fn a_corrupt_catalogue_is_an_error_and_never_a_panic() {
    let leaked = |bytes: Vec<u8>| -> &'static [u8] { bytes.leak() };
    assert_eq!(Catalog::from_bytes(b"").unwrap_err(), CatalogError::Layout);
    assert_eq!(
        Catalog::from_bytes(b"ALPCAT2\n\0\0\0\0").unwrap_err(),
        CatalogError::Layout
    );
    for length in [8, 11, 20, 100, 5_000] {
        let cut = leaked(EMBEDDED[..length].to_vec());
        assert!(Catalog::from_bytes(cut).is_err(), "{length}");
    }
    let mut endless = EMBEDDED.to_vec();
    endless[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(
        Catalog::from_bytes(leaked(endless)).unwrap_err(),
        CatalogError::Layout
    );
    let blocks_cut = leaked(EMBEDDED[..EMBEDDED.len() - 1].to_vec());
    assert_eq!(
        Catalog::from_bytes(blocks_cut)
            .unwrap()
            .verify()
            .unwrap_err(),
        CatalogError::Layout
    );
    let mut flipped = EMBEDDED.to_vec();
    let end = flipped.len() - 40;
    flipped[end..].fill(0xff);
    assert!(
        Catalog::from_bytes(leaked(flipped))
            .unwrap()
            .verify()
            .is_err()
    );
}

#[test]
fn whatever_is_recorded_every_operation_gives_patterns_that_are_whole() {
    for service in catalog().services() {
        for (number, operation) in service.operations().enumerate() {
            let mut parameters = crate::xray::Parameters::default();
            let value = ["plain-1", "arn:aws:x:eu-west-1:123456789012:thing/plain-1"][number % 2];
            for member in service.resource_parameters(operation) {
                parameters.insert(&member.name, value);
            }
            let call = crate::xray::Call {
                service: service.name().to_owned(),
                operation: operation.to_owned(),
                parameters,
                ..crate::xray::Call::default()
            };
            let Resolution::Mapped(mapped) = catalog().resolve(&call) else {
                panic!("{} {operation}", service.name());
            };
            for need in mapped.needs.iter().chain(&mapped.optional) {
                assert!(
                    !need.resources.patterns.is_empty(),
                    "{} {operation}",
                    service.name()
                );
                for pattern in &need.resources.patterns {
                    let whole = pattern == "*"
                        || pattern.splitn(6, ':').count() == 6 && pattern.starts_with("arn:aws:");
                    assert!(
                        whole && !pattern.contains("${") && !pattern.contains("**"),
                        "{} {operation}: {pattern}",
                        service.name()
                    );
                }
            }
        }
    }
}
