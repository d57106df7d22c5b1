//! What a narrowed statement would grant a second time: another statement of the policy grants it already.

use super::ask::Standing;
use super::rows::Row;
use crate::iam::{
    ActionClause, ActionPattern, Answer, Effect, MadeBy, PolicyDocument, ResourceClause,
    ResourcePattern, Statement,
};

/// What is granted whatever the request.
struct Grant {
    actions: ActionPattern,
    resources: ResourcePattern,
}

/// Takes out of the rows what other statements grant as they are written, and what an earlier row grants.
pub(super) fn take_out(policy: &PolicyDocument, mended: &mut [(&Statement, Vec<Row>)]) {
    let mut granted = Vec::new();
    for statement in policy.statements.iter().filter(|own| is_plain(own)) {
        let rows = mended
            .iter()
            .find(|(own, _)| own.index == statement.index)
            .map(|(_, rows)| rows);
        match rows {
            // Nothing of it is written: what stands in its place is as new as what a wildcard becomes.
            Some(_) if is_made(statement) => {}
            Some(rows) => granted.extend(as_written(statement, rows)),
            None => granted.extend(all_of(statement)),
        }
    }
    for (statement, rows) in mended.iter_mut() {
        let plain = is_plain(statement);
        for row in rows {
            let pattern = row.pattern.clone();
            let is_new = row.instead.is_some() || is_made(statement);
            let before = row.spots.clone();
            let spots = row.spots.iter_mut().zip(statement.resources.patterns());
            for (spot, resource) in spots {
                let mut own = Vec::new();
                let mut stays = |text: &str| {
                    let resource = ResourcePattern::new(text, policy.version);
                    let twice = granted.iter().any(|grant: &Grant| {
                        grant.actions.covers(&pattern)
                            && grant.resources.covers(&resource) == Answer::Yes
                    });
                    if !twice && plain {
                        own.push(Grant {
                            actions: pattern.clone(),
                            resources: resource,
                        });
                    }
                    !twice
                };
                match spot {
                    Standing::Narrowed(texts) => {
                        texts.retain(|text| stays(text));
                        if texts.is_empty() {
                            *spot = Standing::Gone;
                        }
                    }
                    Standing::Kept if is_new && !stays(resource.value.text()) => {
                        *spot = Standing::Gone;
                    }
                    Standing::Kept | Standing::Dead | Standing::Gone => {}
                }
                granted.append(&mut own);
            }
            // Of an action that a policy template brings, all of its resources go or none: two statements would be harder to read.
            if is_made(statement) && row.grants() {
                row.spots = before;
            }
        }
    }
}

/// Whether a policy template stands for a statement.
fn is_made(statement: &Statement) -> bool {
    matches!(statement.made_by, Some(MadeBy::PolicyTemplate(_)))
}

/// Whether a statement allows what it lists, whatever the request.
fn is_plain(statement: &Statement) -> bool {
    statement.effect == Effect::Allow
        && statement.condition.is_none()
        && statement.principal.is_none()
        && matches!(statement.actions, ActionClause::Action(_))
        && matches!(statement.resources, ResourceClause::Resource(_))
}

fn all_of(statement: &Statement) -> Vec<Grant> {
    let resources = statement.resources.patterns();
    let actions = statement.actions.patterns().iter();
    actions
        .flat_map(|action| {
            resources.iter().map(|resource| Grant {
                actions: action.value.clone(),
                resources: resource.value.clone(),
            })
        })
        .collect()
}

fn as_written(statement: &Statement, rows: &[Row]) -> Vec<Grant> {
    let resources = statement.resources.patterns();
    let written = rows.iter().filter(|row| row.instead.is_none());
    written
        .flat_map(|row| {
            let spots = row.spots.iter().zip(resources);
            spots
                .filter(|(spot, _)| **spot == Standing::Kept)
                .map(|(_, resource)| Grant {
                    actions: row.pattern.clone(),
                    resources: resource.value.clone(),
                })
        })
        .collect()
}
