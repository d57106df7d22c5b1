//! Reads JSON. YAML includes JSON except for some spellings: surrogate pairs as escapes, tabs, keys of any length.

use super::node::{Key, Node, Style, Value};
use super::read::{Limits, Problem, YamlError, wrong};
use jsonc_parser::ast;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::collections::BTreeSet;

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

/// Reads a text as JSON. Returns `None` if it is not JSON, so that it may be YAML.
pub(super) fn parse(text: &str, limits: Limits) -> Option<Result<Node, YamlError>> {
    let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - plain.len();
    if !plain.trim_start().starts_with(['{', '[']) {
        return None;
    }
    if too_deep(plain, limits.depth) {
        return Some(Err(wrong(0..0, Problem::TooDeep(limits.depth))));
    }
    let parsed = parse_to_ast(plain, &CollectOptions::default(), &STRICT).ok()?;
    let value = parsed.value?;
    let mut reader = Reader {
        left: limits.values,
        limits,
        offset,
    };
    Some(reader.node(value))
}

/// Whether brackets outside strings are nested too deeply. For text that is not JSON the count may be wrong, which does
/// no harm.
fn too_deep(text: &str, most: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > most {
            return true;
        }
    }
    false
}

struct Reader {
    left: usize,
    limits: Limits,
    offset: usize,
}

impl Reader {
    fn node(&mut self, value: ast::Value<'_>) -> Result<Node, YamlError> {
        let range = value.range();
        let span = range.start + self.offset..range.end + self.offset;
        self.left = match self.left.checked_sub(1) {
            Some(left) => left,
            None => return Err(wrong(span, Problem::TooMany(self.limits.values))),
        };
        let (style, value) = match value {
            ast::Value::StringLit(own) => {
                (Style::DoubleQuoted, Value::Text(own.value.into_owned()))
            }
            ast::Value::NumberLit(own) => (Style::Plain, Value::Number(own.value.to_owned())),
            ast::Value::BooleanLit(own) => (Style::Plain, Value::Bool(own.value)),
            ast::Value::NullKeyword(_) => (Style::Plain, Value::Null),
            ast::Value::Array(own) => {
                let items = own.elements.into_iter().map(|value| self.node(value));
                (Style::Flow, Value::List(items.collect::<Result<_, _>>()?))
            }
            ast::Value::Object(own) => (Style::Flow, self.map(own)?),
        };
        Ok(Node {
            style,
            ..Node::written(value, span)
        })
    }

    fn map(&mut self, object: ast::Object<'_>) -> Result<Value, YamlError> {
        let mut seen = BTreeSet::new();
        let mut members = Vec::with_capacity(object.properties.len());
        for own in object.properties {
            let place = own.name.range();
            let place = place.start + self.offset..place.end + self.offset;
            let text = own.name.into_string();
            if !seen.insert(text.clone()) {
                return Err(wrong(place, Problem::DuplicateKey(text)));
            }
            members.push((Key::new(text, place), self.node(own.value)?));
        }
        Ok(Value::Map(members))
    }
}
