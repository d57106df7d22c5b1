//! GitHub's side of a gate: the real client and the real program against a GitHub on the loopback.

mod absolute;
mod base_side;
mod client;
mod comment;
mod crowd;
mod deliveries;
pub(crate) mod events;
mod golden;
mod grace;
mod kept;
mod known;
mod moved;
pub(crate) mod one_click;
mod pull_requests;
pub(crate) mod server;
mod set_aside;
mod suggestions;
mod template;
mod template_past;
mod unseen;
pub(crate) mod whose;

/// Every test that SECURITY.md names is there, and every one that is named after a threat is in it.
#[test]
fn security_names_its_tests() {
    use std::{fs, path::Path};
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let security = fs::read_to_string(root.join("SECURITY.md")).expect("it is there");
    let named: Vec<&str> = security
        .split('`')
        .filter(|word| word.starts_with('t') && word.split('_').count() > 3)
        .filter(|word| word.as_bytes().get(1).is_some_and(u8::is_ascii_digit))
        .collect();
    assert!(named.len() > 12, "{named:?}");
    let mut tests = String::new();
    for entry in fs::read_dir(root.join("tests/it/github")).expect("a folder") {
        let path = entry.expect("an entry").path();
        tests.push_str(&fs::read_to_string(path).expect("a test"));
    }
    let elsewhere = ["files", "events"].map(|name| {
        let path = root.join(format!("tests/it/action/{name}.rs"));
        fs::read_to_string(path).expect("a test")
    });
    for name in &named {
        let mut all = [&tests].into_iter().chain(&elsewhere);
        let is_there = all.any(|text| text.contains(&format!("fn {name}(")));
        assert!(is_there, "no test {name}");
    }
    for line in tests.lines() {
        let Some(name) = line
            .trim()
            .strip_prefix("fn t")
            .and_then(|name| name.split('(').next())
        else {
            continue;
        };
        if name.starts_with(|letter: char| letter.is_ascii_digit()) {
            assert!(
                named.contains(&format!("t{name}").as_str()),
                "SECURITY.md lacks t{name}"
            );
        }
    }
}
