//! Python packages that tests run, installed once below the target folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn python() -> Command {
    Command::new("python3")
}

/// The folder below the target folder that these requirements, and nothing that they depend on, are installed in. The first
/// test that needs it fills it while the others wait.
pub(crate) fn installed(name: &str, requirements: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("it is below the target folder");
    let folder = target.join(name);
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let lock = File::create(folder.join("lock")).expect("the folder can be written to");
    lock.lock().expect("the lock can be waited for");
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == requirements) {
        return folder;
    }
    let listed = folder.join("requirements.txt");
    fs::write(&listed, requirements).expect("the folder can be written to");
    let pip = python()
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--upgrade",
            "--target",
        ])
        .arg(&folder)
        .arg("--requirement")
        .arg(&listed)
        .output()
        .unwrap_or_else(|error| no_python(name, &error));
    assert!(
        pip.status.success(),
        "these tests run {name}, and pip could not install it: `python3 -m pip` must work (Debian: python3-pip) \
         and reach a package index\n{}",
        String::from_utf8_lossy(&pip.stderr)
    );
    fs::write(stamp, requirements).expect("the folder can be written to");
    folder
}

pub(crate) fn no_python(name: &str, error: &std::io::Error) -> ! {
    panic!(
        "these tests run {name}, and python3 does not start ({error}): install Python 3.10 or newer with pip"
    )
}
