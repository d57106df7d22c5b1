//! Reads the elements of a JSON object: required ones, optional ones, and those that the grammar does not have.

use std::collections::BTreeSet;
use std::ops::Range;

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged as _;

use super::PolicyProblem;
use super::json::{Found, kind, range};

/// The elements of an array, or a single value as an array of one.
pub(super) fn items<'value, 'text>(value: &'value Value<'text>) -> &'value [Value<'text>] {
    match value.as_array() {
        Some(array) => &array.elements,
        None => std::slice::from_ref(value),
    }
}

pub(super) fn element<'value, 'text>(
    object: &'value Object<'text>,
    name: &str,
) -> Option<&'value Value<'text>> {
    let mut properties = object.properties.iter();
    let found = properties.find(|property| property.name.as_str() == name)?;
    Some(&found.value)
}

/// The place of an element's name.
pub(super) fn key(object: &Object<'_>, name: &str) -> Option<Range<usize>> {
    let mut properties = object.properties.iter();
    let found = properties.find(|property| property.name.as_str() == name)?;
    let place = found.name.range();
    Some(place.start..place.end)
}

pub(super) fn required<'value, 'text>(
    object: &'value Object<'text>,
    name: &'static str,
    place: &'static str,
) -> Result<&'value Value<'text>, Found> {
    element(object, name).ok_or_else(|| {
        let problem = PolicyProblem::Missing {
            element: name,
            place,
        };
        (object.start()..object.end(), problem)
    })
}

pub(super) fn missing(statement: &Object<'_>, element: &'static str) -> Found {
    let place = "the statement";
    (
        statement.start()..statement.end(),
        PolicyProblem::Missing { element, place },
    )
}

/// The one of two elements that the object has. An error if it has both.
pub(super) fn one_of<'value, 'text>(
    object: &'value Object<'text>,
    plain: &'static str,
    negated: &'static str,
) -> Result<Option<(&'static str, &'value Value<'text>)>, Found> {
    match (element(object, plain), element(object, negated)) {
        (Some(_), Some(second)) => Err((range(second), PolicyProblem::Both(plain, negated))),
        (Some(value), None) => Ok(Some((plain, value))),
        (None, Some(value)) => Ok(Some((negated, value))),
        (None, None) => Ok(None),
    }
}

/// Refuses duplicate keys, and keys that the grammar does not have.
pub(super) fn check_keys(object: &Object<'_>, known: Option<&[&'static str]>) -> Result<(), Found> {
    let mut seen = BTreeSet::new();
    for property in &object.properties {
        let key = property.name.as_str();
        let place = property.name.range();
        if !seen.insert(key) {
            return Err((
                place.start..place.end,
                PolicyProblem::DuplicateKey(shortened(key)),
            ));
        }
        let Some(known) = known else { continue };
        if !known.contains(&key) {
            let problem = PolicyProblem::UnknownElement {
                key: shortened(key),
                meant: meant(key, known),
            };
            return Err((place.start..place.end, problem));
        }
    }
    Ok(())
}

/// The element that was probably meant: one with other case, or with one or two typing errors.
fn meant(key: &str, known: &[&'static str]) -> Option<&'static str> {
    let key = shortened(key).to_ascii_lowercase();
    let distance = |name: &str| strsim::osa_distance(&name.to_ascii_lowercase(), &key);
    let nearest = known.iter().copied().min_by_key(|name| distance(name))?;
    (distance(nearest) <= 2).then_some(nearest)
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

pub(super) fn object<'value, 'text>(
    value: &'value Value<'text>,
    name: &str,
) -> Result<&'value Object<'text>, Found> {
    value
        .as_object()
        .ok_or_else(|| wrong_type(value, name, "an object"))
}

pub(super) fn string<'value>(value: &'value Value<'_>, name: &str) -> Result<&'value str, Found> {
    let literal = value.as_string_lit();
    let literal = literal.ok_or_else(|| wrong_type(value, name, "a string"))?;
    Ok(&literal.value)
}

pub(super) fn wrong_type(value: &Value<'_>, element: &str, expected: &'static str) -> Found {
    let problem = PolicyProblem::WrongType {
        element: shortened(element),
        expected,
        found: kind(value),
    };
    (range(value), problem)
}
