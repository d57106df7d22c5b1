//! Inputs as people write them in YAML, and what is said of wrong ones.

use super::step::{Ran, Step};

/// Whether the log says that a setting has this value, from there.
fn says(ran: &Ran, setting: &str) -> bool {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    ran.stdout
        .lines()
        .any(|line| words(line).starts_with(setting))
}

#[test]
fn lists_are_split_at_commas_and_lines_and_empty_is_unset() {
    let ran = Step::of_the_shop("shop-role.fixed.json").run();
    ran.assert_code(0);
    assert!(
        ran.stdout
            .contains("Used by 3 functions: checkout (25 traces), notify"),
        "{}",
        ran.stdout
    );
    assert!(
        says(&ran, "function checkout, refunds, notify (input)"),
        "{}",
        ran.stdout
    );
    assert!(says(&ran, "fail-on medium (default)"), "{}", ran.stdout);
}

#[test]
fn a_wrong_value_names_the_input_and_what_is_allowed() {
    let wrong = [
        (
            "fail-on",
            "worst",
            "one of low, medium, high, critical, none",
        ),
        ("on-inconclusive", "pass", "one of fail, warn"),
        ("scope", "some", "one of all, new"),
        ("comment", "yes", "one of auto, always, on-failure, never"),
        (
            "time-range",
            "a day",
            "minutes, or a number with m, h or d behind it, at most 30d",
        ),
        (
            "time-range",
            "43201",
            "minutes, or a number with m, h or d behind it, at most 30d",
        ),
        ("min-traces", "-1", "a whole number from 0"),
        ("min-traces", "20.5", "a whole number from 0"),
        ("suggest", "yes", "true or false"),
        ("suggest", "1", "true or false"),
        (
            "comment-key",
            "a b",
            "1 to 64 letters, digits, dots, underscores and hyphens",
        ),
    ];
    for (input, value, allowed) in wrong {
        let ran = Step::of_the_shop("shop-role.fixed.json")
            .with(input, value)
            .run();
        ran.assert_code(2);
        let errors = ran.named("error");
        assert_eq!(errors.len(), 1, "{}", ran.stdout);
        assert_eq!(
            errors[0].data,
            format!("the input `{input}` is `{value}`; it must be {allowed}")
        );
        assert_eq!(ran.output("outcome").as_deref(), Some("error"));
        assert!(
            ran.summary.contains(input) && ran.summary.contains(allowed),
            "{}",
            ran.summary
        );
    }
}

#[test]
fn truths_are_those_of_yaml() {
    for (written, read) in [
        ("true", "true"),
        ("True", "true"),
        ("TRUE", "true"),
        ("false", "false"),
        ("False\n", "false"),
        ("", "true"),
    ] {
        let ran = Step::of_the_shop("shop-role.fixed.json")
            .with("suggest", written)
            .run();
        ran.assert_code(0);
        assert!(
            says(&ran, &format!("suggest {read} (")),
            "{written}: {}",
            ran.stdout
        );
    }
}

#[test]
fn what_is_reserved_is_an_error_that_says_so() {
    let ran = Step::of_the_shop("shop-role.fixed.json")
        .with("evidence-file", "evidence.json")
        .run();
    ran.assert_code(2);
    assert_eq!(
        ran.named("error")[0].data,
        "the input `evidence-file` is reserved for a later version"
    );
}

#[test]
fn inputs_that_exclude_each_other_are_named() {
    let ran = Step::of_the_shop("shop-role.fixed.json")
        .with("time-range", "60")
        .run();
    ran.assert_code(2);
    assert_eq!(
        ran.named("error")[0].data,
        "the inputs `traces` and `time-range` exclude each other"
    );
}

#[test]
fn inputs_are_passed_as_they_are() {
    // No shell, no option, no word that is split.
    for value in [
        "--help",
        "-v",
        "$(touch x)",
        "a b",
        "\"",
        "\\",
        "--function=x",
    ] {
        let ran = Step::of_the_shop("shop-role.json")
            .with("function", value)
            .run();
        ran.assert_code(2);
        assert!(
            ran.stdout
                .contains(&format!("the function `{value}` is in none of the traces")),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn arguments_win_over_inputs() {
    let ran = Step::of_the_shop("shop-role.json").run_with(&["--version"]);
    ran.assert_code(0);
    assert!(
        ran.stdout.starts_with("aws-least-privilege "),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.outputs(), []);
}
