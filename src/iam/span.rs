//! Where in a text something stands, so that a reader can be shown it and an edit can replace it.

use std::ops::Range;

/// A range of bytes in a text, and the line and column where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// Line of the first byte, counted from 1.
    pub line: usize,
    /// Column of the first byte, counted from 1 in characters.
    pub column: usize,
}

impl Span {
    /// The bytes, to index the text with or to replace in it.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where its text stands, quotes and brackets included.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Line where it begins, counted from 1.
    pub fn line(&self) -> usize {
        self.span.line
    }
}

/// Finds lines and columns in one text, however long its lines are.
#[derive(Debug)]
pub(super) struct Lines<'text> {
    text: &'text [u8],
    /// First byte of every line.
    starts: Vec<usize>,
    /// Characters before every [`STRIDE`]th byte.
    characters: Vec<usize>,
}

const STRIDE: usize = 512;

impl<'text> Lines<'text> {
    pub(super) fn of(text: &'text str) -> Self {
        let text = text.as_bytes();
        let breaks = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(place, _)| place + 1));
        let counted = text.chunks(STRIDE).scan(0, |before, chunk| {
            *before += characters_in(chunk);
            Some(*before)
        });
        let characters = std::iter::once(0).chain(counted);
        Self {
            text,
            starts: starts.collect(),
            characters: characters.collect(),
        }
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let line = self.starts.partition_point(|start| *start <= range.start);
        let line_start = self.starts.get(line - 1).copied().unwrap_or_default();
        let mark = usize::from(line == 1 && self.text.starts_with("\u{feff}".as_bytes()));
        let before = self.characters_before(range.start) - self.characters_before(line_start);
        Span {
            start: range.start,
            end: range.end,
            line,
            column: before.saturating_sub(mark) + 1,
        }
    }

    fn characters_before(&self, place: usize) -> usize {
        let place = place.min(self.text.len());
        let (mark, from) = (place / STRIDE, place - place % STRIDE);
        let counted = self.characters.get(mark).copied().unwrap_or_default();
        counted + characters_in(self.text.get(from..place).unwrap_or_default())
    }
}

fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn counts_from_one_in_characters() {
        let text = "\u{feff}{\n  \"é\": x\n}";
        let lines = Lines::of(text);
        let place = |what: &str| {
            let start = text.find(what).unwrap();
            let span = lines.span(start..start + what.len());
            (span.line, span.column)
        };
        assert_eq!(place("{"), (1, 1));
        assert_eq!(place("\"é\""), (2, 3));
        assert_eq!(place("x"), (2, 8));
        assert_eq!(place("}"), (3, 1));
    }

    #[test]
    fn long_lines_are_counted_to_the_end() {
        let text = format!("x\n{}!", "é".repeat(1_279));
        let lines = Lines::of(&text);
        for (count, (place, _)) in text.char_indices().skip(2).enumerate() {
            assert_eq!(lines.span(place..place + 1).column, count + 1);
        }
        assert_eq!(lines.span(text.len()..text.len()).column, 1_281);
    }
}
