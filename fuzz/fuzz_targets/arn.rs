//! Any text: an ARN reads back as itself, and a pattern of that text behaves.

#![no_main]

use aws_least_privilege::iam::{Arn, Glob, ResourcePattern, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(arn) = text.parse::<Arn>() {
        assert_eq!(arn.to_string(), text);
        let exactly = ResourcePattern::new(Glob::literal(text).to_string(), Version::V2012);
        assert!(
            !exactly.matches(text).is_no(),
            "a literal pattern rejects its own text"
        );
    }
    // Matching takes text times pattern steps; the reader of documents bounds both.
    if text.len() <= 2_048 {
        for version in [Version::V2008, Version::V2012] {
            let pattern = ResourcePattern::new(text, version);
            assert_eq!(pattern.text(), text);
            if pattern.matches(text).is_yes() {
                assert!(pattern.glob().matches(text), "it matches beyond its glob");
            }
        }
    }
});
