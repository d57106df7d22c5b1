//! Any text as a policy document: no panic, spans that fit the text, and a decision that names statements that are there.

#![no_main]

use aws_least_privilege::iam::PolicyDocument;
use aws_least_privilege::iam::evaluate::decide;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let policy = match PolicyDocument::parse(text, "fuzzed") {
        Ok(policy) => policy,
        Err(error) => {
            assert!(text.get(error.span().range()).is_some(), "{error}");
            return;
        }
    };
    for statement in &policy.statements {
        assert!(policy.source[statement.span.range()].starts_with('{'));
        let actions = statement
            .actions
            .patterns()
            .iter()
            .map(|action| action.span);
        let resources = statement
            .resources
            .patterns()
            .iter()
            .map(|resource| resource.span);
        for span in actions.chain(resources) {
            assert!(policy.source[span.range()].starts_with('"'));
        }
    }
    let action = "s3:GetObject".parse().expect("it is an action");
    for place in decide(&[&policy], &action, "arn:aws:s3:::bucket/key").statements {
        assert!(place.statement < policy.statements.len());
    }
});
