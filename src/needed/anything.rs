//! Finds calls after which a service may do anything with the caller's rights: whatever a template or runbook says. No
//! trace shows what the service then did.
//!
//! Nothing limits what may be needed, so this is reported as a gap and not as a doubt. If the call passes a role, the
//! service works with that role's rights instead. If the trace recorded that role, nothing is hidden.

use super::{Bound, Cause, NeededPermissions};
use crate::iam::Action;
use std::collections::BTreeSet;

/// The operations, by the prefix of their actions. AWS documents them on these pages below
/// <https://docs.aws.amazon.com/>: `AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html`,
/// `cloudcontrolapi/latest/userguide/security-iam.html`, `servicecatalog/latest/adminguide/constraints-launch.html`,
/// `systems-manager/latest/userguide/automation-setup.html`.
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
    /// Returns the names of the called operations after which a service may have done anything with the caller's
    /// rights.
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

    /// Whether the calls of an operation passed roles, and every one of those roles was recorded.
    fn hands_on_a_recorded_role(&self, operation: &str) -> bool {
        let called = format!("{operation} was called");
        let doubts = self.doubts.keys();
        let mut roles = doubts
            .filter(|doubt| doubt.cause == Cause::HandedOn && doubt.reason.starts_with(&called))
            .peekable();
        roles.peek().is_some() && roles.all(|doubt| matches!(doubt.on, Bound::Patterns(_)))
    }
}
