//! `check`: the policies, the request, and how to tell.

use crate::iam::{Action, Arn};
use clap::{Args, ValueEnum};

/// `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  # Would the role's policy allow this?
  aws-least-privilege check --policy role.json \\
    --action s3:GetObject --resource arn:aws:s3:::orders/2026/1.json

  # With condition keys of the request; a repeated key has several values
  aws-least-privilege check --policy role.json --action dynamodb:PutItem \\
    --resource arn:aws:dynamodb:eu-west-1:111122223333:table/orders \\
    --context aws:PrincipalTag/team=shop \\
    --context aws:TagKeys=team --context aws:TagKeys=cost

  # Under a permissions boundary and two SCPs, each of which must allow too, for a script
  aws-least-privilege check --policy role.json \\
    --boundary boundary.json --scp root.json unit.json \\
    --action s3:ListAllMyBuckets --format json

Exit codes: 0 allowed, 3 denied, 2 wrong usage or a policy that does not parse, 1 any other error")]
pub struct Check {
    /// Policies of the identity, one of which must allow (repeatable): JSON, or YAML in .yaml and .yml files
    #[arg(long = "policy", value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) policies: Vec<String>,

    /// Permissions boundaries, each of which must allow (repeatable)
    #[arg(long = "boundary", value_name = "FILE", num_args = 1..)]
    pub(crate) boundaries: Vec<String>,

    /// Service control policies, each of which must allow (repeatable)
    #[arg(long = "scp", value_name = "FILE", num_args = 1..)]
    pub(crate) scps: Vec<String>,

    /// The IAM action: `s3:GetObject`
    #[arg(long, value_name = "ACTION")]
    pub(crate) action: Action,

    /// The resource's ARN, or `*` for a call that has none
    #[arg(long, value_name = "ARN", default_value = "*", value_parser = resource)]
    pub(crate) resource: String,

    /// A condition key of the request and its value (repeatable; a repeated key has several values).
    /// A key that is not given is absent from the request
    #[arg(long, value_name = "KEY=VALUE", num_args = 1.., value_parser = pair)]
    pub(crate) context: Vec<(String, String)>,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: CheckFormat,
}

/// `check --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people
    Text,
    /// For machines
    Json,
}

fn resource(text: &str) -> Result<String, String> {
    if text != "*" {
        text.parse::<Arn>()
            .map_err(|error| format!("{error}; give the whole ARN, or `*`"))?;
    }
    Ok(text.to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("a context key and its value are written `KEY=VALUE`".to_owned()),
    }
}
