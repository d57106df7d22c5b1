//! What the resources of a template are called where they are deployed, by the names that were observed.
//!
//! CloudFormation names what a template does not: the stack's name, the logical id and letters that nobody can guess. A name is taken
//! only where the stack's name is known and one observed name fits. Follows
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html>.

use super::resolve::{Resolver, has_symbol};
use super::{Template, Values, arns};
use std::collections::BTreeSet;

/// Letters that CloudFormation puts behind the logical id, at most.
const MOST_RANDOM: usize = 16;

/// The values with the physical ids of resources that have no name in the template, as far as observed ARNs tell.
pub fn joined(template: &Template, values: &Values, observed: &BTreeSet<String>) -> Values {
    let mut joined = values.clone();
    let Some(stack) = &values.stack else {
        return joined;
    };
    for resource in &template.resources {
        let Some(shape) = arns::of(&resource.kind) else {
            continue;
        };
        let is_named = resource.property(&shape.name).is_some();
        if is_named || values.physical.contains_key(&resource.logical_id) {
            continue;
        }
        let names = observed
            .iter()
            .filter_map(|arn| name_in(arn, shape.service()));
        let names: BTreeSet<&str> = names
            .filter(|name| fits(name, stack, &resource.logical_id))
            .collect();
        let mut names = names.into_iter();
        if let (Some(only), None) = (names.next(), names.next()) {
            joined
                .physical
                .insert(resource.logical_id.clone(), only.to_owned());
        }
    }
    joined
}

/// The name of what an ARN of a service is of.
fn name_in<'a>(arn: &'a str, service: &str) -> Option<&'a str> {
    let mut parts = arn.splitn(6, ':');
    let own = parts.nth(2)?;
    let resource = parts.nth(2)?;
    if own != service || resource.is_empty() {
        return None;
    }
    let name = match service {
        // `table/NAME/index/x`, `function:NAME:PROD`, `bucket/key`.
        "s3" => resource.split('/').next(),
        "sns" | "sqs" => Some(resource),
        _ => resource.split(['/', ':']).nth(1),
    };
    name.filter(|name| !name.contains(['*', '?']))
}

fn fits(name: &str, stack: &str, logical_id: &str) -> bool {
    let begin = format!("{stack}-{logical_id}-");
    let rest = name.get(begin.len()..);
    let begins = name
        .get(..begin.len())
        .is_some_and(|own| own.eq_ignore_ascii_case(&begin));
    let is_random = |rest: &str| {
        let rest = rest.strip_suffix(".fifo").unwrap_or(rest);
        !rest.is_empty()
            && rest.len() <= MOST_RANDOM
            && rest.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    begins && rest.is_some_and(is_random)
}

/// A function's name: as deployed, or as the template gives it; nothing where nobody knows.
pub fn function_name(logical_id: &str, resolver: &Resolver<'_>) -> Option<String> {
    if let Some(physical) = resolver.values.physical.get(logical_id) {
        return Some(physical.clone());
    }
    let resource = resolver.template.resource(logical_id)?;
    let name = resolver.text(resource.property("FunctionName")?)?;
    (!has_symbol(&name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_name_fits_where_only_random_letters_are_behind_the_logical_id() {
        assert!(fits("shop-Orders-1ABCDEFGHIJK", "shop", "Orders"));
        assert!(fits("shop-uploads-1abcdefghijk", "shop", "Uploads"));
        assert!(fits("shop-Jobs-1ABCDEFGHIJK.fifo", "shop", "Jobs"));
        assert!(!fits("shop-Orders-Archive-1ABC", "shop", "Orders"));
        assert!(!fits("shop-OrdersArchive-1ABC", "shop", "Orders"));
        assert!(!fits("shop-Orders-", "shop", "Orders"));
        assert!(!fits("shop2-Orders-1ABC", "shop", "Orders"));
        assert!(!fits("shö", "shop", "Orders"));
    }
}
