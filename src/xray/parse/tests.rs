use super::*;
use std::time::{Duration, Instant};

fn nested(levels: usize) -> String {
    format!(
        r#"{}{{"name":"x"}}{}"#,
        r#"{"name":"x","subsegments":["#.repeat(levels),
        "]}".repeat(levels)
    )
}

#[test]
fn nodes_come_after_the_nodes_that_contain_them() {
    let text = nested(100);
    let document = Document::parse(&text).unwrap();
    assert_eq!(document.nodes.len(), 101);
    for (position, node) in document.nodes.iter().enumerate() {
        assert_eq!(node.parent, position.checked_sub(1));
        assert_eq!(node.name, "x");
    }
}

#[test]
fn times_in_every_form() {
    for (text, expected) in [
        ("1.521422240428E9", Some("2018-03-19T01:17:20.428Z")),
        ("1692293788.127201", Some("2023-08-17T17:36:28.127201Z")),
        ("1500000000", Some("2017-07-14T02:40:00Z")),
        ("\"1.5E9\"", Some("2017-07-14T02:40:00Z")),
        ("-1", Some("1970-01-01T00:00:00Z")),
        ("1e300", Some("5138-11-16T09:46:40Z")),
        ("null", None),
        ("{}", Some("1970-01-01T00:00:00Z")),
        ("true", Some("1970-01-01T00:00:00Z")),
        ("\"NaN\"", Some("1970-01-01T00:00:00Z")),
        ("\"yesterday\"", Some("1970-01-01T00:00:00Z")),
    ] {
        let text = format!(r#"{{"start_time": {text}}}"#);
        let document = Document::parse(&text).unwrap();
        let start = document.nodes[0].start.map(|start| start.to_string());
        assert_eq!(start.as_deref(), expected, "{text}");
    }
}

#[test]
fn subsegments_of_the_wrong_type_are_counted() {
    for (subsegments, nodes, malformed) in [
        ("null", 1, 0),
        ("[]", 1, 0),
        ("[null, 1, \"x\", [[]], true, {}]", 2, 5),
        ("\"x\"", 1, 1),
        ("{\"name\": \"x\"}", 2, 0),
        ("{\"0\": {\"name\": \"x\"}}", 2, 1),
    ] {
        let text = format!(r#"{{"id": "1", "subsegments": {subsegments}}}"#);
        let document = Document::parse(&text).unwrap();
        assert_eq!(
            (document.nodes.len(), document.malformed),
            (nodes, malformed),
            "{subsegments}"
        );
    }
}

#[test]
fn members_that_are_repeated_are_counted() {
    for (members, repeated) in [
        (r#""name": "x", "other": 1, "other": 2"#, 0),
        (r#""name": "x", "name": "y", "name": "z""#, 2),
        (r#""trace_id": "1", "trace_id": "2""#, 1),
        (r#""subsegments": [{"id": "1", "id": "1"}]"#, 1),
        (r#""subsegments": [], "subsegments": [{"aws": {}}]"#, 1),
        (r#""aws": {"operation": "A", "\u006fperation": "B"}"#, 1),
        (r#""aws": {}, "aws": {}"#, 1),
        (r#""aws": {"request": {"names": [{"a": 1, "a": 2}]}}"#, 1),
        (r#""http": {"response": {"status": 1, "status": 2}}"#, 1),
        (
            r#""metadata": {"default": {"rpc.system": "a", "rpc.system": "b"}}"#,
            1,
        ),
        (r#""metadata": {"default": {"mine": {"a": 1, "a": 2}}}"#, 0),
    ] {
        let text = format!("{{{members}}}");
        let document = Document::parse(&text).unwrap();
        assert_eq!(document.malformed, repeated, "{members}");
    }
}

#[test]
fn depth_is_bounded_and_takes_neither_stack_nor_time() {
    let text = nested(100_000);
    let begun = Instant::now();
    let document = Document::parse(&text).unwrap();
    assert_eq!(document.nodes.len(), MAX_LEVELS + 1);
    assert_eq!(document.beyond_limits, 1);
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    for open in [
        "[",
        "{\"a\":",
        "{\"subsegments\":[[",
        "{\"metadata\":{\"a\":[",
        "{\"name\":[",
    ] {
        assert!(Document::parse(&open.repeat(100_000)).is_err());
    }
}

#[test]
fn breadth_is_bounded() {
    let text = format!(
        r#"{{"name":"x","subsegments":[{}{{}}]}}"#,
        "{},".repeat(2 * MAX_NODES)
    );
    let document = Document::parse(&text).unwrap();
    assert_eq!(document.nodes.len(), MAX_NODES);
    assert_eq!(document.beyond_limits, (MAX_NODES + 2) as u64);
}
