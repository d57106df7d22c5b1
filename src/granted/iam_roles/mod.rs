//! Policies of IAM roles: attached and inline ones, the permissions boundary, and who else may assume the role.
//!
//! Roles are read side by side and each document once. A role that cannot be read is an error of its own, and the others go
//! on. Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html>.

mod trust;

use crate::aws::iam::{AttachedPolicy, RoleApi, RoleRecord};
use crate::aws::{ApiError, ApiErrorKind};
use crate::iam::document::decode;
use crate::iam::{Arn, PolicyDocument, PolicyError};
use futures_util::stream::{self, StreamExt as _};
use futures_util::{TryFutureExt as _, future};
use std::collections::{BTreeMap, BTreeSet};

pub use trust::{
    others_who_may_assume, others_who_may_assume_in, sentences_about, service_who_may_assume,
};

/// Requests in flight at a time; IAM throttles early.
const CONCURRENT: usize = 9;

/// Requests that outline a role, which are made together.
const PER_OUTLINE: usize = 3;

/// What a role is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGrants {
    /// The role.
    pub role: Arn,
    /// Its policies: inline ones first, each kind by name.
    pub policies: Vec<RolePolicy>,
    /// Its permissions boundary, which grants nothing and may take away.
    pub boundary: Option<RolePolicy>,
    /// Who besides Lambda may assume the role, a sentence each: its evidence cannot bear a conviction.
    pub insufficient: BTreeSet<String>,
}

/// One policy of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolePolicy {
    /// Where it is kept.
    pub kind: RolePolicyKind,
    /// The document, named after the policy: its ARN, or `ROLE/NAME` for an inline one.
    pub document: PolicyDocument,
}

/// Where a policy is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RolePolicyKind {
    /// In the role itself.
    Inline {
        /// Its name.
        name: String,
    },
    /// As a policy of the account, which other roles may have too.
    Managed {
        /// Its ARN.
        arn: String,
    },
    /// As a policy of AWS's, which nobody else can edit.
    AwsManaged {
        /// Its ARN.
        arn: String,
    },
}

/// A role that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// There is no such role.
    #[error("there is no role `{0}` in this account")]
    NoSuchRole(String),
    /// The role of that name is another account's than the one meant.
    #[error("the role `{0}` is not of the account that the credentials are for")]
    OtherAccount(String),
    /// AWS did not let something of it be read.
    #[error("cannot read {what}")]
    Api {
        /// What was read.
        what: String,
        /// What AWS said.
        source: ApiError,
    },
    /// One of its policies is not what this tool takes for one.
    #[error(transparent)]
    NotAPolicy(#[from] PolicyError),
    /// One of its policies is no text.
    #[error("{0} is not URL-encoded UTF-8")]
    NotText(String),
}

impl RoleError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuchRole(_) | Self::OtherAccount(_) => {
                Some("use credentials of the account that the functions are in".to_owned())
            }
            Self::Api { source, .. } => source.permission_hint(),
            Self::NotAPolicy(error) => error.hint(),
            Self::NotText(_) => None,
        }
    }

    /// What kind of answer of AWS's it is, where it is one.
    pub fn kind(&self) -> Option<ApiErrorKind> {
        self.source_error().map(|source| source.kind)
    }

    /// The answer of AWS's, where it is one.
    pub fn source_error(&self) -> Option<&ApiError> {
        match self {
            Self::Api { source, .. } => Some(source),
            Self::NoSuchRole(_)
            | Self::OtherAccount(_)
            | Self::NotAPolicy(_)
            | Self::NotText(_) => None,
        }
    }

    /// Whether no other role can be read either, because the credentials are missing, wrong or expired.
    pub fn is_of_credentials(&self) -> bool {
        matches!(self, Self::Api { source, .. } if source.kind == ApiErrorKind::Credentials)
    }

    fn api(what: &str, source: ApiError) -> Self {
        Self::Api {
            what: what.to_owned(),
            source,
        }
    }
}

/// Reads what roles are granted, by ARN or name.
pub async fn read(
    api: &impl RoleApi,
    roles: &BTreeSet<String>,
) -> BTreeMap<String, Result<RoleGrants, RoleError>> {
    let outlines: BTreeMap<String, Result<Outline, RoleError>> = stream::iter(roles)
        .map(|role| async move { (role.clone(), outline(api, role).await) })
        .buffer_unordered(CONCURRENT / PER_OUTLINE)
        .collect()
        .await;
    let found = || outlines.values().flatten();
    let managed: BTreeSet<&str> = found().flat_map(Outline::managed).collect();
    let managed: BTreeMap<&str, Result<String, RoleError>> = stream::iter(managed)
        .map(|arn| async move { (arn, managed_document(api, arn).await) })
        .buffer_unordered(CONCURRENT)
        .collect()
        .await;
    let inline: BTreeSet<(&str, &str)> = found()
        .flat_map(|outline| {
            outline
                .inline
                .iter()
                .map(|name| (outline.name.as_str(), name.as_str()))
        })
        .collect();
    let inline: BTreeMap<(&str, &str), Result<String, RoleError>> = stream::iter(inline)
        .map(|(role, name)| async move {
            let document = api.inline_policy(role, name).await;
            let what = format!("the policy `{name}` of the role `{role}`");
            (
                (role, name),
                document.map_err(|error| RoleError::api(&what, error)),
            )
        })
        .buffer_unordered(CONCURRENT)
        .collect()
        .await;
    let assembled = outlines.iter().map(|(role, outline)| {
        let grants = outline.as_ref().map_err(Clone::clone);
        (
            role.clone(),
            grants.and_then(|outline| outline.assemble(&managed, &inline)),
        )
    });
    assembled.collect()
}

/// The first of the roles that IAM says is not there. Of a role that IAM does not let be read, nothing is said.
pub async fn missing(api: &impl RoleApi, roles: &[&str]) -> Option<RoleError> {
    for role in roles {
        let asked = api.role(role_name(role)).await;
        if asked.is_err_and(|error| error.is_absent()) {
            return Some(RoleError::NoSuchRole((*role).to_owned()));
        }
    }
    None
}

/// A role and the names of its policies.
#[derive(Debug)]
struct Outline {
    arn: Arn,
    name: String,
    record: RoleRecord,
    attached: BTreeSet<AttachedPolicy>,
    inline: BTreeSet<String>,
}

async fn outline(api: &impl RoleApi, asked: &str) -> Result<Outline, RoleError> {
    let name = role_name(asked);
    let what = |what: &str| format!("{what} `{name}`");
    let record = api.role(name).map_err(|error| {
        if error.is_absent() {
            return RoleError::NoSuchRole(asked.to_owned());
        }
        RoleError::api(&what("the role"), error)
    });
    let attached = api
        .attached_policies(name)
        .map_err(|error| RoleError::api(&what("the policies attached to the role"), error));
    let inline = api
        .inline_policies(name)
        .map_err(|error| RoleError::api(&what("the inline policies of the role"), error));
    // The role first: of three errors it says most.
    let (record, attached, inline) = future::join3(record, attached, inline).await;
    let record = record?;
    let arn = record
        .arn
        .parse::<Arn>()
        .ok()
        .filter(|arn| !asked.starts_with("arn:") || arn.to_string() == asked);
    Ok(Outline {
        arn: arn.ok_or_else(|| RoleError::OtherAccount(asked.to_owned()))?,
        name: name.to_owned(),
        record,
        attached: attached?.into_iter().collect(),
        inline: inline?.into_iter().collect(),
    })
}

impl Outline {
    /// The ARNs of the managed policies, the boundary's among them.
    fn managed(&self) -> impl Iterator<Item = &str> {
        let attached = self.attached.iter().map(|policy| policy.arn.as_str());
        attached.chain(self.record.boundary.as_deref())
    }

    fn assemble(
        &self,
        managed: &BTreeMap<&str, Result<String, RoleError>>,
        inline: &BTreeMap<(&str, &str), Result<String, RoleError>>,
    ) -> Result<RoleGrants, RoleError> {
        let managed = |arn: &str| {
            let text = managed.get(arn).cloned().transpose()?.unwrap_or_default();
            policy(kind(arn), arn.to_owned(), &text)
        };
        let mut policies = Vec::new();
        for name in &self.inline {
            let text = inline
                .get(&(self.name.as_str(), name.as_str()))
                .cloned()
                .transpose()?
                .unwrap_or_default();
            let kind = RolePolicyKind::Inline { name: name.clone() };
            policies.push(policy(kind, format!("{}/{name}", self.name), &text)?);
        }
        for attached in &self.attached {
            policies.push(managed(&attached.arn)?);
        }
        Ok(RoleGrants {
            role: self.arn.clone(),
            policies,
            boundary: self.record.boundary.as_deref().map(managed).transpose()?,
            insufficient: self.others(),
        })
    }

    fn others(&self) -> BTreeSet<String> {
        let unreadable = || BTreeSet::from([UNREADABLE_TRUST.to_owned()]);
        let Some(text) = &self.record.trust_policy else {
            return unreadable();
        };
        let document = decode(text);
        document
            .and_then(|text| others_who_may_assume(&text, &self.arn))
            .unwrap_or_else(unreadable)
    }
}

/// What is said of a trust policy that cannot be read.
pub const UNREADABLE_TRUST: &str = "its trust policy cannot be read, so others may use it";

async fn managed_document(api: &impl RoleApi, arn: &str) -> Result<String, RoleError> {
    let failed = |error| RoleError::api(&format!("the policy `{arn}`"), error);
    let version = api.default_version(arn).await.map_err(failed)?;
    api.policy_version(arn, &version).await.map_err(failed)
}

fn policy(kind: RolePolicyKind, name: String, text: &str) -> Result<RolePolicy, RoleError> {
    let text = decode(text).ok_or_else(|| RoleError::NotText(name.clone()))?;
    let document = PolicyDocument::parse_kept(&text, name.clone())?;
    // IAM keeps most documents on one line: laid out, a finding has a line of its own, and a diff shows what changes.
    let laid_out = laid_out(&text);
    let document = match laid_out.map(|text| PolicyDocument::parse_kept(&text, name)) {
        Some(Ok(laid_out)) => laid_out,
        Some(Err(_)) | None => document,
    };
    Ok(RolePolicy { kind, document })
}

/// A document of one line as people lay it out; nothing where it is laid out already. Read once, it has no key twice.
fn laid_out(text: &str) -> Option<String> {
    if text.trim().contains('\n') {
        return None;
    }
    crate::iam::print::laid_out(text)
}

/// AWS's own policies are of the account `aws`, whatever the partition.
fn kind(arn: &str) -> RolePolicyKind {
    let arn = arn.to_owned();
    match arn.parse::<Arn>() {
        Ok(parsed) if parsed.account() == "aws" => RolePolicyKind::AwsManaged { arn },
        _ => RolePolicyKind::Managed { arn },
    }
}

/// A role's name, which is what IAM asks for, from its ARN or its name. A path may stand before it:
/// `arn:aws:iam::123456789012:role/teams/payments/checkout`.
pub fn role_name(role: &str) -> &str {
    role.rsplit('/').next().unwrap_or(role)
}

#[cfg(test)]
mod tests;
