//! The suggestions for a judged role: none where the evidence does not bear an edit.

use super::{Circumstances, Suggestion, suggestions};
use crate::catalog::Catalog;
use crate::judge::JudgedRole;
use crate::roles::Role;

/// The role's policies as they should be, by how it was judged.
pub fn of_role(role: &Role, judged: &JudgedRole, catalog: &Catalog) -> Vec<Suggestion> {
    // On thin evidence nothing is offered to be written: what it does not show may be needed.
    let is_thin = judged.is_thin || !judged.insufficient.is_empty();
    // What a template says is told as advice: it is not edited.
    let is_hosted = role.template.is_some();
    if role.unreadable || is_hosted || is_thin || !judged.has_evidence() || judged.is_disarmed() {
        return Vec::new();
    }
    let circumstances = Circumstances {
        needs: &judged.needs,
        granted: role.granted(),
        comparison: &judged.comparison,
        states: &judged.states,
        held: &judged.held,
        are_files: role.are_files,
        adds_missing: !role.others_take_additions,
        left_out: &[],
    };
    suggestions(&circumstances, catalog)
}
