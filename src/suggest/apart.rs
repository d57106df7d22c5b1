//! An edit carried over to the text that people keep, without the statements that cannot be edited there.
//!
//! One statement that is written in a way that no edit knows stays, and the others are edited and proved without it.

use super::added::Addition;
use super::hosts::{self, Carried};
use super::{Circumstances, Fixed, Left, Plan, parts, plan};
use crate::catalog::Catalog;
use crate::iam::PolicyDocument;
use crate::iam::document::Syntax;
use std::collections::BTreeMap;

/// What is to be edited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The policy as it is written.
    pub(super) written: &'a PolicyDocument,
    /// Its place among those of the role.
    pub(super) place: usize,
    /// What is to be added.
    pub(super) additions: &'a [Addition],
    pub(super) catalog: &'a Catalog,
}

impl Asked<'_> {
    /// What to edit, without the statements that are fixed; adds those that have to stay for it.
    pub(super) fn plan(&self, role: &Circumstances<'_>, fixed: &mut Fixed) -> Plan {
        loop {
            let role = Circumstances { fixed, ..*role };
            let plan = plan(&role, self.place, self.additions, self.catalog);
            if self.written.syntax != Syntax::Template || plan.empties {
                return plan;
            }
            // What would leave a policy of a template without statements stays, and more may stay for it.
            let emptied = hosts::emptied(self.written, &plan.becomes, &plan.mended);
            if emptied.is_empty() {
                return plan;
            }
            let emptied = emptied.into_iter();
            fixed.extend(emptied.map(|(statement, why)| ((self.place, statement), why)));
        }
    }

    /// A proved edit in the policy's own text, or as much of it as can be edited there; nothing of JSON, which is its own text.
    pub(super) fn carried(
        &self,
        role: &Circumstances<'_>,
        policy: &PolicyDocument,
        edit: parts::Edit,
    ) -> (parts::Edit, Option<Result<Carried, String>>) {
        if self.written.syntax == Syntax::Json {
            return (edit, None);
        }
        let mut edit = edit;
        let own = hosts::carried(role, self.written, policy, &edit.plan, &edit.text);
        let Err(why) = own else {
            return (edit, Some(own));
        };
        let stuck = hosts::stuck(role, self.written, policy, &edit.plan, &edit.text);
        if let Some((edit, own)) = self.without(stuck.clone(), role, policy) {
            return (edit, Some(Ok(own)));
        }
        // A policy file is shown as JSON then, which has all of the edit.
        if self.written.syntax == Syntax::Template {
            edit.plan
                .left
                .extend(stuck.into_iter().map(|(statement, why)| Left {
                    statement,
                    why,
                    wants_a_name: false,
                }));
        }
        (edit, Some(Err(why)))
    }

    /// The edit without statements that cannot be edited where they are, by their places with the reasons.
    fn without(
        &self,
        mut stuck: BTreeMap<usize, String>,
        role: &Circumstances<'_>,
        policy: &PolicyDocument,
    ) -> Option<(parts::Edit, Carried)> {
        let mut fixed = role.fixed.clone();
        loop {
            let before = fixed.len();
            let own = stuck.into_iter();
            fixed.extend(own.map(|(statement, why)| ((self.place, statement), why)));
            if fixed.len() == before {
                return None;
            }
            let plan = self.plan(role, &mut fixed);
            if plan.empties || plan.whole.is_empty() {
                return None;
            }
            let role = Circumstances {
                fixed: &fixed,
                ..*role
            };
            let edit = parts::proved(&role, self.place, plan, self.additions, self.catalog).ok()?;
            match hosts::carried(&role, self.written, policy, &edit.plan, &edit.text) {
                Ok(own) => return Some((edit, own)),
                Err(_) => {
                    stuck = hosts::stuck(&role, self.written, policy, &edit.plan, &edit.text);
                }
            }
        }
    }
}
