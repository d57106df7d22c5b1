//! Finds missing credentials, and credentials that AWS does not accept.

use super::clock::is_of_clock;
use super::session::sentence;
use super::{Cause, Examined, Finding, Refusal, Weight, WhyShut};
use crate::aws::{ApiErrorKind, CREDENTIALS_HINT};

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let shut = examined.shut.as_ref();
    let missing = shut.filter(|shut| shut.why == WhyShut::Credentials);
    let is_of_credentials = |refusal: &&Refusal| {
        refusal.error.kind == ApiErrorKind::Credentials && !is_of_clock(&refusal.error)
    };
    let refused = examined.refusals.iter().find(is_of_credentials);
    let said = match (missing, refused) {
        (Some(shut), _) => sentence(&shut.said),
        (None, Some(refusal)) => {
            let message = &refusal.error.message;
            format!("AWS does not take the credentials: {message}.")
        }
        (None, None) => return Vec::new(),
    };
    let finding = Finding::new(Cause::Credentials, said).weighing(Weight::CannotLook);
    vec![
        finding
            .advising(sentence(CREDENTIALS_HINT))
            .mended_by("aws sso login"),
    ]
}
