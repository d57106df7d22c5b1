//! What templates granted before a change: all of them read together as they were, with what was known of their stacks then.

use super::templates::{Given, InTemplate, Outside};
use super::{Patience, Role, Target, Was};
use crate::files::normal;
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use crate::granted::template::{TemplateGrants, Templates};
use crate::template::Template;
use std::collections::BTreeSet;
use std::path::Path;

/// Templates as they were.
#[derive(Debug, Default)]
pub struct TemplatesBefore {
    all: Vec<TemplateBefore>,
}

/// A template as it was.
#[derive(Debug)]
struct TemplateBefore {
    file: String,
    roles: Vec<TemplateGrants>,
    /// The logical ids of its functions.
    functions: BTreeSet<String>,
}

impl TemplatesBefore {
    /// Reads them. `others` are files that are no templates: a policy that grants nothing stands for a template that was not there.
    /// `given` is what was given for their stacks then, and `outside` what is known of them besides.
    ///
    /// # Errors
    ///
    /// A policy that IAM's grammar does not have, with its place.
    pub fn read(
        templates: Vec<Template>,
        others: &[String],
        outside: &Outside,
        given: &Given,
    ) -> Result<Self, PolicyFileError> {
        let functions = templates.iter().map(functions_of).collect::<Vec<_>>();
        let templates = Templates::of(templates, &outside.values(given), &outside.observed);
        let mut all = Vec::new();
        for (own, functions) in templates.templates.iter().zip(functions) {
            all.push(TemplateBefore {
                file: own.template.file.clone(),
                roles: own.granted()?.roles,
                functions,
            });
        }
        for file in others {
            let path = PolicyPath::new(file);
            if path.is_per_role() || path.is_per_function() {
                continue;
            }
            if path.read(None)?.statements.is_empty() {
                all.push(TemplateBefore {
                    file: file.clone(),
                    roles: Vec::new(),
                    functions: BTreeSet::new(),
                });
            }
        }
        Ok(Self { all })
    }

    /// What a role was granted: nothing where its template did not have it. Absent where there was no template.
    pub fn was(&self, role: &InTemplate) -> Option<Was> {
        let mut was = Was::default();
        let own = self.of(role);
        let roles = own.iter().flat_map(|own| &own.roles);
        for same in roles.filter(|own| own.role.logical_id == role.logical_id) {
            was.granted.extend(same.policies.iter().cloned());
            was.unknown.extend(same.unknown.iter().cloned());
        }
        (!own.is_empty()).then_some(was)
    }

    /// The same role without waiting for functions that its template did not have before: nobody can have called them.
    #[must_use]
    pub fn without_new_functions(&self, mut role: Role) -> Role {
        let Some(own) = role.template.clone().filter(|own| !own.absent.is_empty()) else {
            return role;
        };
        let before = self.of(&own);
        if before.is_empty() {
            return role;
        }
        for user in &mut role.users {
            let Target::NotSeen(logical_id) = &user.target else {
                continue;
            };
            if let Some(told) = own.absent.get(logical_id)
                && !before.iter().any(|own| own.functions.contains(logical_id))
            {
                user.patience.get_or_insert(Patience::Waits { until: None });
                role.insufficient.retain(|sentence| sentence != told);
            }
        }
        role
    }

    /// What may be the role's template as it was: those of its path where there are any, else all.
    fn of(&self, role: &InTemplate) -> Vec<&TemplateBefore> {
        let own = normal(Path::new(&role.file));
        let same = self
            .all
            .iter()
            .filter(|before| Path::new(&before.file).ends_with(&own));
        let same: Vec<&TemplateBefore> = same.collect();
        if same.is_empty() {
            self.all.iter().collect()
        } else {
            same
        }
    }
}

fn functions_of(template: &Template) -> BTreeSet<String> {
    let functions = template.resources.iter().filter(|resource| {
        let kind = resource.kind.as_str();
        kind == "AWS::Lambda::Function" || kind == "AWS::Serverless::Function"
    });
    functions
        .map(|resource| resource.logical_id.clone())
        .collect()
}
