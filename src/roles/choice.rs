//! Which of the roles a user means by a name: a role, a policy file, or a function that uses one.

use super::Role;
use super::target::UnclearTarget;
use std::collections::BTreeSet;

/// How alike two names are before one is offered for the other.
const ALIKE: f64 = 0.8;

/// What is meant.
#[derive(Debug)]
pub struct Choice<'r> {
    /// The roles.
    pub roles: Vec<&'r Role>,
    /// The function, where one was named and not its role.
    pub function: Option<String>,
    /// The action, as typed.
    pub action: Option<String>,
}

/// A name that nothing has, or several have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// Nothing has it.
    #[error("no role, function or policy file here is called `{name}`")]
    Unknown {
        /// As it was asked for.
        name: String,
        /// What was perhaps meant.
        nearest: Option<String>,
        /// What there is.
        known: BTreeSet<String>,
    },
    /// Functions of several accounts or regions have it: nobody can tell which is meant.
    #[error(transparent)]
    Several(UnclearTarget),
}

impl ChoiceError {
    /// That none of these names is the one asked for.
    pub fn new(what: &str, known: BTreeSet<String>) -> Self {
        let last = last(
            what.trim_end_matches(':')
                .rsplit(':')
                .next()
                .unwrap_or(what),
        );
        let (last, whole) = (last.to_lowercase(), what.to_lowercase());
        let likeness = |name: &str| {
            let name = name.to_lowercase();
            strsim::jaro_winkler(&last, &name).max(strsim::jaro_winkler(&whole, &name))
        };
        let alike = known.iter().map(|name| (likeness(name), name));
        let best = alike.max_by(|(one, first), (other, second)| {
            one.total_cmp(other).then_with(|| second.cmp(first))
        });
        let nearest = best.filter(|(likeness, _)| *likeness >= ALIKE);
        Self::Unknown {
            name: shortened(what),
            nearest: nearest.map(|(_, name)| name.clone()),
            known,
        }
    }

    /// Whether one of the names may be meant.
    pub fn has_likely(&self) -> bool {
        matches!(
            self,
            Self::Unknown {
                nearest: Some(_),
                ..
            }
        )
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let (nearest, known) = match self {
            Self::Unknown { nearest, known, .. } => (nearest, known),
            Self::Several(error) => return error.hint(),
        };
        if let Some(nearest) = nearest {
            return Some(format!("did you mean `{nearest}`?"));
        }
        let known: Vec<&str> = known.iter().take(5).map(String::as_str).collect();
        (!known.is_empty()).then(|| format!("there are {}", known.join(", ")))
    }
}

/// Finds what is named. One word alone that is no name here but reads as an action, `s3:Get*`, is one.
///
/// # Errors
///
/// When nothing has the name, or functions of several accounts or regions have it.
pub fn choose<'r>(
    roles: &'r [Role],
    what: Option<&str>,
    action: Option<&str>,
) -> Result<Choice<'r>, ChoiceError> {
    let all = |action: Option<&str>| Choice {
        roles: roles.iter().collect(),
        function: None,
        action: action.map(str::to_owned),
    };
    let Some(what) = what else {
        return Ok(all(action));
    };
    let named: Vec<&Role> = roles.iter().filter(|role| is_named(role, what)).collect();
    if !named.is_empty() {
        return Ok(Choice {
            roles: named,
            function: None,
            action: action.map(str::to_owned),
        });
    }
    let users = || {
        roles
            .iter()
            .flat_map(|role| role.users.iter().map(move |user| (role, user)))
    };
    let is_meant = |target: &super::Target| {
        let shown = target.to_string();
        let unqualified = what.strip_prefix(&shown);
        shown == what
            || target.name() == what
            || unqualified.is_some_and(|rest| rest.starts_with(':'))
    };
    let using: Vec<(&Role, String)> = users()
        .filter(|(_, user)| is_meant(&user.target))
        .map(|(role, user)| (role, user.target.to_string()))
        .collect();
    let functions: BTreeSet<&String> = using.iter().map(|(_, function)| function).collect();
    if functions.len() > 1 {
        return Err(ChoiceError::Several(UnclearTarget::Several {
            name: shortened(what),
            functions: functions.into_iter().cloned().collect(),
        }));
    }
    if let Some((_, function)) = using.first() {
        return Ok(Choice {
            function: Some(function.clone()),
            roles: using.iter().map(|(role, _)| *role).collect(),
            action: action.map(str::to_owned),
        });
    }
    if action.is_none() && reads_as_action(what) {
        return Ok(all(Some(what)));
    }
    let known: BTreeSet<String> = users()
        .map(|(_, user)| user.target.name().to_owned())
        .chain(roles.iter().flat_map(names))
        .collect();
    Err(ChoiceError::new(what, known))
}

/// Whether a word is an action's, or a wildcard of actions: `s3:GetObject`, `s3:*`, `*`.
pub fn reads_as_action(word: &str) -> bool {
    word == "*" || (word.contains(':') && !word.starts_with("arn:"))
}

/// A name as it may be shown, whatever was typed.
pub(super) fn shortened(name: &str) -> String {
    let shown = name.chars().filter(|letter| !letter.is_control());
    shown.take(200).collect()
}

/// The names of a role: its own, and those of the files that stand for it.
fn names(role: &Role) -> Vec<String> {
    let own = role.arn.iter().map(|arn| last(arn).to_owned());
    let files = role.policies.iter().filter(|_| role.are_files);
    own.chain(files.map(|file| file.name.clone())).collect()
}

fn is_named(role: &Role, what: &str) -> bool {
    let own = role
        .arn
        .as_deref()
        .is_some_and(|arn| arn == what || last(arn) == what);
    let clean = what.strip_prefix("./").unwrap_or(what);
    let file = |name: &str| name == clean || last(name) == clean;
    own || (role.are_files && role.policies.iter().any(|policy| file(&policy.name)))
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Owner;
    use crate::roles::{Target, User};

    fn role(name: &str, functions: &[&str]) -> Role {
        let user = |name: &&str| {
            let arn = format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
            User::asked(Target::Seen(Owner::LambdaFunction(arn.parse().unwrap())))
        };
        Role {
            arn: Some(format!("arn:aws:iam::123456789012:role/teams/{name}")),
            users: functions.iter().map(user).collect(),
            ..Role::default()
        }
    }

    #[test]
    fn roles_functions_and_actions_are_told_apart() {
        let roles = [
            role("shop", &["checkout", "refunds"]),
            role("report", &["report"]),
        ];
        let chosen = |what: &str, action: Option<&str>| {
            let choice = choose(&roles, Some(what), action).unwrap();
            (choice.roles.len(), choice.function, choice.action)
        };
        assert_eq!(chosen("shop", None), (1, None, None));
        assert_eq!(
            chosen("arn:aws:iam::123456789012:role/teams/shop", None),
            (1, None, None)
        );
        let checkout = "arn:aws:lambda:eu-west-1:123456789012:function:checkout";
        for name in ["checkout", checkout, &format!("{checkout}:PROD")] {
            assert_eq!(
                chosen(name, Some("s3:*")),
                (1, Some(checkout.into()), Some("s3:*".into())),
                "{name}"
            );
        }
        // A role goes before a function of the same name.
        assert_eq!(chosen("report", None), (1, None, None));
        assert_eq!(chosen("s3:Get*", None), (2, None, Some("s3:Get*".into())));
        assert_eq!(choose(&roles, None, None).unwrap().roles.len(), 2);
    }

    #[test]
    fn an_unknown_name_is_offered_the_nearest() {
        let roles = [role("shop", &["checkout", "refunds"])];
        let hint = |what: &str, action| {
            choose(&roles, Some(what), action)
                .unwrap_err()
                .hint()
                .unwrap()
        };
        assert_eq!(hint("chekout", None), "did you mean `checkout`?");
        assert_eq!(hint("CHECKOUT", None), "did you mean `checkout`?");
        assert_eq!(
            hint("arn:aws:iam::123456789012:role/shpo", None),
            "did you mean `shop`?"
        );
        assert_eq!(hint("zzz", None), "there are checkout, refunds, shop");
        assert_eq!(
            hint("s3:Get*", Some("s3:*")),
            "there are checkout, refunds, shop"
        );
    }
}
