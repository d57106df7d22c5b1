//! Turns the table of uses that no API call shows into doubts: see [`untraced`].

use super::{Bound, Cause, Doubt, Doubted};
use crate::catalog::untraced;

/// Returns one doubt on named resources for each row of the table, about an action or a whole service.
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
