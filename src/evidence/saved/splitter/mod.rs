//! A stream of bytes cut into items: the objects and strings that stand where a trace may stand.
//!
//! That is at the top (one after another, as in JSON Lines), in an array there, or in the `Traces` of a response. Nothing is
//! parsed: strings and brackets are enough to find where an item ends, however large the array around it. An item that is too
//! large is skipped as it streams by.

use super::window::Window;
use std::io::{self, Read};

/// Arrays and responses within each other that are looked into.
const MAX_CONTAINERS: usize = 8;

/// Bytes of something that is no item before the stream is given up: a device may give them for ever.
const MAX_STRAY: u64 = 16 << 20;

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
    window: Window<R>,
    limit: usize,
    containers: Vec<Container>,
    /// A response put together again without its list.
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

    /// Bytes read from the source so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.window.bytes_read()
    }

    /// Whether nothing but white space was there so far.
    pub(super) fn is_blank(&self) -> bool {
        self.is_blank
    }

    /// Line of the part that is being read.
    pub(super) fn line(&self) -> u64 {
        self.window.line()
    }

    /// The next part with the line where it begins; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the source.
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

    /// The end of a response whose list was left: its other members, as an object of their own.
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

    /// Scans the members of an object from inside it, at a name or not. Ends after its last bracket, or in the list of a
    /// response.
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
                // The first line of an item at the top has ended; where a next item begins, the line was to be whole.
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

    /// Whether the string that began `name` bytes after what is kept names the list of a response, and the list begins; if so, the
    /// place is inside it.
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
            // Nothing real repeats its lists; of what does, no more is kept than of an item.
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

    /// Goes behind the next byte that matters outside strings, and gives it.
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

    /// Goes behind the end of the string whose first quote was just passed.
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

    /// Goes to the end of something that is no item: the line at the top, else up to the next comma or bracket.
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

    /// Goes to the next byte that is no white space, comma, byte order mark or record separator.
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
