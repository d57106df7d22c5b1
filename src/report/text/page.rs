//! Where lines of text go: wrapped between words with a hanging indent, or as they are.

use textwrap::{Options, WordSeparator, WordSplitter};

/// What takes lines.
pub(in crate::report) trait Lines {
    /// Adds one line, or several with line feeds between them.
    fn put(&mut self, text: &str);
}

/// Text as it is.
impl Lines for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
        self.push('\n');
    }
}

/// Text of a width. Words are never broken: an ARN that is longer than the width stands alone, whole.
#[derive(Debug)]
pub(in crate::report) struct Page {
    text: String,
    width: usize,
}

impl Page {
    pub(in crate::report) fn new(width: usize) -> Self {
        Self {
            text: String::new(),
            width,
        }
    }

    /// Adds a line that is never wrapped: of a diff, a command, a file.
    pub(in crate::report) fn verbatim(&mut self, text: &str) {
        self.text.put(text);
    }

    /// Adds text behind something that stands before its first line alone; what follows hangs below the text.
    pub(in crate::report) fn hang(&mut self, first: &str, text: &str) {
        let hanging = " ".repeat(textwrap::core::display_width(first));
        self.wrapped(first, &hanging, text);
    }

    pub(in crate::report) fn into_text(self) -> String {
        self.text
    }

    fn wrapped(&mut self, first: &str, hanging: &str, text: &str) {
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(hanging)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            self.text.put(line.trim_end());
        }
    }
}

/// Lines that are too long go on two columns to the right of where they begin.
impl Lines for Page {
    fn put(&mut self, text: &str) {
        for line in text.split('\n') {
            let told = line.trim_start_matches(' ');
            let indent = line.get(..line.len() - told.len()).unwrap_or_default();
            if told.is_empty() {
                self.text.push('\n');
            } else {
                self.wrapped(indent, &format!("{indent}  "), told);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize, write: impl Fn(&mut Page)) -> String {
        let mut page = Page::new(width);
        write(&mut page);
        page.into_text()
    }

    #[test]
    fn long_lines_hang_below_where_they_begin() {
        assert_eq!(
            page(20, |page| page.put("\n  one two three four five")),
            "\n  one two three four\n    five\n"
        );
        assert_eq!(
            page(20, |page| page.hang("  high  ", "s3:GetObject on *")),
            "  high  s3:GetObject\n        on *\n"
        );
    }

    #[test]
    fn words_are_never_broken() {
        let arn = "arn:aws:sqs:eu-west-1:111122223333:shop-mail-and-more";
        assert_eq!(
            page(20, |page| page.put(&format!("on {arn} and-on"))),
            format!("on\n  {arn}\n  and-on\n")
        );
    }

    #[test]
    fn styles_take_no_room() {
        assert_eq!(
            page(11, |page| page.put("\u{1b}[1mone two\u{1b}[0m six")),
            "\u{1b}[1mone two\u{1b}[0m six\n"
        );
    }

    #[test]
    fn what_is_to_be_copied_stays_in_one_line() {
        assert_eq!(
            page(10, |page| page.verbatim("+  a b c d e f g")),
            "+  a b c d e f g\n"
        );
    }
}
