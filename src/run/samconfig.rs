//! `samconfig.toml` beside a template: the parameters, the stack and the region that `sam deploy` takes.

use super::Failure;
use super::gather::policy_failure;
use crate::files::{self, Kind, normal};
use crate::granted::policy_file::read_text;
use crate::granted::template::line_and_column;
use crate::roles::templates::Given;
use crate::template::Template;
use crate::template::samconfig::SamConfig;
use anyhow::anyhow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const NAME: &str = "samconfig.toml";

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
    let found = read(templates, environment)?;
    match (found, environment) {
        (None, Some(environment)) => Err(Failure::usage(
            anyhow!(
                "there is no `{NAME}` with the environment `{environment}` beside the template"
            ),
            Some("leave --samconfig-env out, or give the values with --parameter".to_owned()),
        )),
        (found, _) => Ok(found),
    }
}

/// What was given for templates as they were: what the file beside them says in place of what the one beside today's says. Where none is
/// beside them, nothing is known to have been otherwise.
pub(super) fn given_before(
    given: &Given,
    templates: &[Template],
    environment: Option<&str>,
) -> Result<Given, Failure> {
    if path(templates).is_none() {
        return Ok(given.clone());
    }
    let mut before = Given {
        usual_parameters: BTreeMap::new(),
        usual_region: None,
        ..given.clone()
    };
    let stacks: Vec<String> = given.stacks.iter().cloned().collect();
    // An environment that was not there then said nothing.
    if let Some(beside) = read(templates, environment)?
        && (environment.is_some() || beside.is_about(&stacks))
    {
        beside.fill(&mut before, templates);
    }
    Ok(before)
}

fn read(templates: &[Template], environment: Option<&str>) -> Result<Option<Beside>, Failure> {
    let Some(path) = path(templates) else {
        return Ok(None);
    };
    let path = path.display().to_string();
    let text = read_text(&path).map_err(policy_failure)?;
    let config = SamConfig::parse(&text, environment).map_err(|error| {
        let (line, column) = line_and_column(&text, error.span.start);
        Failure::usage(
            anyhow!("`{path}` line {line}, column {column}: {error}"),
            Some("mend it: the parameters of the template beside it are read from it".to_owned()),
        )
    })?;
    Ok((!config.is_empty()).then_some(Beside { path, config }))
}

/// Where it is; nothing where there is none, or where the templates are in several folders.
fn path(templates: &[Template]) -> Option<PathBuf> {
    let folders: BTreeSet<PathBuf> = templates
        .iter()
        .filter(|own| !own.deployed.is_nested)
        .filter_map(|own| Some(normal(Path::new(&own.file)).parent()?.to_owned()))
        .collect();
    let mut folders = folders.into_iter();
    let (Some(folder), None) = (folders.next(), folders.next()) else {
        return None;
    };
    let path = folder.join(NAME);
    matches!(files::kind(&path), Ok(Kind::File)).then_some(path)
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
