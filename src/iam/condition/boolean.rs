//! Compares truth values for `Bool` and `Null`: `true` and `false`, in any case.

/// The truth value of a text; `None` if it is none.
pub(super) fn parse(text: &str) -> Option<bool> {
    [true, false]
        .into_iter()
        .find(|value| value.to_string().eq_ignore_ascii_case(text))
}

/// Whether both are the same truth value.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    parse(one).is_some_and(|own| parse(other) == Some(own))
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn any_case_and_nothing_else() {
        assert!(is_same("true", "True") && is_same("FALSE", "false"));
        assert!(!is_same("true", "false"));
        for text in ["1", "yes", "", " true"] {
            assert!(!is_same(text, text), "{text}");
        }
    }
}
