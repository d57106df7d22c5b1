//! Reads one file or stream from beginning to end, item by item, compressed or not.

use super::SavedError;
use super::item::{Item, item, item_in_string};
use super::limited::Limited;
use super::open_traces::OpenTraces;
use super::splitter::{Part, Splitter};
use super::zstandard::{self, Frames};
use crate::evidence::{Gap, GapReason, Gaps, TraceEvidence};
use flate2::read::MultiGzDecoder;
use std::io::{self, ErrorKind, Read};

/// The largest item that is read. X-Ray's own limit for a trace is about 500 kB.
const MAX_ITEM: usize = 64 << 20;

/// How many things that are no traces are read before a file without any trace is given up.
const MAX_STRANGERS: u64 = 1000;

/// Why a file in another encoding is not read, and what to do about it.
const NOT_UTF_8: &str =
    "is text that is not UTF-8, as PowerShell's `>` writes it: save it as UTF-8";

/// The problem of bytes that are not UTF-8.
const OTHER_ENCODING: &str = "not UTF-8";

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How many bytes one file may expand to. A compressed file can expand to any size.
const MOST: u64 = 16 << 30;

/// What was read so far from all files, and where it is sent.
pub(super) struct Sources<'s> {
    pub(super) open: OpenTraces,
    pub(super) gaps: Gaps,
    pub(super) sink: &'s mut dyn FnMut(TraceEvidence),
    pub(super) progress: &'s mut dyn FnMut(u64),
    /// The number of items that were found.
    pub(super) found: u64,
}

impl Sources<'_> {
    /// Reads one stream to its end.
    pub(super) fn read(&mut self, name: &str, reader: &mut dyn Read) -> Result<(), SavedError> {
        let unreadable = |source| SavedError::Unreadable {
            name: name.to_owned(),
            source,
        };
        let (magic, form) = first_bytes(reader).map_err(unreadable)?;
        let bytes = magic.chain(reader);
        let buffered = |bytes| io::BufReader::with_capacity(1 << 17, bytes);
        match form {
            Form::Plain => self.read_items(name, bytes),
            Form::Wide => {
                self.gaps.add(skipped(name, NOT_UTF_8));
                Ok(())
            }
            Form::Gzip => self.read_items(name, MultiGzDecoder::new(buffered(bytes))),
            Form::Zstandard => self.read_items(name, Frames::new(buffered(bytes))),
        }
    }

    fn read_items(&mut self, name: &str, reader: impl Read) -> Result<(), SavedError> {
        let reader = Limited {
            source: reader,
            left: MOST,
        };
        let mut splitter = Splitter::new(reader, MAX_ITEM);
        let mut file = File {
            name,
            found: 0,
            strangers: 0,
            first_stranger: None,
            more_pages: None,
            read: 0,
        };
        let mut is_whole = true;
        loop {
            match splitter.next_part() {
                Ok(None) => break,
                Ok(Some((line, part))) => file.take(line, part, self),
                Err(error) => {
                    file.take_error(splitter.line(), error, self)?;
                    is_whole = false;
                    break;
                }
            }
            let read = splitter.bytes_read();
            if read > file.read {
                (self.progress)(read - file.read);
                file.read = read;
            }
            if file.found == 0 && file.strangers >= MAX_STRANGERS {
                break;
            }
        }
        if is_whole && splitter.is_blank() {
            self.gaps.add(skipped(name, "is empty"));
        }
        file.end(self)
    }
}

/// Returns the gap for a file from which nothing was read, with the reason.
pub(super) fn skipped(name: &str, why: &str) -> Gap {
    Gap::new(GapReason::Skipped, format!("{name} {why}"))
}

/// How a stream is compressed or written.
enum Form {
    Plain,
    /// Text in UTF-16 or UTF-32.
    Wide,
    Gzip,
    Zstandard,
}

/// Reads the first bytes and returns them, to be read again, with the form that they show.
fn first_bytes(reader: &mut dyn Read) -> io::Result<(io::Take<io::Cursor<[u8; 4]>>, Form)> {
    let mut magic = [0; 4];
    let mut length = 0;
    while let Some(rest) = magic.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let bytes = io::Cursor::new(magic).take(length as u64);
    let form = match magic.get(..length).unwrap_or_default() {
        all if zstandard::is_frame(all) => Form::Zstandard,
        some if some.starts_with(&GZIP_MAGIC) => Form::Gzip,
        some if is_wide(some) => Form::Wide,
        _ => Form::Plain,
    };
    Ok((bytes, form))
}

/// Whether text begins with the byte order mark of UTF-16 or UTF-32, or with JSON in one of them: JSON in UTF-8 has no
/// zero byte.
fn is_wide(beginning: &[u8]) -> bool {
    let marked = [[0xff, 0xfe], [0xfe, 0xff]];
    let marked = marked.iter().any(|mark| beginning.starts_with(mark));
    let begins_json = |byte: &u8| matches!(byte, b'{' | b'[' | b'"' | b' ' | b'\t' | b'\r' | b'\n');
    marked
        || match beginning {
            [0, 0, 0 | 0xfe, first] => *first == 0xff || begins_json(first),
            [0, first, ..] | [first, 0, ..] => begins_json(first),
            _ => false,
        }
}

/// What was found in one file so far.
struct File<'n> {
    name: &'n str,
    found: u64,
    strangers: u64,
    first_stranger: Option<(u64, &'static str)>,
    /// The line of a page that another one follows, until that one is found.
    more_pages: Option<u64>,
    read: u64,
}

impl File<'_> {
    fn take(&mut self, line: u64, part: Part<'_>, sources: &mut Sources<'_>) {
        let found = match part {
            Part::Object(bytes) => std::str::from_utf8(bytes).map(item),
            Part::Text(bytes) => std::str::from_utf8(bytes).map(item_in_string),
            Part::TooLarge => return self.gap(GapReason::TooLarge, line, sources),
            Part::Truncated => return self.gap(GapReason::Truncated, line, sources),
            Part::Stray => return self.stranger(line, "neither an object nor an array", sources),
            Part::Broken => return self.stranger(line, "not whole JSON", sources),
        };
        match found {
            Err(_) => self.stranger(line, OTHER_ENCODING, sources),
            Ok(None) => self.stranger(line, "neither a trace nor a segment document", sources),
            Ok(Some(item)) => {
                self.found += 1;
                sources.found += 1;
                self.take_item(line, item, sources);
            }
        }
    }

    fn take_item(&mut self, line: u64, item: Item, sources: &mut Sources<'_>) {
        match item {
            Item::Trace(trace) => sources.open.emit(trace, sources.sink),
            Item::Document(document) => sources.open.add(document, sources.sink),
            Item::Header => {}
            Item::Response(response) => {
                let lacks = [
                    (
                        GapReason::Unprocessed,
                        response.unprocessed > 0 || response.has_summaries,
                    ),
                    (GapReason::Malformed, response.lacks_list),
                ];
                self.more_pages = response.has_more.then_some(line);
                for (reason, _) in lacks.into_iter().filter(|(_, lacks)| *lacks) {
                    self.gap(reason, line, sources);
                }
            }
        }
    }

    /// Handles an error of the stream. Traces before it count.
    fn take_error(
        &self,
        line: u64,
        error: io::Error,
        sources: &mut Sources<'_>,
    ) -> Result<(), SavedError> {
        let kind = error.kind();
        let is_corrupt = matches!(kind, ErrorKind::InvalidData | ErrorKind::InvalidInput);
        let is_given_up = matches!(kind, ErrorKind::TimedOut | ErrorKind::FileTooLarge);
        if kind == ErrorKind::UnexpectedEof || is_given_up && self.found > 0 {
            self.gap(GapReason::Truncated, line, sources);
        } else if is_corrupt && self.found > 0 {
            self.gap(GapReason::Malformed, line, sources);
        } else {
            let name = self.name.to_owned();
            return Err(if is_corrupt {
                SavedError::Corrupt {
                    name,
                    source: error,
                }
            } else {
                SavedError::Unreadable {
                    name,
                    source: error,
                }
            });
        }
        Ok(())
    }

    fn stranger(&mut self, line: u64, problem: &'static str, sources: &mut Sources<'_>) {
        self.strangers += 1;
        self.first_stranger.get_or_insert((line, problem));
        self.gap(GapReason::Malformed, line, sources);
    }

    fn gap(&self, reason: GapReason, line: u64, sources: &mut Sources<'_>) {
        let detail = format!("{}:{line}", self.name);
        sources.gaps.add(Gap::new(reason, detail));
    }

    fn end(self, sources: &mut Sources<'_>) -> Result<(), SavedError> {
        if let Some(line) = self.more_pages {
            let detail = format!(
                "{}:{line}: another page follows; save all pages of a response in one file, in their order",
                self.name
            );
            sources.gaps.add(Gap::new(GapReason::MorePages, detail));
        }
        match self.first_stranger {
            // What is in such a file is unknown, so it is no sign that it holds no traces.
            Some((_, OTHER_ENCODING)) if self.found == 0 => {
                sources.gaps.add(skipped(self.name, NOT_UTF_8));
                Ok(())
            }
            Some((line, problem)) if self.found == 0 => Err(SavedError::NotTraces {
                name: self.name.to_owned(),
                line,
                problem,
            }),
            _ => Ok(()),
        }
    }
}
