//! Keeps the place of a `null` in X-Ray's lists, which the SDK would drop without a word.
//!
//! Such a member becomes an empty object: a summary without an id, a trace without an id, a segment without a document.
//! Each of them is told as something that could not be read.

use aws_sdk_xray::config::ConfigBag;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use serde_json::{Map, Value};

/// The lists whose members are objects.
const LISTS: [&str; 3] = ["TraceSummaries", "Traces", "Segments"];

/// Replaces each `null` in the lists by an empty object before the answer is read.
#[derive(Debug)]
pub(super) struct NullsAsEmpty;

impl Intercept for NullsAsEmpty {
    fn name(&self) -> &'static str {
        "NullsAsEmpty"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let replaced = context.response().body().bytes().and_then(replaced);
        if let Some(replaced) = replaced {
            *context.response_mut().body_mut() = replaced.into();
        }
        Ok(())
    }
}

/// Returns the answer without a `null` in its lists, or `None` where it has none.
fn replaced(answer: &[u8]) -> Option<Vec<u8>> {
    // Nearly no answer has one, and to read each twice would take time.
    if !memchr::memmem::find_iter(answer, b"null").any(|at| is_member(answer, at)) {
        return None;
    }
    let mut answer: Value = serde_json::from_slice(answer).ok()?;
    fill(&mut answer).then(|| answer.to_string().into_bytes())
}

/// Whether the `null` at this place looks like a member of a list.
fn is_member(answer: &[u8], at: usize) -> bool {
    let before = answer.get(..at).unwrap_or_default().trim_ascii_end().last();
    matches!(before, Some(b'[' | b','))
}

/// Fills the empty places of the lists, and returns whether there were any.
fn fill(value: &mut Value) -> bool {
    let Value::Object(members) = value else {
        return false;
    };
    let mut is_changed = false;
    for name in LISTS {
        let list = members.get_mut(name).and_then(Value::as_array_mut);
        for member in list.into_iter().flatten() {
            if member.is_null() {
                *member = Value::Object(Map::new());
                is_changed = true;
            } else {
                is_changed |= fill(member);
            }
        }
    }
    is_changed
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn a_null_in_a_list_of_objects_becomes_an_empty_object_and_nothing_else_changes() {
        let of = |answer: &str| {
            replaced(answer.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
        };
        assert_eq!(
            of(r#"{"Traces": [null, {"Id": "1", "Segments": [ null]}]}"#).unwrap(),
            r#"{"Traces":[{},{"Id":"1","Segments":[{}]}]}"#
        );
        for same in [
            r#"{"Traces": null}"#,
            r#"{"Traces": [{"Id": "1", "Segments": [{"Document": "{\"a\": [null]}"}]}]}"#,
            r#"{"UnprocessedTraceIds": [null]}"#,
            "[null",
        ] {
            assert_eq!(of(same), None, "{same}");
        }
    }
}
