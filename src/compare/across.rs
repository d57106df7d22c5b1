//! Actions that may act on a resource of another region than the one that is asked, where a condition tests that.

use crate::iam::ConditionBlock;

pub(super) use crate::catalog::across::may_reach_another_region;

/// The key of the region that is asked.
pub(super) const REQUESTED_REGION: &str = "aws:requestedregion";

/// Why nothing is said of such an action whose region is tested.
pub(super) const REASON: &str = "a `Condition` tests the region that is called, and this action may act on a resource of another region: \
    whether the `Condition` lets it is not known";

/// Whether a condition tests the region that is asked.
pub(super) fn tests_the_region(condition: &ConditionBlock) -> bool {
    let mut atoms = condition.atoms();
    atoms.any(|atom| atom.key() == REQUESTED_REGION)
}
