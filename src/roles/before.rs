//! What templates granted before: all of them read together as they were, with what was known of their stacks then.

use super::template_users::{UserInTemplate, machine_name};
use super::templates::{Given, InTemplate, Outside};
use super::{Patience, Role, Was};
use crate::files::normal;
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use crate::granted::template::{Expanded, TemplateGrants, Templates};
use crate::iam::said::says_the_same;
use crate::template::Template;
use crate::template::join::function_name;
use crate::template::resolve::Resolver;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::slice::from_ref;

/// Templates as they were.
#[derive(Debug, Default)]
pub struct TemplatesBefore {
    all: Vec<TemplateBefore>,
    /// Where files were before, by their paths now.
    moved: BTreeMap<String, String>,
}

/// A template as it was.
#[derive(Debug)]
struct TemplateBefore {
    file: String,
    roles: Vec<TemplateGrants>,
    /// What it had beside its roles.
    beside: Vec<TemplateGrants>,
    users: Vec<UserBefore>,
}

/// A function or state machine as it was.
#[derive(Debug)]
struct UserBefore {
    logical_id: String,
    name: Option<String>,
    is_state_machine: bool,
    /// The roles that it may have used: the place of the template that has each, and its logical id there.
    roles: BTreeSet<(usize, String)>,
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
        let templates = Templates::of(templates, &outside.values(given), &outside.observed);
        let mut all = Vec::new();
        for own in &templates.templates {
            let granted = own.granted_before()?;
            all.push(TemplateBefore {
                file: own.template.file.clone(),
                roles: granted.roles,
                beside: granted.beside,
                users: users_of(own),
            });
        }
        assign(&mut all, &templates.templates);
        for file in others {
            let path = PolicyPath::new(file);
            if path.is_per_role() || path.is_per_function() {
                continue;
            }
            if path.read(None)?.statements.is_empty() {
                all.push(TemplateBefore {
                    file: file.clone(),
                    roles: Vec::new(),
                    beside: Vec::new(),
                    users: Vec::new(),
                });
            }
        }
        Ok(Self {
            all,
            moved: BTreeMap::new(),
        })
    }

    /// The same, where a change has moved files: where each was before, by its path now.
    #[must_use]
    pub fn moved(self, moved: &BTreeMap<String, String>) -> Self {
        Self {
            moved: moved.clone(),
            ..self
        }
    }

    /// What a role granted its users before: what the role itself granted, or where a user had another role, what that one did.
    /// Absent where there was no template.
    pub fn was(&self, role: &InTemplate) -> Option<Was> {
        self.of_joined(role).or_else(|| self.had(role))
    }

    /// What those were granted who had other roles, or were not there. To them the rest of what this one grants is new, however
    /// long others had it. Nothing where their roles differed, for none of it was granted to all.
    fn of_joined(&self, role: &InTemplate) -> Option<Was> {
        let own = self.of(&role.file);
        let is_own = |(template, logical_id): &(usize, String)| {
            let template = self.all.get(*template);
            *logical_id == role.logical_id
                && template.is_some_and(|it| own.iter().any(|own| std::ptr::eq(*own, it)))
        };
        let mut roles = own.iter().flat_map(|own| &own.roles);
        if !roles.any(|own| own.role.logical_id == role.logical_id) {
            return None;
        }
        let joined = role.users.iter().filter(|user| {
            self.user(user).map_or_else(
                || self.is_new(user),
                |was| !was.roles.is_empty() && !was.roles.iter().any(is_own),
            )
        });
        let joined: Vec<UserInTemplate> = joined.cloned().collect();
        if joined.is_empty() {
            return None;
        }
        let former = self.of_users(&joined);
        Some(former.map_or_else(Was::default, |former| granted_by(&[former], role)))
    }

    /// What a role was granted: nothing where its template did not have it. Absent where there was no template.
    pub fn had(&self, role: &InTemplate) -> Option<Was> {
        let own = self.of(&role.file);
        if own.is_empty() {
            return None;
        }
        let roles = own
            .iter()
            .flat_map(|own| own.roles.iter().chain(&own.beside));
        let mut same: Vec<&TemplateGrants> = roles
            .filter(|own| own.role.logical_id == role.logical_id)
            .collect();
        if same.is_empty() {
            same.extend(self.of_users(&role.users));
        }
        Some(granted_by(&same, role))
    }

    /// Whether a role is to be judged: of what a template has beside its roles, that which a change brings. Where there is no base, or
    /// it had the same, it is only told.
    pub fn is_judged(&self, role: &Role) -> bool {
        let Some(own) = role.template.as_ref().filter(|own| own.is_beside) else {
            return true;
        };
        let before = self.of(&own.file);
        let mut beside = before.iter().flat_map(|before| &before.beside);
        let is_same = beside.any(|was| {
            was.role.logical_id == own.logical_id
                && was.unknown == role.unknown
                && says_the_same(&was.policies, &role.policies)
        });
        !before.is_empty() && !is_same
    }

    /// The role that all of these had before, or one of those that granted them the same. Nobody is granted more then, however
    /// the role is called now. Nothing where one of them is new or was granted something else.
    fn of_users(&self, users: &[UserInTemplate]) -> Option<&TemplateGrants> {
        let mut roles = users.iter().map(|user| self.role_of(self.user(user)?));
        let first = roles.next()??;
        let is_same = |other: Option<&TemplateGrants>| {
            other.is_some_and(|other| {
                std::ptr::eq(first, other)
                    || (first.unknown == other.unknown
                        && says_the_same(&first.policies, &other.policies)
                        && is_limited_alike(first, other))
            })
        };
        roles.all(is_same).then_some(first)
    }

    fn role_of(&self, user: &UserBefore) -> Option<&TemplateGrants> {
        let mut roles = user.roles.iter();
        let (template, logical_id) = roles.next().filter(|_| roles.next().is_none())?;
        let mut roles = self.all.get(*template)?.roles.iter();
        roles.find(|own| own.role.logical_id == *logical_id)
    }

    /// The same function or state machine as it was: by its name, or by its logical id in the same file. Where the two lead to
    /// different ones it is neither, or a change could pass off the rights of one as those of the other.
    fn user(&self, user: &UserInTemplate) -> Option<&UserBefore> {
        let is_kind = |own: &&UserBefore| own.is_state_machine == user.is_state_machine;
        let all = self.all.iter().flat_map(|own| &own.users).filter(is_kind);
        let named = all.filter(|own| user.name.is_some() && own.name == user.name);
        let named: Vec<&UserBefore> = named.collect();
        let here = self.same_file(&user.file).into_iter();
        let here = here.flat_map(|own| &own.users).filter(is_kind);
        let here: Vec<&UserBefore> = here
            .filter(|own| own.logical_id == user.logical_id)
            .collect();
        match (named.as_slice(), here.as_slice()) {
            ([], []) => None,
            // One that several stacks are made of is there more than once, and has one role.
            ([], [first, ..]) => Some(first),
            ([only], []) => Some(only),
            (named, here) => {
                let same =
                    |own: &&&UserBefore| here.iter().any(|other| std::ptr::eq(**own, *other));
                named.iter().find(same).copied()
            }
        }
    }

    /// The same role without waiting for functions that its template did not have before: nobody can have called them, or too few
    /// times. `until` says how long, by the path of the template that has one.
    #[must_use]
    pub fn without_new_functions(
        &self,
        mut role: Role,
        until: impl Fn(&str) -> Option<Date>,
    ) -> Role {
        let Some(own) = &role.template else {
            return role;
        };
        let functions = own.users.iter().filter(|user| !user.is_state_machine);
        for new in functions.filter(|user| self.is_new(user)) {
            let same = role.users.iter_mut();
            for user in same.filter(|user| user.target == new.target) {
                let until = until(&new.file);
                user.patience.get_or_insert(Patience::Waits { until });
            }
            if let Some(told) = &new.told {
                role.insufficient.retain(|sentence| sentence != told);
            }
        }
        role
    }

    /// Whether a function or state machine was not there, as far as its template was.
    fn is_new(&self, user: &UserInTemplate) -> bool {
        let before = self.of(&user.file);
        let users = before.iter().flat_map(|own| &own.users);
        let mut same = users.filter(|own| own.is_state_machine == user.is_state_machine);
        !before.is_empty()
            && !same.any(|own| own.logical_id == user.logical_id)
            && self.user(user).is_none()
    }

    /// What may be a template as it was: those of its path where there are any, else all.
    fn of(&self, file: &str) -> Vec<&TemplateBefore> {
        let same = self.same_file(file);
        if same.is_empty() {
            self.all.iter().collect()
        } else {
            same
        }
    }

    /// The template of a path as it was, where that is known to be the same.
    fn same_file(&self, file: &str) -> Vec<&TemplateBefore> {
        let now = normal(Path::new(file));
        let at = |own: &Path| -> Vec<&TemplateBefore> {
            let all = self.all.iter();
            all.filter(|before| Path::new(&before.file).ends_with(own))
                .collect()
        };
        let mut moved = self.moved.iter();
        let former = moved.find(|(path, _)| normal(Path::new(path)) == now);
        let former = former.map(|(_, former)| at(&normal(Path::new(former))));
        former
            .filter(|former| !former.is_empty())
            .unwrap_or_else(|| at(&now))
    }
}

/// What roles of templates granted in the place of one. What a permissions boundary took away of it is not known where the
/// template had its ARN alone, and another limits the role now: then nothing of it is known to have been granted.
fn granted_by(former: &[&TemplateGrants], role: &InTemplate) -> Was {
    let mut was = Was::default();
    for own in former {
        was.unknown.extend(own.unknown.iter().cloned());
    }
    let Some((first, more)) = former.split_first() else {
        return was;
    };
    let is_known =
        first.boundary_elsewhere.is_none() || first.boundary_elsewhere == role.boundary_elsewhere;
    if is_known && more.iter().all(|own| is_limited_alike(first, own)) {
        was.boundary.clone_from(&first.boundary);
        let granted = former.iter().flat_map(|own| &own.policies);
        was.granted.extend(granted.cloned());
    }
    was
}

/// Whether two roles have the same permissions boundary, or both have none.
fn is_limited_alike(one: &TemplateGrants, other: &TemplateGrants) -> bool {
    one.boundary_elsewhere == other.boundary_elsewhere
        && match (&one.boundary, &other.boundary) {
            (None, None) => true,
            (Some(one), Some(other)) => says_the_same(from_ref(one), from_ref(other)),
            (Some(_), None) | (None, Some(_)) => false,
        }
}

/// The functions and state machines of a template, each without its roles.
fn users_of(own: &Expanded) -> Vec<UserBefore> {
    let mut users = Vec::new();
    for values in own.values.each() {
        let resolver = Resolver::new(&own.template, &values);
        for resource in &own.template.resources {
            let is_state_machine = match resource.kind.as_str() {
                "AWS::Lambda::Function" | "AWS::Serverless::Function" => false,
                "AWS::StepFunctions::StateMachine" | "AWS::Serverless::StateMachine" => true,
                _ => continue,
            };
            let logical_id = resource.logical_id.as_str();
            users.push(UserBefore {
                logical_id: logical_id.to_owned(),
                name: if is_state_machine {
                    machine_name(logical_id, &resolver)
                } else {
                    function_name(logical_id, &resolver)
                },
                is_state_machine,
                roles: BTreeSet::new(),
            });
        }
    }
    users
}

/// Gives each of them its roles, which other templates may have.
fn assign(all: &mut [TemplateBefore], templates: &[Expanded]) {
    let mut found = Vec::new();
    for (place, (before, own)) in all.iter().zip(templates).enumerate() {
        for role in before.roles.iter().map(|own| &own.role) {
            let at = (place, role.logical_id.clone());
            let functions = role.functions.iter().map(|id| (place, id, false));
            let machines = role.state_machines.iter().map(|id| (place, id, true));
            let others = own.handed.users.get(&role.logical_id);
            let others = others.into_iter().flatten();
            let others =
                others.map(|user| (user.template, &user.logical_id, user.is_state_machine));
            for (template, logical_id, is_state_machine) in functions.chain(machines).chain(others)
            {
                found.push((template, logical_id.clone(), is_state_machine, at.clone()));
            }
        }
    }
    for (template, logical_id, is_state_machine, at) in found {
        let users = all.get_mut(template).into_iter();
        for user in users.flat_map(|own| &mut own.users) {
            if user.logical_id == logical_id && user.is_state_machine == is_state_machine {
                user.roles.insert(at.clone());
            }
        }
    }
}
