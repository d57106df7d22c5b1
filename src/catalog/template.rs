//! ARN templates: text with `${Variables}`. This module fills them, and reads the values of the variables from an ARN.

use super::place::Place;
use super::value;
use std::collections::BTreeMap;

/// Which characters a variable may match when an ARN is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// No `:` and no `/`: an ordinary name.
    Word,
    /// No `:`, but `/`: a name that is a path.
    Path,
    /// The last variable matches all the rest.
    Rest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Text(&'t str),
    Variable(&'t str),
    /// A `*` in AWS's own format. It matches any text, also none.
    Wild,
}

/// The number of steps after which reading an ARN is given up. Real ARNs need a few dozen.
const MOST_STEPS: u32 = 20_000;

/// Whether the variable is filled from the call's partition, region and account, and not from the request.
pub(super) fn is_context(variable: &str) -> bool {
    matches!(variable, "Partition" | "Region" | "Account" | "AccountId")
}

/// Returns the variables that a request must fill, in order, each once.
pub(super) fn variables(template: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for piece in pieces(template) {
        if let Piece::Variable(name) = piece
            && !is_context(name)
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    found
}

/// Returns the template with `*` for every variable.
pub(super) fn widest(template: &str) -> String {
    let mut text = String::with_capacity(template.len());
    for piece in pieces(template) {
        push(
            &mut text,
            match piece {
                Piece::Text(part) => part,
                Piece::Variable(_) | Piece::Wild => "*",
            },
        );
    }
    text
}

/// Fills the template: partition, region and account from `place`, names from `filled`, and `*` for what is not known.
pub(super) fn render<'v>(
    template: &str,
    place: &Place,
    filled: impl Fn(&str) -> Option<&'v str>,
) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    for piece in pieces(template) {
        let part = match piece {
            Piece::Text(part) => part,
            Piece::Wild => "*",
            Piece::Variable("Partition") => place.partition(),
            Piece::Variable("Region") => place.region.as_deref().unwrap_or("*"),
            Piece::Variable("Account" | "AccountId") => place.account.as_deref().unwrap_or("*"),
            Piece::Variable(name) => filled(name).unwrap_or("*"),
        };
        push(&mut text, part);
    }
    text
}

/// Fills the template with values that were read from an ARN, including partition, region and account.
pub(super) fn render_read<'v>(
    template: &str,
    mut found: impl FnMut(&str) -> Option<&'v str>,
) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    for piece in pieces(template) {
        push(
            &mut text,
            match piece {
                Piece::Text(part) => part,
                Piece::Wild => "*",
                Piece::Variable(name) => found(name).unwrap_or("*"),
            },
        );
    }
    text
}

/// Appends a part. Two wildcards in a row become one.
fn push(text: &mut String, part: &str) {
    let part = if text.ends_with('*') {
        part.trim_start_matches('*')
    } else {
        part
    };
    text.push_str(part);
}

/// Reads an ARN by a template. Returns the value of every variable, or `None` if the ARN does not match the template.
pub(super) fn read<'a>(
    template: &'a str,
    arn: &'a str,
    reach: Reach,
) -> Option<BTreeMap<&'a str, &'a str>> {
    if arn.len() > value::LONGEST {
        return None;
    }
    let pieces = pieces(template);
    let mut found = Vec::new();
    let mut steps = MOST_STEPS;
    fits(&pieces, arn, reach, &mut found, &mut steps).then(|| found.into_iter().collect())
}

/// Matches pieces recursively. The depth depends only on the template, never on the ARN.
fn fits<'a>(
    pieces: &[Piece<'a>],
    text: &'a str,
    reach: Reach,
    found: &mut Vec<(&'a str, &'a str)>,
    steps: &mut u32,
) -> bool {
    let Some((piece, rest)) = pieces.split_first() else {
        return text.is_empty();
    };
    match *piece {
        Piece::Text(part) => text
            .strip_prefix(part)
            .is_some_and(|after| fits(rest, after, reach, found, steps)),
        Piece::Wild => {
            let longest = match reach {
                _ if rest.is_empty() => text.len(),
                Reach::Path => text.find(':').unwrap_or(text.len()),
                Reach::Word | Reach::Rest => text.find([':', '/']).unwrap_or(text.len()),
            };
            let shortest = if rest.is_empty() { longest } else { 0 };
            (shortest..=longest).any(|length| {
                *steps = steps.saturating_sub(1);
                let after = text.get(length..).filter(|_| *steps > 0);
                after.is_some_and(|after| fits(rest, after, reach, found, steps))
            })
        }
        Piece::Variable(name) => {
            let context = is_context(name);
            let longest = match reach {
                Reach::Rest if rest.is_empty() => text.len(),
                Reach::Path | Reach::Rest if !context => text.find(':').unwrap_or(text.len()),
                Reach::Word | Reach::Path | Reach::Rest => {
                    text.find([':', '/']).unwrap_or(text.len())
                }
            };
            // The last variable matches all the rest. One before it matches as little as possible, so that a bucket
            // ends at the first slash.
            let shortest = if rest.is_empty() {
                text.len().max(1)
            } else {
                1
            };
            for length in shortest..=longest {
                let Some((taken, after)) = text.split_at_checked(length) else {
                    continue;
                };
                *steps = steps.saturating_sub(1);
                if *steps == 0 {
                    return false;
                }
                found.push((name, taken));
                if fits(rest, after, reach, found, steps) {
                    return true;
                }
                found.pop();
            }
            false
        }
    }
}

/// Splits the template into its pieces.
pub(super) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        push_text(&mut pieces, text);
        pieces.push(Piece::Variable(name));
        rest = after;
    }
    push_text(&mut pieces, rest);
    pieces
}

fn push_text<'t>(pieces: &mut Vec<Piece<'t>>, text: &'t str) {
    for (place, part) in text.split('*').enumerate() {
        if place > 0 && pieces.last() != Some(&Piece::Wild) {
            pieces.push(Piece::Wild);
        }
        if !part.is_empty() {
            pieces.push(Piece::Text(part));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str =
        "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}/index/${IndexName}";

    #[test]
    fn an_arn_is_read_by_its_template() {
        let arn = "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/orders/index/by-day";
        let found = read(INDEX, arn, Reach::Word).unwrap();
        assert_eq!(
            (found["TableName"], found["IndexName"], found["Partition"]),
            ("orders", "by-day", "aws-cn")
        );
        assert_eq!(
            read(
                INDEX,
                "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
                Reach::Rest
            ),
            None
        );
    }

    #[test]
    fn reach_says_how_much_a_variable_takes() {
        let role = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}";
        let arn = "arn:aws:iam::123456789012:role/team/a/app";
        assert_eq!(read(role, arn, Reach::Word), None);
        let object = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
        let found = read(object, "arn:aws:s3:::orders/2026/1.json", Reach::Path).unwrap();
        assert_eq!(
            (found["BucketName"], found["ObjectName"]),
            ("orders", "2026/1.json")
        );
        assert_eq!(
            read(role, arn, Reach::Path).unwrap()["RoleNameWithPath"],
            "team/a/app"
        );
        let topic = "arn:${Partition}:sns:${Region}:${Account}:${TopicName}";
        let subscription = "arn:aws:sns:eu-west-1:123456789012:orders:8a21d249";
        assert_eq!(read(topic, subscription, Reach::Path), None);
        assert_eq!(
            read(topic, subscription, Reach::Rest).unwrap()["TopicName"],
            "orders:8a21d249"
        );
    }

    #[test]
    fn a_star_of_the_format_is_any_text_and_none() {
        let device = "arn:${Partition}:braket:*:*:device/${DeviceType}/${Provider}/${DeviceId}";
        let found = read(
            device,
            "arn:aws:braket:::device/qpu/rigetti/Ankaa-3",
            Reach::Word,
        );
        assert_eq!(found.unwrap()["DeviceId"], "Ankaa-3");
        let instance = "arn:${Partition}:dms:${Region}:${Account}:rep:*";
        let arn = "arn:aws:dms:eu-west-1:123456789012:rep:6USOU366XFJUWATDJGBCJS3VIQ";
        assert!(read(instance, arn, Reach::Word).is_some());
        assert_eq!(widest(instance), "arn:*:dms:*:*:rep:*");
        let elsewhere = "arn:aws:dms:eu-west-1:123456789012:task:6USOU366XFJUWATDJGBCJS3VIQ";
        assert_eq!(read(instance, elsewhere, Reach::Rest), None);
    }

    #[test]
    fn reading_is_bounded_whatever_the_arn() {
        let many = "arn:${Partition}:x:${Region}:${Account}:${A}/${B}/${C}/${D}/${E}!";
        let hostile = format!("arn:aws:x:r:a:{}", "a/".repeat(900));
        assert_eq!(read(many, &hostile, Reach::Path), None);
    }

    #[test]
    fn what_is_not_filled_is_a_wildcard_and_wildcards_do_not_pile_up() {
        let place = Place::new(None, Some("us-gov-west-1"), None);
        let filled = render(INDEX, &place, |name| {
            (name == "TableName").then_some("orders")
        });
        assert_eq!(
            filled,
            "arn:aws-us-gov:dynamodb:us-gov-west-1:*:table/orders/index/*"
        );
        assert_eq!(
            widest("arn:${Partition}:s3:::${BucketName}${ObjectName}"),
            "arn:*:s3:::*"
        );
    }
}
