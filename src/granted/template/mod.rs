//! Roles and their policies from templates in a checkout.

mod children;
mod folder;
mod links;
mod refused;
mod together;
mod trust;

use super::managed;
use super::policy_file::{PolicyFileError, permissions_policy, read_text};
use crate::files::normal;
use crate::iam::document::Hosted;
use crate::iam::{MadeBy, PolicyDocument};
use crate::template::read::{self, LIMITS, TemplateError};
use crate::template::resolve::Resolver;
use crate::template::roles::{Boundary, RolePolicy, TemplateRole, WithoutRole, roles};
use crate::template::{Deployed, Gap, Kind, Template, Touches, Values, framework, join, sam};
use crate::yaml::{self, Schema};
pub use folder::{MANIFEST, is_of_folder};
use folder::{Manifests, listed};
pub use links::{Elsewhere, Handed};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
pub use together::Unread;

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
    /// What other templates do with its roles.
    pub handed: Handed,
    /// Its nested stacks that are not read.
    pub unread: Vec<Unread>,
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
    /// The boundary's ARN, where the template does not have it.
    pub boundary_elsewhere: Option<String>,
    /// Why not all that it is granted is known, a sentence each.
    pub insufficient: BTreeSet<String>,
    /// Who may assume it besides those that it is for, a sentence each.
    pub others: BTreeSet<String>,
    /// Where it is no role of the template: what is not judged then, in a sentence.
    pub beside: Option<String>,
    /// What it may be granted besides, a sentence each without a place: policies whose text is not known, and what could not be read.
    pub unknown: BTreeSet<String>,
}

/// What a template grants.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Role by role.
    pub roles: Vec<TemplateGrants>,
    /// What is granted beside its roles, or may be: to roles that it does not have, and in nested stacks that are not read.
    pub beside: Vec<TemplateGrants>,
    /// What could not be read, with its place.
    pub gaps: BTreeSet<String>,
    /// What is not judged with the roles, with its place.
    pub not_judged: BTreeSet<String>,
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
    let wrong = |error: &yaml::YamlError| not_a_template(error, text, path, None);
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

fn not_a_template(
    error: &yaml::YamlError,
    text: &str,
    path: &str,
    named_by: Option<&str>,
) -> PolicyFileError {
    let (line, column) = line_and_column(text, error.span.start);
    let error = PolicyFileError::NotATemplate {
        path: path.to_owned(),
        line,
        column,
        problem: error.to_string(),
    };
    match named_by {
        Some(by) => error.named_by(by),
        None => error,
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

/// The files of a path: itself with the templates of its nested stacks, or the templates in a folder that the CDK or the Serverless Framework wrote.
pub fn files_of(path: &str) -> Vec<String> {
    let mut files = listed(path).files;
    if files.len() == 1 {
        files.extend(children_of(path));
    }
    files
}

/// The local templates of the nested stacks that a template has, those of these stacks too.
pub fn children_of(path: &str) -> Vec<String> {
    children::of_file(path)
}

/// The paths of the local templates that the nested stacks of a template name, whether they are there or not; `path` is its own.
pub fn named_children(text: &str, path: &str) -> Vec<PathBuf> {
    let Ok(Some(template)) = template_of(text, path) else {
        return Vec::new();
    };
    let children = together::children(&template).into_iter();
    children.map(|(_, path)| path).collect()
}

/// The logical ids of the functions that a template has; none where the text is no template.
pub fn functions_of(text: &str, path: &str) -> BTreeSet<String> {
    let template = template_of(text, path).ok().flatten();
    let resources = template.into_iter().flat_map(|own| own.resources);
    let functions = resources.filter(|resource| {
        matches!(
            resource.kind.as_str(),
            "AWS::Lambda::Function" | "AWS::Serverless::Function"
        )
    });
    functions.map(|resource| resource.logical_id).collect()
}

/// The templates among paths, and the paths that are none.
///
/// # Errors
///
/// What looks like a template and cannot be read. A file that cannot be opened is left to who reads it as a policy.
pub fn among(paths: &[String]) -> Result<(Vec<Template>, Vec<String>), PolicyFileError> {
    let (mut templates, mut others) = (Vec::new(), Vec::new());
    let mut asked = Vec::new();
    let (mut seen, mut manifests) = (BTreeSet::new(), Manifests::default());
    for path in paths {
        let mut found = Vec::new();
        // `template.yaml` and `./template.yaml` are one file.
        if !seen.insert(normal(Path::new(path))) {
            continue;
        }
        let mut is_known = false;
        let listed = listed(path);
        for file in &listed.files {
            if file != path && !seen.insert(normal(Path::new(file))) {
                is_known = true;
                continue;
            }
            let text = match read_text(file) {
                Ok(text) => text,
                // What is in a folder nobody else reads.
                Err(error) if file != path => return Err(error),
                Err(_) => continue,
            };
            found.extend(template_of(&text, file)?.map(|template| Template {
                deployed: manifests.deployed(file),
                ..template
            }));
        }
        if let (Some(first), 1..) = (found.first_mut(), listed.left_out) {
            first.gaps.push(Gap {
                message: format!(
                    "`{path}` has {} templates more than are read together: give those that are meant one by one",
                    listed.left_out
                ),
                span: 0..0,
                touches: Touches::Nothing,
            });
        }
        if found.is_empty() && !is_known {
            others.push(path.clone());
        }
        asked.extend(found);
    }
    for template in asked {
        let mut found = vec![template];
        children::add(&mut found, &mut seen)?;
        templates.extend(found);
    }
    Ok((templates, others))
}

impl Templates {
    /// Templates with what is known beside them, and what observed ARNs tell of names.
    pub fn of(mut templates: Vec<Template>, values: &Values, observed: &BTreeSet<String>) -> Self {
        together::nest(&mut templates);
        let deployed: Vec<Deployed> = templates.iter().map(|own| own.deployed.clone()).collect();
        let mut expanded: Vec<Expanded> = templates
            .into_iter()
            .map(|mut template| {
                let values = template.deployed.over(values, deployed.iter());
                let gaps = sam::expand(&mut template, &values);
                let values = join::joined(&template, &values, observed);
                Expanded {
                    template,
                    values,
                    gaps,
                    handed: Handed::default(),
                    unread: Vec::new(),
                }
            })
            .collect();
        together::join(&mut expanded);
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
    /// A policy that IAM's grammar does not have or that IAM would refuse, with its place in the template.
    pub fn granted(&self) -> Result<Found, PolicyFileError> {
        let found = self.read()?;
        // What is told apart has marks in its texts, and was held against IAM when it was read before.
        if self.values.told_apart {
            return Ok(found);
        }
        match refused::first(self, &found) {
            Some(error) => Err(error.into()),
            None => Ok(found),
        }
    }

    /// What each role of the template was granted at the base. What IAM refuses was never deployed and granted nothing.
    ///
    /// # Errors
    ///
    /// A policy that IAM's grammar does not have, with its place in the template.
    pub fn granted_before(&self) -> Result<Found, PolicyFileError> {
        let mut found = self.read()?;
        refused::take_out(self, &mut found);
        Ok(found)
    }

    fn read(&self) -> Result<Found, PolicyFileError> {
        let Self {
            template,
            values,
            gaps,
            ..
        } = self;
        let resolver = Resolver::new(template, values);
        let read = roles(&resolver);
        let mut found = Found::default();
        let all: Vec<&Gap> = template.gaps.iter().chain(gaps).chain(&read.gaps).collect();
        for gap in &all {
            if gap.touches == Touches::Beside {
                found.not_judged.insert(self.told(gap));
            } else {
                found.gaps.insert(self.told(gap));
            }
        }
        for role in read.roles {
            found.roles.push(self.grants_of(role, &all)?);
        }
        for role in read.elsewhere {
            let name = role.name.as_deref().unwrap_or_default();
            let told = format!("the role `{name}` is not in this template");
            found.beside.push(TemplateGrants {
                beside: Some(told),
                ..self.grants_of(role, &[])?
            });
        }
        for (role, told) in self.not_known(read.without_role) {
            if !role.functions.is_empty() || !role.state_machines.is_empty() {
                found.not_judged.insert(self.placed(&told, role.span.start));
            }
            found.beside.push(TemplateGrants {
                unknown: BTreeSet::from([told.clone()]),
                beside: Some(told),
                ..self.grants_of(role, &[])?
            });
        }
        Ok(found)
    }

    /// What stands for grants of which nothing is known: those of roles that no template has, each for who runs with it, and those
    /// of nested stacks that are not read. Each with a sentence.
    fn not_known(&self, without_role: Vec<WithoutRole>) -> Vec<(TemplateRole, String)> {
        let users = without_role.into_iter();
        let users = users.filter(|own| !self.handed.held.contains(&own.logical_id));
        let users = users.map(|own| {
            let told = format!(
                "`{}` runs with the role `{}`, which no template here has: what that grants is not judged",
                own.words, own.role
            );
            let mut role = TemplateRole::nobody(&own.logical_id, own.span);
            let users = if own.is_state_machine {
                &mut role.state_machines
            } else {
                &mut role.functions
            };
            users.insert(own.logical_id);
            (role, told)
        });
        let stacks = self.unread.iter().map(|own| {
            let role = TemplateRole::nobody(&own.logical_id, own.span.clone());
            (role, own.told.clone())
        });
        users.chain(stacks).collect()
    }

    /// What a role is granted; `all` is everything that could not be read.
    fn grants_of(
        &self,
        role: TemplateRole,
        all: &[&Gap],
    ) -> Result<TemplateGrants, PolicyFileError> {
        let Self {
            template,
            values,
            handed,
            ..
        } = self;
        let touching = || all.iter().filter(|gap| touches(gap, &role));
        let mut insufficient: BTreeSet<String> = touching().map(|gap| self.told(gap)).collect();
        let mut unknown: BTreeSet<String> = touching().map(|gap| gap.message.clone()).collect();
        let doubts = handed.doubts.get(&role.logical_id);
        insufficient.extend(doubts.into_iter().flatten().cloned());
        let mut policies = vec![document(&role.policies, template)?];
        for own in &role.managed {
            match managed::known(&own.arn) {
                Some(known) if policies.iter().all(|policy| policy.name != known.name) => {
                    policies.push(known);
                }
                Some(_) => {}
                None => {
                    let attached = format!(
                        "`{}` is attached, and what it grants is not known without AWS",
                        own.arn
                    );
                    insufficient.insert(self.placed(&attached, own.span.start));
                    unknown.insert(attached);
                }
            }
        }
        let (boundary, boundary_elsewhere) = match &role.boundary {
            None => (None, None),
            Some(Boundary::Document(policy)) => (
                Some(document(std::slice::from_ref(policy), template)?),
                None,
            ),
            Some(Boundary::Named(arn)) => {
                insufficient.insert(format!(
                    "its permissions boundary `{arn}` is not in the template, and what it takes away is not known"
                ));
                (None, Some(arn.clone()))
            }
        };
        Ok(TemplateGrants {
            others: trust::others(&role, handed.users.get(&role.logical_id), values),
            role,
            policies,
            boundary,
            boundary_elsewhere,
            insufficient,
            unknown,
            beside: None,
        })
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
        Touches::Nothing | Touches::Beside => false,
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
    let mut document = PolicyDocument::hosted(&hosted, &template.text, template.file.clone())?;
    if template.kind == Kind::Serverless {
        for statement in &mut document.statements {
            if framework::is_log_of_serverless(statement) {
                statement.made_by = Some(MadeBy::Setting(framework::LOGS_OF_SERVERLESS.to_owned()));
            }
        }
    }
    Ok(document)
}

#[cfg(test)]
mod tests;
