//! From an ARN that was observed back to how people write it in the template.

use super::arns::{self, Reference};
use super::resolve::{Resolver, has_symbol};

/// How the resources of a template are written in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// ARN, and what stands for it between `${` and `}`.
    known: Vec<(String, String)>,
    region: Option<String>,
    account: Option<String>,
    partition: Option<String>,
}

impl Words {
    /// Those of every resource whose ARN is known.
    pub fn of(resolver: &Resolver<'_>) -> Self {
        let resources = resolver.template.resources.iter();
        let known = resources.filter_map(|resource| {
            let shape = arns::of(&resource.kind)?;
            let arn = resolver.arn_of(resource)?;
            let word = match (shape.own.as_str(), shape.reference) {
                (_, Reference::Arn) => resource.logical_id.clone(),
                ("", _) => return None,
                (attribute, _) => format!("{}.{attribute}", resource.logical_id),
            };
            // A log group's ARN ends in `:*`, which what is observed may end in too.
            (!has_symbol(&arn)).then_some((arn, word))
        });
        let mut known: Vec<(String, String)> = known.collect();
        known.sort_by_key(|(arn, _)| std::cmp::Reverse(arn.len()));
        Self {
            known,
            region: resolver.values.region.clone(),
            account: resolver.values.account.clone(),
            partition: resolver.values.partition.clone(),
        }
    }

    /// An ARN as it is written in the template: `!GetAtt Orders.Arn`, `!Sub "${Orders.Arn}/index/*"`; nothing where it is no resource
    /// of the template and says nothing of region or account.
    pub fn of_arn(&self, arn: &str) -> Option<String> {
        for (known, word) in &self.known {
            let Some(rest) = arn.strip_prefix(known.as_str()) else {
                continue;
            };
            if rest.is_empty() {
                let is_attribute = word.contains('.');
                return Some(format!(
                    "!{} {word}",
                    if is_attribute { "GetAtt" } else { "Ref" }
                ));
            }
            if rest.starts_with(['/', ':']) {
                return Some(format!("!Sub \"${{{word}}}{rest}\""));
            }
        }
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, rest] = parts.as_slice() else {
            return None;
        };
        let pseudo = |part: &str, known: &Option<String>, name: &str| {
            let is_it = !part.is_empty() && known.as_deref() == Some(part);
            if is_it {
                format!("${{AWS::{name}}}")
            } else {
                part.to_owned()
            }
        };
        let written = [
            pseudo(partition, &self.partition, "Partition"),
            (*service).to_owned(),
            pseudo(region, &self.region, "Region"),
            pseudo(account, &self.account, "AccountId"),
        ];
        let written = format!("arn:{}:{rest}", written.join(":"));
        written
            .contains("${AWS::")
            .then(|| format!("!Sub \"{written}\""))
    }
}
