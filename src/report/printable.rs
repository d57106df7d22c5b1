//! Text that is safe to show.

/// Text from a trace or a policy without anything that a terminal would obey or that a reader would not see: control
/// characters, line separators, the marks that change the direction of writing and characters without width are shown as
/// escapes.
///
/// ```
/// use aws_least_privilege::report::printable;
///
/// assert_eq!(printable("\u{1b}[2Jtable"), "\\u{1b}[2Jtable");
/// assert_eq!(printable("a\nb\u{202e}c"), "a\\u{a}b\\u{202e}c");
/// assert_eq!(printable("s3:Get\u{200b}Object"), "s3:Get\\u{200b}Object");
/// assert_eq!(printable("arn:aws:s3:::größe/*"), "arn:aws:s3:::größe/*");
/// ```
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_shown(letter) {
            out.push(letter);
        } else {
            out.extend(letter.escape_unicode());
        }
    }
    out
}

/// Whether a reader sees a character, and sees it where it stands.
pub fn is_shown(letter: char) -> bool {
    let turns = matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(letter, '\u{2028}' | '\u{2029}');
    let has_no_width = matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    );
    !(letter.is_control() || turns || breaks || has_no_width)
}
