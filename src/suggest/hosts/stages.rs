//! Whether an edit says in every stack what it says in this one: a template is deployed in more stages than one, and a name that a
//! parameter has here it may not have there.
//!
//! Both texts are read as if nobody knew what is another value elsewhere, with each such value a symbol of its own. What stays has to
//! have the same symbols; what is narrowed has to be within what it was narrowed from.

use super::template::read;
use crate::iam::edit::host::Fate;
use crate::iam::{PolicyDocument, Statement};
use crate::roles::InTemplate;
use crate::template::Values;
use crate::template::resolve::OPEN_ACTION;
use std::collections::{BTreeMap, BTreeSet};

/// A pattern as it is in this stack, and as it is where what differs between stacks is told apart.
struct Text {
    here: String,
    apart: String,
}

/// Texts that are written by a resource of the template, each with where the statement begins that it was narrowed in: they are within
/// what they were narrowed from with every value that the template itself knows.
pub(super) type Own = BTreeSet<(usize, String)>;

/// What a statement lists.
struct Listed {
    /// Where the statement begins.
    start: usize,
    actions: Vec<Text>,
    resources: Vec<Text>,
}

/// A statement, and what it became.
struct Edited {
    at: usize,
    old: Listed,
    new: Vec<Listed>,
}

/// Why an edit would not say the same in every stack; `fates` are those of the statements of the role that is edited.
pub(super) fn differ(
    before: &str,
    after: &str,
    place: &InTemplate,
    fates: &[Fate],
    by_resource: &Own,
) -> Option<String> {
    let Some(all) = edited(before, after, place, fates) else {
        return Some("what it would say in another stack is not known".to_owned());
    };
    let lists: [fn(&Listed) -> &Vec<Text>; 2] = [|own| &own.actions, |own| &own.resources];
    all.iter().find_map(|own| {
        let wrong = lists.iter().find_map(|list| {
            let is_open = |text: &&Text| {
                let own = (own.old.start, text.here.clone());
                !by_resource.contains(&own)
            };
            let new: Vec<&Text> = own.new.iter().flat_map(list).filter(is_open).collect();
            wrong(list(&own.old), &new, place)
        });
        let wrong = shown(wrong?);
        Some(format!(
            "it would hold `{wrong}`, which may be another in another stack: write by hand what it should be there"
        ))
    })
}

/// The statements that no longer grant what another grants in this stack and not in each, by their places, and why that matters.
pub(super) fn lost(
    before: &str,
    after: &str,
    place: &InTemplate,
    fates: &[Fate],
) -> BTreeMap<usize, String> {
    let all = edited(before, after, place, fates).unwrap_or_default();
    let lost = all.iter().filter_map(|own| {
        let mut others = all.iter();
        let only = others.find_map(|other| instead_of(own, other, &place.values))?;
        let why = format!(
            "what it takes out is granted on `{}` by another statement in this stack, and may not be in another",
            shown(only)
        );
        Some((own.at, why))
    });
    lost.collect()
}

/// A pattern as a message has it: accounts are in none.
fn shown(text: &str) -> &str {
    text.splitn(6, ':').nth(5).unwrap_or(text)
}

/// The statements that are known with what became of them; nothing where that is not known of one that changes.
fn edited(before: &str, after: &str, place: &InTemplate, fates: &[Fate]) -> Option<Vec<Edited>> {
    let (old, new) = (listed(before, place)?, listed(after, place)?);
    if old.len() != fates.len() {
        return None;
    }
    let mut rest = new.into_iter();
    let mut all = Vec::new();
    for (at, (old, fate)) in old.into_iter().zip(fates).enumerate() {
        let count = match fate {
            Fate::Stays => 1,
            Fate::Becomes(all) => all.len(),
        };
        let new: Vec<Option<Listed>> = rest.by_ref().take(count).collect();
        if new.len() != count {
            return None;
        }
        match (old, new.into_iter().collect::<Option<Vec<_>>>()) {
            (Some(old), Some(new)) => all.push(Edited { at, old, new }),
            // What the edit did not touch says what it said.
            _ if *fate == Fate::Stays => {}
            _ => return None,
        }
    }
    Some(all)
}

/// A resource on which a statement no longer grants what another does in this stack, and not in each.
fn instead_of<'e>(own: &Edited, other: &'e Edited, values: &Values) -> Option<&'e str> {
    let grants = other.new.iter().flat_map(|new| {
        let actions = new.actions.iter();
        actions.flat_map(|action| new.resources.iter().map(move |own| (action, own)))
    });
    let mut grants = grants.filter(|(action, resource)| {
        let mut before = own.old.actions.iter();
        before.any(|old| {
            let (old_action, action_here) = (lower(&old.here), lower(&action.here));
            let both = if covers(&old_action, &action_here) {
                &action_here
            } else if covers(&action_here, &old_action) {
                &old_action
            } else {
                return false;
            };
            let stays = own.new.iter().any(|new| {
                let mut actions = new.actions.iter();
                actions.any(|own| covers(&lower(&own.here), both))
                    && new
                        .resources
                        .iter()
                        .any(|own| meets(&own.here, &resource.here))
            });
            let is_same = is_fixed(&action.apart) || action.apart == old.apart;
            !stays
                && own
                    .old
                    .resources
                    .iter()
                    .any(|old| meets(&old.here, &resource.here))
                && {
                    let mut before = own.old.resources.iter();
                    !is_same || !before.any(|old| meets_in_each(old, resource, values))
                }
        })
    });
    grants.next().map(|(_, resource)| resource.here.as_str())
}

/// Actions are the same in any letters.
fn lower(action: &str) -> String {
    action.to_ascii_lowercase()
}

/// Whether one of two patterns has the other.
fn meets(one: &str, other: &str) -> bool {
    covers(one, other) || covers(other, one)
}

/// The same in every stack.
fn meets_in_each(one: &Text, other: &Text, values: &Values) -> bool {
    meets(&one.here, &other.here)
        && (meets(&one.apart, &other.apart)
            || covers(&one.apart, &named_by_stack(&other.apart, values))
            || covers(&other.apart, &named_by_stack(&one.apart, values)))
}

/// The first text that is not the same in every stack.
fn wrong<'t>(old: &'t [Text], new: &[&'t Text], place: &InTemplate) -> Option<&'t str> {
    // A name that is written out may become what gives it in this stack.
    let is_right = |text: &&&Text| {
        let mut same = old.iter().filter(|own| own.here == text.here).peekable();
        if same.peek().is_some() {
            return same.any(|own| own.apart == text.apart || is_fixed(&own.apart));
        }
        let mut around = old
            .iter()
            .filter(|own| covers(&own.here, &text.here))
            .peekable();
        around.peek().is_none() || around.any(|own| within(&own.apart, &text.apart, &place.values))
    };
    if let Some(wrong) = new.iter().find(|text| !is_right(text)) {
        return Some(&wrong.here);
    }
    // What stays of several that are the same here has to stay in each of its spellings.
    let lost = old.iter().find(|own| {
        let mut same = new.iter().filter(|text| text.here == own.here).peekable();
        same.peek().is_some() && !is_fixed(&own.apart) && !same.any(|text| text.apart == own.apart)
    });
    lost.map(|own| own.here.as_str())
}

/// Whether a text that tells stacks apart is within another in each of them; one that is the same in all has been judged in this one.
pub(super) fn within(pattern: &str, text: &str, values: &Values) -> bool {
    is_fixed(pattern) || covers(pattern, text) || covers(pattern, &named_by_stack(text, values))
}

/// Whether a text that tells stacks apart is the same in all.
pub(super) fn is_fixed(apart: &str) -> bool {
    !apart.contains("${") && !apart.starts_with(OPEN_ACTION)
}

/// A text with the names that CloudFormation makes begun as it begins them.
fn named_by_stack(text: &str, values: &Values) -> String {
    let mut named = text.to_owned();
    for id in values.physical.keys() {
        let symbol = format!("${{{id}}}");
        named = named.replace(&symbol, &format!("${{AWS::StackName}}-{id}-{symbol}"));
    }
    named
}

/// Whether a pattern has all that another has, a symbol being a text of its own.
pub(super) fn covers(pattern: &str, text: &str) -> bool {
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
    let document = |values: &Values| -> Option<PolicyDocument> {
        let mut roles = read(text, &place.file, values)?.into_iter();
        let own = roles.find(|own| own.logical_id == place.logical_id)?;
        own.documents.into_iter().next()
    };
    let (here, apart) = (document(&place.values)?, document(&values)?);
    let by_place: BTreeMap<(usize, usize), &Statement> = numbered(&apart).collect();
    let all = numbered(&here).map(|(at, own)| {
        let other = by_place.get(&at)?;
        let pair = |texts: fn(&Statement) -> Vec<&str>| paired(&texts(own), &texts(other), place);
        Some(Listed {
            start: at.0,
            actions: pair(actions),
            resources: pair(resources),
        })
    });
    Some(all.collect())
}

/// The statements, each with where it begins and how many begin there before it.
fn numbered(document: &PolicyDocument) -> impl Iterator<Item = ((usize, usize), &Statement)> {
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    document.statements.iter().map(move |own| {
        let count = seen.entry(own.span.start).or_default();
        *count += 1;
        ((own.span.start, *count), own)
    })
}

fn actions(statement: &Statement) -> Vec<&str> {
    let all = statement.actions.patterns().iter();
    all.map(|own| own.value.text()).collect()
}

fn resources(statement: &Statement) -> Vec<&str> {
    let all = statement.resources.patterns().iter();
    all.map(|own| own.value.text()).collect()
}

fn paired(here: &[&str], apart: &[&str], place: &InTemplate) -> Vec<Text> {
    let text = |here: &str, apart: &str| Text {
        here: here.to_owned(),
        apart: placed(apart, &place.values),
    };
    if here.len() == apart.len() {
        let pairs = here.iter().zip(apart);
        return pairs.map(|(here, apart)| text(here, apart)).collect();
    }
    // One of them is a list that may be another elsewhere: all of it is one.
    let all = format!("${{{}}}", apart.join(","));
    here.iter().map(|own| text(own, &all)).collect()
}

/// Where it is deployed is the same for all that is written, and is no part of a name.
pub(super) fn placed(text: &str, values: &Values) -> String {
    let places = [
        ("AWS::Partition", &values.partition),
        ("AWS::Region", &values.region),
        ("AWS::AccountId", &values.account),
    ];
    let mut known = text.to_owned();
    for (name, value) in places {
        let value = value.as_deref().unwrap_or(name);
        known = known.replace(&format!("${{{name}}}"), value);
    }
    known
}

#[cfg(test)]
mod tests {
    use super::{Own, covers, differ, placed, within};
    use crate::iam::edit::host::{Fate, Wanted};
    use crate::roles::InTemplate;
    use crate::template::Values;

    /// A template with one statement on this resource.
    fn template(resource: &str) -> String {
        format!(
            "Parameters:\n  T: {{Type: String, Default: orders}}\n  U: {{Type: String, Default: orders}}\n  V: {{Type: String}}\n\
             Mappings:\n  M: {{dev: {{name: orders, other: orders}}}}\n\
             Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n    Properties: {{TableName: orders}}\n  \
             Fresh: {{Type: AWS::DynamoDB::Table}}\n  Shop:\n    Type: AWS::IAM::Role\n    Properties:\n      \
             Policies:\n        - PolicyName: p\n          PolicyDocument:\n            Statement:\n              \
             - {{Effect: Allow, Action: dynamodb:GetItem, Resource: {resource}}}\n"
        )
    }

    fn is_same(before: &str, after: &str) -> bool {
        let place = InTemplate {
            file: "template.yaml".to_owned(),
            logical_id: "Shop".to_owned(),
            ..InTemplate::default()
        };
        let wanted = Wanted {
            sid: None,
            is_not_action: false,
            actions: Vec::new(),
            resources: Vec::new(),
        };
        let fates = [Fate::Becomes(vec![wanted])];
        differ(
            &template(before),
            &template(after),
            &place,
            &fates,
            &Own::new(),
        )
        .is_none()
    }

    #[test]
    fn what_is_the_same_here_is_told_from_what_is_the_same_everywhere() {
        let table = |name: &str| format!("!Sub \"arn:aws:dynamodb:*:*:table/{name}\"");
        let mapped =
            |name: &str| format!("!Sub [\"arn:aws:dynamodb:*:*:table/${{X}}\", {{X: {name}}}]");
        for (before, after, same) in [
            // An unknown name and the text that looks like it.
            (table("${V}"), table("${V}"), true),
            (table("${V}"), table("${!V}"), false),
            (table("${Fresh}"), table("${!Fresh}"), false),
            (
                table("${AWS::StackName}"),
                table("${!AWS::StackName}"),
                false,
            ),
            (table("${!V}"), table("${V}"), false),
            (mapped("!ImportValue V"), table("${V}"), false),
            (mapped("!ImportValue V"), mapped("!ImportValue V"), true),
            (
                mapped("!Select [0, !Ref V]"),
                mapped("!Select [1, !Ref V]"),
                false,
            ),
            // A name that is the same by default.
            (table("${T}"), table("${T}"), true),
            (table("${T}"), mapped("!Ref T"), true),
            (table("${T}"), table("orders"), false),
            (table("${T}"), table("${U}"), false),
            (table("${T}"), table("${Orders}"), false),
            (mapped("!FindInMap [M, dev, name]"), table("orders"), false),
            (
                mapped("!FindInMap [M, dev, name]"),
                mapped("!FindInMap [M, dev, other]"),
                false,
            ),
            (
                mapped("!FindInMap [M, dev, name]"),
                mapped("!FindInMap [M, dev, name]"),
                true,
            ),
            // A name that is written out may become what gives it.
            (table("orders"), table("${Orders}"), true),
            (table("orders"), table("${T}"), true),
            // What is narrower.
            (table("${T}*"), table("${T}"), true),
            (table("${T}*"), table("orders"), false),
            (table("*"), table("orders"), true),
            (table("*"), table("${T}"), true),
        ] {
            assert_eq!(is_same(&before, &after), same, "{before} {after}");
        }
    }

    #[test]
    fn a_pattern_has_what_it_matches() {
        for (pattern, text, has) in [
            ("table/*", "table/${T}", true),
            ("table/${T}*", "table/${T}-x", true),
            ("table/${T}*", "table/orders", false),
            ("table/?", "table/a", true),
            ("table/?", "table/*", false),
            ("table/*/index/*", "table/a/index/*", true),
            ("table/a", "table/a/index/b", false),
        ] {
            assert_eq!(covers(pattern, text), has, "{pattern} {text}");
        }
    }

    #[test]
    fn what_cloudformation_names_begins_with_the_name_of_the_stack() {
        let mut values = Values::default();
        let is_within = |values: &Values| within("t/${AWS::StackName}-*", "t/${Orders}", values);
        assert!(!is_within(&values));
        values
            .physical
            .insert("Orders".into(), "shop-Orders-A1".into());
        assert!(is_within(&values));
    }

    #[test]
    fn where_it_is_deployed_tells_no_stacks_apart() {
        let values = Values {
            region: Some("eu-west-1".into()),
            ..Values::default()
        };
        let text = placed("arn:aws:x:${AWS::Region}:${AWS::AccountId}:${T}", &values);
        assert_eq!(text, "arn:aws:x:eu-west-1:AWS::AccountId:${T}");
    }
}
