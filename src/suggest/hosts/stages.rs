//! Whether an edit says in every stack what it says in this one: a template is deployed in more stages than one, and a name that a
//! parameter has here it may not have there.
//!
//! Both texts are read as if nobody knew what is another value elsewhere, with each such value a symbol of its own. What stays has to
//! have the same symbols; what is narrowed has to be within what it was narrowed from.

use super::template::{Read, read};
use crate::iam::PolicyDocument;
use crate::iam::edit::host::Fate;
use crate::roles::InTemplate;
use crate::template::Values;
use std::collections::BTreeMap;

/// A pattern as it is in this stack, and as it is where what differs between stacks is told apart.
struct Text {
    here: String,
    apart: String,
}

/// What a statement lists.
struct Listed {
    actions: Vec<Text>,
    resources: Vec<Text>,
}

/// Why an edit would not say the same in every stack; `fates` are those of the statements of the role that is edited.
pub(super) fn differ(
    before: &str,
    after: &str,
    place: &InTemplate,
    fates: &[Fate],
) -> Option<String> {
    let unknown = || Some("what it would say in another stack is not known".to_owned());
    let (Some(old), Some(new)) = (listed(before, place), listed(after, place)) else {
        return unknown();
    };
    if old.len() != fates.len() {
        return unknown();
    }
    let mut rest = new.as_slice();
    for (old, fate) in old.iter().zip(fates) {
        let count = match fate {
            Fate::Stays => 1,
            Fate::Becomes(all) => all.len(),
        };
        let Some((own, behind)) = rest.split_at_checked(count) else {
            return unknown();
        };
        rest = behind;
        let Some(old) = old else {
            // What the edit did not touch says what it said.
            if *fate == Fate::Stays {
                continue;
            }
            return unknown();
        };
        let Some(own) = own.iter().map(Option::as_ref).collect::<Option<Vec<_>>>() else {
            return unknown();
        };
        let lists: [fn(&Listed) -> &Vec<Text>; 2] = [|own| &own.actions, |own| &own.resources];
        for list in lists {
            let new: Vec<&Text> = own.iter().flat_map(|own| list(own)).collect();
            if let Some(wrong) = wrong(list(old), &new, place) {
                return Some(format!(
                    "it would hold `{wrong}`, which may be another in another stack: write by hand what it should be there"
                ));
            }
        }
    }
    None
}

/// The first text that is not the same in every stack.
fn wrong<'t>(old: &'t [Text], new: &[&'t Text], place: &InTemplate) -> Option<&'t str> {
    let is_fixed = |text: &Text| !text.apart.contains("${");
    // A name that is written out may become what gives it in this stack.
    let is_right = |text: &&&Text| {
        let mut same = old.iter().filter(|own| own.here == text.here).peekable();
        if same.peek().is_some() {
            return same.any(|own| own.apart == text.apart || is_fixed(own));
        }
        let mut around = old
            .iter()
            .filter(|own| covers(&own.here, &text.here))
            .peekable();
        around.peek().is_none()
            || around.any(|own| {
                is_fixed(own)
                    || covers(&own.apart, &text.apart)
                    || covers(&own.apart, &named_by_stack(&text.apart, place))
            })
    };
    if let Some(wrong) = new.iter().find(|text| !is_right(text)) {
        return Some(&wrong.here);
    }
    // What stays of several that are the same here has to stay in each of its spellings.
    let lost = old.iter().find(|own| {
        let mut same = new.iter().filter(|text| text.here == own.here).peekable();
        same.peek().is_some() && !is_fixed(own) && !same.any(|text| text.apart == own.apart)
    });
    lost.map(|own| own.here.as_str())
}

/// A text with the names that CloudFormation makes begun as it begins them.
fn named_by_stack(text: &str, place: &InTemplate) -> String {
    let mut named = text.to_owned();
    for id in place.values.physical.keys() {
        let symbol = format!("${{{id}}}");
        named = named.replace(&symbol, &format!("${{AWS::StackName}}-{id}-{symbol}"));
    }
    named
}

/// Whether a pattern has all that another has, a symbol being a text of its own.
fn covers(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match (pattern.get(at), text.get(from)) {
            (Some(b'*'), _) => {
                star = Some((at, from));
                at += 1;
            }
            (Some(b'?'), Some(own)) if *own != b'*' => {
                at += 1;
                from += 1;
            }
            (Some(one), Some(own)) if one == own => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((place, behind)) = star else {
                    return false;
                };
                star = Some((place, behind + 1));
                at = place + 1;
                from = behind + 1;
            }
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|own| *own == b'*'))
}

/// What each statement of the role lists; nothing of one that is not read the same way where stacks are told apart.
fn listed(text: &str, place: &InTemplate) -> Option<Vec<Option<Listed>>> {
    let values = Values {
        told_apart: true,
        ..Values::default()
    };
    let document = |roles: Vec<Read>| -> Option<PolicyDocument> {
        let own = roles
            .into_iter()
            .find(|own| own.logical_id == place.logical_id)?;
        own.documents.into_iter().next()
    };
    let here = document(read(text, &place.file, &place.values)?)?;
    let apart = document(read(text, &place.file, &values)?)?;
    let mut by_place: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, own) in apart.statements.iter().enumerate() {
        let count = seen.entry(own.span.start).or_default();
        by_place.insert((own.span.start, *count), number);
        *count += 1;
    }
    seen.clear();
    let all = here.statements.iter().map(|own| {
        let count = seen.entry(own.span.start).or_default();
        let number = by_place.get(&(own.span.start, *count));
        *count += 1;
        let other = apart.statements.get(*number?)?;
        let pair = |here: Vec<&str>, apart: Vec<&str>| -> Option<Vec<Text>> {
            let text = |(here, apart): (&str, &str)| Text {
                here: here.to_owned(),
                apart: placed(apart, &place.values),
            };
            if here.len() == apart.len() {
                return Some(here.into_iter().zip(apart).map(text).collect());
            }
            // One of them is a list that may be another elsewhere: all of it is one.
            let all = format!("${{{}}}", apart.join(","));
            Some(here.into_iter().map(|own| text((own, &all))).collect())
        };
        let actions = |own: &crate::iam::Statement| -> Vec<String> {
            let all = own.actions.patterns().iter();
            all.map(|own| own.value.text().to_owned()).collect()
        };
        let resources = |own: &crate::iam::Statement| -> Vec<String> {
            let all = own.resources.patterns().iter();
            all.map(|own| own.value.text().to_owned()).collect()
        };
        fn texts(own: &[String]) -> Vec<&str> {
            own.iter().map(String::as_str).collect()
        }
        Some(Listed {
            actions: pair(texts(&actions(own)), texts(&actions(other)))?,
            resources: pair(texts(&resources(own)), texts(&resources(other)))?,
        })
    });
    Some(all.collect())
}

/// Where it is deployed is the same for all that is written, and is no part of a name.
fn placed(text: &str, values: &Values) -> String {
    let places = [
        ("AWS::Partition", &values.partition),
        ("AWS::Region", &values.region),
        ("AWS::AccountId", &values.account),
    ];
    let mut placed = text.to_owned();
    for (name, value) in places {
        let value = value.as_deref().unwrap_or(name);
        placed = placed.replace(&format!("${{{name}}}"), value);
    }
    placed
}
