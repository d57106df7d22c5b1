//! Files of a checkout in which a pull request may have put anything, and files that are written into it.

use super::step::{Ran, Step};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};
use std::process::Command;

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;

/// Fails where the step did more than to refuse the path.
fn assert_refused(ran: &Ran, path: &str, why: &str) {
    assert!(
        matches!(ran.code, Some(1 | 2)),
        "{path}: {}\n{}",
        ran.stdout,
        ran.stderr
    );
    let errors = ran.named("error");
    assert_eq!(errors.len(), 1, "{path}: {}", ran.stdout);
    assert!(
        errors[0].data.contains(path) && errors[0].data.contains(why),
        "{path}: {errors:?}"
    );
    assert!(!ran.everything().contains("root:"), "{}", ran.everything());
    assert_eq!(ran.output("outcome").as_deref(), Some("error"));
}

/// A checkout with every trick in it.
fn tricks() -> Step {
    let step = Step::of_the_shop("shop-role.json");
    let (workspace, outside) = (step.workspace(), step.folder().join("temp"));
    fs::write(outside.join("policy.json"), POLICY).expect("a file");
    fs::create_dir(outside.join("traces")).expect("a folder");
    symlink("/etc/passwd", workspace.join("link.json")).expect("a link");
    symlink("role.json", workspace.join("inner.json")).expect("a link");
    symlink("/proc/self/environ", workspace.join("environ.json")).expect("a link");
    symlink(&outside, workspace.join("folder")).expect("a link");
    fs::create_dir(workspace.join("policies")).expect("a folder");
    assert!(
        Command::new("mkfifo")
            .arg(workspace.join("pipe.json"))
            .status()
            .expect("mkfifo runs")
            .success()
    );
    step
}

#[test]
fn t3_a_file_is_opened_beneath_the_checkout_alone() {
    let refused = [
        ("../temp/policy.json", "`..`"),
        ("policies/../role.json", "`..`"),
        ("/etc/passwd", "outside the checkout"),
        ("/dev/zero", "outside the checkout"),
        ("link.json", "a link is there"),
        ("inner.json", "a link is there"),
        ("environ.json", "a link is there"),
        ("folder/policy.json", "a link is there"),
        ("role.json/x", "what should be a folder is none"),
        ("pipe.json", "not a regular file"),
        ("policies", "not a regular file"),
    ];
    for (path, why) in refused {
        assert_refused(&tricks().with("policy-file", path).run(), path, why);
        assert_refused(&tricks().with("config", path).run(), path, why);
        if path != "policies" {
            let why = if path == "link.json" || path == "inner.json" || path == "environ.json" {
                "link"
            } else {
                why
            };
            assert_refused(&tricks().with("traces", path).run(), path, why);
        }
    }
    let temporary = tricks();
    let outside = temporary.folder().join("temp/policy.json");
    let outside = outside.to_str().expect("text").to_owned();
    assert_refused(
        &temporary.with("policy-file", &outside).run(),
        &outside,
        "outside the checkout",
    );
}

#[test]
fn t3_a_folder_of_traces_is_read_without_its_links() {
    let step = tricks();
    symlink(
        step.folder().join("temp"),
        step.workspace().join("traces/more"),
    )
    .expect("a link");
    symlink("/etc/passwd", step.workspace().join("traces/more.json")).expect("a link");
    // What is behind them may be evidence and is not read, so nothing is certain; and they are told.
    let ran = step.run();
    ran.assert_code(4);
    for link in ["traces/more is a link", "traces/more.json is a link"] {
        assert!(ran.stdout.contains(link), "{}", ran.stdout);
    }
}

#[test]
fn t3_a_path_may_be_absolute_or_have_dots_in_it() {
    for path in ["./role.json", "traces/.././role.json"] {
        let code = if path.contains("..") { 2 } else { 3 };
        Step::of_the_shop("shop-role.json")
            .with("policy-file", path)
            .run()
            .assert_code(code);
    }
    let step = Step::of_the_shop("shop-role.json");
    let path = step.workspace().join("role.json");
    step.with("policy-file", path.to_str().expect("text"))
        .run()
        .assert_code(3);
}

#[test]
fn t12_large_and_deep_files_are_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let twice = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}"#;
    let laughs = "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n".to_owned();
    let large = format!("{}{POLICY}", " ".repeat(2 << 20));
    let refused = [
        ("policy-file", "p.json", large.as_str()),
        ("policy-file", "p.json", &deep),
        ("policy-file", "p.json", twice),
        ("policy-file", "p.yaml", &laughs),
        ("config", "c.yml", &laughs),
        ("config", "c.yml", &large),
        ("policy-file", "p.json", ""),
    ];
    for (input, name, text) in refused {
        let step = Step::of_the_shop("shop-role.json");
        fs::write(step.workspace().join(name), text).expect("a file");
        let begun = std::time::Instant::now();
        let ran = step.with(input, name).run();
        ran.assert_code(2);
        assert!(begun.elapsed().as_secs() < 20, "{input} {name}");
    }
}

#[test]
fn t4_nothing_is_written_but_into_the_checkout_and_the_temporary_folder() {
    let step = || {
        let step = tricks();
        fs::create_dir_all(step.workspace().join(".github/workflows")).expect("a folder");
        fs::write(
            step.workspace().join(".github/workflows/ci.yml"),
            "on: push\n",
        )
        .expect("a file");
        step
    };
    let refused = [
        ".github/workflows/ci.yml",
        ".GitHub/x.json",
        ".git/config",
        "sub/.git/hooks/x",
        "../x.json",
        "a/../../x.json",
        "/etc/x.json",
        "link.json",
        "inner.json",
        "folder/x.json",
        "policies",
        "pipe.json",
        "role.json/x",
        ".",
    ];
    for path in refused {
        for input in ["report-file", "sarif-file"] {
            let step = step();
            let workflow = step.workspace().join(".github/workflows/ci.yml");
            let role = step.workspace().join("role.json");
            let before = fs::read(&role).expect("a file");
            let (ran, folder) = step.with(input, path).run_kept(&[]);
            ran.assert_code(3);
            let notices = ran.named("notice");
            let said = notices
                .iter()
                .filter(|notice| notice.data.contains("could not be delivered"))
                .count();
            assert_eq!(said, 1, "{path}: {}", ran.stdout);
            assert_eq!(ran.output(input), None, "{path}");
            assert_eq!(ran.output("outcome").as_deref(), Some("fail"));
            assert_eq!(fs::read_to_string(&workflow).expect("a file"), "on: push\n");
            assert_eq!(fs::read(&role).expect("a file"), before);
            assert!(
                !folder.path().join("x.json").exists()
                    && !folder.path().join("temp/x.json").exists()
            );
        }
    }
    let commands = Step::of_the_shop("shop-role.json");
    let path = commands.folder().join("commands/output");
    let ran = commands
        .with("report-file", path.to_str().expect("text"))
        .run();
    ran.assert_code(3);
    assert_eq!(ran.output("outcome").as_deref(), Some("fail"));
    assert_eq!(ran.output("report-file"), None);
}

#[test]
fn t24_what_is_written_belongs_to_whom_the_checkout_belongs() {
    let step = Step::of_the_shop("shop-role.json");
    fs::write(step.workspace().join("old.sarif"), "old").expect("a file");
    // Only root may give a folder away; elsewhere owner and program are the same anyway.
    chown(step.workspace(), Some(1001), Some(121)).ok();
    let owner = |path: &str, folder: &std::path::Path| {
        let found = fs::metadata(folder.join("workspace").join(path)).expect("it is there");
        (found.uid(), found.gid(), found.mode() & 0o777)
    };
    let (ran, folder) = step
        .with("report-file", "out/deep/report.json")
        .with("sarif-file", "old.sarif")
        .run_kept(&[]);
    ran.assert_code(3);
    assert_eq!(
        ran.output("report-file").as_deref(),
        Some("out/deep/report.json")
    );
    assert_eq!(ran.output("sarif-file").as_deref(), Some("old.sarif"));
    let (user, group, _) = owner(".", folder.path());
    assert_eq!(
        owner("out/deep/report.json", folder.path()),
        (user, group, 0o644)
    );
    assert_eq!(owner("old.sarif", folder.path()), (user, group, 0o644));
    assert_eq!(owner("out/deep", folder.path()), (user, group, 0o755));
    assert_eq!(owner("out", folder.path()), (user, group, 0o755));
    let report =
        fs::read_to_string(folder.path().join("workspace/out/deep/report.json")).expect("a file");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["verdict"], "fail");
    let left = fs::read_dir(folder.path().join("workspace"))
        .expect("a folder")
        .flatten();
    let left: Vec<_> = left
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".aws"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn files_may_be_in_the_temporary_folder() {
    let step = Step::of_the_shop("shop-role.json");
    let path = step.folder().join("temp/report.json");
    let (ran, folder) = step
        .with("report-file", path.to_str().expect("text"))
        .run_kept(&[]);
    ran.assert_code(3);
    assert_eq!(ran.output("report-file").as_deref(), path.to_str());
    assert!(folder.path().join("temp/report.json").is_file());
}

#[test]
fn outputs_in_one_place_or_over_what_is_read_are_refused() {
    for (report, sarif) in [
        ("role.json", ""),
        ("./role.json", ""),
        ("a.json", "a.json"),
        ("a.json", "./a.json"),
        ("", "traces/checkout-1.json"),
    ] {
        let step = Step::of_the_shop("shop-role.json");
        let role = fs::read(step.workspace().join("role.json")).expect("a file");
        let (ran, folder) = step
            .with("report-file", report)
            .with("sarif-file", sarif)
            .run_kept(&[]);
        ran.assert_code(2);
        assert_eq!(ran.output("outcome").as_deref(), Some("error"));
        assert!(ran.everything().contains("is given for"), "{}", ran.stdout);
        let after = fs::read(folder.path().join("workspace/role.json")).expect("a file");
        assert_eq!(after, role);
    }
}

#[test]
fn what_is_written_has_the_mode_that_the_umask_leaves() {
    for (umask, file, made) in [("022", 0o644, 0o755), ("077", 0o600, 0o700)] {
        let step = Step::of_the_shop("shop-role.json").with("report-file", "out/report.json");
        let (ran, folder) = step.run_under(umask);
        ran.assert_code(3);
        let mode = |path: &str| {
            let found = fs::metadata(folder.path().join("workspace").join(path));
            found.expect("it is there").mode() & 0o777
        };
        assert_eq!((mode("out/report.json"), mode("out")), (file, made));
    }
}

#[test]
fn a_signal_leaves_no_temporary_file_in_a_checkout() {
    let mut ended = 0;
    let begun = std::time::Instant::now();
    Step::of_the_shop("shop-role.json")
        .with("report-file", "report.json")
        .with("sarif-file", "report.sarif")
        .run()
        .assert_code(3);
    let whole = begun.elapsed();
    for kill in 0..15_u32 {
        let step = Step::of_the_shop("shop-role.json")
            .with("report-file", "report.json")
            .with("sarif-file", "report.sarif");
        let after = whole.mul_f64(0.6 + 0.5 * f64::from(kill) / 15.0);
        let (code, folder) = step.told_to_end(after);
        ended += u32::from(code == Some(143));
        let left = fs::read_dir(folder.path().join("workspace")).expect("a folder");
        let left: Vec<_> = left
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with(".aws"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
    assert!(ended > 2, "{ended} of 15 were told to end in time");
}
