//! A reader with a limit on its size.

use std::io::{self, ErrorKind, Read};

/// A reader that fails with `FileTooLarge` after `left` bytes. The limit is for compressed files, which can expand to
/// any size.
#[derive(Debug)]
pub(super) struct Limited<R> {
    pub(super) source: R,
    pub(super) left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or(ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gives_more_is_cut() {
        let limited = Limited {
            source: io::repeat(b' '),
            left: 1000,
        };
        let error = io::copy(&mut { limited }, &mut io::sink()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    }
}
