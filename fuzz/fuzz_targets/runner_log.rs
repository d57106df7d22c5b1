//! Any text: what is printed of it in a workflow is no command, and a command with it in is that command alone.

#![no_main]

use aws_least_privilege::deliver::log::guarded;
use aws_least_privilege::deliver::workflow_command::WorkflowCommand;
use libfuzzer_sys::fuzz_target;

/// Whether GitHub's runner could read a command from a line, whatever the command's name is.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[")
}

fuzz_target!(|text: &str| {
    let log = guarded(text);
    assert!(log.is_empty() || log.ends_with('\n'));
    assert!(!log.contains('\r'));
    assert!(!log.lines().any(is_command), "{log:?}");
    assert_eq!(guarded(&log), log);

    let line = WorkflowCommand::new("error", text)
        .with("file", text)
        .with("title", text)
        .to_string();
    assert!(!line.contains(['\n', '\r']));
    assert!(!line.contains("##["));
    let rest = line.strip_prefix("::error").expect("it is the command");
    let (properties, _) = rest.split_once("::").expect("its data follows");
    let expected = if text.is_empty() { 0 } else { 2 };
    assert_eq!(
        properties
            .split(',')
            .filter(|property| property.contains('='))
            .count(),
        expected,
        "{line:?}"
    );
});
