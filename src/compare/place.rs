//! Turns condition tests of a resource's region and account into resource patterns, and finds what a `Deny` with such tests
//! certainly takes away.
//!
//! The ARN of a resource contains its region and account, so a test limits those parts of each pattern of the statement.

use crate::iam::permissions::{Cell, ResourceSet};
use crate::iam::{Answer, ConditionBlock, Glob, ResourcePattern, Version};

/// The most patterns that a place may become. No organization lists as many regions and accounts.
const MOST_PATTERNS: usize = 1024;

/// The most pairs of patterns that are compared.
const MOST_PAIRS: usize = 16_384;

/// Regions and accounts, as globs; `None` if there is no test of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) regions: Option<Vec<String>>,
    pub(super) accounts: Option<Vec<String>>,
    /// Whether the place is everything except these regions and accounts.
    pub(super) elsewhere: bool,
}

impl Place {
    /// Whether two positive tests concern different parts of an ARN, so that they can be combined into patterns.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        let positive = !self.elsewhere && !other.elsewhere;
        let lengths = [self, other].map(|place| {
            let lists = [&place.regions, &place.accounts];
            lists.into_iter().flatten().map(Vec::len).sum::<usize>()
        });
        positive
            && self.regions.is_some() != other.regions.is_some()
            && self.accounts.is_some() != other.accounts.is_some()
            && lengths.iter().product::<usize>() <= MOST_PATTERNS
    }

    /// The place where two positive tests both hold. It may be a little too wide: if two patterns overlap and neither
    /// contains the other, the first is kept whole.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self {
            regions: both(self.regions.as_ref(), other.regions.as_ref()),
            accounts: both(self.accounts.as_ref(), other.accounts.as_ref()),
            elsewhere: false,
        }
    }

    /// Whether no resource can be there, because the tests exclude each other.
    pub(super) fn is_nowhere(&self) -> bool {
        let mut lists = [&self.regions, &self.accounts].into_iter().flatten();
        lists.any(Vec::is_empty)
    }

    /// Whether a resource is certainly not there.
    pub(super) fn excludes(&self, resource: &ResourcePattern) -> bool {
        if self.elsewhere {
            return ResourcePattern::union_covers(&self.patterns(true), resource) == Answer::Yes;
        }
        let mut there = self.patterns(false).into_iter();
        there.all(|own| own.intersects(resource) == Answer::No)
    }

    /// Patterns of the resources that are there. With `certain`, only resources that are certainly there. Without, an ARN
    /// that has no region or no account is included, because a bucket may be anybody's, and so is `*`, for actions without
    /// resource types. If two lists are too long to combine, then without `certain` the longer one is replaced by `*`.
    pub(super) fn patterns(&self, certain: bool) -> Vec<ResourcePattern> {
        let of = |globs: &Option<Vec<String>>| {
            let Some(globs) = globs else {
                return vec!["*".to_owned()];
            };
            let mut all = globs.clone();
            all.extend((!certain).then(String::new));
            all
        };
        let (mut regions, mut accounts) = (of(&self.regions), of(&self.accounts));
        let is_product = regions.len() > 1 && accounts.len() > 1;
        if !certain && is_product && regions.len() * accounts.len() > MOST_PATTERNS {
            let longer = if regions.len() < accounts.len() {
                &mut accounts
            } else {
                &mut regions
            };
            *longer = vec!["*".to_owned()];
        }
        let mut patterns = Vec::new();
        if !certain {
            patterns.push(pattern("${*}"));
        }
        for region in &regions {
            for account in &accounts {
                patterns.push(pattern(&format!("arn:*:*:{region}:{account}:*")));
            }
        }
        patterns
    }
}

fn pattern(text: &str) -> ResourcePattern {
    ResourcePattern::new(text, Version::V2012)
}

/// The common part of two lists of globs, each a list of alternatives.
fn both(one: Option<&Vec<String>>, other: Option<&Vec<String>>) -> Option<Vec<String>> {
    let (Some(one), Some(other)) = (one, other) else {
        return one.or(other).cloned();
    };
    if one.len().saturating_mul(other.len()) > MOST_PAIRS {
        let shorter = if other.len() < one.len() { other } else { one };
        return Some(shorter.clone());
    }
    let met = |one: &String, other: &String| {
        let globs = (Glob::parse(one), Glob::parse(other));
        let shared = globs.0.intersects(&globs.1);
        shared.then(|| narrower(one, other).unwrap_or(one).to_owned())
    };
    let mut all: Vec<String> = one
        .iter()
        .flat_map(|one| other.iter().filter_map(move |other| met(one, other)))
        .collect();
    all.sort();
    all.dedup();
    Some(all)
}

/// The part of a `Deny` that applies in every request, as a cell without condition.
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
        // Keeping fewer patterns takes less away, which hides no excess.
        let most = MOST_PAIRS / there.len().max(1);
        exact
            .take(most)
            .flat_map(|pattern| there.iter().filter_map(|there| met(pattern, there)))
            .collect()
    };
    Cell {
        resources: ResourceSet::Only(certain),
        condition: ConditionBlock::default(),
        ..cell.clone()
    }
}

/// The pattern, with its region and account narrowed to those of a place. `None` if they differ or if neither contains the
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
