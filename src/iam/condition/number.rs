//! Compares numbers for the `Numeric...` operators: decimals of any length, exactly.

use std::cmp::Ordering;

/// The order of two numbers; `None` if one of them is not a number.
pub(super) fn compare(one: &str, other: &str) -> Option<Ordering> {
    Some(Decimal::parse(one)?.cmp(&Decimal::parse(other)?))
}

/// A decimal number: a sign, digits behind `0.`, and a power of ten.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    exponent: i64,
    /// INVARIANT: they neither begin nor end with 0. Zero has no digits, and then `negative` is false and `exponent` is 0.
    digits: Vec<u8>,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, power) = match text.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, i64::from(power.parse::<i32>().ok()?)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        let last = digits.iter().rposition(|digit| *digit != b'0');
        digits.truncate(last.map_or(0, |place| place + 1));
        if digits.is_empty() {
            return Some(Self {
                negative: false,
                exponent: 0,
                digits,
            });
        }
        let places = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Self {
            negative,
            exponent: places + power,
            digits,
        })
    }

    fn signum(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let size = || {
            let exponents = self.exponent.cmp(&other.exponent);
            exponents.then_with(|| self.digits.cmp(&other.digits))
        };
        let signs = self.signum().cmp(&other.signum());
        signs.then_with(|| {
            if self.negative {
                size().reverse()
            } else {
                size()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use proptest::prelude::*;
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn decimals_compare_exactly() {
        for (one, other, ordering) in [
            ("10", "10.0", Equal),
            ("1e3", "1000", Equal),
            ("-0", "0", Equal),
            ("+7", "007", Equal),
            (".5", "0.50", Equal),
            ("9007199254740993", "9007199254740992", Greater),
            ("0.1", "0.10000000000000000001", Less),
            ("-2", "-10", Greater),
            ("99e-1", "10", Less),
        ] {
            assert_eq!(compare(one, other), Some(ordering), "{one} {other}");
        }
        for text in [
            "",
            "-",
            ".",
            "1.2.3",
            "1e",
            "0x10",
            "ten",
            " 1",
            "1e99999999999",
        ] {
            assert_eq!(compare(text, "1"), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn integers_compare_as_integers(one in any::<i64>(), other in any::<i64>()) {
            prop_assert_eq!(compare(&one.to_string(), &other.to_string()), Some(one.cmp(&other)));
            let scaled = |number: i64| format!("{number}.0e2");
            prop_assert_eq!(compare(&scaled(one), &scaled(other)), Some(one.cmp(&other)));
        }
    }
}
