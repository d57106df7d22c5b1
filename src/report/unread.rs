//! Roles of which nothing could be read, told once for each cause.

use super::Role;

/// What has a section of its own.
#[derive(Debug)]
pub(super) enum Told<'r> {
    /// A role.
    Role(&'r Role),
    /// Several roles that cannot be read for the same cause.
    Unread {
        /// The cause.
        cause: &'r str,
        /// The roles, in the report's order.
        roles: Vec<&'r Role>,
    },
}

/// Roles in their order; of several that cannot be read for the same cause, all where the first of them stands.
pub(super) fn told_apart(roles: &[Role]) -> Vec<Told<'_>> {
    let mut told: Vec<Told<'_>> = Vec::new();
    for role in roles {
        let Some(cause) = role.unread.as_deref() else {
            told.push(Told::Role(role));
            continue;
        };
        let is_same = |one: &&mut Told<'_>| match one {
            Told::Unread { cause: other, .. } => *other == cause,
            Told::Role(_) => false,
        };
        match told.iter_mut().find(is_same) {
            Some(Told::Unread { roles, .. }) => roles.push(role),
            Some(Told::Role(_)) | None => told.push(Told::Unread {
                cause,
                roles: vec![role],
            }),
        }
    }
    for one in &mut told {
        if let Told::Unread { roles, .. } = one
            && let [alone] = roles.as_slice()
        {
            *one = Told::Role(alone);
        }
    }
    told
}

/// What a role is called; where nobody knows, by who uses it.
pub(super) fn name_of(role: &Role) -> String {
    let user = || role.functions.first().map(|function| function.arn.clone());
    role.role.clone().or_else(user).unwrap_or_default()
}
