//! Where a policy is kept, and what follows from it: who may edit it, and how long it may be.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>; white space does not count.

use super::{Circumstances, Suggestion};
use crate::iam::document::Syntax;
use crate::iam::print::{MANAGED_POLICY_SIZE, ROLE_INLINE_POLICIES_SIZE, size_without_whitespace};
use crate::iam::{Arn, PolicyDocument};

/// Where a policy is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// In a file of a checkout.
    File,
    /// In a template of a checkout.
    Template,
    /// In the role itself.
    Inline,
    /// As a policy of the account, which other roles may have too.
    Managed,
    /// As a policy of AWS's, which nobody else can edit.
    AwsManaged,
}

impl Kind {
    /// Told by where it came from and by its name, which is an ARN where it is managed.
    pub fn of(policy: &PolicyDocument, is_file: bool) -> Self {
        if policy.syntax == Syntax::Template {
            return Self::Template;
        }
        match policy.name.parse::<Arn>() {
            Err(_) if is_file => Self::File,
            Ok(arn) if arn.account() == "aws" => Self::AwsManaged,
            Ok(_) => Self::Managed,
            Err(_) => Self::Inline,
        }
    }

    /// What to do with a policy of which nothing is left.
    pub(super) fn nothing_left(self) -> &'static str {
        match self {
            Self::File => {
                "nothing that it grants was observed, and IAM takes no policy without statements: remove the policy"
            }
            Self::Template => {
                "nothing that the template grants it was observed, and IAM takes no policy without statements: remove its policies"
            }
            Self::Inline => {
                "nothing that it grants was observed, and IAM takes no policy without statements: delete it from the role"
            }
            Self::Managed | Self::AwsManaged => {
                "nothing that it grants was observed: detach it from the role"
            }
        }
    }

    /// Why a document is too long for any place where this one could be kept.
    pub(super) fn too_long(self, text: &str) -> Option<String> {
        let size = size_without_whitespace(text);
        let limit = match self {
            // These are several policies.
            Self::Template => return None,
            Self::File | Self::Inline => ROLE_INLINE_POLICIES_SIZE,
            Self::Managed | Self::AwsManaged => MANAGED_POLICY_SIZE,
        };
        (size > limit).then(|| {
            format!(
                "it would have {size} characters, and IAM takes {limit}: split it, or narrow it by hand"
            )
        })
    }

    /// What to know before using a document.
    pub(super) fn remark(self, text: &str, notes: &mut Vec<String>) {
        let size = size_without_whitespace(text);
        match self {
            Self::File if size > MANAGED_POLICY_SIZE => notes.push(format!(
                "it has {size} characters: a managed policy may have {MANAGED_POLICY_SIZE}, so that it has to be an inline policy or two"
            )),
            Self::File | Self::Template | Self::Inline => {}
            Self::Managed => notes.push(
                "other roles may have this policy too: see who does before you change it".to_owned(),
            ),
            Self::AwsManaged => notes.push(
                "AWS manages this policy: detach it from the role and attach your own, with this document".to_owned(),
            ),
        }
    }
}

/// Takes back what would make the inline policies of the role too long together.
pub(super) fn check_aggregate(found: &mut [Suggestion], role: &Circumstances<'_>) {
    if role.are_files {
        return;
    }
    let inline = role.granted.policies.iter();
    let inline = inline.filter(|policy| Kind::of(policy, false) == Kind::Inline);
    let size: usize = inline
        .map(|policy| {
            let own = found.iter().find(|own| own.policy == policy.name);
            let document = own.and_then(|own| own.document.as_ref());
            size_without_whitespace(document.unwrap_or(&policy.source))
        })
        .sum();
    if size <= ROLE_INLINE_POLICIES_SIZE {
        return;
    }
    let grown = found.iter_mut().filter(|own| {
        own.kind == Kind::Inline
            && own.document.as_ref().is_some_and(|document| {
                size_without_whitespace(document) > size_without_whitespace(&own.source)
            })
    });
    for suggestion in grown {
        let policy = suggestion.policy.clone();
        let (kind, source) = (suggestion.kind, suggestion.source.clone());
        *suggestion = Suggestion {
            policy,
            kind,
            source,
            document: None,
            replacements: Vec::new(),
            diff: None,
            edits: Vec::new(),
            not_edited: None,
            reason: Some(format!(
                "the role's inline policies would have {size} characters together, and IAM takes {ROLE_INLINE_POLICIES_SIZE}: move one to a managed policy"
            )),
            notes: Vec::new(),
            role: suggestion.role.clone(),
        };
    }
}
