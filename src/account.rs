//! The ids of AWS accounts.

/// Whether a text is the id of an account: twelve digits.
///
/// ```
/// use aws_least_privilege::account;
///
/// assert!(account::is_id("111122223333"));
/// assert!(!account::is_id("11112222333") && !account::is_id("1111-2222-33"));
/// ```
pub fn is_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_id;

    #[test]
    fn an_id_has_twelve_digits() {
        assert!(is_id("123456789012") && !is_id("12345678901") && !is_id("12345678901x"));
    }
}
