//! Policies of which nothing would be left: IAM takes none without statements.

use super::language::elements;
use super::named::{self, Entry};
use super::template::{entry, numbered, sites, tree};
use crate::iam::{MadeBy, PolicyDocument};
use crate::yaml::Node;
use std::collections::BTreeMap;

/// Statements that have to stay after all: those of a document that would have none and cannot be taken out itself. `mended` are
/// those that would change.
pub(in crate::suggest) fn emptied(
    policy: &PolicyDocument,
    becomes: &[usize],
    mended: &[usize],
) -> BTreeMap<usize, String> {
    let Some(root) = tree(&policy.source) else {
        return BTreeMap::new();
    };
    let sites = sites(&root);
    let mut gone: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (statement, count) in policy.statements.iter().zip(becomes) {
        if *count == 0
            && let Some((_, (site, _))) = numbered(&sites, statement)
        {
            gone.entry(site).or_default().push(statement.index);
        }
    }
    let mut fixed = BTreeMap::new();
    let mut entries: BTreeMap<usize, (usize, Vec<usize>)> = BTreeMap::new();
    let keep = |fixed: &mut BTreeMap<usize, String>, statements: Vec<usize>| {
        let why = "nothing that its policy grants was observed, and IAM takes no policy without statements: remove the policy";
        fixed.extend(statements.into_iter().map(|index| (index, why.to_owned())));
    };
    for (site, statements) in gone {
        let Some(site) = sites.get(site) else {
            continue;
        };
        if elements(site.statements.value).len() > statements.len() {
            continue;
        }
        match entry(site) {
            None => keep(&mut fixed, statements),
            Some((list, _)) => {
                let of_list = entries
                    .entry(list.span().start)
                    .or_insert((list.items().len(), Vec::new()));
                of_list.0 = of_list.0.saturating_sub(1);
                of_list.1.extend(statements);
            }
        }
    }
    let mut templates: BTreeMap<usize, (&Node, Vec<usize>)> = BTreeMap::new();
    for (statement, count) in policy.statements.iter().zip(becomes) {
        let Some(MadeBy::PolicyTemplate(name)) = &statement.made_by else {
            continue;
        };
        let all_go = policy
            .statements
            .iter()
            .zip(becomes)
            .all(|(own, count)| own.span != statement.span || *count == 0);
        match Entry::of(&root, statement) {
            Some(entry) if all_go => {
                let found = templates.entry(statement.span.start);
                let found = found.or_insert((entry.list, Vec::new()));
                found.1.push(statement.index);
            }
            None if *count == 0 || mended.contains(&statement.index) => {
                fixed.insert(statement.index, named::of_template(name));
            }
            _ => {}
        }
    }
    for (list, statements) in templates.into_values() {
        let of_list = entries
            .entry(list.span().start)
            .or_insert((list.items().len(), Vec::new()));
        of_list.0 = of_list.0.saturating_sub(1);
        of_list.1.extend(statements);
    }
    for (left, statements) in entries.into_values() {
        if left == 0 {
            keep(&mut fixed, statements);
        }
    }
    fixed
}
