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
        let policies = own
            .iter()
            .map(|path| path.read(Some(user.target.name())))
            .collect::<Result<Vec<_>, _>>()?;
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
    let name = role
        .arn
        .as_deref()
        .and_then(|arn| Path::new(arn).file_name())
        .map(|name| name.to_string_lossy());
    let name = name.unwrap_or_default();
    let policies = paths
        .iter()
        .map(|path| path.read_for_role(&name))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Role {
        policies,
        are_files: true,
        ..role
    })
}
