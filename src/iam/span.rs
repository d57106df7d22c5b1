//! Places in a text, for showing them to a reader and for replacing them in an edit.

use std::ops::Range;

/// A range of bytes in a text, with the line and column where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// The line of the first byte, from 1.
    pub line: usize,
    /// The column of the first byte, in characters, from 1.
    pub column: usize,
}

impl Span {
    /// The range of bytes, for slicing or replacing.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value and its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The place of the value, including quotes and brackets.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// The line where the value begins, from 1.
    pub fn line(&self) -> usize {
        self.span.line
    }
}

/// Finds lines and columns in a text quickly, even if its lines are long.
#[derive(Debug)]
pub(super) struct Lines<'text> {
    text: &'text [u8],
    /// The first byte of each line.
    starts: Vec<usize>,
    /// The number of characters before each [`STRIDE`]th byte.
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
