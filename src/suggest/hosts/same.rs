//! Whether an edit left everything else of a template as it was.

use crate::yaml::{Node, Value};
use std::collections::BTreeSet;

/// Whether two templates are the same but for the lists that begin at these bytes of the first.
pub(super) fn is_same(one: &Node, other: &Node, touched: &BTreeSet<usize>) -> bool {
    if touched.contains(&one.span().start) && one.tag == other.tag {
        return true;
    }
    match (&one.value, &other.value) {
        (Value::List(ones), Value::List(others)) => {
            let mut pairs = ones.iter().zip(others);
            one.tag == other.tag
                && ones.len() == others.len()
                && pairs.all(|(one, other)| is_same(one, other, touched))
        }
        (Value::Map(ones), Value::Map(others)) => {
            let mut pairs = ones.iter().zip(others);
            one.tag == other.tag
                && ones.len() == others.len()
                && pairs.all(|(one, other)| one.0 == other.0 && is_same(&one.1, &other.1, touched))
        }
        _ => one == other,
    }
}
