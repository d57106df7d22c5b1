//! What would make a gate surer: what its evidence lacked, each with the command that would change that.
//!
//! For a first run. Says only what applies, the most important first, and no more than a reader takes in. The same sentences are
//! told by `doctor`, which asks AWS for more.

use crate::catalog::Catalog;
use crate::doctor::finding::they_were;
use crate::doctor::{Cause, Examined, Finding, Function, diagnose_functions};
use crate::evidence::Owner;
use crate::judge::Verdict;
use crate::report::{Advice, Lacking, Report};
use crate::roles::{InTemplate, Role, Target, User};
use crate::usage::Usage;

/// What would make the verdict on these roles surer.
pub fn advice(roles: &[Role], usage: &Usage, catalog: &Catalog) -> Vec<Advice> {
    // Nobody traces what a framework brings along.
    let roles_of_people = roles.iter().filter(|role| role.framework.is_none());
    let users = roles_of_people.flat_map(|role| {
        let users = role.users.iter();
        let users = users.filter(move |user| in_template(role, user).is_none());
        users.map(move |user| (role, user))
    });
    let functions = users.map(|(role, user)| function(role, user, usage, catalog));
    let examined = Examined {
        functions: functions.collect(),
        ..Examined::default()
    };
    let findings = diagnose_functions(&examined).into_iter();
    no_names(roles)
        .into_iter()
        .chain(findings.map(told))
        .collect()
}

/// Which command tells why there is too little evidence, where there is; `flags` are those that name the same targets to it.
pub fn doctor(report: &Report, flags: &str) -> Option<Advice> {
    let mut roles = report.roles.iter();
    roles.any(crate::report::Role::is_thin).then(|| Advice {
        lacking: Lacking::Evidence,
        text: "To see why there is not enough evidence, and what to do about each cause:"
            .to_owned(),
        command: Some(format!("aws-least-privilege doctor{flags}")),
    })
}

/// How to accept today's findings, where that fails the gate; `flags` are those of the gate.
///
/// What is inconclusive wants better evidence first.
pub fn baseline(report: &Report, flags: &str) -> Option<Advice> {
    let roles = report
        .roles
        .iter()
        .filter(|role| role.verdict == Verdict::Fail);
    let found = roles.map(|role| role.excess.len()).sum::<usize>();
    (found > 0).then(|| Advice {
        lacking: Lacking::Baseline,
        text: "To accept today's findings and fail only on new ones:".to_owned(),
        command: Some(format!("aws-least-privilege baseline{flags}")),
    })
}

/// A function as the doctor looks at it.
fn function(role: &Role, user: &User, usage: &Usage, catalog: &Catalog) -> Function {
    let observed = match &user.target {
        Target::Seen(owner) => usage.owners.get(owner),
        Target::NotSeen(_) => None,
    };
    let function = Function {
        name: user.target.name().to_owned(),
        is_other: match &user.target {
            Target::Seen(owner) => !matches!(owner, Owner::LambdaFunction(_)),
            Target::NotSeen(name) => role
                .template
                .as_ref()
                .is_some_and(|own| own.machines.contains(name)),
        },
        active_tracing: user.active_tracing,
        runtime: user.runtime.clone(),
        ..Function::default()
    };
    function.observed(observed, catalog)
}

/// The template of a function that was found under no name, for it is a logical id there; nothing where its name is known.
fn in_template<'r>(role: &'r Role, user: &User) -> Option<&'r InTemplate> {
    let template = role.template.as_ref()?;
    let Target::NotSeen(logical_id) = &user.target else {
        return None;
    };
    let is_unnamed =
        template.absent.contains_key(logical_id) && !template.called.contains_key(logical_id);
    is_unnamed.then_some(template)
}

/// Functions of templates of which nobody knows what they are called: their stack's name tells.
fn no_names(roles: &[Role]) -> Option<Advice> {
    let unnamed = roles.iter().flat_map(|role| {
        let users = role.users.iter();
        users.filter_map(move |user| Some((in_template(role, user)?, user.target.name())))
    });
    let (templates, names): (Vec<&InTemplate>, Vec<&str>) = unnamed.unzip();
    let (template, first) = (templates.first()?, names.first()?);
    let were = they_were(&names);
    Some(match &template.values.stack {
        None => Advice {
            lacking: Lacking::Traces,
            text: format!(
                "{were} found in no trace, for a template does not say what AWS calls its functions: name the stack with `--stack NAME`, or offline with `--parameter AWS::StackName=NAME`"
            ),
            command: None,
        },
        Some(stack) => Advice {
            lacking: Lacking::Traces,
            text: format!(
                "{were} found in no trace of the stack `{stack}`: see what it is called there"
            ),
            command: Some(format!(
                "aws cloudformation describe-stack-resource --stack-name {stack} --logical-resource-id {first}"
            )),
        },
    })
}

fn told(finding: Finding) -> Advice {
    Advice {
        lacking: lacking(finding.cause),
        text: finding.text,
        command: finding.mend,
    }
}

fn lacking(cause: Cause) -> Lacking {
    if cause == Cause::NoCalls {
        Lacking::Calls
    } else if cause == Cause::NoResources {
        Lacking::Parameters
    } else {
        Lacking::Traces
    }
}

#[cfg(test)]
mod tests;
