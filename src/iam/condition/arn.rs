//! Compares ARNs for `ArnEquals`, `ArnLike` and their opposites: part by part, with wildcards staying in their part.

use super::super::Glob;
use super::super::glob::Token;

const PARTS: usize = 6;

/// Whether a pattern, with its variables replaced, matches an ARN. `*` alone matches every ARN. A pattern or value with
/// fewer than six parts matches nothing.
pub(super) fn is_like(pattern: &Glob, arn: &str) -> bool {
    let values: Vec<&str> = arn.splitn(PARTS, ':').collect();
    if values.len() != PARTS || values.first() != Some(&"arn") {
        return false;
    }
    if pattern.is_everything() {
        return true;
    }
    let parts: Vec<Glob> = pattern
        .tokens()
        .splitn(PARTS, |token| *token == Token::Char(':'))
        .map(|tokens| Glob::from_tokens(tokens.iter().copied()))
        .collect();
    parts.len() == PARTS
        && parts
            .iter()
            .zip(values)
            .all(|(own, their)| own.matches(their))
}

#[cfg(test)]
mod tests {
    use super::super::super::Glob;
    use super::is_like;

    #[test]
    fn each_part_by_itself() {
        let topic = "arn:aws:sns:eu-west-1:111111111111:orders";
        for pattern in [
            topic,
            "*",
            "arn:*:sns:*:111111111111:*",
            "arn:aws:sns:eu-west-?:*:ord*",
        ] {
            assert!(is_like(&Glob::parse(pattern), topic), "{pattern}");
        }
        for pattern in [
            "arn:aws:sns:*",
            "arn:aws:sns:*:orders",
            "arn:aws:sns:eu*:orders",
            "arn:aws:sns:eu-west-1:111111111111:Orders",
        ] {
            assert!(!is_like(&Glob::parse(pattern), topic), "{pattern}");
        }
        assert!(!is_like(&Glob::everything(), "orders"));
        assert!(is_like(
            &Glob::parse("arn:aws:lambda:*:*:function:*"),
            "arn:aws:lambda:eu-west-1:111111111111:function:f:PROD"
        ));
    }
}
