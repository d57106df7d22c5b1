//! Roles that policy files stand for, where nothing else tells of roles.

use super::{Role, Target, User, Was};
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use crate::iam::{Effect, PolicyDocument, Statement};
use std::collections::BTreeSet;
use std::path::Path;

/// A file that is named for functions, with their places among the users.
struct Named {
    path: String,
    policy: PolicyDocument,
    users: BTreeSet<usize>,
}

/// One role for the files that all share, and one for each set of functions that files are named for: a file of two functions
/// is held against what both of them need.
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
    let files = named(&own, users, !shared.is_empty())?;
    let mut sets: Vec<&BTreeSet<usize>> = Vec::new();
    for file in &files {
        if !sets.contains(&&file.users) {
            sets.push(&file.users);
        }
    }
    let mut roles = Vec::new();
    for set in sets {
        let (theirs, others): (Vec<&Named>, Vec<&Named>) =
            files.iter().partition(|file| file.users == *set);
        let touching = others
            .into_iter()
            .filter(|file| !file.users.is_disjoint(set));
        let touching: Vec<&Named> = touching.collect();
        let beside = touching.iter().map(|file| file.policy.clone());
        roles.push(Role {
            users: set
                .iter()
                .filter_map(|place| users.get(*place))
                .cloned()
                .collect(),
            policies: theirs.iter().map(|file| file.policy.clone()).collect(),
            // The file of the fewest functions takes what one of them lacks.
            others_take_additions: touching.iter().any(|file| file.users.len() < set.len()),
            beside: beside.chain(shared.iter().cloned()).collect(),
            are_files: true,
            ..Role::default()
        });
    }
    if !shared.is_empty() {
        roles.push(Role {
            users: users.to_vec(),
            policies: shared,
            others_take_additions: !files.is_empty(),
            beside: files.into_iter().map(|file| file.policy).collect(),
            are_files: true,
            ..Role::default()
        });
    }
    roles.iter().try_for_each(grants_something)?;
    Ok(roles)
}

/// Refuses files without statements, which IAM does not take, and files that deny and allow nothing: a role with them alone could
/// do nothing, so they are somebody else's. What was granted before may be a file without statements: it stands for nothing.
fn grants_something(role: &Role) -> Result<(), PolicyFileError> {
    let files = || role.policies.iter().chain(&role.beside);
    if let Some(empty) = files().find(|file| file.statements.is_empty()) {
        return Err(PolicyFileError::no_statements(empty));
    }
    let mut statements = files().flat_map(|file| &file.statements);
    let denies = |statement: &Statement| statement.effect == Effect::Deny;
    match files().next() {
        Some(first) if statements.all(denies) => Err(PolicyFileError::OnlyDenies {
            path: first.name.clone(),
            line: first.statements_span.line,
        }),
        _ => Ok(()),
    }
}

/// The files that are named for the functions that were asked for, in the order of the first of these.
fn named(
    paths: &[&PolicyPath],
    users: &[User],
    has_shared: bool,
) -> Result<Vec<Named>, PolicyFileError> {
    let mut files: Vec<Named> = Vec::new();
    let asked = users
        .iter()
        .enumerate()
        .filter(|(_, user)| user.asked && user.wants_file);
    for (place, user) in asked.filter(|_| !paths.is_empty()) {
        let name = user.target.name();
        let mut own = paths
            .iter()
            .filter(|path| path.is_for_function(name))
            .peekable();
        if own.peek().is_none() && !has_shared {
            let name = name.to_owned();
            return Err(PolicyFileError::NoneNamed { name });
        }
        for path in own {
            let file = path.for_function(name);
            if let Some(known) = files.iter_mut().find(|known| known.path == file) {
                known.users.insert(place);
                continue;
            }
            files.push(Named {
                policy: path.read(Some(name))?,
                path: file,
                users: BTreeSet::from([place]),
            });
        }
    }
    Ok(files)
}

/// Whom files are there for, where nobody was asked for by name: of those that traces show the ones that have a file, and the
/// functions that have one and are in no trace. All that traces show where files are shared, or where none of them has a file that is named for it.
pub fn of_files(paths: &[PolicyPath], seen: Vec<User>) -> Vec<User> {
    let (own, shared): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.is_per_function());
    let named: BTreeSet<String> = own.iter().flat_map(|path| path.functions()).collect();
    let has_file = |user: &User| named.contains(user.target.name());
    let are_of_some =
        seen.iter().any(has_file) || !named.is_empty() && own.iter().any(|path| path.is_pattern());
    let mut users = if shared.is_empty() && are_of_some {
        seen.into_iter().filter(has_file).collect()
    } else {
        let mut seen = seen;
        for user in &mut seen {
            user.wants_file = shared.is_empty() || has_file(user);
        }
        seen
    };
    let known: BTreeSet<String> = users
        .iter()
        .map(|user| user.target.name().to_owned())
        .collect();
    let unseen = named.into_iter().filter(|name| !known.contains(name));
    users.extend(unseen.map(Target::NotSeen).map(User::asked));
    users
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
    let role = Role {
        policies,
        are_files: true,
        ..role
    };
    grants_something(&role)?;
    Ok(role)
}

/// The roles that there are files for and that no function was found to use: their files are judged all the same.
///
/// # Errors
///
/// When a file is too large, not text or not a policy document.
pub fn of_nobody(paths: &[PolicyPath], found: &[Role]) -> Result<Vec<Role>, PolicyFileError> {
    let known: BTreeSet<String> = found.iter().map(name).collect();
    let named: BTreeSet<String> = paths.iter().flat_map(PolicyPath::roles).collect();
    let mut roles = Vec::new();
    for name in named.difference(&known) {
        let own = paths.iter().filter(|path| path.is_for_role(name));
        let role = Role {
            policies: own
                .map(|path| path.read_for_role(name))
                .collect::<Result<_, _>>()?,
            are_files: true,
            ..Role::default()
        };
        grants_something(&role)?;
        roles.push(role);
    }
    Ok(roles)
}

/// What files say that a role was granted before: those that all share, its own by name, and those that are named for all
/// of its functions. Nothing where none of them speaks of it.
///
/// # Errors
///
/// When a file is missing, too large, not text or not a policy document.
pub fn before(paths: &[PolicyPath], role: &Role) -> Result<Option<Was>, PolicyFileError> {
    let mut documents = Vec::new();
    for path in paths {
        if path.is_per_role() {
            let name = name(role);
            if role.arn.is_some() && path.is_for_role(&name) {
                documents.push(path.read_for_role(&name)?);
            } else if role.arn.is_none() {
                documents.extend(of_same_file(path, role)?);
            }
        } else if !path.is_per_function() {
            documents.push(path.read(None)?);
        }
    }
    if let Some((first, more)) = role.users.split_first() {
        let own = || paths.iter().filter(|path| path.is_per_function());
        let is_named = |path: &str, user: &User| {
            let name = user.target.name();
            own().any(|own| own.is_for_function(name) && own.for_function(name) == path)
        };
        let name = first.target.name();
        for path in own().filter(|path| path.is_for_function(name)) {
            let file = path.for_function(name);
            if more.iter().all(|user| is_named(&file, user)) {
                documents.push(path.read(Some(name))?);
            }
        }
    }
    let granted = Some(documents).filter(|documents| !documents.is_empty());
    Ok(granted.map(|granted| Was {
        granted,
        ..Was::default()
    }))
}

/// The file of a role of which nothing but its file is known: the one of the same name.
fn of_same_file(path: &PolicyPath, role: &Role) -> Result<Option<PolicyDocument>, PolicyFileError> {
    let file = |path: &str| Path::new(path).file_name().map(ToOwned::to_owned);
    let own: BTreeSet<_> = role.policies.iter().map(|own| file(&own.name)).collect();
    let is_same = |name: &String| own.contains(&file(&path.for_role(name)));
    let name = path.roles().into_iter().find(is_same);
    name.map(|name| path.read_for_role(&name)).transpose()
}

fn name(role: &Role) -> String {
    let arn = role.arn.as_deref().unwrap_or_default();
    let name = Path::new(arn).file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
