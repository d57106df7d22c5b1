//! Finds why no session with AWS could be opened: the region, the profile or the build. Credentials are in a file of
//! their own.

use super::{Cause, Examined, Finding, Weight, WhyShut};

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let Some(shut) = &examined.shut else {
        return Vec::new();
    };
    let (cause, mend) = match shut.why {
        WhyShut::Region => (
            Cause::Region,
            "aws-least-privilege doctor --region eu-west-1",
        ),
        WhyShut::Profile => (Cause::Profile, "aws configure list-profiles"),
        WhyShut::Build => (Cause::Build, "cargo install --locked aws-least-privilege"),
        WhyShut::Credentials => return Vec::new(),
    };
    let mut finding = Finding::new(cause, sentence(&shut.said)).weighing(Weight::CannotLook);
    finding.advice = shut.hint.as_deref().map(sentence);
    vec![finding.mended_by(mend)]
}

/// Turns a message into a sentence.
pub(super) fn sentence(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase);
    let text: String = first.into_iter().flatten().chain(letters).collect();
    match text.chars().last() {
        Some('.' | '?' | '!') | None => text,
        Some(_) => text + ".",
    }
}
