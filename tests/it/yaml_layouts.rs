//! Lists and maps in brackets, laid out in the many ways that people have, are read as PyYAML reads them.

use crate::pip;
use aws_least_privilege::yaml::{self, Limits, Node, Schema, Value as Element};
use fastrand::Rng;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;

/// Those of the SAM translator, among which PyYAML is.
const REQUIREMENTS: &str = include_str!("../sam/requirements.txt");

const DOCUMENTS: u64 = 4000;

/// Every scalar as text, with its tag; nothing for what PyYAML refuses.
const READ: &str = "
import json, sys, yaml
def plain(node):
    tag = node.tag if node.tag.startswith('!') else None
    if isinstance(node, yaml.ScalarNode):
        value = node.value
    elif isinstance(node, yaml.SequenceNode):
        value = [plain(item) for item in node.value]
    else:
        value = {key.value: plain(value) for key, value in node.value}
    return {tag: value} if tag else value
def read(text):
    try:
        return [plain(yaml.compose(text, Loader=yaml.BaseLoader))]
    except yaml.YAMLError:
        return None
json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
";

const WORDS: [&str; 10] = [
    "Orders",
    "s3:GetObject",
    "arn:aws:s3:::orders/*",
    "'*'",
    "\"a \\\" b\"",
    "'it''s, [not] # one'",
    "${Orders.Arn}/index",
    "-x",
    "\"two\n words\"",
    "two\n words",
];

struct Writer(Rng);

impl Writer {
    fn pick(&mut self, of: &[&str]) -> String {
        of[self.0.usize(0..of.len())].to_owned()
    }

    /// White space between two tokens, where a line may end.
    fn space(&mut self) -> String {
        let line = |random: &mut Rng| " ".repeat(random.usize(0..7));
        match self.0.u8(0..8) {
            0..=2 => String::new(),
            3 => " ".to_owned(),
            4 | 5 => format!("\n{}", line(&mut self.0)),
            6 => format!(" # ] é, {{\n{}", line(&mut self.0)),
            _ => format!("\n\n{}", line(&mut self.0)),
        }
    }

    fn word(&mut self) -> String {
        let tag = self.pick(&["", "", "", "!Ref ", "!Sub "]);
        let word = self.pick(&WORDS);
        // In a line that is further in than any key, and nowhere else.
        let pad = format!("\n{}", " ".repeat(self.0.usize(0..9)));
        format!("{tag}{}", word.replace('\n', &pad))
    }

    fn value(&mut self, depth: usize) -> String {
        match self.0.u8(0..8) {
            0 | 1 if depth < 3 => self.brackets(depth + 1),
            _ => self.word(),
        }
    }

    fn brackets(&mut self, depth: usize) -> String {
        let tag = self.pick(&["", "", "!Join ", "!If "]);
        let is_list = self.0.bool();
        let mut text = format!("{tag}{}", if is_list { "[" } else { "{" });
        let count = self.0.usize(0..4);
        for place in 0..count {
            text.push_str(&self.space());
            if !is_list {
                text.push_str(&["k", &place.to_string(), ":"].concat());
                let space = self.space();
                text.push_str(if space.is_empty() { " " } else { &space });
            }
            text.push_str(&self.value(depth));
            text.push_str(&self.space());
            if place + 1 < count || self.0.u8(0..4) == 0 {
                text.push(',');
                text.push(' ');
            }
        }
        text.push_str(&self.space());
        text.push(if is_list { ']' } else { '}' });
        text
    }

    fn document(&mut self) -> String {
        let own = self.brackets(0);
        let comment = self.pick(&["", " # é"]);
        match self.0.u8(0..4) {
            0 => format!("Policies: {own}{comment}\nNext: 1\n"),
            1 => format!("R:\n  Policies: {own}{comment}\n  Next: 1\n"),
            2 => format!("- Policies: {own}{comment}\n  Next: 1\n- b\n"),
            _ => format!("R:\n- {own}{comment}\n-\n  - {}\n", self.brackets(0)),
        }
    }
}

fn plain(node: &Node) -> Value {
    let value = match &node.value {
        Element::Null | Element::Bool(_) | Element::Number(_) | Element::Text(_) => {
            json!(node.to_text().unwrap_or_default())
        }
        Element::List(items) => items.iter().map(plain).collect(),
        Element::Map(members) => members
            .iter()
            .map(|(key, node)| (key.text.clone(), plain(node)))
            .collect(),
    };
    match &node.tag {
        Some(tag) => json!({tag: value}),
        None => value,
    }
}

/// Each value in brackets is where its brackets are.
fn check_places(node: &Node, text: &str) {
    let own = &text[node.span()];
    let own = match &node.tag {
        Some(tag) => own.strip_prefix(tag.as_str()).expect(text).trim_start(),
        None => own,
    };
    match (&node.value, node.style) {
        (Element::List(items), style) => {
            if style == yaml::Style::Flow {
                assert!(
                    own.starts_with('[') && own.ends_with(']'),
                    "{own}\nof {text}"
                );
            }
            for item in items {
                check_places(item, text);
            }
        }
        (Element::Map(members), style) => {
            if style == yaml::Style::Flow {
                assert!(
                    own.starts_with('{') && own.ends_with('}'),
                    "{own}\nof {text}"
                );
            }
            for (key, node) in members {
                assert_eq!(text[key.span.clone()], key.text);
                check_places(node, text);
            }
        }
        (Element::Text(word), yaml::Style::Plain) => {
            let one_line = own.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(one_line, *word, "of {text}");
        }
        (_, yaml::Style::SingleQuoted) => {
            assert!(
                own.starts_with('\'') && own.ends_with('\''),
                "{own}\nof {text}"
            );
        }
        (_, yaml::Style::DoubleQuoted) => {
            assert!(
                own.starts_with('"') && own.ends_with('"'),
                "{own}\nof {text}"
            );
        }
        _ => {}
    }
}

#[test]
fn brackets_are_read_as_pyyaml_reads_them() {
    let documents = (0..DOCUMENTS).map(|seed| Writer(Rng::with_seed(seed)).document());
    let documents: Vec<String> = documents.collect();
    let mut python = pip::python()
        .env(
            "PYTHONPATH",
            pip::installed("aws-sam-translator", REQUIREMENTS),
        )
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-c", READ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| pip::no_python("PyYAML", &error));
    let input = serde_json::to_vec(&documents).expect("it is text");
    let mut stdin = python.stdin.take().expect("it is piped");
    stdin.write_all(&input).expect("Python reads it");
    drop(stdin);
    let output = python.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "Python failed");
    let theirs: Vec<Option<[Value; 1]>> =
        serde_json::from_slice(&output.stdout).expect("it prints JSON");

    let limits = Limits {
        bytes: 1 << 20,
        depth: 64,
        values: 10_000,
    };
    let mut read = 0;
    for (text, theirs) in documents.iter().zip(&theirs) {
        let Some([theirs]) = theirs else { continue };
        read += 1;
        let node = yaml::parse(text, Schema::Yaml11, limits)
            .unwrap_or_else(|error| panic!("{error} at {:?}\nof {text}", error.span))
            .expect("it has a document");
        assert_eq!(plain(&node), *theirs, "of {text}");
        check_places(&node, text);
    }
    assert!(read * 4 > documents.len() * 3, "PyYAML reads {read} alone");
}
