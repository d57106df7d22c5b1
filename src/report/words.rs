//! Words that every report says the same.

/// Elements as a policy writes them; where they are those of a `NotAction` or a `NotResource`, all but them is meant.
pub(super) fn all_but(elements: String, is_all_but: bool) -> String {
    if is_all_but {
        format!("everything but {elements}")
    } else {
        elements
    }
}
