//! What a stack and the stacks nested in it consist of.

use super::TargetError;
use crate::aws::cloudformation::{StackApi, StackResource};
use crate::aws::{ApiError, ApiErrorKind};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Stacks nested in each other that are followed; CloudFormation's own quotas stop far earlier.
const MAX_DEPTH: usize = 32;

/// Stacks that are read for one that was asked for.
const MAX_STACKS: usize = 2_000;

/// The functions of a stack, by their physical ids. Into `names` go its functions and roles by physical id, with what its template
/// calls them.
///
/// # Errors
///
/// Those of [`resources`].
pub(super) async fn functions(
    api: &impl StackApi,
    stack: &str,
    gaps: &mut BTreeSet<String>,
    names: &mut BTreeMap<String, String>,
) -> Result<BTreeSet<String>, TargetError> {
    let mut functions = BTreeSet::new();
    for (_, resource) in resources(api, stack, gaps).await? {
        let Some(physical_id) = resource.physical_id else {
            continue;
        };
        let is_function = resource.kind == "AWS::Lambda::Function";
        if is_function || resource.kind == "AWS::IAM::Role" {
            names.insert(physical_id.clone(), resource.logical_id);
        }
        if is_function {
            functions.insert(physical_id);
        }
    }
    Ok(functions)
}

/// The functions of stacks, by their names, with what of the stacks could not be read, a sentence each.
///
/// # Errors
///
/// When a stack does not exist or cannot be read, or none of them has functions.
pub async fn of_stacks(
    api: &impl StackApi,
    stacks: &[String],
) -> Result<(BTreeSet<String>, BTreeSet<String>), TargetError> {
    let (mut found, mut gaps) = (BTreeSet::new(), BTreeSet::new());
    for stack in stacks {
        found.extend(functions(api, stack, &mut gaps, &mut BTreeMap::new()).await?);
    }
    if found.is_empty() && !stacks.is_empty() {
        return Err(TargetError::NoFunctions {
            stacks: stacks.to_vec(),
        });
    }
    Ok((found, gaps))
}

/// What a stack and those nested in it consist of, as far as it is there, each with how deep its stack is nested.
///
/// The stack itself must be readable; a nested one that may not be read is a gap.
///
/// # Errors
///
/// When there is no such stack, or AWS does not let it be read.
pub(super) async fn resources(
    api: &impl StackApi,
    stack: &str,
    gaps: &mut BTreeSet<String>,
) -> Result<Vec<(usize, StackResource)>, TargetError> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([stack.to_owned()]);
    let mut waiting = VecDeque::from([(stack.to_owned(), 0_usize)]);
    while let Some((current, depth)) = waiting.pop_front() {
        let resources = match api.resources(&current).await {
            Ok(resources) => resources,
            Err(error) if depth == 0 => return Err(refused(stack, error)),
            Err(error) if error.kind != ApiErrorKind::Denied && !error.is_absent() => {
                return Err(refused(&current, error));
            }
            Err(error) => {
                gaps.insert(format!("the nested stack {current} was not read: {error}"));
                continue;
            }
        };
        for resource in resources {
            if resource.status == "DELETE_COMPLETE" {
                continue;
            }
            match (resource.kind.as_str(), &resource.physical_id) {
                ("AWS::CloudFormation::Stack", Some(nested)) => {
                    if seen.contains(nested) {
                        continue;
                    }
                    if depth == MAX_DEPTH || seen.len() == MAX_STACKS {
                        gaps.insert(format!(
                            "the nested stack {nested} was not read: there are too many"
                        ));
                        continue;
                    }
                    seen.insert(nested.clone());
                    waiting.push_back((nested.clone(), depth + 1));
                }
                ("AWS::Lambda::Function" | "AWS::CloudFormation::Stack", None) => {
                    let logical_id = resource.logical_id;
                    let status = resource.status;
                    gaps.insert(format!(
                        "{logical_id} of the stack {current} does not exist yet: {status}"
                    ));
                }
                _ => found.push((depth, resource)),
            }
        }
    }
    Ok(found)
}

fn refused(stack: &str, error: ApiError) -> TargetError {
    if error.is_absent() {
        return TargetError::NoSuchStack(stack.to_owned());
    }
    TargetError::api(&format!("the stack `{stack}`"), error)
}
