//! A report without account ids, for places that everyone can read.
//!
//! The report is plain data: it is written as JSON, every text of it is shortened, and it is read back. So a field that is added is
//! shortened too, whatever it is about. Numbers stay, and so do times and names that are ours: none has twelve digits in a row.

use super::Report;
use serde_json::{Error, Map, Value};
use std::collections::BTreeSet;
use std::mem;

/// Digits of an account id.
const ACCOUNT: usize = 12;
/// Digits of it that are kept, so that accounts can be told apart by whoever knows them.
const KEPT: usize = 4;

/// The report with every account id shortened to its last four digits.
///
/// # Errors
///
/// A report that cannot be written as JSON or read back: it has a field that is not plain data. Nothing of it may be shown then.
pub fn redact(report: &Report) -> Result<Report, Error> {
    redact_but(report, &BTreeSet::new())
}

/// The same, but for account ids that everyone can read already.
///
/// # Errors
///
/// Those of [`redact`].
pub fn redact_but(report: &Report, public: &BTreeSet<String>) -> Result<Report, Error> {
    let mut written = serde_json::to_value(report)?;
    shorten(&mut written, public);
    serde_json::from_value(written)
}

/// Shortens every text below a value, and every key: resources are keys too.
fn shorten(value: &mut Value, public: &BTreeSet<String>) {
    match value {
        Value::String(text) => *text = shortened_but(text, public),
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, public)),
        Value::Object(members) => {
            let each = mem::take(members).into_iter().map(|(key, mut member)| {
                shorten(&mut member, public);
                (shortened_but(&key, public), member)
            });
            *members = each.collect::<Map<_, _>>();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text with every account id shortened: each run of exactly twelve digits.
///
/// ```
/// use aws_least_privilege::report::redact::shortened;
///
/// assert_eq!(shortened("arn:aws:sqs:eu-west-1:111122223333:mail"), "arn:aws:sqs:eu-west-1:…3333:mail");
/// assert_eq!(shortened("invoices-111122223333"), "invoices-…3333");
/// assert_eq!(shortened("1795000000000"), "1795000000000");
/// ```
pub fn shortened(text: &str) -> String {
    shortened_but(text, &BTreeSet::new())
}

fn shortened_but(text: &str, public: &BTreeSet<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, digits, after)) = digits(rest) {
        out.push_str(before);
        if digits.len() == ACCOUNT && !public.contains(digits) {
            out.push('…');
            out.push_str(digits.get(ACCOUNT - KEPT..).unwrap_or_default());
        } else {
            out.push_str(digits);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The account ids in a text.
pub fn accounts(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some((_, digits, after)) = digits(rest) {
        if digits.len() == ACCOUNT {
            found.insert(digits.to_owned());
        }
        rest = after;
    }
    found
}

/// The first run of digits in a text, with what is before and after it.
fn digits(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(|letter: char| letter.is_ascii_digit())?;
    let (before, from) = text.split_at(start);
    let length = from
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(from.len());
    let (digits, after) = from.split_at(length);
    Some((before, digits, after))
}

/// Whether a text has an account id that was shortened, so that it is not to be pasted.
pub fn is_shortened(text: &str) -> bool {
    text.split('…').skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit);
        digits.count() >= KEPT
    })
}
