//! Which functions are judged, of those that traces show.

use super::choice::{ChoiceError, shortened};
use crate::evidence::Owner;
use crate::lambda::FunctionName;
use crate::usage::Usage;
use std::collections::BTreeSet;
use std::fmt;

/// What the user asked to judge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    /// Function names or ARNs; none means all functions seen.
    pub functions: Vec<String>,
}

/// A function to judge: seen in the traces, or asked for and not seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Its code ran in the traces.
    Seen(Owner),
    /// It was asked for by this name and is in no trace.
    NotSeen(String),
}

impl Target {
    /// The name that fills `{function}` in a path.
    pub fn name(&self) -> &str {
        match self {
            Self::Seen(owner) => owner.name(),
            Self::NotSeen(name) => name.rsplit(':').next().unwrap_or(name),
        }
    }

    /// The account that it runs in, where its ARN says so.
    pub fn account(&self) -> Option<&str> {
        let arn = match self {
            Self::Seen(Owner::LambdaFunction(arn) | Owner::StateMachine(arn)) => arn,
            Self::Seen(
                Owner::EcsTask(_) | Owner::Ec2Instance(_) | Owner::ApiStage(_) | Owner::Named(_),
            )
            | Self::NotSeen(_) => return None,
        };
        Some(arn.account()).filter(|account| !account.is_empty())
    }
}

impl fmt::Display for Target {
    /// The owner's ARN, or kind and name; the name as asked for where it is in no trace.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seen(owner) => owner.fmt(formatter),
            Self::NotSeen(name) => formatter.write_str(name),
        }
    }
}

/// A function that was asked for and that the traces do not tell apart, or do not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnclearTarget {
    /// No trace has it.
    #[error("the function `{name}` is in none of the traces")]
    NotSeen {
        /// As it was asked for.
        name: String,
        /// What was perhaps meant.
        hint: Option<String>,
    },
    /// Several have this name.
    #[error("`{name}` is the name of {} functions: {}", functions.len(), functions.join(", "))]
    Several {
        /// As it was asked for.
        name: String,
        /// Their ARNs.
        functions: Vec<String>,
    },
}

impl UnclearTarget {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotSeen { hint, .. } => hint.clone(),
            Self::Several { .. } => {
                Some("give the ARN of the one that is meant, or of each with --function".to_owned())
            }
        }
    }
}

impl Targets {
    /// Makes sure that each function that was asked for is in the traces.
    ///
    /// # Errors
    ///
    /// When one is in none of them.
    pub fn all_seen(&self, usage: &Usage) -> Result<(), UnclearTarget> {
        let seen = self.resolve(usage);
        for asked in &self.functions {
            let bare = without_qualifier(asked);
            if !seen.contains(&Target::NotSeen(bare.clone())) {
                continue;
            }
            let known = all(usage)
                .into_iter()
                .map(|target| target.name().to_owned());
            let hint = ChoiceError::new(&bare, known.collect()).hint();
            let name = shortened(asked);
            return Err(UnclearTarget::NotSeen { name, hint });
        }
        Ok(())
    }

    /// Makes sure that each function that was asked for is one: of several accounts or regions nobody can tell which is meant.
    ///
    /// # Errors
    ///
    /// When several have the name.
    pub fn each_one(&self, usage: &Usage) -> Result<(), UnclearTarget> {
        for asked in &self.functions {
            let named = Self {
                functions: vec![asked.clone()],
            };
            let functions = named.resolve(usage).into_iter();
            let functions =
                functions.filter(|target| matches!(target, Target::Seen(Owner::LambdaFunction(_))));
            let functions: Vec<String> = functions.map(|target| target.to_string()).collect();
            if functions.len() > 1 {
                let name = shortened(asked);
                return Err(UnclearTarget::Several { name, functions });
            }
        }
        Ok(())
    }

    /// The functions to judge. Without targets that is every Lambda function seen; where there is none, every other
    /// compute owner (ECS tasks, EC2 instances, named services). State machines and API stages are services of their own.
    pub fn resolve(&self, usage: &Usage) -> BTreeSet<Target> {
        if self.functions.is_empty() {
            return all(usage);
        }
        let mut targets = BTreeSet::new();
        for asked in &self.functions {
            let bare = without_qualifier(asked);
            let function: Option<FunctionName> = asked.parse().ok();
            let is_meant = |owner: &&Owner| match (owner, &function) {
                (Owner::LambdaFunction(arn), Some(name)) => name.is(arn),
                _ => owner.to_string() == *asked || owner.name() == bare,
            };
            let seen: Vec<&Owner> = usage.owners.keys().filter(is_meant).collect();
            if seen.is_empty() {
                targets.insert(Target::NotSeen(bare));
            }
            targets.extend(seen.into_iter().cloned().map(Target::Seen));
        }
        targets
    }
}

fn all(usage: &Usage) -> BTreeSet<Target> {
    let is_function = |owner: &&Owner| matches!(owner, Owner::LambdaFunction(_));
    let runs_code = |owner: &&Owner| !matches!(owner, Owner::StateMachine(_) | Owner::ApiStage(_));
    let functions: BTreeSet<Target> = usage
        .owners
        .keys()
        .filter(is_function)
        .cloned()
        .map(Target::Seen)
        .collect();
    if functions.is_empty() {
        return usage
            .owners
            .keys()
            .filter(runs_code)
            .cloned()
            .map(Target::Seen)
            .collect();
    }
    functions
}

/// A function's name or ARN without version or alias: `f:PROD` and `function:f:PROD` are `f`, `arn:...:function:f:PROD` is `arn:...:function:f`.
fn without_qualifier(asked: &str) -> String {
    let parts: Vec<&str> = asked.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "lambda", _, _, "function", _, _] => parts
            .get(..7)
            .map_or_else(|| asked.to_owned(), |kept| kept.join(":")),
        ["function", name] | ["function", name, _] => (*name).to_owned(),
        [name, _qualifier] => (*name).to_owned(),
        [account, "function", name, _qualifier] => format!("{account}:function:{name}"),
        _ => asked.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_qualifier;

    #[test]
    fn qualifiers_are_stripped_from_names_and_arns() {
        assert_eq!(without_qualifier("f"), "f");
        assert_eq!(without_qualifier("f:PROD"), "f");
        assert_eq!(without_qualifier("function:f"), "f");
        assert_eq!(without_qualifier("function:f:PROD"), "f");
        assert_eq!(
            without_qualifier("123456789012:function:f:PROD"),
            "123456789012:function:f"
        );
        assert_eq!(
            without_qualifier("arn:aws:lambda:eu-west-1:123456789012:function:f:7"),
            "arn:aws:lambda:eu-west-1:123456789012:function:f"
        );
        assert_eq!(without_qualifier("ecs-task"), "ecs-task");
    }
}
