//! The tables of `docs/settings.md`: flags as `--help` has them, keys as the configuration's schema has them.

use super::help::{Flag, flags};
use crate::program;
use crate::snapshots::assert_is_snapshot_at;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const PAGE: &str = "docs/settings.md";
const FLAGS: &str = "<!-- flags: ";
const KEYS: &str = "<!-- keys -->";
const PLACES: &str = "<!-- places -->";
const END: &str = "<!-- end -->";

fn printed(arguments: &[&str]) -> String {
    let ran = program::command(arguments).output();
    let ran = ran.expect("the program runs");
    assert_eq!(ran.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(ran.stdout).expect("it prints UTF-8")
}

fn table_of_flags(command: &str) -> String {
    let help = printed(&[command, "--help"]);
    let flags = flags(&help);
    assert!(!flags.is_empty(), "{help}");
    let rows: String = flags.iter().map(Flag::row).collect();
    format!("| flag | |\n|---|---|\n{rows}")
}

fn schema() -> Value {
    let schema = printed(&["schema", "config"]);
    serde_json::from_str(&schema).expect("the schema is JSON")
}

fn table_of_keys() -> String {
    let schema = schema();
    let keys = schema["properties"].as_object().expect("it has properties");
    let mut table = "| key | |\n|---|---|\n".to_owned();
    for (key, value) in keys {
        let text = value["description"].as_str().unwrap_or_default();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!text.is_empty(), "{key} is described");
        let text = text.replace('|', "\\|");
        writeln!(table, "| `{key}` | {text} |").expect("a text can be written to");
    }
    table
}

/// The inputs of the Action, by name.
pub(crate) fn inputs() -> Vec<String> {
    let action = super::read("action.yml");
    let lines = action.lines().skip_while(|line| *line != "inputs:").skip(1);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with(' '));
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    let names = names.filter(|name| !name.starts_with(' '));
    names.map(str::to_owned).collect()
}

/// Where each setting of the gate can be said: as a flag, as an input, in the configuration.
fn table_of_places() -> String {
    let flags = flags(&printed(&["gate", "--help"]));
    let long = flags
        .iter()
        .filter_map(|flag| flag.spec.split_once("--").map(|(_, rest)| rest));
    let long = long.map(|rest| rest.split(' ').next().unwrap_or(rest).to_owned());
    let keys = schema()["properties"].as_object().cloned();
    let keys = keys.expect("it has properties").into_iter();
    let places: [BTreeSet<String>; 3] = [
        long.collect(),
        inputs().into_iter().collect(),
        keys.map(|(key, _)| key).collect(),
    ];
    assert!(places.iter().all(|place| place.len() >= 20), "{places:?}");
    let all: BTreeSet<&String> = places.iter().flatten().collect();
    let mut table = "| setting | flag | input | key |\n|---|---|---|---|\n".to_owned();
    for setting in all {
        let cells = places.each_ref().map(|place| place.contains(setting));
        let [flag, input, key] = cells.map(|is_there| if is_there { "yes" } else { "" });
        writeln!(table, "| `{setting}` | {flag} | {input} | {key} |").expect("it is a text");
    }
    table
}

/// The page with every table as it is now.
fn anew(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(at) = [FLAGS, KEYS, PLACES]
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()
    {
        let (before, marked) = rest.split_at(at);
        let (mark, after) = marked.split_once('\n').expect("a mark is a line");
        let (_, after) = after.split_once(END).expect("a table has an end");
        let command = mark
            .strip_prefix(FLAGS)
            .and_then(|rest| rest.strip_suffix(" -->"));
        let table = match command {
            Some(command) => table_of_flags(command),
            None if mark == PLACES => table_of_places(),
            None => table_of_keys(),
        };
        text.extend([before, mark, "\n", &table, END]);
        rest = after;
    }
    text + rest
}

#[test]
fn the_settings_are_those_that_the_program_has() {
    let page = super::read(PAGE);
    let help = printed(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    // What follows a line that is too long is indented further.
    let commands = commands.filter(|line| !line.starts_with("   "));
    let names = commands.filter_map(|line| line.split_whitespace().next());
    for command in names.filter(|name| *name != "help") {
        assert!(
            page.contains(&format!("{FLAGS}{command} -->")),
            "{command} has a table"
        );
    }
    for mark in [KEYS, PLACES] {
        assert!(page.contains(mark), "{mark}");
    }
    assert_is_snapshot_at(&super::page::project(PAGE), &anew(&page));
}
