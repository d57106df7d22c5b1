//! Expected JSON held against actual JSON: objects may have more members, lists must agree element by element.

use serde_json::{Map, Value};

/// Adds a line for each place where the actual value is not what is expected.
pub(crate) fn differences(expected: &Value, actual: &Value, path: &str, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (key, expected) in expected {
                let path = format!("{path}.{key}");
                match actual.get(key) {
                    Some(actual) => differences(expected, actual, &path, found),
                    None => found.push(format!("{path}: expected {expected}, got nothing")),
                }
            }
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                differences(expected, actual, &format!("{path}[{index}]"), found);
            }
        }
        (Value::Array(expected), Value::Array(actual)) => found.push(format!(
            "{path}: expected {} elements, got {}\n      expected {}\n      got      {}",
            expected.len(),
            actual.len(),
            Value::from(expected.clone()),
            actual_list(expected, actual),
        )),
        _ if expected == actual => {}
        _ => found.push(format!("{path}: expected {expected}, got {actual}")),
    }
}

/// The actual value cut down to the parts that the expected one looks at.
pub(crate) fn projected(expected: &Value, actual: &Value) -> Value {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            let kept = expected.iter().filter_map(|(key, expected)| {
                let actual = actual.get(key)?;
                Some((key.clone(), projected(expected, actual)))
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        (Value::Array(expected), Value::Array(actual)) => {
            let looked_at = |index: usize| expected.get(index).or_else(|| expected.first());
            let kept = actual
                .iter()
                .enumerate()
                .map(|(index, actual)| match looked_at(index) {
                    Some(expected) => projected(expected, actual),
                    None => actual.clone(),
                });
            Value::Array(kept.collect())
        }
        _ => actual.clone(),
    }
}

fn actual_list(expected: &[Value], actual: &[Value]) -> Value {
    projected(
        &Value::from(expected.to_vec()),
        &Value::from(actual.to_vec()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(expected: &Value, actual: &Value) -> Vec<String> {
        let mut found = Vec::new();
        differences(expected, actual, "report", &mut found);
        found
    }

    #[test]
    fn objects_may_have_more_and_lists_may_not() {
        let actual = json!({"verdict": "fail", "roles": [{"calls": 1, "name": "a"}, {"calls": 2, "name": "b"}]});
        assert!(lines(&json!({"roles": [{"calls": 1}, {"name": "b"}]}), &actual).is_empty());
        assert_eq!(lines(&json!({"roles": []}), &actual).len(), 1);
        assert_eq!(
            lines(&json!({"roles": [{"calls": 1}, {"calls": 1}]}), &actual),
            ["report.roles[1].calls: expected 1, got 2"]
        );
        assert_eq!(
            lines(&json!({"verdicts": 1}), &actual),
            ["report.verdicts: expected 1, got nothing"]
        );
    }

    #[test]
    fn updates_keep_which_parts_are_looked_at() {
        let actual = json!({"verdict": "fail", "roles": [{"calls": 1, "name": "a"}, {"calls": 2, "name": "b"}]});
        let expected = json!({"roles": [{"calls": 7}]});
        assert_eq!(
            projected(&expected, &actual),
            json!({"roles": [{"calls": 1}, {"calls": 2}]})
        );
    }
}
