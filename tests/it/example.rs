//! The example shop: its traces are what its generator writes.

#![expect(clippy::disallowed_methods, reason = "the example is files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The size that the example may have, so that a checkout stays light.
const MAX_BYTES: usize = 700_000;

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let read = |path: &Path| fs::read(path).expect("the file is readable");
    let entries = entries.flatten().map(|entry| {
        (
            entry.file_name().to_string_lossy().into_owned(),
            read(&entry.path()),
        )
    });
    entries.collect()
}

#[test]
fn the_traces_are_what_the_generator_writes() {
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop");
    let output = tempfile::tempdir().expect("a folder for what it writes");
    let ran = Command::new("python3")
        .arg(shop.join("generate.py"))
        .arg(output.path())
        .output();
    let ran = ran.expect("python3 is there");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let (written, kept) = (files(output.path()), files(&shop.join("traces")));
    assert_eq!(
        written.keys().collect::<Vec<_>>(),
        kept.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &written {
        assert!(
            kept.get(name) == Some(bytes),
            "{name} differs: run python3 examples/shop/generate.py"
        );
    }
    let size: usize = kept.values().map(Vec::len).sum();
    assert!(size < MAX_BYTES, "the example has {size} bytes");
}
