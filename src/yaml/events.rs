//! What a text says in order, each with all the bytes where it is written.

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span};
use std::iter::Peekable;
use std::ops::Range;

/// The events of a text, an anchor among them only as a part of what it names.
pub(crate) struct Events<'t> {
    text: &'t str,
    /// Where the last one ended.
    last: usize,
    parser: Peekable<Parser<'t, granit_parser::StrInput<'t>>>,
}

/// What the parser says of text that it cannot read, and the byte.
pub(crate) struct NotYaml {
    pub(crate) at: usize,
    pub(crate) why: String,
}

impl<'t> Events<'t> {
    /// Of a text without byte order mark.
    ///
    /// Lines within brackets may begin in any column, as `PyYAML` and CloudFormation have it and YAML 1.2 has not.
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
        // The anchor stands before what it names, and comes behind it.
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
    /// The `|` or `>` of text in lines, which the parser leaves out; nothing where it is not before this byte.
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

/// Where a value or its tag begins.
fn begins(span: &Span) -> usize {
    let own = byte(&span.start);
    span.tag_start().map_or(own, |tag| own.min(byte(&tag)))
}

/// Of a text that is there as a whole, every place is known.
fn byte(marker: &Marker) -> usize {
    marker.byte_offset().unwrap_or_default()
}
