//! Every threat that SECURITY.md speaks for has a test named after it, or a line there that says why not.

use std::fs;
use std::path::Path;

const THREATS: [u32; 13] = [2, 3, 4, 5, 6, 12, 14, 16, 17, 18, 19, 22, 23];
const MORE: [u32; 2] = [24, 25];

fn tests(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&fs::read_to_string(&path).expect("the source is text"));
        }
    }
}

#[test]
fn each_has_a_test_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    tests(&root.join("tests/it"), &mut sources);
    tests(&root.join("src"), &mut sources);
    let security = fs::read_to_string(root.join("SECURITY.md")).expect("SECURITY.md is there");
    for threat in THREATS.into_iter().chain(MORE) {
        let is_tested = sources.contains(&format!("fn t{threat}_"));
        let is_told = security.contains(&format!("\n- T{threat},"));
        assert!(
            is_tested || is_told,
            "T{threat} has neither a test nor a reason"
        );
    }
}
