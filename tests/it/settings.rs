//! The table of settings and the places where each can be said: flags, inputs, `action.yml`, the configuration and what takes effect
//! have each setting of the table, no other, and the default that the table gives it.

use crate::{docs, program, workflows};
use aws_least_privilege::settings::action::Action;
use aws_least_privilege::settings::effective::resolve;
use aws_least_privilege::settings::flags::Cli;
use aws_least_privilege::settings::inputs::Inputs;
use aws_least_privilege::settings::table::{Input, Setting, settings};
use aws_least_privilege::settings::thresholds::Thresholds;
use aws_least_privilege::settings::time;
use clap::{Arg, Command, CommandFactory as _};
use std::collections::{BTreeMap, BTreeSet};

fn names(is_meant: impl Fn(&Setting) -> bool) -> BTreeSet<String> {
    let all = settings().into_iter().filter(is_meant);
    all.map(|setting| setting.name.to_owned()).collect()
}

/// The flags of a command, by name.
fn flags(command: &Command) -> BTreeMap<String, &Arg> {
    let flags = command.get_arguments();
    let named = flags.filter_map(|flag| Some((flag.get_long()?.to_owned(), flag)));
    named
        .filter(|(name, _)| !["help", "version"].contains(&name.as_str()))
        .collect()
}

fn commands() -> Command {
    let mut cli = Cli::command();
    cli.build();
    cli
}

/// The default that the help of a flag shows.
fn shown_default(flag: &Arg) -> Option<String> {
    let given = flag.get_default_values().first();
    let given = given.filter(|_| flag.get_action().takes_values());
    let given = given.map(|value| value.to_string_lossy().into_owned());
    let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
    let said = help
        .split_once("[default: ")
        .and_then(|(_, rest)| rest.split_once(']'));
    given.or(said.map(|(default, _)| default.to_owned()))
}

#[test]
fn each_setting_stands_once_in_the_table() {
    let all = settings();
    assert_eq!(names(|_| true).len(), all.len(), "{all:?}");
}

#[test]
fn the_gate_has_the_flags_of_the_table() {
    let cli = commands();
    let gate = cli.find_subcommand("gate").expect("it is a command");
    let flags: BTreeSet<String> = flags(gate).into_keys().collect();
    assert_eq!(flags, names(Setting::is_flag));
}

#[test]
fn flags_show_the_defaults_of_the_table() {
    let cli = commands();
    for command in ["gate", "explain", "doctor"] {
        let flags = flags(cli.find_subcommand(command).expect("it is a command"));
        for setting in settings() {
            let Some(flag) = flags.get(setting.name) else {
                continue;
            };
            let shown = shown_default(flag);
            match (&setting.default, &shown) {
                // A switch is off where it is not given.
                (Some(default), None) => assert_eq!(default, "false", "{command} {setting:?}"),
                (Some(default), Some(shown)) => assert!(
                    shown.split([' ', ',']).any(|word| word == default),
                    "{command} {setting:?} shows {shown}"
                ),
                (None, shown) => assert_eq!(*shown, None, "{command} {setting:?}"),
            }
        }
    }
}

#[test]
fn the_action_has_the_inputs_of_the_table_with_its_words_and_defaults() {
    let inputs = workflows::inputs();
    let described: BTreeSet<String> = inputs.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(described, names(|setting| setting.input().is_some()));
    let cli = commands();
    let flags = flags(cli.find_subcommand("gate").expect("it is a command"));
    for setting in settings() {
        let Some(input) = setting.input() else {
            continue;
        };
        let (_, text) = inputs
            .iter()
            .find(|(name, _)| name == setting.name)
            .expect("it is described");
        if let Some(default) = &setting.default {
            let said = format!("mpty is {default}");
            assert!(text.contains(&said), "{}: {said}: {text}", setting.name);
        }
        if input == Input::Word {
            let flag = flags.get(setting.name).expect("a word is a flag's");
            let words = flag.get_possible_values();
            let words = words.iter().map(clap::builder::PossibleValue::get_name);
            let said = format!("One of {};", words.collect::<Vec<_>>().join(", "));
            assert!(text.contains(&said), "{}: {said}: {text}", setting.name);
        }
    }
}

#[test]
fn the_configuration_has_the_keys_of_the_table() {
    let ran = program::command(&["schema", "config"]).output();
    let printed = ran.expect("the program runs").stdout;
    let schema: serde_json::Value = serde_json::from_slice(&printed).expect("it is JSON");
    let keys = schema["properties"].as_object().expect("it has keys");
    let keys: BTreeSet<String> = keys.keys().cloned().collect();
    assert_eq!(keys, names(|setting| setting.is_key));
}

#[test]
fn what_takes_effect_is_told_of_every_setting_that_can_be_given_and_configured() {
    let nothing = |_: &str| None;
    let action = Action::read(Inputs::new(&nothing), false).expect("nothing is wrong with it");
    let effective = resolve(&action.gate, None);
    assert_eq!(effective.thresholds, Thresholds::default());
    let told: BTreeMap<String, &String> = effective
        .settings
        .iter()
        .map(|setting| (setting.name.to_owned(), &setting.value))
        .collect();
    let expected = names(|setting| setting.is_flag() && setting.is_key);
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for setting in settings() {
        let (Some(value), Some(default)) = (told.get(setting.name), setting.default.clone()) else {
            continue;
        };
        let default = match setting.input() {
            Some(Input::Length) => time::minutes(&default).expect("it is a length").to_string(),
            _ => default,
        };
        assert_eq!(**value, default, "{}", setting.name);
    }
    let beside: BTreeSet<String> = action
        .settings
        .iter()
        .map(|setting| setting.name.to_owned())
        .collect();
    let expected =
        names(|setting| setting.input() == Some(Input::Beside) && setting.name != "evidence-file");
    assert_eq!(beside, expected);
}

#[test]
fn every_setting_that_a_page_can_explain_is_explained() {
    let page = docs::read("docs/settings.md");
    for setting in settings() {
        let row = format!("| `{}` |", setting.name);
        assert!(page.contains(&row), "docs/settings.md: {row}");
    }
}

/// The comment shows this command, so that it is the same from run to run and from version to version.
#[test]
fn the_action_makes_its_command_of_the_inputs_in_one_order() {
    let typed = |window: &[&str]| {
        let asked = |name: &str| {
            let name = name.strip_prefix("INPUT_")?.to_lowercase();
            let value = match name.as_str() {
                "parameter" => "Stage=a,b",
                "time-range" => "1d",
                "min-traces" => "7",
                "fail-on" => "low",
                "scope" => "new",
                "on-inconclusive" => "warn",
                "traces" | "filter" if !window.contains(&name.as_str()) => return None,
                "evidence-file" | "comment" | "suggest" => return None,
                _ => "x",
            };
            let is_live = name != "time-range" || window.contains(&"time-range");
            is_live.then(|| value.to_owned())
        };
        let action = Action::read(Inputs::new(&asked), false).expect("nothing is wrong with it");
        action.typed.join(" ")
    };
    let targets = "--stack=x --function=x --role=x --policy-file=x --base-policy-file=x";
    let judged = "--min-traces=7 --fail-on=low --scope=new --on-inconclusive=warn";
    assert_eq!(
        typed(&["traces"]),
        format!("{targets} --traces=x --parameter=Stage=a,b --region=x --config=x {judged}")
    );
    assert_eq!(
        typed(&["time-range", "filter"]),
        format!(
            "{targets} --parameter=Stage=a,b --region=x --config=x --filter=x --time-range=1440 {judged}"
        )
    );
}

#[test]
fn a_timeout_out_of_bounds_is_refused_with_the_bounds() {
    let told = |timeout: &str| {
        let ran = program::command(&["gate", "--timeout", timeout])
            .output()
            .expect("the program runs");
        assert_eq!(ran.status.code(), Some(2), "{timeout}");
        String::from_utf8_lossy(&ran.stderr).into_owned()
    };
    for timeout in ["0", "25h", "99999999999999h", "99999999999999999999999d"] {
        let stderr = told(timeout);
        assert!(stderr.contains("it must be from 1s to 1d"), "{stderr}");
    }
    for timeout in ["", "h", "1w", "1.5h", "soon"] {
        let stderr = told(timeout);
        assert!(stderr.contains("15, 90s, 1h, 1d"), "{stderr}");
    }
}
