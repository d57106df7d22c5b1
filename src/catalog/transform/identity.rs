//! SES identities: the address that mail is sent from, or its domain.
//!
//! AWS checks the address if the address itself is verified, and its domain otherwise. No request shows which, so an
//! address gives both. Follows <https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html>.

use super::{Part, arn_of};

pub(super) fn parts(value: &str) -> Vec<Part> {
    if let Some((arn, place)) = arn_of("ses", value) {
        let name = arn.resource().strip_prefix("identity/");
        return name
            .map(|name| Part::new(name).at(place))
            .into_iter()
            .collect();
    }
    let bare = match value.rsplit_once('<') {
        Some((_, address)) => address.strip_suffix('>').unwrap_or_default(),
        None => value,
    };
    match bare.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() => {
            vec![Part::new(bare).perhaps(), Part::new(domain).perhaps()]
        }
        Some(_) => Vec::new(),
        None => vec![Part::new(bare)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_checked_itself_or_by_its_domain() {
        let both = [
            Part::new("shop@example.com").perhaps(),
            Part::new("example.com").perhaps(),
        ];
        assert_eq!(parts("shop@example.com"), both);
        assert_eq!(parts("The Shop <shop@example.com>"), both);
        assert_eq!(parts("example.com"), [Part::new("example.com")]);
        assert_eq!(
            parts("arn:aws:ses:eu-west-1:123456789012:identity/example.com")[0].text,
            "example.com"
        );
        assert_eq!(parts("@example.com"), []);
    }
}
