//! `samconfig.toml` or `samconfig.yaml` beside a template: the parameters, the stack and the region that `sam deploy` takes.

use super::Failure;
use super::gather::policy_failure;
use crate::deliver::stderr;
use crate::files::{self, Checkout, Kind, normal};
use crate::granted::policy_file::read_text;
use crate::granted::template::line_and_column;
use crate::roles::templates::Given;
use crate::template::Template;
use crate::template::samconfig::{SamConfig, SamConfigFile};
use anyhow::anyhow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Its names, the one that SAM takes first where there are several.
pub(super) const NAMES: [&str; 3] = ["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

/// What to do where an environment was asked for and is not known.
const WITHOUT: &str = "leave --samconfig-env out, or give the values with --parameter";

/// What was read of it.
pub(super) struct Beside {
    /// Its path.
    pub(super) path: String,
    /// What it says.
    pub(super) config: SamConfig,
}

/// The one beside the templates; nothing where there is none, where it says nothing of a deployment, or where the templates are in several folders.
///
/// `environment` is the one that was asked for: it has to be there then.
pub(super) fn beside(
    templates: &[Template],
    environment: Option<&str>,
) -> Result<Option<Beside>, Failure> {
    let missed = |environment: &str, why: String, hint: &str| {
        let told = anyhow!("no values are known of the environment `{environment}`: {why}");
        Failure::usage(told, Some(hint.to_owned()))
    };
    let path = match place(templates) {
        Ok(path) => path,
        Err(why) => {
            return match environment {
                Some(environment) => Err(missed(environment, why, WITHOUT)),
                None => Ok(None),
            };
        }
    };
    let file = read(&path)?;
    match (file.environment(environment), environment) {
        (Some(config), _) if !config.is_empty() => Ok(Some(Beside { path, config })),
        (_, None) => Ok(None),
        (Some(_), Some(environment)) => Err(missed(
            environment,
            format!(
                "`{path}` says none of `parameter_overrides`, `stack_name` and `region` of it, under `deploy` or `global`"
            ),
            WITHOUT,
        )),
        (None, Some(environment)) => {
            let names: Vec<String> = file.environments().map(|own| format!("`{own}`")).collect();
            let there = if names.is_empty() {
                "it has none".to_owned()
            } else {
                format!("it has {}", names.join(", "))
            };
            let why = format!("`{path}` does not have it, {there}");
            Err(missed(
                environment,
                why,
                "name one that is there, or leave --samconfig-env out",
            ))
        }
    }
}

/// What was given for templates as they were: what the file beside them says in place of what the one beside today's says. Where none is
/// beside them, nothing is known to have been otherwise.
pub(super) fn given_before(
    given: &Given,
    templates: &[Template],
    environment: Option<&str>,
) -> Result<Given, Failure> {
    let Ok(path) = place(templates) else {
        return Ok(given.clone());
    };
    let mut before = Given {
        usual_parameters: BTreeMap::new(),
        usual_region: None,
        ..given.clone()
    };
    let stacks: Vec<String> = given.stacks.iter().cloned().collect();
    // An environment that was not there then said nothing.
    if let Some(config) = read(&path)?.environment(environment) {
        let beside = Beside { path, config };
        if environment.is_some() || beside.is_about(&stacks) {
            beside.fill(&mut before, templates);
        }
    }
    Ok(before)
}

/// Where the file is, or why none is taken.
fn place(templates: &[Template]) -> Result<String, String> {
    let own = || templates.iter().filter(|own| !own.deployed.is_nested);
    let folders: BTreeSet<PathBuf> = own()
        .filter_map(|own| Some(normal(Path::new(&own.file)).parent()?.to_owned()))
        .collect();
    let mut folders = folders.into_iter();
    let (Some(folder), None) = (folders.next(), folders.next()) else {
        return Err("the templates are in several folders".to_owned());
    };
    let mut there = NAMES.iter().map(|name| folder.join(name));
    let Some(path) = there.find(|path| matches!(files::kind(path), Ok(Kind::File))) else {
        let names = NAMES.map(|name| format!("`{name}`")).join(", ");
        return Err(format!("beside the template there is none of {names}"));
    };
    // It is found by its name alone, so it may not lead out of the checkout.
    let checkout = Checkout::of(&path);
    if let Err(error) = checkout.and_then(|checkout| checkout.check(&path)) {
        let why = format!("`{}` is not read: {error}", path.display());
        stderr::note(&why);
        return Err(why);
    }
    Ok(path.display().to_string())
}

fn read(path: &str) -> Result<SamConfigFile, Failure> {
    let text = read_text(path).map_err(policy_failure)?;
    let is_toml = Path::new(path).extension().is_some_and(|own| own == "toml");
    let file = if is_toml {
        SamConfigFile::toml(&text)
    } else {
        SamConfigFile::yaml(&text)
    };
    file.map_err(|error| {
        let (line, column) = line_and_column(&text, error.span.start);
        Failure::usage(
            anyhow!("`{path}` line {line}, column {column}: {error}"),
            Some("fix it: the parameters of the template beside it are read from it".to_owned()),
        )
    })
}

impl Beside {
    /// Whether it is about one of these stacks; about any where none is named.
    pub(super) fn is_about(&self, stacks: &[String]) -> bool {
        stacks.is_empty()
            || self
                .config
                .stack
                .as_ref()
                .is_none_or(|own| stacks.contains(own))
    }

    /// Adds what it says where nothing else was said. A parameter that no template declares is another template's.
    pub(super) fn fill(&self, given: &mut Given, templates: &[Template]) {
        for (name, value) in &self.config.parameters {
            if is_declared(name, templates) {
                let own = given.usual_parameters.entry(name.clone());
                own.or_insert_with(|| value.clone());
            }
        }
        // With the deployed stack, names come from there.
        if let (Some(stack), true) = (&self.config.stack, given.physical.is_empty()) {
            let own = given.usual_parameters.entry("AWS::StackName".to_owned());
            own.or_insert_with(|| stack.clone());
        }
        given.usual_region.clone_from(&self.config.region);
    }

    /// What is taken from it, in words.
    pub(super) fn told(&self, templates: &[Template]) -> String {
        let names = self.config.parameters.keys();
        let names = names
            .filter(|name| is_declared(name, templates))
            .map(String::as_str);
        let stack = self.config.stack.iter().map(|_| "AWS::StackName");
        let region = self.config.region.iter().map(|_| "AWS::Region");
        let names: Vec<&str> = names.chain(stack).chain(region).collect();
        format!("{} (values of {})", self.path, names.join(", "))
    }
}

fn is_declared(name: &str, templates: &[Template]) -> bool {
    templates.iter().any(|own| own.parameter(name).is_some())
}
