use super::super::window::CHUNK;
use super::*;

/// A source that returns one byte at a time, so that the buffer ends once at every position.
struct Trickle<'b>(&'b [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match (self.0.split_first(), buffer.first_mut()) {
            (Some((byte, rest)), Some(slot)) => {
                *slot = *byte;
                self.0 = rest;
                Ok(1)
            }
            _ => Ok(0),
        }
    }
}

fn parts(source: impl Read, limit: usize) -> Vec<(u64, String)> {
    let mut splitter = Splitter::new(source, limit);
    let mut parts = Vec::new();
    while let Some((line, part)) = splitter.next_part().unwrap() {
        let text = match part {
            Part::Object(bytes) | Part::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            other @ (Part::TooLarge | Part::Truncated | Part::Stray | Part::Broken) => {
                format!("{other:?}")
            }
        };
        parts.push((line, text));
    }
    parts
}

#[test]
fn items_stand_at_the_top_in_arrays_and_in_responses() {
    for (text, expected) in [
        (
            r#"{"a":"}\""}{"b":[{}]}"#,
            vec![(1, r#"{"a":"}\""}"#), (1, r#"{"b":[{}]}"#)],
        ),
        (
            "[{},\n\"x\\\"y\",[{\"c\":1}]]",
            vec![(1, "{}"), (2, r#""x\"y""#), (2, r#"{"c":1}"#)],
        ),
        (
            r#"{"h":"Traces","Traces" : [{"i":1},{"i":2}],"t":3}"#,
            vec![
                (1, r#"{"i":1}"#),
                (1, r#"{"i":2}"#),
                (1, r#"{"h":"Traces","Traces" : [],"t":3}"#),
            ],
        ),
        (r#"{"Traces":null}"#, vec![(1, r#"{"Traces":null}"#)]),
        (
            r#"{"x":{"Traces":[{}]}}"#,
            vec![(1, r#"{"x":{"Traces":[{}]}}"#)],
        ),
        (
            r#"{"Traces":[{"a":1}],"TraceSegmentDocuments":[{"b":1}]}"#,
            vec![
                (1, r#"{"a":1}"#),
                (1, r#"{"b":1}"#),
                (1, r#"{"Traces":[],"TraceSegmentDocuments":[]}"#),
            ],
        ),
        (
            r#"{"Traces":[{"a":1}"#,
            vec![(1, r#"{"a":1}"#), (1, "Truncated")],
        ),
        (
            "{\"a\":\n{\"b\":1}\n",
            vec![(1, "Broken"), (2, r#"{"b":1}"#)],
        ),
        ("{\"a\n{\"b\":1}\n", vec![(1, "Broken"), (2, r#"{"b":1}"#)]),
        (
            "{\n\"a\": {\n\"b\":1}}",
            vec![(1, "{\n\"a\": {\n\"b\":1}}")],
        ),
        (
            "[1,{\"a\":1}]\nx y\n{}",
            vec![(1, "Stray"), (1, r#"{"a":1}"#), (2, "Stray"), (3, "{}")],
        ),
    ] {
        let expected: Vec<(u64, String)> = expected
            .into_iter()
            .map(|(line, part)| (line, part.to_owned()))
            .collect();
        assert_eq!(parts(text.as_bytes(), 1000), expected, "{text}");
        assert_eq!(
            parts(Trickle(text.as_bytes()), 1000),
            expected,
            "{text} byte by byte"
        );
    }
}

#[test]
fn an_item_over_the_limit_is_skipped() {
    let long = "x".repeat(3 * CHUNK);
    let text = format!("{{\"a\":\"{long}\"}}\n{{\"b\":1}}\n[\"{long}\",{{}}]");
    let expected: Vec<(u64, String)> = [
        (1, "TooLarge"),
        (2, r#"{"b":1}"#),
        (3, "TooLarge"),
        (3, "{}"),
    ]
    .map(|(line, part)| (line, part.to_owned()))
    .into();
    assert_eq!(parts(text.as_bytes(), CHUNK), expected);
}

#[test]
fn deep_nesting_takes_no_stack() {
    let deep = "[".repeat(1_000_000);
    assert_eq!(
        parts(deep.as_bytes(), 1 << 20).last().unwrap().1,
        "Truncated"
    );
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(parts(deep.as_bytes(), 1 << 20), [(1, deep.clone())]);
}
