//! Decides by the schema which value an unquoted word has.

use super::node::Value;
use super::read::Schema;

/// Returns the value of an unquoted word. With the tag `!!str` it stays text.
pub(super) fn plain(text: &str, tag: Option<&str>, schema: Schema) -> Value {
    if tag == Some("!!str") {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    match schema {
        Schema::Core if is_json_number(text) => Value::Number(text.to_owned()),
        Schema::Core => Value::Text(text.to_owned()),
        Schema::Yaml11 => yaml11(text),
    }
}

fn yaml11(text: &str) -> Value {
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
        _ => {}
    }
    if let Some(number) = integer(text) {
        return Value::Number(number);
    }
    if is_json_number(text) {
        return Value::Number(text.to_owned());
    }
    Value::Text(text.to_owned())
}

/// Returns a whole number in decimal. It may be octal with a leading zero, hexadecimal or binary, with `_` between
/// digits.
fn integer(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let plain = digits.replace('_', "");
    let read = |digits: &str, radix| u128::from_str_radix(digits, radix).ok();
    let number = if let Some(digits) = plain.strip_prefix("0x") {
        read(digits, 16)?
    } else if let Some(digits) = plain.strip_prefix("0b") {
        read(digits, 2)?
    } else if plain.len() > 1 && plain.starts_with('0') {
        // `012345678901` has digits that octal numbers do not have: it stays text.
        read(&plain, 8)?
    } else {
        read(&plain, 10)?
    };
    Some(format!("{sign}{number}"))
}

fn is_json_number(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    begins && serde_json::from_str::<serde_json::Number>(text).is_ok()
}
