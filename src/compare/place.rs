//! What a `Deny` takes away for certain whose condition asks where the resource is.
//!
//! The region and the account of a resource stand in its ARN: the test meets the same parts of each pattern of the statement.

use super::known::Place;
use crate::iam::permissions::{Cell, ResourceSet};
use crate::iam::{Answer, ConditionBlock, Glob, ResourcePattern, Version};

/// The part of a denial that holds whatever the request is, without its condition.
pub(super) fn denied(cell: &Cell, place: &Place) -> Cell {
    let patterns = match &cell.resources {
        ResourceSet::Only(patterns) => patterns.as_slice(),
        ResourceSet::AllBut(_) | ResourceSet::Attached => &[],
    };
    let exact = patterns.iter().filter(|pattern| pattern.is_exact());
    let certain = if place.elsewhere {
        let spared = place.patterns(false);
        let is_elsewhere = |pattern: &&ResourcePattern| {
            let mut spared = spared.iter();
            spared.all(|spared| spared.intersects(pattern) == Answer::No)
        };
        exact.filter(is_elsewhere).cloned().collect()
    } else {
        let there = place.patterns(true);
        exact
            .flat_map(|pattern| there.iter().filter_map(|there| met(pattern, there)))
            .collect()
    };
    Cell {
        resources: ResourceSet::Only(certain),
        condition: ConditionBlock::default(),
        ..cell.clone()
    }
}

/// A pattern with its region and account as narrow as those of a place; `None` where they are others, or neither is within the
/// other.
fn met(pattern: &ResourcePattern, place: &ResourcePattern) -> Option<ResourcePattern> {
    if pattern.is_everything() {
        return Some(place.clone());
    }
    let own: Vec<&str> = pattern.text().splitn(6, ':').collect();
    let asked: Vec<&str> = place.text().splitn(6, ':').collect();
    let ([arn, partition, service, region, account, rest], [_, _, _, in_region, of_account, _]) =
        (own.as_slice(), asked.as_slice())
    else {
        return None;
    };
    let region = narrower(region, in_region)?;
    let account = narrower(account, of_account)?;
    let text = format!("{arn}:{partition}:{service}:{region}:{account}:{rest}");
    Some(ResourcePattern::new(text, Version::V2012))
}

fn narrower<'a>(one: &'a str, other: &'a str) -> Option<&'a str> {
    let (globs, texts) = ((Glob::parse(one), Glob::parse(other)), (one, other));
    if globs.1.covers(&globs.0) {
        Some(texts.0)
    } else if globs.0.covers(&globs.1) {
        Some(texts.1)
    } else {
        None
    }
}
