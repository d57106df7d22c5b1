//! A stream of bytes cut into items: the objects and strings that stand where a trace may stand.
//!
//! That is at the top (one after another, as in JSON Lines), in an array there, or in the `Traces` of a response. Nothing is
//! parsed: strings and brackets are enough to find where an item ends, however large the array around it. An item that is too
//! large is skipped as it streams by.

use std::io::{self, ErrorKind, Read};

/// Arrays and responses within each other that are looked into.
const MAX_CONTAINERS: usize = 8;

/// Bytes asked for at once.
const CHUNK: usize = 1 << 18;

/// How far ahead a string is looked through byte by byte.
const NEAR: usize = 32;

/// Members of a response that hold the items: of `BatchGetTraces`, and of `PutTraceSegments`.
const LISTS: &[&[u8]] = &[b"Traces", b"TraceSegmentDocuments"];

/// One part of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'b> {
    /// An object, whole.
    Object(&'b [u8]),
    /// A string, whole, with its quotes.
    Text(&'b [u8]),
    /// An object or string that is larger than the limit.
    TooLarge,
    /// The stream ended within an object, string or array.
    Truncated,
    /// Something that is neither object, string nor array.
    Stray,
    /// A line that ends within an object, where each line is to be one.
    Broken,
}

/// What surrounds the present place.
#[derive(Debug)]
enum Container {
    Array,
    /// An object one member of which is the array above it in the stack; the text before that array.
    Response(Vec<u8>),
}

/// Cuts a stream into its parts.
#[derive(Debug)]
pub(super) struct Splitter<R> {
    source: R,
    limit: usize,
    /// Bytes that were read and are still needed lie from `start` to `end`; `at` is the next to look at.
    buffer: Vec<u8>,
    start: usize,
    at: usize,
    end: usize,
    /// Line at `start`.
    line: u64,
    bytes_read: u64,
    has_ended: bool,
    is_too_large: bool,
    containers: Vec<Container>,
    /// A response put together again without its list.
    rest: Vec<u8>,
}

/// How the scan of an object or string ended.
enum Scan {
    Whole,
    List,
    Truncated,
    Broken,
}

impl<R: Read> Splitter<R> {
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
            containers: Vec::new(),
            rest: Vec::new(),
        }
    }

    /// Bytes read from the source so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Line of the part that is being read.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next part with the line where it begins; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub(super) fn next_part(&mut self) -> io::Result<Option<(u64, Part<'_>)>> {
        loop {
            self.skip_blank()?;
            self.keep_from_here();
            self.is_too_large = false;
            let line = self.line;
            let Some(byte) = self.peek()? else {
                let is_cut = !self.containers.is_empty();
                self.containers.clear();
                return Ok(is_cut.then_some((line, Part::Truncated)));
            };
            match byte {
                b'[' if self.containers.len() < MAX_CONTAINERS => {
                    self.at += 1;
                    self.containers.push(Container::Array);
                }
                b']' if !self.containers.is_empty() => {
                    self.at += 1;
                    self.containers.pop();
                    if let Some(Container::Response(_)) = self.containers.last() {
                        self.keep_from_here();
                        let scan = self.scan_members(1, false)?;
                        if let Some(part) = self.end_of_response(&scan) {
                            return Ok(Some((line, self.part(part))));
                        }
                    }
                }
                b'{' => {
                    self.at += 1;
                    let scan = self.scan_members(1, true)?;
                    match scan {
                        Scan::List => {}
                        Scan::Whole => return Ok(Some((line, self.part(Kind::Object)))),
                        Scan::Truncated => return Ok(Some((line, self.cut()))),
                        Scan::Broken => return Ok(Some((line, Part::Broken))),
                    }
                }
                b'"' => {
                    self.at += 1;
                    return Ok(Some(match self.skip_string()? {
                        Scan::Whole | Scan::List => (line, self.part(Kind::Text)),
                        Scan::Truncated => (line, self.cut()),
                        Scan::Broken => (line, Part::Broken),
                    }));
                }
                _ => {
                    self.skip_stray()?;
                    return Ok(Some((line, Part::Stray)));
                }
            }
        }
    }

    /// The end of a response whose list was left: its other members, as an object of their own.
    fn end_of_response(&mut self, scan: &Scan) -> Option<Kind> {
        match scan {
            Scan::Whole => {
                if let Some(Container::Response(head)) = self.containers.pop() {
                    self.rest = head;
                    self.rest.extend_from_slice(b"[]");
                    self.rest.extend_from_slice(
                        self.buffer.get(self.start..self.at).unwrap_or_default(),
                    );
                }
                Some(Kind::Rest)
            }
            // Another list of the same response.
            Scan::List => None,
            Scan::Truncated | Scan::Broken => {
                self.containers.clear();
                Some(Kind::Truncated)
            }
        }
    }

    fn cut(&mut self) -> Part<'_> {
        self.containers.clear();
        Part::Truncated
    }

    fn part(&mut self, kind: Kind) -> Part<'_> {
        if self.is_too_large || self.at - self.start > self.limit {
            return Part::TooLarge;
        }
        let bytes = self.buffer.get(self.start..self.at).unwrap_or_default();
        match kind {
            Kind::Object => Part::Object(bytes),
            Kind::Text => Part::Text(bytes),
            Kind::Rest => Part::Object(&self.rest),
            Kind::Truncated => Part::Truncated,
        }
    }

    /// Scans the members of an object that is open `depth` levels deep. Ends after its last bracket, or in the list of a
    /// response if `may_enter` that or it was entered before.
    fn scan_members(&mut self, mut depth: u64, at_name: bool) -> io::Result<Scan> {
        let mut at_name = at_name;
        let mut is_first_line = self.containers.is_empty();
        loop {
            let Some(byte) = self.next_structural()? else {
                return Ok(Scan::Truncated);
            };
            match byte {
                b'"' => {
                    let name = self.at - self.start;
                    match self.skip_string()? {
                        Scan::Whole | Scan::List => {}
                        cut @ (Scan::Truncated | Scan::Broken) => return Ok(cut),
                    }
                    if at_name && depth == 1 && self.enters_list(name)? {
                        return Ok(Scan::List);
                    }
                    at_name = false;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(Scan::Whole);
                    }
                }
                b',' => at_name = depth == 1,
                // The first line of an item at the top has ended; where a next item begins, the line was to be whole.
                _ if is_first_line => {
                    is_first_line = false;
                    if self.peek()? == Some(b'{') {
                        return Ok(Scan::Broken);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the string that began `name` bytes after `start` names the list of a response, and the list begins; if so, the
    /// place is inside it.
    fn enters_list(&mut self, name: usize) -> io::Result<bool> {
        let first = self.start + name;
        let bytes = self
            .buffer
            .get(first..self.at.saturating_sub(1))
            .unwrap_or_default();
        if !LISTS.contains(&bytes) || self.containers.len() + 2 > MAX_CONTAINERS {
            return Ok(false);
        }
        for wanted in [b':', b'['] {
            while self.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
                self.at += 1;
            }
            if self.peek()? != Some(wanted) {
                return Ok(false);
            }
            self.at += 1;
        }
        let before = self.buffer.get(self.start..self.at - 1).unwrap_or_default();
        if let Some(Container::Response(head)) = self.containers.last_mut() {
            head.extend_from_slice(b"[]");
            head.extend_from_slice(before);
        } else {
            let head = before.to_vec();
            self.containers.push(Container::Response(head));
        }
        self.containers.push(Container::Array);
        Ok(true)
    }

    /// Goes behind the next byte that matters outside strings, and gives it.
    fn next_structural(&mut self) -> io::Result<Option<u8>> {
        loop {
            let ahead = self.buffer.get(self.at..self.end).unwrap_or_default();
            let found = ahead
                .iter()
                .position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',' | b'\n'));
            if let Some(found) = found {
                let byte = ahead.get(found).copied();
                self.at += found + 1;
                return Ok(byte);
            }
            self.at = self.end;
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Goes behind the end of the string whose first quote was just passed.
    fn skip_string(&mut self) -> io::Result<Scan> {
        let is_line = self.containers.is_empty();
        loop {
            let ahead = self.buffer.get(self.at..self.end).unwrap_or_default();
            match end_or_escape(ahead, is_line) {
                Some((found, b'"')) => {
                    self.at += found + 1;
                    return Ok(Scan::Whole);
                }
                Some((found, b'\\')) => {
                    self.at += found + 1;
                    if self.peek()?.is_none() {
                        return Ok(Scan::Truncated);
                    }
                    self.at += 1;
                }
                Some((found, _)) => {
                    self.at += found;
                    return Ok(Scan::Broken);
                }
                None => {
                    self.at = self.end;
                    if !self.fill()? {
                        return Ok(Scan::Truncated);
                    }
                }
            }
        }
    }

    /// Goes to the end of something that is no item: the line at the top, else up to the next comma or bracket.
    fn skip_stray(&mut self) -> io::Result<()> {
        self.at += 1;
        let is_top = self.containers.is_empty();
        while let Some(byte) = self.peek()? {
            if byte == b'\n' || !is_top && matches!(byte, b',' | b']' | b'{' | b'"') {
                break;
            }
            self.at += 1;
            self.keep_from_here();
        }
        Ok(())
    }

    /// Goes to the next byte that is no white space, comma, byte order mark or record separator.
    fn skip_blank(&mut self) -> io::Result<()> {
        loop {
            let ahead = self.buffer.get(self.at..self.end).unwrap_or_default();
            let is_blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | 0x1e);
            let found = ahead.iter().position(|byte| !is_blank(byte));
            self.at += found.unwrap_or(ahead.len());
            let unread = (self.end - self.at) as u64;
            let at_beginning = self.bytes_read - unread < 3;
            match found {
                Some(_) if at_beginning && matches!(self.peek()?, Some(0xef | 0xbb | 0xbf)) => {
                    self.at += 1;
                }
                Some(_) => return Ok(()),
                None => {
                    self.keep_from_here();
                    if !self.fill()? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Lets go of everything before the present place.
    fn keep_from_here(&mut self) {
        let passed = self.buffer.get(self.start..self.at).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.start = self.at;
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.at == self.end && !self.fill()? {
            return Ok(None);
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Reads more; whether there was any.
    fn fill(&mut self) -> io::Result<bool> {
        if self.has_ended {
            return Ok(false);
        }
        if self.at - self.start > self.limit {
            self.is_too_large = true;
            self.keep_from_here();
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

/// The first byte of a string's text that is not plain, with its place.
fn end_or_escape(text: &[u8], is_line: bool) -> Option<(usize, u8)> {
    // No string of JSON holds a line break; at the top, the next line may be whole again.
    let special = |byte: &u8| matches!(byte, b'"' | b'\\') || is_line && *byte == b'\n';
    // Documents kept as strings escape every quote, and a search that must be set up loses where finds are near.
    let near = text.get(..NEAR).unwrap_or(text);
    let found = near.iter().position(special).or_else(|| {
        let far = text.get(NEAR..)?;
        let found = if is_line {
            memchr::memchr3(b'"', b'\\', b'\n', far)
        } else {
            memchr::memchr2(b'"', b'\\', far)
        };
        found.map(|found| NEAR + found)
    })?;
    Some((found, *text.get(found)?))
}

/// What kind of part was scanned.
#[derive(Clone, Copy)]
enum Kind {
    Object,
    Text,
    Rest,
    Truncated,
}

#[cfg(test)]
mod tests;
