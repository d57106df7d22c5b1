//! Splits a stream of bytes into items: the objects and strings in the places where a trace can be.
//!
//! These places are the top level (one item after another, as in JSON Lines), an array there, or the `Traces` of a
//! response. Nothing is parsed: strings and brackets are enough to find the end of an item, however large the array
//! around it is. An item that is too large is skipped without being kept in memory.

use super::window::Window;
use std::io::{self, Read};

/// How many arrays and responses may be nested.
const MAX_CONTAINERS: usize = 8;

/// How many bytes that belong to no item are read before the stream is given up. A device may deliver them for ever.
const MAX_STRAY: u64 = 16 << 20;

/// How many bytes of a string are searched one by one before a faster search begins.
const NEAR: usize = 32;

/// Members of a response that contain the items: of `BatchGetTraces`, and of `PutTraceSegments`.
const LISTS: &[&[u8]] = &[b"Traces", b"TraceSegmentDocuments"];

/// One part of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'b> {
    /// A whole object.
    Object(&'b [u8]),
    /// A whole string with its quotes.
    Text(&'b [u8]),
    /// An object or string that is larger than the limit.
    TooLarge,
    /// The stream ended inside an object, string or array.
    Truncated,
    /// Something that is neither object, string nor array.
    Stray,
    /// A line that ends inside an object, in a file where each line should be a whole object.
    Broken,
}

/// A container that surrounds the current position.
#[derive(Debug)]
enum Container {
    Array,
    /// A response. The next container on the stack is the array in it. The bytes are the text before that array.
    Response(Vec<u8>),
}

/// Splits a stream into its parts.
#[derive(Debug)]
pub(super) struct Splitter<R> {
    window: Window<R>,
    limit: usize,
    containers: Vec<Container>,
    /// A response without its list, put together again.
    rest: Vec<u8>,
    is_blank: bool,
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
            window: Window::new(source, limit),
            limit,
            containers: Vec::new(),
            rest: Vec::new(),
            is_blank: true,
        }
    }

    /// The number of bytes that were read from the source so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.window.bytes_read()
    }

    /// Whether there was only white space so far.
    pub(super) fn is_blank(&self) -> bool {
        self.is_blank
    }

    /// The line of the current part.
    pub(super) fn line(&self) -> u64 {
        self.window.line()
    }

    /// Returns the next part with the line where it begins, or `None` at the end.
    ///
    /// # Errors
    ///
    /// The errors of the source.
    pub(super) fn next_part(&mut self) -> io::Result<Option<(u64, Part<'_>)>> {
        loop {
            self.skip_blank()?;
            self.window.keep_from_here();
            let line = self.window.line();
            let Some(byte) = self.window.peek()? else {
                let is_cut = !self.containers.is_empty();
                self.containers.clear();
                return Ok(is_cut.then_some((line, Part::Truncated)));
            };
            self.is_blank = false;
            match byte {
                b'[' if self.containers.len() < MAX_CONTAINERS => {
                    self.window.pass(1);
                    self.containers.push(Container::Array);
                }
                b']' if !self.containers.is_empty() => {
                    self.window.pass(1);
                    self.containers.pop();
                    if let Some(Container::Response(_)) = self.containers.last() {
                        self.window.keep_from_here();
                        let scan = self.scan_members(false)?;
                        if let Some(part) = self.end_of_response(&scan) {
                            return Ok(Some((line, self.part(part))));
                        }
                    }
                }
                b'{' => {
                    self.window.pass(1);
                    let scan = self.scan_members(true)?;
                    match scan {
                        Scan::List => {}
                        Scan::Whole => return Ok(Some((line, self.part(Kind::Object)))),
                        Scan::Truncated => return Ok(Some((line, self.cut()))),
                        Scan::Broken => return Ok(Some((line, Part::Broken))),
                    }
                }
                b'"' => {
                    self.window.pass(1);
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

    /// Handles the end of a response after its list. Its other members become an object of their own.
    fn end_of_response(&mut self, scan: &Scan) -> Option<Kind> {
        match scan {
            Scan::Whole => {
                if let Some(Container::Response(head)) = self.containers.pop() {
                    self.rest = head;
                    self.rest.extend_from_slice(b"[]");
                    self.rest.extend_from_slice(self.window.kept());
                }
                Some(Kind::Rest)
            }
            // The same response has another list.
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
        if self.window.is_too_large() {
            return Part::TooLarge;
        }
        let bytes = self.window.kept();
        match kind {
            Kind::Object => Part::Object(bytes),
            Kind::Text => Part::Text(bytes),
            Kind::Rest => Part::Object(&self.rest),
            Kind::Truncated => Part::Truncated,
        }
    }

    /// Scans the members of an object, from a position inside it. It ends after the last bracket of the object, or
    /// inside the list of a response.
    fn scan_members(&mut self, mut at_name: bool) -> io::Result<Scan> {
        let mut depth = 1_u64;
        let mut is_first_line = self.containers.is_empty();
        loop {
            let Some(byte) = self.next_structural()? else {
                return Ok(Scan::Truncated);
            };
            match byte {
                b'"' => {
                    let name = self.window.kept().len();
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
                // This line break ends the first line of an item at the top level. If the next line begins an item, the
                // first line should have been whole.
                _ if is_first_line => {
                    is_first_line = false;
                    if self.window.peek()? == Some(b'{') {
                        return Ok(Scan::Broken);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the string that begins `name` bytes after the kept position is the name of a response's list, and the
    /// list follows. If so, the position moves into the list.
    fn enters_list(&mut self, name: usize) -> io::Result<bool> {
        let text = self.window.kept().get(name..).unwrap_or_default();
        let bytes = text.strip_suffix(b"\"").unwrap_or_default();
        if !LISTS.contains(&bytes) || self.containers.len() + 2 > MAX_CONTAINERS {
            return Ok(false);
        }
        for wanted in [b':', b'['] {
            while self
                .window
                .peek()?
                .is_some_and(|byte| byte.is_ascii_whitespace())
            {
                self.window.pass(1);
            }
            if self.window.peek()? != Some(wanted) {
                return Ok(false);
            }
            self.window.pass(1);
        }
        let before = self.window.kept();
        let before = before.strip_suffix(b"[").unwrap_or(before);
        if let Some(Container::Response(head)) = self.containers.last_mut() {
            // No real response repeats its lists. For one that does, no more is kept than for an item.
            if head.len() + before.len() < self.limit {
                head.extend_from_slice(b"[]");
                head.extend_from_slice(before);
            }
        } else {
            let head = before.to_vec();
            self.containers.push(Container::Response(head));
        }
        self.containers.push(Container::Array);
        Ok(true)
    }

    /// Moves past the next byte that matters outside strings, and returns it.
    fn next_structural(&mut self) -> io::Result<Option<u8>> {
        loop {
            let ahead = self.window.ahead();
            let found = ahead
                .iter()
                .position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',' | b'\n'));
            if let Some(found) = found {
                let byte = ahead.get(found).copied();
                self.window.pass(found + 1);
                return Ok(byte);
            }
            if !self.window.pass_all()? {
                return Ok(None);
            }
        }
    }

    /// Moves past the end of a string. The position is after its first quote.
    fn skip_string(&mut self) -> io::Result<Scan> {
        let is_line = self.containers.is_empty();
        loop {
            let ahead = self.window.ahead();
            match end_or_escape(ahead, is_line) {
                Some((found, b'"')) => {
                    self.window.pass(found + 1);
                    return Ok(Scan::Whole);
                }
                Some((found, b'\\')) => {
                    self.window.pass(found + 1);
                    if self.window.peek()?.is_none() {
                        return Ok(Scan::Truncated);
                    }
                    self.window.pass(1);
                }
                Some((found, _)) => {
                    self.window.pass(found);
                    return Ok(Scan::Broken);
                }
                None => {
                    if !self.window.pass_all()? {
                        return Ok(Scan::Truncated);
                    }
                }
            }
        }
    }

    /// Moves past something that is no item: to the end of the line at the top level, else to the next comma or
    /// bracket.
    fn skip_stray(&mut self) -> io::Result<()> {
        self.window.pass(1);
        let is_top = self.containers.is_empty();
        let begun = self.window.bytes_passed();
        while let Some(byte) = self.window.peek()? {
            if self.window.bytes_passed() - begun > MAX_STRAY {
                let told = "it holds what is no JSON and does not end";
                return Err(io::Error::new(io::ErrorKind::InvalidData, told));
            }
            if byte == b'\n' || !is_top && matches!(byte, b',' | b']' | b'{' | b'"') {
                break;
            }
            self.window.pass(1);
            self.window.keep_from_here();
        }
        Ok(())
    }

    /// Moves to the next byte that is not white space, a comma, a byte order mark or a record separator.
    fn skip_blank(&mut self) -> io::Result<()> {
        loop {
            let ahead = self.window.ahead();
            let is_blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | 0x1e);
            let found = ahead.iter().position(|byte| !is_blank(byte));
            self.window.pass(found.unwrap_or(usize::MAX));
            let at_beginning = self.window.bytes_passed() < 3;
            match found {
                Some(_)
                    if at_beginning && matches!(self.window.peek()?, Some(0xef | 0xbb | 0xbf)) =>
                {
                    self.window.pass(1);
                }
                Some(_) => return Ok(()),
                None => {
                    self.window.keep_from_here();
                    if !self.window.pass_all()? {
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// Returns the position and value of the first byte in a string that ends it or escapes the next byte.
fn end_or_escape(text: &[u8], is_line: bool) -> Option<(usize, u8)> {
    // A JSON string contains no line break. At the top level the next line may be whole again.
    let special = |byte: &u8| matches!(byte, b'"' | b'\\') || is_line && *byte == b'\n';
    // Documents that are saved as strings escape every quote. Where matches are this near, `memchr` takes longer than a
    // plain loop.
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
