//! The tables of `docs/settings.md`: flags as `--help` has them, keys as the configuration's schema has them.

use crate::program;
use crate::snapshots::assert_is_snapshot_at;
use serde_json::Value;
use std::fmt::Write as _;

const PAGE: &str = "docs/settings.md";
const FLAGS: &str = "<!-- flags: ";
const KEYS: &str = "<!-- keys -->";
const END: &str = "<!-- end -->";

fn printed(arguments: &[&str]) -> String {
    let ran = program::command(arguments).output();
    let ran = ran.expect("the program runs");
    assert_eq!(ran.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(ran.stdout).expect("it prints UTF-8")
}

/// A flag or argument of a help: how it is written, and what is said of it.
struct Flag {
    spec: String,
    text: String,
    values: Vec<String>,
}

impl Flag {
    fn row(&self) -> String {
        let values = match self.values.as_slice() {
            [] => String::new(),
            values => format!(". One of `{}`", values.join("`, `")),
        };
        let text = format!("{}{values}", self.text.trim());
        let (spec, text) = (self.spec.replace('|', "\\|"), text.replace('|', "\\|"));
        format!("| `{spec}` | {text} |\n")
    }
}

/// The flags and arguments that a help lists, but for `--help` itself.
fn flags(help: &str) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    let mut is_listed = false;
    let mut is_values = false;
    for line in help.lines() {
        if !line.is_empty() && !line.starts_with(' ') {
            is_listed = line == "Options:" || line == "Arguments:";
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        if !is_listed || line.is_empty() {
            continue;
        }
        let begins = line.starts_with('-') && !line.starts_with("- ");
        if indent <= 6 && (begins || line.starts_with(['<', '['])) {
            let (spec, text) = line.split_once("  ").unwrap_or((line, ""));
            is_values = false;
            flags.push(Flag {
                spec: spec.to_owned(),
                text: text.trim().to_owned(),
                values: Vec::new(),
            });
            continue;
        }
        let flag = flags.last_mut().expect("a flag comes first");
        match line.strip_prefix("- ") {
            Some(value) if is_values => {
                let name = value.split(':').next().unwrap_or(value);
                flag.values.push(name.to_owned());
            }
            _ if line == "Possible values:" => is_values = true,
            // The rest of what is said of a value.
            _ if is_values && !line.starts_with("[default") => {}
            _ => {
                flag.text.push(' ');
                flag.text.push_str(line);
            }
        }
    }
    flags.retain(|flag| !flag.spec.contains("--help"));
    flags
}

fn table_of_flags(command: &str) -> String {
    let help = printed(&[command, "--help"]);
    let flags = flags(&help);
    assert!(!flags.is_empty(), "{help}");
    let rows: String = flags.iter().map(Flag::row).collect();
    format!("| flag | |\n|---|---|\n{rows}")
}

fn table_of_keys() -> String {
    let schema = printed(&["schema", "config"]);
    let schema: Value = serde_json::from_str(&schema).expect("the schema is JSON");
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

/// The page with every table as it is now.
fn anew(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(at) = [FLAGS, KEYS]
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
        let table = command.map_or_else(table_of_keys, table_of_flags);
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
    assert!(page.contains(KEYS), "the configuration has a table");
    assert_is_snapshot_at(&super::page::project(PAGE), &anew(&page));
}
