//! What no call shows, whoever runs the code: see [`untraced`].

use super::{Bound, Cause, Doubt, Doubted};
use crate::catalog::untraced;

/// One doubt for each action and service of the table, on named resources.
pub(super) fn possible() -> impl Iterator<Item = Doubt> {
    untraced::TABLE.iter().filter_map(|row| {
        let actions = if row.name == untraced::ALL {
            Doubted::Service(row.prefix.to_owned())
        } else {
            Doubted::Action(format!("{}:{}", row.prefix, row.name).parse().ok()?)
        };
        Some(Doubt {
            actions,
            on: Bound::Named,
            cause: Cause::NeverTraced,
            reason: row.reason.to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_doubt() {
        assert_eq!(possible().count(), untraced::TABLE.len());
    }
}
