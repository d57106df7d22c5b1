//! Searches for a request that satisfies condition literals, by trying a short list of values for each condition key: the
//! values that the atoms name, their neighbors, and values between them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::super::condition::{Operator, Test};
use super::super::variable::{self, Segment};
use super::super::{Answer, Context, Version};
use super::budget::Budget;
use super::cause::Limit;
use super::literals::{self, Literal};

/// The most requests that are tried; beyond that the question is given up.
const MOST_REQUESTS: usize = 4_096;

/// A value that no policy names.
const FRESH: &str = "zq.neither-this";

/// Whether some request makes each atom hold or fail as its literal asks. Yes if one of the tried requests does; no if the
/// tried requests prove that none does.
pub(super) fn satisfy(literals: &[Literal<'_>], budget: &mut Budget) -> Answer {
    let keys: BTreeSet<String> = literals
        .iter()
        .flat_map(|literal| {
            let mut keys = literals::variables(literal.atom);
            keys.insert(literal.atom.key().to_owned());
            keys
        })
        .collect();
    // Requests with one value for each key mostly suffice, and there are many pairs of values.
    let has_sets = literals.iter().any(|literal| {
        Operator::from_name(literal.atom.operator()).is_some_and(|own| own.set.is_some())
    });
    if has_sets && try_all(&keys, literals, Values::Single, budget) == Some(true) {
        return Answer::Yes;
    }
    match try_all(&keys, literals, Values::Pairs, budget) {
        Some(true) => Answer::Yes,
        Some(false) if keys.len() == 1 && proves(literals) => Answer::No,
        Some(false) => Answer::Undecided,
        None => {
            budget.give_up(Limit::Conditions);
            Answer::Undecided
        }
    }
}

/// How many values a key has in the requests that are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    /// One value, or none.
    Single,
    /// Two values as well, for keys that a set operator (`ForAllValues`, `ForAnyValue`) tests.
    Pairs,
}

/// Whether one of the tried requests makes each atom hold or fail as its literal asks. `None` if there are too many
/// requests.
fn try_all(
    keys: &BTreeSet<String>,
    literals: &[Literal<'_>],
    several: Values,
    budget: &mut Budget,
) -> Option<bool> {
    let mut requests = vec![Context::default()];
    for key in keys {
        let values = values_of(key, literals, several);
        if requests.len().saturating_mul(values.len()) > MOST_REQUESTS
            || !budget.take(requests.len() * values.len() * literals.len() * 64)
        {
            return None;
        }
        let with = |request: &Context| {
            let extended = values.iter().map(|members| {
                let mut request = request.clone();
                for member in members {
                    request.add(key, member);
                }
                request
            });
            extended.collect::<Vec<_>>()
        };
        requests = requests.iter().flat_map(with).collect();
    }
    let fits = |request: &Context| {
        literals.iter().all(|literal| {
            literal.atom.test(request, Version::V2012).answer == Answer::from(literal.holds)
        })
    };
    Some(requests.iter().any(fits))
}

/// Whether no value at all satisfies the literals when none of the tried values does.
fn proves(literals: &[Literal<'_>]) -> bool {
    let mut families = BTreeSet::new();
    for literal in literals {
        let Some(operator) = Operator::from_name(literal.atom.operator()) else {
            return false;
        };
        if operator.set.is_some() && (literals.len() > 2 || operator.test != Test::StringEquals) {
            return false;
        }
        families.insert(match operator.test {
            Test::StringEquals => "text",
            Test::Numeric(_) => "number",
            Test::Date(_) => "date",
            Test::Bool => "bool",
            Test::IpAddress => "address",
            Test::Null => continue,
            Test::StringEqualsIgnoreCase
            | Test::StringLike
            | Test::ArnLike
            | Test::BinaryEquals => return false,
        });
    }
    families.len() <= 1
}

/// The values of a key in the requests that are tried. An empty list of values means that the key is absent.
fn values_of(key: &str, literals: &[Literal<'_>], several: Values) -> Vec<Vec<String>> {
    let atoms = || {
        literals
            .iter()
            .map(|literal| literal.atom)
            .filter(|atom| atom.key() == key)
    };
    let operators = || atoms().filter_map(|atom| Operator::from_name(atom.operator()));
    let mut single: BTreeSet<String> = BTreeSet::new();
    let mut numbers = Vec::new();
    for atom in atoms() {
        let Some(operator) = Operator::from_name(atom.operator()) else {
            continue;
        };
        for value in atom.values() {
            match operator.test {
                Test::StringEquals
                | Test::StringLike
                | Test::ArnLike
                | Test::StringEqualsIgnoreCase => {
                    single.extend(like(value));
                }
                Test::Numeric(_) => numbers.extend(value.parse::<f64>().ok()),
                Test::Date(_) => single.extend(moments(value)),
                Test::IpAddress => single.extend(addresses(value)),
                Test::Bool | Test::BinaryEquals | Test::Null => {}
            }
            single.insert(value.to_owned());
        }
    }
    numbers.sort_by(f64::total_cmp);
    let between = numbers
        .iter()
        .zip(numbers.iter().skip(1))
        .map(|(one, two)| f64::midpoint(*one, *two));
    single.extend(between.map(|number| number.to_string()));
    single.extend(numbers.first().map(|least| (least - 1.0).to_string()));
    single.extend(numbers.last().map(|most| (most + 1.0).to_string()));
    if operators().any(|operator| operator.test == Test::Bool) {
        single.extend(["true".to_owned(), "false".to_owned()]);
    }
    if !operators().any(|operator| operator.test == Test::Bool) || single.is_empty() {
        single.insert(FRESH.to_owned());
    }
    let mut values: Vec<Vec<String>> = single.iter().map(|value| vec![value.clone()]).collect();
    if several == Values::Pairs && operators().any(|operator| operator.set.is_some()) {
        let pairs = single.iter().flat_map(|one| {
            let later = single.range(one.clone()..).skip(1);
            later.map(move |two| vec![one.clone(), two.clone()])
        });
        values.extend(pairs.take(MOST_REQUESTS));
    }
    if !literals::is_always_there(key) {
        values.push(Vec::new());
    }
    values
}

/// Texts that a pattern matches: with its wildcards and variables left out, with them filled in, and in other letter cases.
fn like(pattern: &str) -> Vec<String> {
    let with = |run: &str, one: &str| -> String {
        variable::segments(pattern)
            .map(|segment| match segment {
                Segment::Text(text) => text.replace('*', run).replace('?', one),
                Segment::Escaped(letter) => letter.to_string(),
                Segment::Variable(_) => FRESH.to_owned(),
            })
            .collect()
    };
    let (short, long) = (with("", "q"), with("zq", "q"));
    let cases = [short.to_lowercase(), short.to_uppercase()];
    [short, long].into_iter().chain(cases).collect()
}

/// The moments one second before and one second after a date.
fn moments(text: &str) -> Vec<String> {
    let at_midnight = |date: Date| {
        Offset::UTC
            .to_timestamp(date.to_datetime(Time::midnight()))
            .ok()
    };
    let second = text
        .parse::<i64>()
        .ok()
        .filter(|_| text.len() != 4)
        .or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_second))
        .or_else(|| at_midnight(text.parse().ok()?).map(Timestamp::as_second));
    let beside = second
        .into_iter()
        .flat_map(|second| [second - 1, second + 1]);
    beside
        .filter_map(|second| Timestamp::from_second(second).ok())
        .map(|moment| moment.to_string())
        .collect()
}

/// The first and the last address of a range, and the addresses just outside of it.
fn addresses(range: &str) -> Vec<String> {
    let Some(range) = range
        .parse::<IpNet>()
        .ok()
        .or_else(|| range.parse::<IpAddr>().ok().map(IpNet::from))
    else {
        return Vec::new();
    };
    let near: Vec<IpAddr> = match (range.network(), range.broadcast()) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            let (first, last) = (u32::from(first), u32::from(last));
            let near = [
                Some(first),
                Some(last),
                first.checked_sub(1),
                last.checked_add(1),
            ];
            near.into_iter()
                .flatten()
                .map(|bits| IpAddr::V4(bits.into()))
                .collect()
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => {
            let (first, last) = (u128::from(first), u128::from(last));
            let near = [
                Some(first),
                Some(last),
                first.checked_sub(1),
                last.checked_add(1),
            ];
            near.into_iter()
                .flatten()
                .map(|bits| IpAddr::V6(bits.into()))
                .collect()
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => Vec::new(),
    };
    near.iter().map(ToString::to_string).collect()
}
