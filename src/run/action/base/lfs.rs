//! Pointers of Git LFS: what Git has of a file that is kept elsewhere. A pointer is no policy and no evidence, and is said to be one.

use crate::evidence::{Gap, GapReason};
use crate::run::Failure;
use anyhow::anyhow;

/// How each begins: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>.
const BEGINS: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// The largest that the specification has.
const MOST_BYTES: usize = 1024;

/// Whether a file is a pointer.
pub(super) fn is_pointer(bytes: &[u8]) -> bool {
    bytes.len() < MOST_BYTES && bytes.starts_with(BEGINS)
}

/// A policy, a configuration or a baseline that Git keeps elsewhere.
pub(super) fn refused(place: &str) -> Failure {
    Failure::usage(
        anyhow!(
            "`{place}` is a pointer of Git LFS at the base of this change, not the file itself"
        ),
        Some(format!(
            "keep `{place}` in Git, without LFS: the gate reads it at the base"
        )),
    )
}

/// Evidence that Git keeps elsewhere.
pub(super) fn gap(place: &str) -> Gap {
    let told = format!(
        "{place} is a pointer of Git LFS, not the traces: keep them in Git, or download them in the workflow to a folder that Git does not track"
    );
    Gap::new(GapReason::Skipped, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_known_by_its_first_line() {
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
        assert!(is_pointer(pointer.as_bytes()));
        assert!(!is_pointer(b"{}"));
        assert!(!is_pointer(&[pointer.as_bytes(), &[b'x'; 2000]].concat()));
    }
}
