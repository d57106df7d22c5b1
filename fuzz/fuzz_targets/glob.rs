//! Three texts, one a line: how two globs relate must agree with what they match.

#![no_main]

use aws_least_privilege::iam::Glob;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    if input.len() > 512 {
        return;
    }
    let mut lines = input.split('\n');
    let (Some(one), Some(two), Some(text)) = (lines.next(), lines.next(), lines.next()) else {
        return;
    };
    let (one, two) = (Glob::parse(one), Glob::parse(two));
    for glob in [&one, &two] {
        assert_eq!(&Glob::parse(&glob.to_string()), glob);
    }
    let (first, second) = (one.matches(text), two.matches(text));
    assert!(
        one.intersects(&two) || !(first && second),
        "a common text, and yet disjoint"
    );
    assert!(
        !one.covers(&two) || first || !second,
        "covered, and yet not matched"
    );
    if let Some(common) = one.intersection(&two) {
        let both = common.iter().any(|glob| glob.matches(text));
        assert_eq!(both, first && second);
    }
});
