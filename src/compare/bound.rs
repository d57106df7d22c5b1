//! Turns the doubts about an action into resource patterns: the most that these doubts can explain. A grant within them may
//! be needed, so it is undecided and not excess.
//!
//! Some doubts name no resource; for those, the resources that the policies themselves name are taken. Judging takes these
//! patterns away from a grant and the proof of a suggestion keeps them. Both call this code, so that they cannot differ.

use super::Granted;
use crate::catalog::{Catalog, Naming, sensitive};
use crate::iam::{
    Action, Effect, Glob, ResourceClause, ResourcePattern, Version, has_request_variable,
    is_one_symbol, meet_by_parts,
};
use crate::needed::{Bound, Cause, Doubt};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The resource patterns of the policies, with those that name a resource of an action. Results are shared by actions whose
/// resources are named alike.
#[derive(Debug)]
pub struct Names<'w> {
    written: &'w [String],
    known: BTreeMap<(Naming, bool), Rc<BTreeSet<&'w str>>>,
}

impl<'w> Names<'w> {
    /// Takes the patterns as written.
    pub fn of(written: &'w [String]) -> Self {
        Self {
            written,
            known: BTreeMap::new(),
        }
    }

    /// The patterns that name a resource of an action.
    fn named(
        &mut self,
        action: &Action,
        by_part: bool,
        catalog: &Catalog,
    ) -> Rc<BTreeSet<&'w str>> {
        let find = || {
            let written = self.written.iter();
            let named = written.filter(|text| is_named(action, text, by_part, catalog));
            Rc::new(named.map(String::as_str).collect())
        };
        match catalog.naming(action) {
            Some(naming) => {
                let known = self.known.entry((naming, by_part));
                Rc::clone(known.or_insert_with(find))
            }
            None => find(),
        }
    }
}

/// The resources that doubts about an action can explain.
#[derive(Debug, Clone, Default)]
pub struct Acquitted<'w> {
    /// Patterns that the doubts name.
    own: BTreeSet<String>,
    /// Patterns of the policies that name a resource of the action.
    named: Rc<BTreeSet<&'w str>>,
}

impl Acquitted<'_> {
    /// Whether a resource element, as written in the policies, is one of these names.
    pub fn is_named(&self, text: &str) -> bool {
        self.named.contains(text)
    }

    /// All the patterns. A pattern with a policy variable stays as it is and is not widened to `*`: its value is not known,
    /// but it is not everything.
    pub fn patterns(&self) -> Vec<ResourcePattern> {
        self.some_patterns(usize::MAX)
    }

    /// The patterns that the doubts name, and at most `most` of the names from the policies. This suffices for an element
    /// that is none of these names, because many names together hardly ever cover a pattern.
    pub(super) fn some_patterns(&self, most: usize) -> Vec<ResourcePattern> {
        let own = self.own.iter().map(String::as_str);
        let named = self.named.iter().copied().take(most);
        let texts: BTreeSet<&str> = own.chain(named).collect();
        let pattern = |text: &&str| {
            let pattern = ResourcePattern::new(*text, Version::V2012);
            if pattern.has_variables() {
                pattern
            } else {
                pattern.widest()
            }
        };
        texts.iter().map(pattern).collect()
    }
}

/// The resources that doubts about an action can explain. `names` are the resource patterns of the policies.
pub fn acquitted<'d, 'w>(
    doubts: impl IntoIterator<Item = &'d Doubt>,
    action: &Action,
    names: &mut Names<'w>,
    catalog: &Catalog,
) -> Acquitted<'w> {
    let mut acquitted = Acquitted::default();
    let (mut by_name, mut by_part) = (false, false);
    // A fixed part of a name is enough to explain a call that was seen. A call that was not seen, an escalation and a secret
    // need the whole name.
    let strict = sensitive::wants_a_name(action);
    let mut among: BTreeSet<&'w str> = BTreeSet::new();
    for doubt in doubts {
        match &doubt.on {
            Bound::Patterns(patterns) => acquitted.own.extend(patterns.iter().cloned()),
            Bound::Everything => {
                acquitted.own.insert("*".to_owned());
            }
            Bound::Named => {
                by_name = true;
                by_part |= doubt.cause == Cause::UnnamedResource;
            }
            Bound::NamedAmong(patterns) => {
                let globs: Vec<Glob> = patterns.iter().map(|own| Glob::parse(own)).collect();
                let is_among = |text: &&&str| {
                    let widest = ResourcePattern::new(**text, Version::V2012).widest();
                    let mut globs = globs.iter();
                    globs.any(|own| meet_by_parts(own, widest.glob()))
                };
                let by_part = !strict || doubt.cause == Cause::UnnamedResource;
                let all = names.named(action, by_part, catalog);
                among.extend(all.iter().filter(is_among));
            }
        }
    }
    if by_name {
        // Of an action that the catalogue does not know, nobody knows whether a policy can name its resource.
        let is_typeless = catalog
            .action(action)
            .is_none_or(|entry| entry.is_wildcard_only());
        if is_typeless {
            acquitted.own.insert("*".to_owned());
        }
        let by_part = by_part || !strict;
        acquitted.named = names.named(action, by_part, catalog);
    }
    if !among.is_empty() {
        among.extend(acquitted.named.iter());
        acquitted.named = Rc::new(among);
    }
    acquitted
}

/// Whether an element may be on what the patterns of [`Bound::NamedAmong`] stand for.
pub(super) fn is_among(patterns: &BTreeSet<String>, element: &Glob) -> bool {
    let mut patterns = patterns.iter();
    patterns.any(|own| meet_by_parts(&Glob::parse(own), element))
}

/// The resource patterns of everything that allows, bounds or has a `NotResource`, as written.
pub fn written(granted: &Granted<'_>) -> Vec<String> {
    let policies = granted.policies.iter().chain(granted.beside);
    let statements = policies
        .chain(granted.boundary)
        .flat_map(|policy| &policy.statements);
    let mut all: Vec<String> = statements
        .filter(|statement| {
            statement.effect == Effect::Allow
                || matches!(statement.resources, ResourceClause::NotResource(_))
        })
        .flat_map(|statement| statement.resources.patterns())
        .map(|pattern| pattern.value.text().to_owned())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a pattern names a resource of the action: one whole name, or with `by_part` a fixed part of a name. A policy
/// variable alone names nothing, because whoever sets the tag chooses its value.
fn is_named(action: &Action, text: &str, by_part: bool, catalog: &Catalog) -> bool {
    if catalog.is_elsewhere(action, text) {
        return false;
    }
    let widest = ResourcePattern::new(text, Version::V2012)
        .glob()
        .to_string();
    let has_fixed_part = || catalog.has_fixed_part(action, text);
    let is_whole = is_one_symbol(text)
        || (catalog.names_one(action, text) && (!has_request_variable(text) || has_fixed_part()));
    catalog.can_act_on(action, &widest) && (is_whole || (by_part && has_fixed_part()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::Answer;

    /// What a template does not know yet is a name all the same; what a request fills in is none.
    #[test]
    fn what_is_known_once_it_is_deployed_is_a_name() {
        let read: Action = "secretsmanager:GetSecretValue".parse().expect("an action");
        let named = |text: &str| is_named(&read, text, false, Catalog::embedded());
        for (text, expected) in [
            ("${DbSecret}", true),
            (
                "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${DbSecret}",
                true,
            ),
            (
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-??????",
                true,
            ),
            (
                "arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/db}",
                false,
            ),
            ("${aws:PrincipalTag/db}", false),
            ("*", false),
        ] {
            assert_eq!(named(text), expected, "{text}");
        }
    }

    /// What is not known yet acquits what is written so, and not everything that it could be.
    #[test]
    fn a_name_that_is_not_known_yet_is_no_wildcard() {
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:${Name}";
        let acquitted = Acquitted {
            own: BTreeSet::new(),
            named: Rc::new(BTreeSet::from(["${TableArn}", secret])),
        };
        let patterns = acquitted.patterns();
        let covers = |text: &str| {
            let one = ResourcePattern::new(text, Version::V2012);
            ResourcePattern::union_covers(&patterns, &one)
        };
        for text in ["${TableArn}", secret] {
            assert_eq!(covers(text), Answer::Yes, "{text}");
        }
        for text in [
            "*",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:*",
        ] {
            assert_ne!(covers(text), Answer::Yes, "{text}");
        }
    }
}
