//! Finds functions that were created or changed within the window, so that their present code had less time to be
//! called.

use super::finding::names;
use super::{Cause, Examined, Finding, Function, Weight};
use jiff::ToSpan as _;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let minutes = i64::try_from(examined.minutes).unwrap_or(i64::MAX);
    let Ok(begin) = examined.now.checked_sub(minutes.minutes()) else {
        return Vec::new();
    };
    let is_new = |function: &&Function| {
        let is_thin = function.traces < examined.min_traces;
        is_thin && function.modified.is_some_and(|modified| modified > begin)
    };
    let mut new: Vec<&Function> = examined.functions.iter().filter(is_new).collect();
    new.sort_by_key(|function| std::cmp::Reverse(function.modified));
    let Some((first, modified)) = new
        .first()
        .and_then(|first| Some((*first, first.modified?)))
    else {
        return Vec::new();
    };
    let text = format!(
        "{} was made or changed on {}, within {}: what it does now has had less time to be called.",
        names(&[first]),
        modified.strftime("%-d %B %H:%M UTC"),
        examined.window()
    );
    // Other findings report too few traces. This one gives the reason.
    let finding = Finding::new(Cause::TooNew, text)
        .weighing(Weight::Note)
        .of(&new);
    vec![
        finding
            .advising("Wait until it has run for as long as the window, and look again:")
            .mended_by(examined.command("doctor", "")),
    ]
}
