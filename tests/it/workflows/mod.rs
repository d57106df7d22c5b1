//! `action.yml`, the workflows and the README's workflow: what they promise, what they pin, and that linters find nothing.

use crate::{docs, pip};
use granit_parser::{Event, Parser};
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// What users, and other workflows, may rely on.
const OUTPUTS: [&str; 9] = [
    "outcome",
    "excess-count",
    "missing-count",
    "would-fail",
    "undecided-count",
    "report-file",
    "sarif-file",
    "comment-body-file",
    "comment-url",
];

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// YAML without anchors as JSON; all scalars are text.
fn yaml(text: &str) -> Value {
    fn value<'t>(parser: &mut Parser<'t, granit_parser::StrInput<'t>>) -> Option<Value> {
        loop {
            let (event, _) = parser
                .next_event()
                .expect("the document goes on")
                .expect("it is YAML");
            match event {
                Event::Scalar(text, ..) => return Some(Value::String(text.into_owned())),
                Event::SequenceStart(..) => {
                    let items = std::iter::from_fn(|| value(parser));
                    return Some(Value::Array(items.collect()));
                }
                Event::MappingStart(..) => {
                    let mut map = Map::new();
                    while let Some(key) = value(parser) {
                        let key = key.as_str().expect("keys are text").to_owned();
                        map.insert(key, value(parser).expect("a key has a value"));
                    }
                    return Some(Value::Object(map));
                }
                Event::SequenceEnd | Event::MappingEnd => return None,
                Event::Alias(_) => panic!("an alias"),
                // The marks around documents, and what a later version of the parser may tell.
                Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(..)
                | Event::DocumentEnd
                | _ => {}
            }
        }
    }
    value(&mut Parser::new_from_str(text)).expect("a document")
}

fn object<'v>(value: &'v Value, key: &str) -> &'v Map<String, Value> {
    value[key]
        .as_object()
        .unwrap_or_else(|| panic!("{key} is no mapping in {value:#}"))
}

/// The workflows by file name.
fn workflows() -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = fs::read_dir(project(".github/workflows"))
        .expect("the workflows")
        .map(|entry| {
            let name = entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a plain name");
            let text = read(&format!(".github/workflows/{name}"));
            (name, text)
        })
        .collect();
    found.sort();
    assert!(found.len() >= 3, "the workflows are found");
    found
}

/// The inputs of the Action in the order of `action.yml`, with what it says of each.
pub(crate) fn inputs() -> Vec<(String, String)> {
    let action = yaml(&read("action.yml"));
    let described = docs::inputs().into_iter().map(|name| {
        let text = action["inputs"][&name]["description"].as_str();
        (name.clone(), text.unwrap_or_default().to_owned())
    });
    described.collect()
}

#[test]
fn the_action_has_the_inputs_and_outputs_that_are_promised() {
    let action = yaml(&read("action.yml"));
    let names = |key: &str| object(&action, key).keys().cloned().collect::<Vec<_>>();
    let sorted = |names: &[&str]| {
        let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("outputs"), sorted(&OUTPUTS));
    for key in ["inputs", "outputs"] {
        for (name, about) in object(&action, key) {
            assert!(
                name.bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')),
                "{name}: other runners change other letters"
            );
            let description = about["description"].as_str().expect("a description");
            assert!(
                description.ends_with('.') && description.len() > 15,
                "{name}: {description}"
            );
            let default = about.get("default").and_then(Value::as_str);
            let expected = (name == "github-token").then_some("${{ github.token }}");
            assert_eq!(
                default, expected,
                "{name}: a default hides whether it is set"
            );
            let keys: Vec<&str> = about
                .as_object()
                .expect("a mapping")
                .keys()
                .map(String::as_str)
                .collect();
            assert!(
                keys.iter()
                    .all(|key| ["description", "default"].contains(key)),
                "{name}: {keys:?}"
            );
        }
    }
}

#[test]
fn the_action_is_a_container_that_is_run_without_arguments() {
    let action = yaml(&read("action.yml"));
    let runs: Vec<&String> = object(&action, "runs").keys().collect();
    assert_eq!(
        runs,
        ["image", "using"],
        "no arguments, no entrypoint, no variables"
    );
    assert_eq!(action["runs"]["using"], "docker");
    assert!(action["branding"]["icon"].is_string() && action["branding"]["color"].is_string());
    let description = action["description"].as_str().expect("a description");
    assert!(
        description.len() <= 125,
        "the Marketplace shows 125 characters: {description}"
    );
}

/// Whether an image is built here or cannot be replaced.
fn is_fixed(image: &str) -> bool {
    let digest = image
        .strip_prefix("docker://")
        .and_then(|rest| rest.split_once("@sha256:"));
    image == "Dockerfile"
        || digest.is_some_and(|(_, digest)| {
            digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

#[test]
fn t22_nothing_that_is_run_can_be_replaced_behind_our_back() {
    let action = yaml(&read("action.yml"));
    let image = action["runs"]["image"].as_str().expect("an image");
    assert!(is_fixed(image), "{image}");
    let mut seen = 0;
    for (name, text) in workflows() {
        for line in text.lines() {
            let Some(used) = line
                .trim_start()
                .trim_start_matches("- ")
                .strip_prefix("uses: ")
            else {
                continue;
            };
            seen += 1;
            assert!(used == "./" || is_pinned(used), "{name}: {used}");
        }
    }
    assert!(seen > 5, "actions are used");
    assert!(!is_fixed("docker://ghcr.io/a/b:1.0.0") && !is_pinned("actions/checkout@v7 # v7.0.0"));
    assert!(
        !is_pinned("actions/checkout@9c091bb21b7c1c1d1991bb908d89e4e9dddfe3e0"),
        "a version is said"
    );
}

/// Whether an action is named by its commit, with the version beside it.
fn is_pinned(used: &str) -> bool {
    let Some((action, version)) = used.split_once(" # v") else {
        return false;
    };
    let commit = action.rsplit('@').next().unwrap_or_default();
    commit.len() == 40
        && commit
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && version.split('.').count() == 3
}

/// A copy of what the release changes, and the script that does it.
fn to_be_released() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join(".ci")).expect("a folder");
    for path in ["action.yml", ".ci/pin-image"] {
        fs::copy(project(path), folder.path().join(path)).expect("a copy");
    }
    folder
}

fn pin(folder: &TempDir, image: &str) -> Output {
    Command::new(folder.path().join(".ci/pin-image"))
        .args([image, "1.2.3"])
        .output()
        .expect("the script runs")
}

#[test]
fn t22_a_release_runs_its_image_by_the_digest() {
    let digest = "0123456789abcdef".repeat(4);
    let folder = to_be_released();
    let pinned = pin(
        &folder,
        &format!("ghcr.io/acme/aws-least-privilege@sha256:{digest}"),
    );
    assert!(pinned.status.success(), "{pinned:?}");
    let text = fs::read_to_string(folder.path().join("action.yml")).expect("it is there");
    let image = format!("docker://ghcr.io/acme/aws-least-privilege@sha256:{digest}");
    assert_eq!(yaml(&text)["runs"]["image"], image.as_str());
    assert!(is_fixed(&image));
    let unchanged = |text: &str| {
        text.lines()
            .filter(|line| !line.contains("image: "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(unchanged(&text), unchanged(&read("action.yml")));

    let again = pin(
        &folder,
        &format!("ghcr.io/acme/aws-least-privilege@sha256:{digest}"),
    );
    assert_eq!(again.status.code(), Some(1), "it is pinned once: {again:?}");
    for image in [
        "ghcr.io/acme/aws-least-privilege:1.2.3",
        "ghcr.io/acme/a@sha256:12",
        "a@sha256:|w x",
    ] {
        let refused = pin(&to_be_released(), image);
        assert_eq!(refused.status.code(), Some(2), "{image}: {refused:?}");
    }
}

#[test]
fn each_job_has_a_limit_and_no_more_permission_than_it_says() {
    for (name, text) in workflows() {
        let workflow = yaml(&text);
        let permissions = object(&workflow, "permissions");
        assert!(permissions.is_empty(), "{name}: each job asks for its own");
        assert!(workflow["concurrency"]["group"].is_string(), "{name}");
        for (job, about) in object(&workflow, "jobs") {
            assert!(about["timeout-minutes"].is_string(), "{name}: {job}");
            object(about, "permissions");
            for step in about["steps"].as_array().expect("steps") {
                let is_checkout = step["uses"]
                    .as_str()
                    .is_some_and(|used| used.starts_with("actions/checkout@"));
                if is_checkout {
                    assert_eq!(
                        step["with"]["persist-credentials"], "false",
                        "{name}: {job}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_fan_in_waits_for_every_job_of_ci() {
    let ci = yaml(&read(".github/workflows/ci.yml"));
    let mut jobs: Vec<&str> = object(&ci, "jobs").keys().map(String::as_str).collect();
    jobs.retain(|job| *job != "all");
    let mut awaited: Vec<&str> = ci["jobs"]["all"]["needs"]
        .as_array()
        .expect("jobs")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    awaited.sort_unstable();
    assert_eq!(awaited, jobs);
}

/// Runs a linter and tells whether it found nothing, and what it said.
fn lint(program: &str, arguments: &[&str], folder: &Path) -> (bool, String) {
    let installed = pip::installed("workflow-linters", REQUIREMENTS);
    let ran = Command::new(installed.join("bin").join(program))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = [ran.stdout, ran.stderr].concat();
    (
        ran.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// What both linters say of the workflows in a folder.
fn lint_all(folder: &Path) -> Vec<(bool, String)> {
    let files: Vec<String> = fs::read_dir(folder.join(".github/workflows"))
        .expect("workflows")
        .map(|entry| {
            entry
                .expect("an entry")
                .path()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    // Scripts are not looked at, so that it finds the same whatever else is installed.
    let mut arguments = vec!["-no-color", "-shellcheck=", "-pyflakes="];
    arguments.extend(files.iter().map(String::as_str));
    let audit = [
        "--offline",
        "--no-progress",
        "--color=never",
        "--persona=pedantic",
        ".",
    ];
    vec![
        lint("actionlint", &arguments, folder),
        lint("zizmor", &audit, folder),
    ]
}

#[test]
fn linters_find_nothing_in_the_workflows_and_the_action() {
    for (is_clean, said) in lint_all(&project("")) {
        assert!(is_clean, "{said}");
    }
}

#[test]
fn linters_find_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workflows = folder.path().join(".github/workflows");
    fs::create_dir_all(&workflows).expect("a folder");
    let text = read(".github/workflows/ci.yml")
        .replace("permissions: {}", "permissions: write-all")
        .replace("timeout-minutes: 5", "timeout-minute: 5");
    fs::write(workflows.join("ci.yml"), text).expect("a file");
    let findings = lint_all(folder.path());
    for ((is_clean, said), finding) in findings
        .iter()
        .zip(["timeout-minute", "excessive-permissions"])
    {
        assert!(!is_clean && said.contains(finding), "{said}");
    }
}

/// The workflows that a page shows.
fn shown(page: &str) -> Vec<String> {
    let blocks = docs::blocks(&read(page), "yaml").into_iter();
    blocks.filter(|block| block.contains("jobs:")).collect()
}

/// The workflows that we show as somebody has them who put a repository and a commit for the placeholders: that of pull requests, and
/// the nightly one.
fn pasted() -> Vec<String> {
    let pair = ["least-privilege", "least-privilege-nightly"];
    let pair = pair.map(|name| read(&format!("examples/workflows/{name}.yml")));
    let shown_there = shown("docs/pull-requests.md");
    assert_eq!(shown_there.len(), 2, "a pair of workflows is shown");
    assert_eq!(shown_there, pair, "and they are the files");
    assert_eq!(shown("README.md"), pair[..1], "the README shows the first");
    assert!(read("README.md").contains("(examples/workflows/least-privilege-nightly.yml)"));
    let placeholder = "aws-least-privilege/aws-least-privilege@COMMIT";
    assert!(pair.iter().all(|workflow| workflow.contains(placeholder)));
    let commit = "0123456789".repeat(4);
    let ours = format!("acme/aws-least-privilege@{commit}");
    let pasted = pair
        .iter()
        .map(|workflow| workflow.replace(placeholder, &ours));
    pasted.collect()
}

/// A job has time for the image, as long as its build was measured to take, and for all that AWS may take.
#[test]
fn the_workflows_that_we_show_have_time_for_the_image() {
    let measured = read("docs/performance.md");
    let (_, row) = measured.split_once("| building it: all, ").expect("a row");
    let (_, figures) = row.split_once("| ").expect("a figure");
    let (minutes, _) = figures.split_once(" min").expect("minutes");
    let build: f64 = minutes.parse().expect("a number");
    for text in pasted() {
        let (_, given) = text.split_once("timeout-minutes: ").expect("a bound");
        let (given, why) = given.split_once(' ').expect("why");
        let given: f64 = given.parse().expect("a number");
        let aws = 15.0;
        assert!(given >= build + aws, "{given}");
        assert!(why.starts_with(&format!("# {:.0} of them build", build.ceil())));
    }
}

#[test]
fn linters_find_nothing_in_the_workflow_that_the_readme_shows() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workflows = folder.path().join(".github/workflows");
    fs::create_dir_all(&workflows).expect("a folder");
    for (place, workflow) in pasted().iter().enumerate() {
        fs::write(workflows.join(format!("{place}.yml")), workflow).expect("a file");
    }
    for (is_clean, said) in lint_all(folder.path()) {
        assert!(is_clean, "{said}");
    }
}

#[test]
fn the_workflow_that_the_readme_shows_gives_inputs_that_exist() {
    let ours = read(".github/workflows/ci.yml");
    let checkout = ours
        .lines()
        .find(|line| line.contains("actions/checkout@"))
        .expect("a checkout");
    let scopes = pasted().into_iter().map(|text| {
        let workflow = yaml(&text);
        let steps = workflow["jobs"]["gate"]["steps"].as_array().expect("steps");
        let gate = steps.last().expect("a step");
        for input in object(gate, "with").keys() {
            assert!(docs::inputs().contains(input), "{input}");
        }
        let used: Vec<&str> = steps
            .iter()
            .filter_map(|step| step["uses"].as_str())
            .collect();
        assert_eq!(used.len(), steps.len());
        assert!(
            text.contains(checkout.trim()),
            "the README's checkout is the one that we use"
        );
        gate["with"]["scope"].as_str().expect("a scope").to_owned()
    });
    assert_eq!(scopes.collect::<Vec<String>>(), ["new", "all"]);
}

#[test]
fn the_settings_explain_each_input_and_output_once_and_as_action_yml_does() {
    let action = yaml(&read("action.yml"));
    let settings = read("docs/settings.md");
    let outputs = OUTPUTS.map(str::to_owned);
    for (key, head, names) in [
        ("inputs", "input", docs::inputs()),
        ("outputs", "output", outputs.to_vec()),
    ] {
        let rows = names.iter().map(|name| {
            let description = action[key][name]["description"]
                .as_str()
                .expect("a description");
            format!("| `{name}` | {description} |\n")
        });
        let table = format!("| {head} | |\n|---|---|\n{}", rows.collect::<String>());
        assert!(
            settings.contains(&table),
            "the table of {key} in docs/settings.md should be\n{table}"
        );
    }
}

/// Nothing is pushed of base images without digests, and a run that stopped after its tag can be run again.
#[test]
fn a_release_checks_its_base_images_first_and_publish_can_be_run_again() {
    let release = yaml(&read(".github/workflows/release.yml"));
    let scripts = |job: &str| -> Vec<String> {
        let steps = release["jobs"][job]["steps"].as_array().expect("steps");
        let scripts = steps.iter().filter_map(|step| step["run"].as_str());
        scripts.map(str::to_owned).collect()
    };
    let build = scripts("build");
    let at = |wanted: &str| build.iter().position(|script| script.contains(wanted));
    let check = at(".ci/pin-base-images --check").expect("the check");
    assert!(at("docker build ").is_some_and(|built| check < built));
    assert!(at("docker push ").is_some_and(|pushed| check < pushed));
    // All that publishes waits for it.
    let needs = |job: &str| release["jobs"][job]["needs"].to_string();
    assert!(needs("index").contains("build"));
    for job in ["verify", "publish"] {
        assert!(needs(job).contains("index"), "{job}");
    }

    let publish = scripts("publish").concat();
    let known = publish
        .find("git fetch --quiet --depth 1 origin")
        .expect("a look");
    let tagged = publish.find("git tag --annotate").expect("the tag");
    let between = &publish[known..tagged];
    assert!(between.contains("refs/tags/v$VERSION") && between.contains("exit"));
    assert!(publish.contains("gh release view") && publish.contains("--clobber"));
    assert!(publish.contains("git tag --force \"$major\""));
}
