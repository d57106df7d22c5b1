//! Applies the `known` entries of the configuration to a role. They name functions that hardly run and principals that may
//! assume the role, so that the gate does not require evidence of them.

use super::exempt::{Subject, accept};
use crate::granted::iam_roles::sentences_about;
use crate::roles::{KnownPrincipal, Patience, Role, User, UserInTemplate};
use crate::settings::file;
use jiff::civil::Date;

impl Role {
    /// The role with the `known` entries that apply today. Relative paths refer to `folder`.
    #[must_use]
    pub fn knowing<'k>(
        mut self,
        known: impl IntoIterator<Item = &'k file::Known>,
        today: Date,
        folder: Option<&str>,
    ) -> Self {
        let subject = self.subject(folder);
        for known in known {
            let is_meant = accept::names(known.role.as_ref(), &subject);
            if !is_meant || !known.holds(today) {
                continue;
            }
            if let Some(function) = &known.function {
                let patience = Patience::Known {
                    reason: known.reason.0.clone(),
                    until: known.until.0,
                };
                self.has_patience(&function.0, &patience);
            }
            if let Some(principal) = &known.principal {
                let sentences = sentences_about(&principal.0);
                let before = self.insufficient.len();
                self.insufficient
                    .retain(|sentence| !sentences.contains(sentence));
                if self.insufficient.len() < before {
                    self.known.push(KnownPrincipal {
                        principal: principal.0.clone(),
                        reason: known.reason.0.clone(),
                        until: known.until.to_string(),
                    });
                }
            }
        }
        self
    }

    /// Waits for nothing from a function of this name, and does not miss it in the traces.
    fn has_patience(&mut self, function: &str, patience: &Patience) {
        let in_template = self.template.iter().flat_map(|own| {
            let users = own.users.iter();
            users.filter(|user| user.is_called(function, &own.values))
        });
        let in_template: Vec<&UserInTemplate> = in_template.collect();
        for user in &mut self.users {
            let is_meant = is_called(user, function)
                || user.former.as_deref() == Some(function)
                || in_template.iter().any(|own| own.target == user.target);
            if is_meant {
                user.patience = Some(patience.clone());
            }
        }
        self.insufficient.retain(|sentence| {
            in_template
                .iter()
                .all(|own| own.told.as_ref() != Some(sentence))
        });
    }

    /// What the record may call it. Relative paths refer to `folder`.
    pub(super) fn subject(&self, folder: Option<&str>) -> Subject {
        let files = self
            .policies
            .iter()
            .filter(|file| self.are_files && !file.name.starts_with("arn:"));
        let policy_files: Vec<String> = files.map(|file| file.name.clone()).collect();
        Subject {
            role: self.arn.clone(),
            role_name: self.template.as_ref().and_then(|own| own.name.clone()),
            former_files: self.former_files(&policy_files),
            policy_files,
            folder: folder.map(str::to_owned),
        }
    }
}

/// Whether this is a user's name, or its ARN with or without a qualifier.
pub(super) fn is_called(user: &User, name: &str) -> bool {
    let shown = user.target.to_string();
    let qualified = name.strip_prefix(&shown);
    user.target.name() == name
        || shown == name
        || qualified.is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::table::Config;
    use jiff::civil::date;

    const TODAY: Date = date(2027, 6, 15);

    /// A role that EC2 may assume, with what the configuration knows.
    fn knowing(entries: &str) -> Role {
        let role = Role {
            insufficient: sentences_about("ec2.amazonaws.com"),
            ..Role::default()
        };
        let text = format!("known:\n{entries}");
        let known = Config::parse(&text, "test.yml").unwrap().known;
        role.knowing(known.iter().map(|entry| &entry.value), TODAY, None)
    }

    #[test]
    fn a_principal_is_known_where_it_may_assume_the_role() {
        let entry = |principal: &str, until: &str| {
            format!(r#"  - {{"principal": "{principal}", "reason": "a job", "until": "{until}"}}"#)
        };
        let own = knowing(&entry("ec2.amazonaws.com", "2027-06-15"));
        assert_eq!(own.insufficient, Vec::<String>::new());
        let known: Vec<&str> = own.known.iter().map(|own| own.principal.as_str()).collect();
        assert_eq!(known, ["ec2.amazonaws.com"]);
        for other in [
            entry("ecs-tasks.amazonaws.com", "2027-06-15"),
            entry("ec2.amazonaws.com", "2027-06-14"),
        ] {
            let own = knowing(&other);
            assert_eq!(own.insufficient, sentences_about("ec2.amazonaws.com"));
            assert!(own.known.is_empty(), "{other}");
        }
    }
}
