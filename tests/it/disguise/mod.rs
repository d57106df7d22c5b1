//! The disguise law and its opposite, on generated policies; `fuzz/fuzz_targets/disguise.rs` holds the same for as long as one likes.

mod law;
mod wrap;

use crate::effort;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: effort::seed(), ..ProptestConfig::with_cases(effort::cases(60)) })]

    #[test]
    fn no_dress_makes_a_policy_look_better(bytes in prop::collection::vec(any::<u8>(), 6..28)) {
        let broken = law::disguise(&bytes);
        prop_assert!(broken.is_none(), "{}", broken.unwrap_or_default());
    }

    #[test]
    fn what_is_right_passes_in_any_dress(bytes in prop::collection::vec(any::<u8>(), 12..40)) {
        let broken = law::opposite(&bytes);
        prop_assert!(broken.is_none(), "{}", broken.unwrap_or_default());
    }
}
