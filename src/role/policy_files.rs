//! Roles that policy files stand for, where nothing else tells of roles.

use super::{Role, User};
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use std::path::Path;

/// One role for the shared files, and one for each function's own.
///
/// # Errors
///
/// When a file is missing, too large, not text or not a policy document.
pub fn roles(paths: &[PolicyPath], users: &[User]) -> Result<Vec<Role>, PolicyFileError> {
    let (own, shared): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.is_per_function());
    let shared = shared
        .iter()
        .map(|path| path.read(None))
        .collect::<Result<Vec<_>, _>>()?;
    let mut roles = Vec::new();
    let mut beside = Vec::new();
    for user in users.iter().filter(|user| user.asked && !own.is_empty()) {
        let name = user.target.name();
        let policies = own
            .iter()
            .filter(|path| path.is_for_function(name))
            .map(|path| path.read(Some(user.target.name())))
            .collect::<Result<Vec<_>, _>>()?;
        if policies.is_empty() && shared.is_empty() {
            let name = name.to_owned();
            return Err(PolicyFileError::NoneNamed { name });
        }
        if policies.is_empty() {
            continue;
        }
        beside.extend(policies.iter().cloned());
        roles.push(Role {
            users: vec![user.clone()],
            policies,
            beside: shared.clone(),
            are_files: true,
            ..Role::default()
        });
    }
    if !shared.is_empty() {
        roles.push(Role {
            users: users.to_vec(),
            policies: shared,
            others_take_additions: !beside.is_empty(),
            beside,
            are_files: true,
            ..Role::default()
        });
    }
    Ok(roles)
}

/// The role that has its own files: `{role}` in their paths stands for its name.
///
/// # Errors
///
/// When a file is missing, too large, not text or not a policy document.
pub fn of_role(paths: &[PolicyPath], role: Role) -> Result<Role, PolicyFileError> {
    let name = name(&role);
    let policies = paths
        .iter()
        .filter(|path| path.is_for_role(&name))
        .map(|path| path.read_for_role(&name))
        .collect::<Result<Vec<_>, _>>()?;
    if policies.is_empty() {
        return Err(PolicyFileError::NoneNamed { name });
    }
    Ok(Role {
        policies,
        are_files: true,
        ..role
    })
}

/// What files say that a role was granted before: those that all share, its own by name, and those of its function where it
/// has but one. Nothing where none of them speaks of it.
///
/// # Errors
///
/// When a file is missing, too large, not text or not a policy document.
pub fn before(
    paths: &[PolicyPath],
    role: &Role,
) -> Result<Option<Vec<crate::iam::PolicyDocument>>, PolicyFileError> {
    let mut documents = Vec::new();
    for path in paths {
        if path.is_per_role() {
            let name = name(role);
            if role.arn.is_some() && path.is_for_role(&name) {
                documents.push(path.read_for_role(&name)?);
            }
        } else if !path.is_per_function() {
            documents.push(path.read(None)?);
        } else if let [user] = role.users.as_slice()
            && path.is_for_function(user.target.name())
        {
            documents.push(path.read(Some(user.target.name()))?);
        }
    }
    Ok(Some(documents).filter(|documents| !documents.is_empty()))
}

fn name(role: &Role) -> String {
    let arn = role.arn.as_deref().unwrap_or_default();
    let name = Path::new(arn).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
