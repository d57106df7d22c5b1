use super::super::{Limits, Node, Problem, Schema, Style, Value, parse};

const LIMITS: Limits = Limits {
    bytes: 1 << 16,
    depth: 16,
    values: 1000,
};

fn read(text: &str) -> Node {
    parse(text, Schema::Yaml11, LIMITS).unwrap().unwrap()
}

fn problem(text: &str) -> Problem {
    parse(text, Schema::Yaml11, LIMITS).unwrap_err().problem
}

#[test]
fn spans_are_bytes_whatever_the_letters() {
    let text = "\u{feff}# é\nä: [ö, {ü: \"ß\"}]\nb:\n  - c: d\n    e: f\n  - g\nh: |\n  text\n";
    let node = read(text);
    let at = |node: &Node| text[node.span()].to_owned();
    assert_eq!(at(node.get("ä").unwrap()), "[ö, {ü: \"ß\"}]");
    assert_eq!(at(&node.get("ä").unwrap().items()[0]), "ö");
    let list = node.get("b").unwrap();
    assert_eq!(at(&list.items()[0]), "c: d\n    e: f");
    assert_eq!(
        (at(&list.items()[1]), list.style),
        ("g".into(), Style::Indented)
    );
    let (key, _) = &node.members()[2];
    assert_eq!(&text[key.span.clone()], "h");
    assert_eq!(node.get("h").unwrap().as_text(), Some("text\n"));
}

#[test]
fn the_schema_says_what_words_are() {
    let words =
        "[yes, Off, 017, 0x1F, 012345678901, 123456789012, 1.5, 2012-10-17, '017', ~, !!str 5]";
    let told = |schema| {
        let node = parse(words, schema, LIMITS).unwrap().unwrap();
        let shown = node.items().iter().map(|node| match &node.value {
            Value::Null => "null".to_owned(),
            Value::Bool(is_true) => format!("bool {is_true}"),
            Value::Number(number) => format!("number {number}"),
            Value::Text(text) => text.clone(),
            Value::List(_) | Value::Map(_) => unreachable!(),
        });
        shown.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        told(Schema::Yaml11),
        "bool true, bool false, number 15, number 31, 012345678901, number 123456789012, number 1.5, 2012-10-17, 017, null, 5"
    );
    assert_eq!(
        told(Schema::Core),
        "yes, Off, 017, 0x1F, 012345678901, number 123456789012, number 1.5, 2012-10-17, 017, null, 5"
    );
}

#[test]
fn aliases_and_merge_keys_are_what_they_stand_for() {
    let node =
        read("base: &b {x: 1, y: 2}\none: *b\ntwo:\n  <<: *b\n  y: 3\nthree: {<<: [*b, {z: 4}]}\n");
    assert_eq!(node.get("one"), node.get("base"));
    assert_eq!(
        node.get("two").unwrap().get("y").unwrap().to_text(),
        Some("3".into())
    );
    assert_eq!(
        node.get("two").unwrap().get("x").unwrap().to_text(),
        Some("1".into())
    );
    assert_eq!(node.get("three").unwrap().members().len(), 3);
}

#[test]
fn tags_are_kept_as_written() {
    let node = read("a: !Sub 'x'\nb: !If [A, !Ref B, c]\nc: !GetAtt\n  - A\n  - B\n");
    let tags: Vec<_> = node
        .members()
        .iter()
        .map(|(_, node)| node.tag.as_deref().unwrap())
        .collect();
    assert_eq!(tags, ["!Sub", "!If", "!GetAtt"]);
    assert_eq!(
        node.get("b").unwrap().items()[1].tag.as_deref(),
        Some("!Ref")
    );
}

#[test]
fn lines_within_brackets_may_begin_in_any_column() {
    for (text, list) in [
        ("a: [\n  'x'\n]\nb: 1\n", "[\n  'x'\n]"),
        ("- a: [\nx, # y\n ]\n  b: 1\n", "[\nx, # y\n ]"),
        ("- a: !Join [\n  x,\n]\n  b: 1\n", "!Join [\n  x,\n]"),
        ("- a: &x {\ny: z\n}\n  b: 1\n", "&x {\ny: z\n}"),
        ("- a: [ 'x\ny' ] # z\n  b: 1\n", "[ 'x\ny' ]"),
    ] {
        let node = read(text);
        let map = if node.is_list() {
            &node.items()[0]
        } else {
            &node
        };
        assert_eq!(&text[map.get("a").unwrap().span()], list);
        assert_eq!(map.get("b").unwrap().to_text().as_deref(), Some("1"));
    }
}

#[test]
fn what_is_indented_is_so_with_a_tag_too() {
    let text = "a: !If # or\n  - x\n  - y\n# behind\nb: &c\n  d: e\n\n";
    let node = read(text);
    let at = |key| {
        let node = node.get(key).unwrap();
        (node.style, &text[node.span()])
    };
    assert_eq!(at("a"), (Style::Indented, "!If # or\n  - x\n  - y"));
    assert_eq!(at("b"), (Style::Indented, "&c\n  d: e"));
}

#[test]
fn text_in_lines_begins_with_its_mark() {
    for (text, whole) in [
        ("a: >-\n  x\n  y\nb: 1\n", ">-\n  x\n  y\n"),
        ("a: # is > it\n  |+2\n    x\n\nb: 1\n", "|+2\n    x\n\n"),
        ("a: !Sub | # >\n  x\n", "!Sub | # >\n  x\n"),
        ("a: &x >\n  x\n", "&x >\n  x\n"),
    ] {
        let node = read(text);
        assert_eq!(&text[node.get("a").unwrap().span()], whole);
    }
}

#[test]
fn json_is_read_as_json() {
    let text = "{\t\"a\": \"\\ud83d\\ude00\\/\", \"b\": [1, true, null]}";
    let node = read(text);
    assert_eq!(node.get("a").unwrap().as_text(), Some("😀/"));
    assert_eq!(&text[node.get("b").unwrap().span()], "[1, true, null]");
}

#[test]
fn what_is_hostile_is_bounded() {
    assert!(matches!(
        problem(&"a".repeat(1 << 17)),
        Problem::TooLarge(..)
    ));
    assert!(matches!(problem(&"[".repeat(5000)), Problem::TooDeep(_)));
    assert!(matches!(problem(&"- ".repeat(5000)), Problem::TooDeep(_)));
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..12 {
        let list = vec![format!("*a{}", at - 1); 8].join(", ");
        laughs.push_str(
            &[
                "a",
                &at.to_string(),
                ": &a",
                &at.to_string(),
                " [",
                &list,
                "]\n",
            ]
            .concat(),
        );
    }
    assert!(matches!(problem(&laughs), Problem::TooMany(_)));
    assert!(matches!(problem("a: 1\na: 2"), Problem::DuplicateKey(_)));
    assert!(matches!(problem("? [a]\n: 1"), Problem::BadKey));
    assert!(matches!(
        problem("a: 1\n---\nb: 2"),
        Problem::SecondDocument
    ));
    assert!(matches!(
        problem("{\"a\": 1, \"a\": 2}"),
        Problem::DuplicateKey(_)
    ));
    assert!(matches!(problem("<<: 3"), Problem::BadMerge));
    assert!(matches!(problem("a: *b"), Problem::NotYaml(_)));
    assert!(matches!(problem("a: &a [*a]"), Problem::BadAlias));
}
