//! Any text as a template: no panic, an end in bounded time, and places that are in the text.

#![no_main]

use aws_least_privilege::granted::template::{Templates, template_of};
use aws_least_privilege::template::Values;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;

fuzz_target!(|text: &str| {
    let Ok(Some(template)) = template_of(text, "fuzzed.yaml") else {
        return;
    };
    let templates = Templates::of(vec![template], &Values::default(), &BTreeSet::new());
    for own in &templates.templates {
        let Ok(found) = own.granted() else {
            continue;
        };
        for role in found.roles {
            let hosted = role.policies.first().expect("the template's own come first");
            for statement in &hosted.statements {
                assert!(text.get(statement.span.range()).is_some());
                assert!(text.get(statement.actions_span.range()).is_some());
            }
        }
    }
});
