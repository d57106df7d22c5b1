//! Returns the parser's events for a text, in order, each with its byte range.

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span};
use std::iter::Peekable;
use std::ops::Range;

/// The events of a text. An anchor is not an event of its own: it is part of the value that it names.
pub(crate) struct Events<'t> {
    text: &'t str,
    /// The end of the last event.
    last: usize,
    parser: Peekable<Parser<'t, granit_parser::StrInput<'t>>>,
}

/// The parser's message about text that is not YAML, and the byte position.
pub(crate) struct NotYaml {
    pub(crate) at: usize,
    pub(crate) why: String,
}

impl<'t> Events<'t> {
    /// Creates the events of a text, which must have no byte order mark.
    ///
    /// Lines inside brackets may begin in any column, as in `PyYAML` and CloudFormation. YAML 1.2 does not allow this.
    pub(crate) fn of(text: &'t str) -> Self {
        let options = granit_parser::options! {
            strict_indentation: false,
            emit_anchor_events: true,
        };
        Self {
            text,
            last: 0,
            parser: Parser::new_from_str_with_options(text, options).peekable(),
        }
    }
}

impl<'t> Iterator for Events<'t> {
    type Item = Result<(Event<'t>, Range<usize>), NotYaml>;

    fn next(&mut self) -> Option<Self::Item> {
        let (event, span) = match self.parser.next()? {
            Ok(found) => found,
            Err(error) => {
                let at = byte(error.marker());
                let why = error.info();
                return Some(Err(NotYaml { at, why }));
            }
        };
        let mut start = begins(&span);
        // The anchor is before the value in the text, but its event comes after the value's.
        let is_anchor = |next: &Result<_, _>| matches!(next, Ok((Event::Anchor(..), _)));
        if let Some(Ok((_, anchor))) = self.parser.next_if(is_anchor) {
            start = start.min(begins(&anchor));
        }
        if let Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) = event {
            start = self.mark(start).unwrap_or(start);
        }
        let end = byte(&span.end).max(start);
        self.last = end;
        Some(Ok((event, start..end)))
    }
}

impl Events<'_> {
    /// Finds the `|` or `>` of a block scalar, which the parser's span leaves out, before this byte.
    fn mark(&self, start: usize) -> Option<usize> {
        let between = self.text.get(self.last..start)?;
        let mut at = self.last;
        for line in between.split_inclusive('\n') {
            let comment = line
                .match_indices('#')
                .map(|(place, _)| place)
                .find(|place| {
                    *place == 0 || line.get(..*place).is_some_and(|l| l.ends_with([' ', '\t']))
                });
            let words = line.get(..comment.unwrap_or(line.len()))?;
            if let Some(place) = words.find(['|', '>']) {
                return Some(at + place);
            }
            at += line.len();
        }
        None
    }
}

/// Returns the start of a value or of its tag.
fn begins(span: &Span) -> usize {
    let own = byte(&span.start);
    span.tag_start().map_or(own, |tag| own.min(byte(&tag)))
}

/// Returns the byte position of a marker. It is always known, because the whole text is in memory.
fn byte(marker: &Marker) -> usize {
    marker.byte_offset().unwrap_or_default()
}
