//! Words for a shell, in commands that people copy.

/// A word that a shell reads back as it is. Control characters, which could run a line before it is seen whole, are left out.
///
/// ```
/// use aws_least_privilege::shell::quoted;
///
/// assert_eq!(quoted("policies/role.json"), "policies/role.json");
/// assert_eq!(quoted("it's mine"), r"'it'\''s mine'");
/// assert_eq!(quoted(""), "''");
/// ```
pub fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._/:@+=,".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        let visible: String = word.chars().filter(|letter| !letter.is_control()).collect();
        format!("'{}'", visible.replace('\'', "'\\''"))
    }
}
