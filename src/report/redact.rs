//! A report without account ids, for places that everyone can read.
//!
//! The report is plain data: it is written as JSON, every text of it is shortened, and it is read back. So a field that is added is
//! shortened too, whatever it is about. Numbers stay, and so do times and names that are ours: none has twelve digits in a row.

use super::Report;
use serde_json::{Error, Map, Value};
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
    let mut written = serde_json::to_value(report)?;
    shorten(&mut written);
    serde_json::from_value(written)
}

/// Shortens every text below a value, and every key: resources are keys too.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => *text = shortened(text),
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(members) => {
            let each = mem::take(members).into_iter().map(|(key, mut member)| {
                shorten(&mut member);
                (shortened(&key), member)
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
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(from.len());
        let (digits, after) = from.split_at(length);
        out.push_str(before);
        if length == ACCOUNT {
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

/// Whether a text has an account id that was shortened, so that it is not to be pasted.
pub fn is_shortened(text: &str) -> bool {
    text.split('…').skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit);
        digits.count() >= KEPT
    })
}
