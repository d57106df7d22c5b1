//! Judges a role: compares its policies with what its users need.

use super::exempt::Held;
use super::judged::JudgedRole;
use super::seen::OfUsers;
use super::verdict::{self, Finding, Rest, State, Verdict};
use crate::catalog::Catalog;
use crate::compare::{Comparison, Granted, Known, compare};
use crate::evidence::Hidden;
use crate::roles::Role;
use crate::settings::thresholds::Thresholds;
use crate::template::sam;
use crate::usage::Usage;
use std::collections::{BTreeMap, BTreeSet};

impl Role {
    /// Compares the policies with what all users of the role need, and decides the verdict.
    pub fn judge(&self, usage: &Usage, thresholds: &Thresholds, catalog: &Catalog) -> JudgedRole {
        let OfUsers {
            mut needs,
            functions,
            alone,
            coverage,
            gaps,
            is_thin,
            is_silent,
        } = OfUsers::of(&self.users, usage, thresholds, catalog);
        let granted = self.granted();
        let policies = granted.policies.iter().chain(granted.beside);
        let statements = policies.flat_map(|own| &own.statements);
        needs.may_read_what_environments_name(statements.clone(), catalog);
        needs.may_keep_failures_in_buckets(statements);
        let comparison = if self.unreadable {
            Comparison::default()
        } else {
            self.with_advice_for_sam(compare(&needs, &granted, catalog))
        };
        let states = vec![State::Judged; comparison.excess.len()];
        let mut written_as = BTreeMap::new();
        if let Some(template) = &self.template {
            let arns = comparison
                .excess
                .iter()
                .flat_map(|finding| &finding.needed_resources);
            let words = arns.filter_map(|arn| Some((arn.clone(), template.words.of_arn(arn)?)));
            written_as = words.collect();
        }
        let lost = usage.gaps.hidden().and(gaps.hidden());
        let mut insufficient = self.insufficient.clone();
        if self.users.is_empty() && !self.unreadable {
            insufficient.push("no function that uses it was observed".to_owned());
        }
        insufficient.extend(verdict::insufficiencies(&coverage, &lost, thresholds));
        let hidden = match lost {
            Hidden::Services(services) => services,
            Hidden::Nothing | Hidden::Anything => BTreeSet::new(),
        };
        let verdict = if self.unreadable {
            Verdict::Inconclusive
        } else {
            let findings: Vec<Finding<'_>> =
                comparison.excess.iter().map(Finding::judged).collect();
            let rest = Rest {
                is_silent,
                unknown: self.unknown.len(),
                ..Rest::whole(&comparison)
            };
            verdict::judge(&findings, rest, &insufficient, &hidden, thresholds)
        };
        // AWS managed policies of a template are no files.
        let files = self
            .policies
            .iter()
            .filter(|policy| !policy.name.starts_with("arn:"));
        let names = files.map(|policy| policy.name.clone());
        let is_observed = functions.iter().any(|user| user.calls > 0);
        JudgedRole {
            role: self.arn.clone(),
            verdict,
            would_fail: false,
            policy_files: if self.are_files {
                names.collect()
            } else {
                Vec::new()
            },
            functions,
            alone,
            insufficient,
            is_thin,
            is_silent,
            known: self.known.clone(),
            unknown: self.unknown.clone(),
            framework: self.framework.filter(|_| !is_observed),
            unread: self.unread.clone(),
            hidden,
            needs,
            comparison,
            states,
            standings: Vec::new(),
            stale: Vec::new(),
            held: Held::default(),
            gaps,
            written_as,
        }
    }

    /// What SAM attaches by itself cannot be replaced where the policies are written.
    fn with_advice_for_sam(&self, mut comparison: Comparison) -> Comparison {
        let Some(template) = &self.template else {
            return comparison;
        };
        // In every partition it is the same policy.
        let is_by_itself = |policy: &str| {
            let mut own = template.attached_by_sam.iter();
            own.any(|arn| arn.rsplit('/').next() == policy.rsplit('/').next())
        };
        for finding in &mut comparison.excess {
            let mut policies = finding.origins.iter().map(|origin| origin.policy.as_str());
            let Some(first) = policies.next().filter(|first| is_by_itself(first)) else {
                continue;
            };
            if finding.advice.is_some() && policies.all(|other| other == first) {
                let name = first.rsplit('/').next().unwrap_or(first);
                finding.advice = Some(format!(
                    "SAM attaches the policy {name} by itself to the role that it makes: to grant less, give the function a role of its own with `Role`"
                ));
            }
        }
        comparison
    }

    /// What is known about every request: the role's ARN, and its account, which is taken from the users if they share one
    /// and the ARN has none.
    fn known(&self) -> Known<'_> {
        let of_users = || {
            let mut accounts = self.users.iter().map(|user| user.target.account());
            let first = accounts.next().flatten()?;
            accounts.all(|other| other == Some(first)).then_some(first)
        };
        let role = self.arn.as_deref().filter(|arn| arn.starts_with("arn:"));
        let of_role = role.and_then(|arn| arn.split(':').nth(4));
        Known {
            account: of_role.or_else(of_users),
            role,
        }
    }

    /// Everything that the role is granted, as far as it is known.
    pub fn granted(&self) -> Granted<'_> {
        Granted {
            policies: &self.policies,
            beside: &self.beside,
            boundary: self.boundary.as_ref(),
            known: self.known(),
            narrowest: Some(sam::narrowest_actions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Owner;
    use crate::roles::{Target, User};

    #[test]
    fn the_account_is_that_of_all_users_where_the_role_has_none() {
        let of = |arn: Option<&str>, accounts: &[&str]| {
            let user = |account: &&str| {
                let arn = format!("arn:aws:lambda:eu-west-1:{account}:function:shop");
                User::asked(Target::Seen(Owner::LambdaFunction(arn.parse().unwrap())))
            };
            let role = Role {
                arn: arn.map(str::to_owned),
                users: accounts.iter().map(user).collect(),
                ..Role::default()
            };
            role.known().account.map(str::to_owned)
        };
        let (one, other) = ("111122223333", "444455556666");
        assert_eq!(of(None, &[one, one]).as_deref(), Some(one));
        assert_eq!(of(None, &[one, other]), None);
        assert_eq!(of(Some("ShopRole"), &[one]).as_deref(), Some(one));
        let role = "arn:aws:iam::444455556666:role/shop";
        assert_eq!(of(Some(role), &[one, one]).as_deref(), Some(other));
    }
}
