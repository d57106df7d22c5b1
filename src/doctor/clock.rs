//! Finds a wrong clock on this machine: AWS then refuses signatures, or traces seem to be from the future.

use super::{Cause, Examined, Finding, Weight};
use crate::aws::ApiError;

/// Words in AWS's error code or message for a signature with a wrong time.
const WORDS: &[&str] = &[
    "RequestTimeTooSkewed",
    "RequestExpired",
    "Signature expired",
    "Signature not yet current",
];

const MEND: &str = "sudo timedatectl set-ntp true";

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let mut refusals = examined.refusals.iter();
    if let Some(refusal) = refusals.find(|refusal| is_of_clock(&refusal.error)) {
        let message = &refusal.error.message;
        let text = format!("The clock of this machine is wrong. AWS said: {message}.");
        let finding = Finding::new(Cause::Clock, text).weighing(Weight::CannotLook);
        return vec![finding.mended_by(MEND)];
    }
    let mut lost = examined.lost.iter();
    let Some(strange) = lost.find(|lost| lost.reason == "impossible-time") else {
        return Vec::new();
    };
    let text = format!(
        "Some traces have a time that cannot be: {}. The clock of this machine, or of the one that recorded them, is wrong.",
        strange.detail
    );
    let finding = Finding::new(Cause::Clock, text).weighing(Weight::Note);
    vec![finding.mended_by(MEND)]
}

/// Whether AWS refused because of the time in the signature.
pub(super) fn is_of_clock(error: &ApiError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    let says = |word: &&str| code.contains(word) || error.message.contains(word);
    WORDS.iter().any(says)
}
