//! Defines a request: an action on a resource, and its context.

use crate::iam::{Action, Context};

/// A request to evaluate.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The action.
    pub action: &'a Action,
    /// The ARN of the resource; `*` for a call that has none.
    pub resource: &'a str,
    /// The context of the request. `None` if it is not known; then conditions are undecided.
    pub context: Option<&'a Context>,
    /// How AWS checks the permission, which the name of the action does not show.
    pub asks: Asks,
}

/// On which resource AWS checks the permission for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Asks {
    /// On the resource of the request.
    #[default]
    Resource,
    /// On `*`, whatever the request names, because the action has no resource types (case 19).
    Star,
    /// Not at all: the call needs no permission, and not even a `Deny` stops it (case 33).
    Nothing,
}

impl<'a> Request<'a> {
    /// The resource that policies are compared with.
    pub fn asked_resource(&self) -> &'a str {
        match self.asks {
            Asks::Star => "*",
            Asks::Resource | Asks::Nothing => self.resource,
        }
    }
}

/// Whether AWS lets every identity make this call, even with an explicit `Deny`.
///
/// ```
/// use aws_least_privilege::iam::evaluate::needs_no_permission;
///
/// assert!(needs_no_permission(&"sts:GetCallerIdentity".parse()?));
/// assert!(!needs_no_permission(&"sts:AssumeRole".parse()?));
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn needs_no_permission(action: &Action) -> bool {
    action.prefix().eq_ignore_ascii_case("sts")
        && FREE_OF_STS
            .iter()
            .any(|name| name.eq_ignore_ascii_case(action.name()))
}

/// The actions of `sts` that need no permission.
pub(in crate::iam) const FREE_OF_STS: [&str; 2] = ["GetCallerIdentity", "GetSessionToken"];
