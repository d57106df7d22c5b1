//! Who else has what an edit would change: a managed policy that others name.

use super::references::{OUTPUTS, References};
use crate::yaml::Node;

/// Who may have a managed policy besides the role that is judged: anybody who names it, by its logical id, its name or what it is
/// exported as.
pub(super) fn others(logical_id: &str, resource: &Node, references: &References) -> Option<String> {
    if resource.get("Type").and_then(Node::as_text) != Some("AWS::IAM::ManagedPolicy") {
        return None;
    }
    let properties = resource.get("Properties")?;
    if properties.get("ManagedPolicyName").is_some() {
        return Some(format!(
            "`{logical_id}` is a managed policy with a name, by which others may have it too"
        ));
    }
    let naming = references.who_names(logical_id);
    if naming.contains(&OUTPUTS) {
        return Some(format!(
            "`{logical_id}` is among the outputs, and other stacks may attach it"
        ));
    }
    let most = usize::from(properties.get("Roles").is_none());
    (naming.len() > most).then(|| {
        format!(
            "`{logical_id}` is a managed policy that {} name: what one of them does not need another may",
            naming
                .iter()
                .map(|id| format!("`{id}`"))
                .collect::<Vec<_>>()
                .join(" and ")
        )
    })
}
