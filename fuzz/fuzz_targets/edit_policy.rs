//! Text that may be a policy in YAML, and bytes that choose what becomes of its statements: the editor refuses, or its edits fit
//! together.

#![no_main]

use aws_least_privilege::iam::edit::apply;
use aws_least_privilege::iam::edit::host::{Fate, Plain, Statements, Wanted};
use aws_least_privilege::yaml::{Limits, Schema, parse};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits {
    bytes: 1 << 14,
    depth: 32,
    values: 1000,
};

fn wanted(choice: u8) -> Wanted {
    let texts = ["s3:GetObject", "*", "it's", "a: b #c", "\u{e9}"];
    let list = |from: u8| {
        let chosen = (0..=from % 3).map(|place| texts[usize::from(from / 3 + place) % 5].to_owned());
        chosen.collect()
    };
    Wanted {
        sid: (choice & 1 == 1).then(|| format!("S{choice}")),
        is_not_action: false,
        actions: list(choice),
        resources: list(choice.rotate_left(3)),
    }
}

fuzz_target!(|input: (Vec<u8>, &str)| {
    let (choices, text) = input;
    let Ok(Some(root)) = parse(text, Schema::Yaml11, LIMITS) else {
        return;
    };
    let mut choices = choices.into_iter();
    for (key, value) in root.members() {
        let statements = Statements { key, value };
        let fates: Vec<Fate> = (0..statements.nodes().len())
            .map(|_| match choices.next().unwrap_or_default() {
                choice if choice & 3 == 3 => Fate::Stays,
                choice => Fate::Becomes((0..choice & 3).map(|more| wanted(choice ^ more)).collect()),
            })
            .collect();
        let added: Vec<Wanted> = (0..choices.next().unwrap_or_default() & 1).map(wanted).collect();
        if let Ok(edits) = statements.edited(text, &Plain, &fates, &added) {
            let _ = apply(text, &edits);
        }
    }
});
