//! Compares bytes for `BinaryEquals`. Both sides are written as base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Whether both are base64 of the same bytes.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let bytes = |text: &str| STANDARD.decode(text).ok();
    bytes(one).is_some_and(|own| bytes(other) == Some(own))
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn bytes_are_compared_and_malformed_text_is_none() {
        assert!(is_same("QmluYXJ5VmFsdWU=", "QmluYXJ5VmFsdWU="));
        assert!(!is_same("QmluYXJ5VmFsdWU=", "qmluYXJ5VmFsdWU="));
        for text in ["!", "QQ", "Q", "not base64"] {
            assert!(!is_same(text, text), "{text}");
        }
    }
}
