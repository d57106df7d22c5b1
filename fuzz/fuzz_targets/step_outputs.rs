//! Any values: the lines that set outputs set those and no others, or none at all.

#![no_main]

use aws_least_privilege::deliver::outputs::Outputs;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 3] = ["outcome", "report-file", "comment-url"];
const DELIMITER: &str = "outputs_0";

fuzz_target!(|values: [&str; 3]| {
    let mut outputs = Outputs::default();
    for (name, value) in NAMES.into_iter().zip(values) {
        outputs.set(name, value);
    }
    let Some(lines) = outputs.lines(DELIMITER) else {
        assert!(NAMES.iter().any(|name| {
            outputs
                .get(name)
                .is_some_and(|value| value.contains(DELIMITER))
        }));
        return;
    };
    assert!(lines.ends_with('\n'));
    let mut lines = lines.lines();
    for name in NAMES {
        assert_eq!(lines.next(), Some(format!("{name}<<{DELIMITER}").as_str()));
        assert_eq!(lines.next(), outputs.get(name));
        assert_eq!(lines.next(), Some(DELIMITER));
    }
    assert_eq!(lines.next(), None);
});
