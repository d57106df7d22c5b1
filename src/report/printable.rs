//! Text that is safe to show.

/// Text from a trace or a policy without anything that a terminal would obey: control characters and the marks that
/// change the direction of writing are shown as escapes.
///
/// ```
/// use aws_least_privilege::report::printable;
///
/// assert_eq!(printable("\u{1b}[2Jtable"), "\\u{1b}[2Jtable");
/// assert_eq!(printable("a\nb\u{202e}c"), "a\\u{a}b\\u{202e}c");
/// assert_eq!(printable("arn:aws:s3:::größe/*"), "arn:aws:s3:::größe/*");
/// ```
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if letter.is_control() || turns {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out
}
