//! Values that no recorder writes, through the real program: a member that is there twice, a time that cannot be.

use crate::gaps::{Ran, arn, call, document, gate, policy, response, trace};
use serde_json::{Value, json};

const ITEMS: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/items";

/// A document with the call that would acquit.
fn puts() -> String {
    let table = json!({"table_name": "items", "region": "eu-west-1"});
    document(9_001, &arn("one"), call("DynamoDB", "PutItem", &table))
}

fn judged(traces: &str) -> Ran {
    let mut granted: Value = serde_json::from_str(&policy(&[])).expect("JSON");
    let puts = json!({"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": ITEMS});
    granted["Statement"]
        .as_array_mut()
        .expect("a list")
        .push(puts);
    gate(
        traces,
        &granted.to_string(),
        &["--function", "one", "--fail-on", "low"],
    )
}

fn with_document(document: &str) -> String {
    response(&["one"], &[trace(9_001, &[document.to_owned()])])
}

fn with_once(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old} in {text}");
    text.replacen(old, new, 1)
}

#[test]
fn a_member_that_is_there_twice_is_a_gap() {
    let plain = judged(&with_document(&puts()));
    assert_eq!(
        (plain.code, plain.reasons()),
        (Some(0), vec![]),
        "{}",
        plain.stdout
    );
    let empty = document(9_001, &arn("one"), json!([]));
    let member = |old: &str, new: &str| with_document(&with_once(&puts(), old, new));
    let whole = with_document(&puts());
    let held = json!({"Document": puts()}).to_string();
    let other = json!({"Document": empty}).to_string();
    let held = &held[1..held.len() - 1];
    for (what, traces) in [
        (
            "subsegments",
            member("\"subsegments\"", "\"subsegments\":[],\"subsegments\""),
        ),
        (
            "operation",
            member(
                "\"operation\":\"PutItem\"",
                "\"operation\":\"PutItem\",\"operation\":\"GetItem\"",
            ),
        ),
        (
            "operation, escaped",
            member(
                "\"operation\":\"PutItem\"",
                "\"operation\":\"PutItem\",\"\\u006fperation\":\"GetItem\"",
            ),
        ),
        (
            "aws",
            member(
                "\"aws\":{\"operation\"",
                "\"aws\":{},\"aws\":{\"operation\"",
            ),
        ),
        (
            "namespace",
            member(
                "\"namespace\":\"aws\"",
                "\"namespace\":\"aws\",\"namespace\":\"aws\"",
            ),
        ),
        (
            "Document",
            with_once(
                &whole,
                held,
                &format!("{held},{}", &other[1..other.len() - 1]),
            ),
        ),
        (
            "Segments",
            with_once(&whole, "\"Segments\":[", "\"Segments\":[],\"Segments\":["),
        ),
        (
            "Traces",
            with_once(&whole, "\"Traces\":[", "\"Traces\":[],\"Traces\":["),
        ),
        (
            "UnprocessedTraceIds",
            with_once(
                &whole,
                "\"UnprocessedTraceIds\"",
                "\"UnprocessedTraceIds\":[],\"UnprocessedTraceIds\"",
            ),
        ),
    ] {
        let ran = judged(&traces);
        assert_eq!(
            ran.reasons(),
            ["malformed"],
            "{what}: {}{}",
            ran.stdout,
            ran.stderr
        );
        // What may have been lost acquits nobody and convicts nobody.
        assert!(matches!(ran.code, Some(0 | 4)), "{what}: {}", ran.stdout);
    }
    let ran = judged(&member(
        "\"operation\":\"PutItem\"",
        "\"operation\":\"PutItem\",\"operation\":\"GetItem\"",
    ));
    assert_eq!(ran.code, Some(4), "{}", ran.stdout);
    // What is not read may be there twice.
    let ran = judged(&member(
        "\"name\":\"DynamoDB\"",
        "\"name\":\"DynamoDB\",\"mine\":1,\"mine\":2",
    ));
    assert_eq!(
        (ran.code, ran.reasons()),
        (Some(0), vec![]),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_time_that_cannot_be_is_a_gap_and_its_document_counts_for_nothing() {
    let puts: Value = serde_json::from_str(&puts()).expect("JSON");
    let early = puts["start_time"].as_u64().expect("a time") - 100_000;
    for time in [
        json!("NaN"),
        json!("yesterday"),
        json!(true),
        json!({}),
        json!([]),
        json!(""),
    ] {
        for (place, member) in [
            ("", "start_time"),
            ("", "end_time"),
            ("/subsegments/0", "start_time"),
            ("/subsegments/0", "end_time"),
        ] {
            let mut wrong = puts.clone();
            wrong.pointer_mut(place).expect("a place")[member] = time.clone();
            impossible(&wrong);
        }
    }
    for place in ["", "/subsegments/0"] {
        let mut wrong = puts.clone();
        wrong.pointer_mut(place).expect("a place")["end_time"] = json!(early);
        impossible(&wrong);
        // A number may be written as text, and no time at all is none that cannot be.
        let mut right = puts.clone();
        right.pointer_mut(place).expect("a place")["start_time"] =
            json!(puts["start_time"].to_string());
        right.pointer_mut(place).expect("a place")["end_time"] = Value::Null;
        let ran = judged(&with_document(&right.to_string()));
        assert_eq!(
            (ran.code, ran.reasons()),
            (Some(0), vec![]),
            "{}",
            ran.stdout
        );
    }
}

fn impossible(document: &Value) {
    let ran = judged(&with_document(&document.to_string()));
    assert_eq!(
        ran.reasons(),
        ["impossible-time"],
        "{document}: {}",
        ran.stdout
    );
    assert_eq!(ran.code, Some(3), "{document}: {}", ran.stdout);
}
