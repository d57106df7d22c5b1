//! The owner that makes a call, and the partition, region and account of its calls that name none.

use super::{About, Owner};
use crate::account;
use crate::iam::Arn;
use crate::partition;
use crate::xray::json;
use crate::xray::{Node, is_region};
use serde_json::value::RawValue;

/// An owner, with the partition, region and account of its calls that name none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Caller {
    pub(super) owner: Owner,
    pub(super) partition: Option<String>,
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
    pub(super) about: About,
}

impl Caller {
    /// A function. Its calls go to the place in its ARN.
    pub(super) fn of_function(arn: Arn) -> Self {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            partition: part(arn.partition()),
            region: part(arn.region()),
            account: part(arn.account()),
            about: About::default(),
            owner: Owner::LambdaFunction(arn),
        }
    }
}

/// The members of a segment's `aws` block that say whose code it shows.
#[derive(Debug, Default)]
pub(super) struct Block {
    account: Option<String>,
    pub(super) function_arn: Option<Arn>,
    pub(super) resource_arn: Option<String>,
    pub(super) task_family: Option<String>,
    pub(super) instance_id: Option<String>,
    sdk: Option<String>,
    arns: Vec<String>,
    zone: Option<String>,
}

impl Block {
    pub(super) fn of(node: &Node<'_>) -> Self {
        let mut block = Self::default();
        if let Some(aws) = node.aws {
            json::members(aws, &mut |name, value| block.read(name, value));
        }
        block
    }

    fn read(&mut self, name: &str, value: &RawValue) {
        let text = || json::text(value).map(std::borrow::Cow::into_owned);
        match name {
            "account_id" => self.account = text().filter(|own| account::is_id(own)),
            "function_arn" => self.function_arn = text().and_then(|text| function_arn(&text)),
            "resource_arn" => self.resource_arn = text(),
            "xray" => {
                json::members(value, &mut |name, value| {
                    if name == "sdk" {
                        self.sdk = json::text(value).map(std::borrow::Cow::into_owned);
                    }
                });
            }
            "ecs" | "ec2" => {
                json::members(value, &mut |name, value| self.read_compute(name, value));
            }
            _ => {}
        }
    }

    fn read_compute(&mut self, name: &str, value: &RawValue) {
        let text = json::text(value)
            .map(std::borrow::Cow::into_owned)
            .filter(|text| !text.is_empty());
        match name {
            "task_family" => self.task_family = text,
            "instance_id" => self.instance_id = text,
            "task_arn" | "container_arn" | "cluster_arn" => self.arns.extend(text),
            "availability_zone" => self.zone = text,
            _ => {}
        }
    }

    /// Returns the owner with its place. The place comes from the owner's ARN, the ARNs in the segment, or the
    /// availability zone.
    pub(super) fn caller(&self, owner: Owner, root: &Node<'_>) -> Caller {
        let own = owner.arn().cloned();
        let others = self
            .arns
            .iter()
            .map(String::as_str)
            .chain(root.resource_arn.as_deref());
        let arns: Vec<Arn> = own
            .into_iter()
            .chain(others.filter_map(|text| text.parse().ok()))
            .collect();
        let part = |of: fn(&Arn) -> &str| {
            arns.iter()
                .map(of)
                .find(|text| !text.is_empty())
                .map(ToOwned::to_owned)
        };
        let zone = self
            .zone
            .as_deref()
            .map(|zone| zone.trim_end_matches(|last: char| last.is_ascii_lowercase()));
        let region = part(Arn::region).or_else(|| {
            zone.filter(|region| is_region(region))
                .map(ToOwned::to_owned)
        });
        let account = part(Arn::account).or_else(|| self.account.clone());
        let partition = part(Arn::partition).or_else(|| {
            region
                .as_deref()
                .map(|region| partition::of_region(region).to_owned())
        });
        Caller {
            owner,
            partition,
            region,
            account,
            about: self.about(),
        }
    }

    /// Returns what else the block says of its owner.
    pub(super) fn about(&self) -> About {
        let arns = || self.arns.iter().filter_map(|text| text.parse::<Arn>().ok());
        About {
            sdk: self.sdk.clone(),
            family: self.task_family.clone(),
            task: arns().find_map(|arn| About::task_of(&arn)),
        }
    }
}

/// Parses the ARN of a Lambda function and removes its qualifier.
pub(super) fn function_arn(text: &str) -> Option<Arn> {
    let arn: Arn = text.parse().ok()?;
    let name = arn
        .resource()
        .strip_prefix("function:")?
        .split(':')
        .next()?;
    let is_function = arn.service() == "lambda" && !name.is_empty();
    let is_whole = arn.resource().len() == "function:".len() + name.len();
    let unqualified = || arn.with_resource(format!("function:{name}"));
    match (is_function, is_whole) {
        (true, true) => Some(arn),
        (true, false) => Some(unqualified()),
        (false, _) => None,
    }
}
