//! `grants`: templates and policy files to what they grant, resolved.

use super::gather::policy_failure;
use super::{Failure, parameters, samconfig};
use crate::deliver::{stderr, stdout};
use crate::exit::Exit;
use crate::granted::policy_file::{PolicyFileError, PolicyPath, read_text};
use crate::granted::template::{self, Templates, line_and_column};
use crate::report::grants::{Granted, GrantedPolicy, GrantedRole, Place};
use crate::roles::templates::Given;
use crate::settings::flags::SummaryFormat;
use crate::settings::flags::grants::Grants;
use crate::template::read::LIMITS;
use crate::template::resolve::to_json;
use crate::template::roles::Boundary;
use crate::yaml::{self, Schema};
use std::collections::BTreeSet;

pub(super) fn run(options: &Grants) -> Result<Exit, Failure> {
    let (templates, others) = template::among(&options.paths).map_err(policy_failure)?;
    let mut given = Given {
        parameters: options.templates.parameters.iter().cloned().collect(),
        region: options.region.clone(),
        ..Given::default()
    };
    if !templates.is_empty() {
        parameters::declared(&templates, &given.parameters)?;
    }
    if let Some(beside) = samconfig::beside(&templates, options.templates.samconfig_env.as_deref())?
    {
        beside.fill(&mut given, &templates);
        stderr::note(&format!("read {}", beside.told(&templates)));
    }
    let templates = Templates::of(templates, &given.values(), &BTreeSet::new());
    let mut granted = Granted::default();
    for own in &templates.templates {
        let found = own.granted().map_err(policy_failure)?;
        granted.gaps.extend(found.gaps);
        granted.gaps.extend(found.not_judged);
        for grants in found.roles {
            let of_role = grants.role;
            let elsewhere = own.handed.users.get(&of_role.logical_id);
            let elsewhere = elsewhere.into_iter().flatten().map(|user| &user.logical_id);
            let place = |span: &std::ops::Range<usize>| {
                let (line, column) = line_and_column(&own.template.text, span.start);
                Place {
                    file: own.template.file.clone(),
                    line,
                    column,
                }
            };
            let policies = of_role.policies.iter().map(|policy| GrantedPolicy {
                name: policy.name.clone(),
                place: Some(policy.place.clone()),
                document: to_json(&policy.document),
                origin: place(&policy.document.span()),
            });
            granted.roles.push(GrantedRole {
                logical_id: Some(of_role.logical_id.clone()),
                role: of_role.name.clone(),
                functions: of_role
                    .functions
                    .iter()
                    .chain(&of_role.state_machines)
                    .chain(elsewhere)
                    .cloned()
                    .collect(),
                policies: policies.collect(),
                managed: of_role
                    .managed
                    .iter()
                    .map(|managed| managed.arn.clone())
                    .collect(),
                boundary: of_role.boundary.as_ref().map(|boundary| match boundary {
                    Boundary::Document(policy) => policy.name.clone(),
                    Boundary::Named(arn) => arn.clone(),
                }),
            });
        }
    }
    for path in &others {
        granted.roles.push(of_policy(path)?);
    }
    let told = match options.format {
        SummaryFormat::Text => granted.text(),
        SummaryFormat::Json => granted.json(),
    };
    stdout::print(&told).map_err(|error| Failure::job(error, None))?;
    Ok(Exit::Success)
}

/// A policy file as the one policy of a role that nobody knows.
fn of_policy(path: &str) -> Result<GrantedRole, Failure> {
    let policy = PolicyPath::new(path).read(None).map_err(policy_failure)?;
    if policy.statements.is_empty() {
        return Err(policy_failure(PolicyFileError::no_statements(&policy)));
    }
    let text = read_text(path).map_err(policy_failure)?;
    let read = yaml::parse(&text, Schema::Core, LIMITS).ok().flatten();
    Ok(GrantedRole {
        policies: vec![GrantedPolicy {
            name: path.to_owned(),
            place: None,
            document: read.as_ref().map_or(serde_json::Value::Null, to_json),
            origin: Place {
                file: path.to_owned(),
                line: policy.statements_span.line,
                column: policy.statements_span.column,
            },
        }],
        ..GrantedRole::default()
    })
}
