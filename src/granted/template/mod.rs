//! Roles and their policies from templates in a checkout.

mod trust;

use super::managed;
use super::policy_file::{PolicyFileError, permissions_policy, read_text};
use crate::files::{self, Kind, normal};
use crate::iam::PolicyDocument;
use crate::iam::document::Hosted;
use crate::template::read::{self, LIMITS, TemplateError};
use crate::template::resolve::{Resolver, has_symbol};
use crate::template::roles::{Boundary, RolePolicy, TemplateRole, roles};
use crate::template::{Gap, Template, Touches, Values, join, sam};
use crate::yaml::{self, Schema};
use std::collections::BTreeSet;
use std::path::Path;

/// Templates of one folder that are read.
const MOST_TEMPLATES: usize = 200;

/// Templates that are read together, with what is known beside them.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// The templates, SAM expanded.
    pub templates: Vec<Expanded>,
}

/// A template whose SAM resources are native ones.
#[derive(Debug, Clone)]
pub struct Expanded {
    /// The template.
    pub template: Template,
    /// What is known beside it.
    pub values: Values,
    /// What could not be expanded.
    pub gaps: Vec<Gap>,
}

/// What a role of a template is granted.
#[derive(Debug, Clone)]
pub struct TemplateGrants {
    /// The role.
    pub role: TemplateRole,
    /// Its policies: those of the template as one document, then AWS's own.
    pub policies: Vec<PolicyDocument>,
    /// The boundary, where the template has it.
    pub boundary: Option<PolicyDocument>,
    /// Why not all that it is granted is known, a sentence each.
    pub insufficient: BTreeSet<String>,
    /// Who may assume it besides those that it is for, a sentence each.
    pub others: BTreeSet<String>,
    /// Whether a policy is attached whose text is not known.
    pub has_unknown: bool,
}

/// What a template grants.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Role by role.
    pub roles: Vec<TemplateGrants>,
    /// What could not be read, with its place.
    pub gaps: BTreeSet<String>,
}

/// The template that a text is; nothing where it is something else.
///
/// # Errors
///
/// What looks like a template and cannot be read.
pub fn template_of(text: &str, path: &str) -> Result<Option<Template>, PolicyFileError> {
    if !text.contains("Resources") {
        return Ok(None);
    }
    let wrong = |error: &yaml::YamlError| {
        let (line, column) = line_and_column(text, error.span.start);
        PolicyFileError::NotATemplate {
            path: path.to_owned(),
            line,
            column,
            problem: error.to_string(),
        }
    };
    match yaml::parse(text, Schema::Yaml11, LIMITS) {
        Ok(Some(root)) if read::is_template(&root) => match read::of_node(root, text, path) {
            Ok(template) => Ok(Some(template)),
            Err(TemplateError::Text(error)) => Err(wrong(&error)),
            Err(TemplateError::NoResources) => Ok(None),
        },
        Ok(_) => Ok(None),
        Err(error) => {
            let begins =
                |line: &str| line.starts_with("Resources:") || line.starts_with("\"Resources\"");
            let looks =
                text.lines().any(|line| begins(line.trim_start())) && text.contains("AWS::");
            if looks { Err(wrong(&error)) } else { Ok(None) }
        }
    }
}

/// The policies that a text holds, as far as the text alone tells: of a template those of each of its roles, else the one that it is.
pub fn policies_of(text: &str, path: &str) -> Option<Vec<PolicyDocument>> {
    match template_of(text, path).ok()? {
        None => Some(vec![permissions_policy(text, path).ok()?]),
        Some(template) => {
            let templates = Templates::of(vec![template], &Values::default(), &BTreeSet::new());
            let mut policies = Vec::new();
            for own in &templates.templates {
                let roles = own.granted().ok()?.roles.into_iter();
                policies.extend(roles.filter_map(|role| role.policies.into_iter().next()));
            }
            Some(policies)
        }
    }
}

/// Line and column of a byte, from 1.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let last = before.rsplit('\n').next().unwrap_or_default();
    (
        line,
        last.trim_start_matches('\u{feff}').chars().count() + 1,
    )
}

/// The files of a path: itself, or the templates in a folder that the CDK wrote.
pub fn files_of(path: &str) -> Vec<String> {
    if !matches!(files::kind(Path::new(path)), Ok(Kind::Folder)) {
        return vec![path.to_owned()];
    }
    let entries = files::entries(Path::new(path)).unwrap_or_default();
    let names = entries.iter().filter(|(_, kind)| *kind == Kind::File);
    let mut names: Vec<String> = names
        .filter_map(|(path, _)| path.to_str())
        .filter(|path| path.ends_with(".template.json"))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.truncate(MOST_TEMPLATES);
    if names.is_empty() {
        return vec![path.to_owned()];
    }
    names
}

/// The templates among paths, and the paths that are none.
///
/// # Errors
///
/// What looks like a template and cannot be read. A file that cannot be opened is left to who reads it as a policy.
pub fn among(paths: &[String]) -> Result<(Vec<Template>, Vec<String>), PolicyFileError> {
    let (mut templates, mut others) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for path in paths {
        let mut found = Vec::new();
        // `template.yaml` and `./template.yaml` are one file.
        if !seen.insert(normal(Path::new(path))) {
            continue;
        }
        let mut is_known = false;
        for file in files_of(path) {
            if file != *path && !seen.insert(normal(Path::new(&file))) {
                is_known = true;
                continue;
            }
            let Ok(text) = read_text(&file) else {
                continue;
            };
            found.extend(template_of(&text, &file)?);
        }
        if found.is_empty() && !is_known {
            others.push(path.clone());
        }
        templates.extend(found);
    }
    Ok((templates, others))
}

impl Templates {
    /// Templates with what is known beside them, and what observed ARNs tell of names.
    pub fn of(templates: Vec<Template>, values: &Values, observed: &BTreeSet<String>) -> Self {
        let mut expanded: Vec<Expanded> = templates
            .into_iter()
            .map(|mut template| {
                let gaps = sam::expand(&mut template, values);
                let values = join::joined(&template, values, observed);
                Expanded {
                    template,
                    values,
                    gaps,
                }
            })
            .collect();
        let mut exports = values.exports.clone();
        for own in &expanded {
            let resolver = Resolver::new(&own.template, &own.values);
            for (_, output) in &own.template.outputs {
                let name = output.get("Export").and_then(|export| export.get("Name"));
                let name = name.and_then(|name| resolver.text(name));
                let value = output.get("Value").and_then(|value| resolver.text(value));
                exports.extend(name.zip(value).filter(|(name, _)| !has_symbol(name)));
            }
        }
        for own in &mut expanded {
            own.values.exports.clone_from(&exports);
        }
        Self {
            templates: expanded,
        }
    }
}

impl Expanded {
    /// What each role of the template is granted.
    ///
    /// # Errors
    ///
    /// A policy that IAM's grammar does not have, with its place in the template.
    pub fn granted(&self) -> Result<Found, PolicyFileError> {
        let Self {
            template,
            values,
            gaps,
        } = self;
        let resolver = Resolver::new(template, values);
        let read = roles(&resolver);
        let mut found = Found::default();
        let all: Vec<&Gap> = template.gaps.iter().chain(gaps).chain(&read.gaps).collect();
        for gap in &all {
            found.gaps.insert(self.told(gap));
        }
        for role in read.roles {
            let mut insufficient: BTreeSet<String> = all
                .iter()
                .filter(|gap| touches(gap, &role))
                .map(|gap| self.told(gap))
                .collect();
            let mut policies = vec![document(&role.policies, template)?];
            let mut has_unknown = false;
            for own in &role.managed {
                match managed::known(&own.arn) {
                    Some(known) if policies.iter().all(|policy| policy.name != known.name) => {
                        policies.push(known);
                    }
                    Some(_) => {}
                    None => {
                        has_unknown = true;
                        insufficient.insert(self.placed(
                            &format!(
                                "`{}` is attached, and what it grants is not known without AWS",
                                own.arn
                            ),
                            own.span.start,
                        ));
                    }
                }
            }
            let boundary = match &role.boundary {
                None => None,
                Some(Boundary::Document(policy)) => {
                    Some(document(std::slice::from_ref(policy), template)?)
                }
                Some(Boundary::Named(arn)) => {
                    insufficient.insert(format!(
                        "its permissions boundary `{arn}` is not in the template, and what it takes away is not known"
                    ));
                    None
                }
            };
            found.roles.push(TemplateGrants {
                others: trust::others(&role, values),
                role,
                policies,
                boundary,
                insufficient,
                has_unknown,
            });
        }
        Ok(found)
    }

    fn told(&self, gap: &Gap) -> String {
        self.placed(&gap.message, gap.span.start)
    }

    fn placed(&self, message: &str, byte: usize) -> String {
        let (line, _) = line_and_column(&self.template.text, byte);
        format!("{}:{line}: {message}", self.template.file)
    }
}

fn touches(gap: &Gap, role: &TemplateRole) -> bool {
    match &gap.touches {
        Touches::Nothing => false,
        Touches::Every => true,
        Touches::These(ids) => ids.contains(&role.logical_id) || !ids.is_disjoint(&role.functions),
    }
}

fn document(
    policies: &[RolePolicy],
    template: &Template,
) -> Result<PolicyDocument, PolicyFileError> {
    let hosted: Vec<Hosted<'_>> = policies
        .iter()
        .map(|policy| Hosted {
            document: &policy.document,
            place: &policy.place,
            made_by: sam::made_by,
        })
        .collect();
    Ok(PolicyDocument::hosted(
        &hosted,
        &template.text,
        template.file.clone(),
    )?)
}

#[cfg(test)]
mod tests;
