//! Names, counts and times as people read them.

use crate::report::printable;

/// The day of an RFC 3339 time, with the hour and minute: `2026-11-19 08:30`.
pub(in crate::report) fn day(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

/// A few names, and how many more there are.
pub(in crate::report) fn listed(names: &[String], at_most: usize) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(at_most)
        .map(|name| printable(name))
        .collect();
    match names.len().saturating_sub(at_most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A count and its noun.
pub(in crate::report) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

pub(in crate::report) fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{} times", grouped(count)),
    }
}

/// A number with thousands separated by commas.
pub(in crate::report) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(18_204), "18,204");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }

    #[test]
    fn lists_say_how_many_more_there_are() {
        let names = ["a", "b", "c"].map(String::from);
        assert_eq!(listed(&names, 2), "a, b and 1 more");
        assert_eq!(listed(&names, 3), "a, b, c");
    }
}
