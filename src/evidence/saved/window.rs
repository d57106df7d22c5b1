//! A buffer on a stream: it keeps the bytes that were read and may still be needed, and the current position.
//!
//! It grows with what is kept, up to a limit. An item beyond the limit is dropped while it is read.

use std::io::{self, ErrorKind, Read};

/// How many bytes are read at once.
pub(super) const CHUNK: usize = 1 << 18;

/// A buffer on a stream.
#[derive(Debug)]
pub(super) struct Window<R> {
    source: R,
    limit: usize,
    /// Kept bytes begin at `start`, the next byte is at `at`, and the bytes from `end` on were not read yet.
    buffer: Vec<u8>,
    start: usize,
    at: usize,
    end: usize,
    /// The line at `start`.
    line: u64,
    bytes_read: u64,
    has_ended: bool,
    is_too_large: bool,
}

impl<R: Read> Window<R> {
    pub(super) fn new(source: R, limit: usize) -> Self {
        Self {
            source,
            limit,
            buffer: vec![0; CHUNK],
            start: 0,
            at: 0,
            end: 0,
            line: 1,
            bytes_read: 0,
            has_ended: false,
            is_too_large: false,
        }
    }

    /// The number of bytes that were read from the source so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The number of bytes before the current position.
    pub(super) fn bytes_passed(&self) -> u64 {
        self.bytes_read - (self.end - self.at) as u64
    }

    /// The line where the kept bytes begin.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The bytes after the current position that were already read. It may be empty before the end of the stream.
    pub(super) fn ahead(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    /// The bytes from the kept position to the current one.
    pub(super) fn kept(&self) -> &[u8] {
        self.buffer.get(self.start..self.at).unwrap_or_default()
    }

    /// Whether more bytes were passed since the kept position than the limit, so that they are not kept whole.
    pub(super) fn is_too_large(&self) -> bool {
        self.is_too_large || self.at - self.start > self.limit
    }

    /// Drops everything before the current position, and keeps what follows.
    pub(super) fn keep_from_here(&mut self) {
        self.let_go();
        self.is_too_large = false;
    }

    /// Moves the current position forward, but not beyond the bytes that were read.
    pub(super) fn pass(&mut self, count: usize) {
        self.at = self.end.min(self.at.saturating_add(count));
    }

    /// Returns the next byte without moving.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.at == self.end && !self.fill()? {
            return Ok(None);
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Moves past all bytes that were read, and reads more. Returns whether there were any.
    pub(super) fn pass_all(&mut self) -> io::Result<bool> {
        self.at = self.end;
        self.fill()
    }

    fn let_go(&mut self) {
        let lines = memchr::memchr_iter(b'\n', self.kept()).count();
        self.line += lines as u64;
        self.start = self.at;
    }

    fn fill(&mut self) -> io::Result<bool> {
        if self.has_ended {
            return Ok(false);
        }
        if self.at - self.start > self.limit {
            self.is_too_large = true;
            self.let_go();
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.at -= self.start;
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < CHUNK / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = loop {
            match self.source.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.end += read;
        self.bytes_read += read as u64;
        self.has_ended = read == 0;
        Ok(read > 0)
    }
}
