//! Parses plain JSON with the place of every value. It is strict, and checks size and depth before anything recurses.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{MAX_BYTES, MAX_DEPTH, PolicyProblem};

/// A problem and the range of bytes where it is.
pub(super) type Found = (std::ops::Range<usize>, PolicyProblem);

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses the single value of a text, which must have no byte order mark.
pub(super) fn parse(text: &str) -> Result<Value<'_>, Found> {
    if text.len() > MAX_BYTES {
        return Err((0..0, PolicyProblem::TooLarge(text.len())));
    }
    if let Some(place) = too_deep(text) {
        return Err((place..place + 1, PolicyProblem::TooDeep));
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let mut message = error.kind().to_string();
        if let Some(first) = message.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        let range = error.range();
        (range.start..range.end, PolicyProblem::NotJson(message))
    })?;
    let Some(value) = parsed.value else {
        return Err((0..0, PolicyProblem::Empty));
    };
    check_strictly(text)?;
    Ok(value)
}

/// Refuses what the parser accepts although JSON does not: control characters in strings, leading zeros, other white space.
fn check_strictly(text: &str) -> Result<(), Found> {
    let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) else {
        return Ok(());
    };
    let line_start = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let mut place = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    Err((place..place, PolicyProblem::NotJson(message.to_owned())))
}

/// The first bracket outside of strings that exceeds the depth.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(place);
        }
    }
    None
}

pub(super) fn range(value: &Value<'_>) -> std::ops::Range<usize> {
    let range = value.range();
    range.start..range.end
}

/// The name of a value's type for messages.
pub(super) fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::StringLit(_) => "a string",
        Value::NumberLit(_) => "a number",
        Value::BooleanLit(_) => "a boolean",
        Value::Object(_) => "an object",
        Value::Array(_) => "an array",
        Value::NullKeyword(_) => "null",
    }
}
