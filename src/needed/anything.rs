//! Calls after which a service does whatever a template or runbook says with the caller's rights: what that is, no trace shows.
//!
//! Nothing bounds it, so that it is a gap and no doubt. With a role that the call hands on, the service works with that role's
//! rights instead; where it was recorded, nothing is hidden.

use super::{Bound, Cause, NeededPermissions};
use crate::iam::Action;
use std::collections::BTreeSet;

/// Operations by the prefix of their actions, each documented below <https://docs.aws.amazon.com/>:
/// `AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html`, `cloudcontrolapi/latest/userguide/security-iam.html`,
/// `servicecatalog/latest/adminguide/constraints-launch.html`, `systems-manager/latest/userguide/automation-setup.html`.
const OPERATIONS: [(&str, &[&str]); 3] = [
    (
        "cloudformation",
        &[
            "ContinueUpdateRollback",
            "CreateResource",
            "CreateStack",
            "DeleteResource",
            "DeleteStack",
            "ExecuteChangeSet",
            "RollbackStack",
            "UpdateResource",
            "UpdateStack",
        ],
    ),
    (
        "servicecatalog",
        &[
            "ExecuteProvisionedProductPlan",
            "ExecuteProvisionedProductServiceAction",
            "ProvisionProduct",
            "TerminateProvisionedProduct",
            "UpdateProvisionedProduct",
        ],
    ),
    (
        "ssm",
        &["StartAutomationExecution", "StartChangeRequestExecution"],
    ),
];

impl NeededPermissions {
    /// The operations that were called after which anything may have been done with the caller's rights.
    pub fn done_by_others(&self) -> BTreeSet<&str> {
        let permissions = self.needed.keys().map(|permission| &permission.action);
        permissions
            .filter(|action| {
                let own = OPERATIONS
                    .iter()
                    .find(|(prefix, _)| *prefix == action.prefix());
                own.is_some_and(|(_, names)| names.contains(&action.name()))
            })
            .map(Action::name)
            .filter(|operation| !self.hands_on_a_recorded_role(operation))
            .collect()
    }

    /// Whether all that is known of an operation's role is which one it was.
    fn hands_on_a_recorded_role(&self, operation: &str) -> bool {
        let called = format!("{operation} was called");
        let doubts = self.doubts.keys();
        let mut roles = doubts
            .filter(|doubt| doubt.cause == Cause::HandedOn && doubt.reason.starts_with(&called))
            .peekable();
        roles.peek().is_some() && roles.all(|doubt| matches!(doubt.on, Bound::Patterns(_)))
    }
}
