//! A step of a workflow: a checkout, the runner's files, and the program run in it.

use super::runner::{self, Command};
use crate::program;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A step that is not run yet.
pub(crate) struct Step {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// A step that was.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) summary: String,
    output: String,
}

impl Step {
    /// A step for an event of `tests/events`, with an empty checkout.
    pub(crate) fn of(event: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["workspace", "temp", "commands"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let payload = project(&format!("tests/events/{event}.json"));
        let mut step = Self {
            folder,
            variables: Vec::new(),
        };
        let place = |name: &str| step.folder.path().join(name).display().to_string();
        let set = [
            ("GITHUB_ACTIONS", "true".to_owned()),
            (
                "GITHUB_EVENT_NAME",
                event.split('.').next().expect("a name").to_owned(),
            ),
            ("GITHUB_EVENT_PATH", payload.display().to_string()),
            ("GITHUB_WORKSPACE", place("workspace")),
            ("RUNNER_TEMP", place("temp")),
            ("GITHUB_OUTPUT", place("commands/output")),
            ("GITHUB_STEP_SUMMARY", place("commands/summary")),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ];
        step.variables = set.map(|(name, value)| (name.to_owned(), value)).to_vec();
        for empty in [
            "stack",
            "role",
            "region",
            "filter",
            "scope",
            "config",
            "comment",
            "evidence-file",
        ] {
            step = step.with(empty, "");
        }
        step
    }

    /// A step on the example shop, which fails with this policy file.
    pub(crate) fn of_the_shop(policy: &str) -> Self {
        // A push: nothing is proposed, so no base has to be read.
        let step = Self::of("push");
        put_shop(&step.workspace(), policy);
        step.with("traces", "traces")
            .with("policy-file", "role.json")
            .with("function", "checkout, refunds\nnotify\n")
    }

    /// The step with an input.
    pub(crate) fn with(self, input: &str, value: &str) -> Self {
        let name = format!("INPUT_{}", input.to_uppercase());
        self.set(&name, value)
    }

    /// The step with a variable.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn run(self) -> Ran {
        self.run_with(&[])
    }

    /// The step for another event.
    pub(crate) fn event(self, event: &str) -> Self {
        let payload = project(&format!("tests/events/{event}.json"));
        self.set(
            "GITHUB_EVENT_NAME",
            event.split('.').next().expect("a name"),
        )
        .set("GITHUB_EVENT_PATH", payload.to_str().expect("text"))
    }

    /// Runs the program with arguments, which is not how the Action is run.
    pub(crate) fn run_with(self, arguments: &[&str]) -> Ran {
        self.run_kept(arguments).0
    }

    /// Runs the program, and keeps the step's folder.
    pub(crate) fn run_kept(self, arguments: &[&str]) -> (Ran, TempDir) {
        self.ran(program::command(arguments))
    }

    /// The same under a umask.
    pub(crate) fn run_under(self, umask: &str) -> (Ran, TempDir) {
        let program = program::command::<&str>(&[]);
        let mut command = std::process::Command::new("/bin/sh");
        // A shell hands on no variable with a dash in its name; `env` does.
        let script = format!("umask {umask}; exec env \"$@\"");
        command.env_clear().args(["-c", &script, "sh"]);
        let variables = self.variables.iter();
        command.args(variables.map(|(name, value)| format!("{name}={value}")));
        command.arg(program.get_program());
        self.ran(command)
    }

    /// Starts the program and tells it to end after a time; gives how it ended.
    pub(crate) fn told_to_end(self, after: std::time::Duration) -> (Option<i32>, TempDir) {
        let mut child = self
            .command(program::command::<&str>(&[]))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(after);
        let pid = rustix::process::Pid::from_child(&child);
        // It may have ended by itself.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        (child.wait().expect("it ends").code(), self.folder)
    }

    fn command(&self, mut command: std::process::Command) -> std::process::Command {
        command
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.workspace());
        command
    }

    fn ran(self, command: std::process::Command) -> (Ran, TempDir) {
        let ran = self.command(command).output().expect("the program runs");
        let read = |name: &str| {
            fs::read_to_string(self.folder.path().join("commands").join(name)).unwrap_or_default()
        };
        let ran = Ran {
            code: ran.status.code(),
            stdout: String::from_utf8(ran.stdout).expect("it prints text"),
            stderr: String::from_utf8(ran.stderr).expect("it prints text"),
            summary: read("summary"),
            output: read("output"),
        };
        (ran, self.folder)
    }
}

impl Ran {
    /// Everything that was printed or handed to the runner.
    pub(crate) fn everything(&self) -> String {
        [&self.stdout, &self.stderr, &self.summary, &self.output]
            .map(String::as_str)
            .join("\n")
    }

    pub(crate) fn commands(&self) -> Vec<Command> {
        let mut commands = runner::commands(&self.stdout);
        commands.extend(runner::commands(&self.stderr));
        commands
    }

    /// Commands of a name.
    pub(crate) fn named(&self, name: &str) -> Vec<Command> {
        let mut commands = self.commands();
        commands.retain(|command| command.name == name);
        commands
    }

    pub(crate) fn outputs(&self) -> Vec<(String, String)> {
        runner::outputs(&self.output).unwrap_or_else(|error| panic!("{error}: {:?}", self.output))
    }

    pub(crate) fn output(&self, name: &str) -> Option<String> {
        let found = self.outputs().into_iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// Fails with what was printed where the code is another.
    pub(crate) fn assert_code(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
    }
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Puts the example shop's traces into a checkout, and one of its policies as `role.json`.
pub(crate) fn put_shop(checkout: &Path, policy: &str) {
    let traces = checkout.join("traces");
    fs::create_dir(&traces).expect("a folder");
    let shop = project("examples/shop");
    for entry in fs::read_dir(shop.join("traces")).expect("traces") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        fs::copy(&path, traces.join(name)).expect("a copy");
    }
    fs::copy(shop.join(policy), checkout.join("role.json")).expect("a copy");
}
