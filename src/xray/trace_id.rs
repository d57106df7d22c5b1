//! The id of a trace, in X-Ray's form and in W3C's.

use std::fmt;

/// A trace id: 32 hexadecimal digits. It is shown in X-Ray's form `1-5aaf0fa0-b6e00f54192cf79a38419e0f`.
///
/// OpenTelemetry writes the same digits without `1-` and dashes. Both forms are equal.
///
/// ```
/// use aws_least_privilege::xray::TraceId;
///
/// let xray = TraceId::parse("1-5aaf0fa0-b6e00f54192cf79a38419e0f");
/// assert_eq!(xray, TraceId::parse("5aaf0fa0b6e00f54192cf79a38419e0f"));
/// assert_eq!(xray.unwrap().to_string(), "1-5aaf0fa0-b6e00f54192cf79a38419e0f");
/// assert_eq!(TraceId::parse("not an id"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(u128);

impl TraceId {
    /// Parses either form. Returns `None` if the text without `1-` and dash is not 32 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("1-").unwrap_or(text);
        let mut value: u128 = 0;
        let mut count = 0;
        for (index, letter) in digits.chars().enumerate() {
            if letter == '-' && index == 8 {
                continue;
            }
            let digit = letter.to_digit(16)?;
            count += 1;
            if count > 32 {
                return None;
            }
            value = value << 4 | u128::from(digit);
        }
        (count == 32).then_some(Self(value))
    }

    /// Returns the time in the first eight digits, in seconds since the epoch. Only ids that X-Ray created begin with a
    /// time.
    ///
    /// ```
    /// use aws_least_privilege::xray::TraceId;
    ///
    /// let id = TraceId::parse("1-5aaf0fa0-b6e00f54192cf79a38419e0f").unwrap();
    /// assert_eq!(id.seconds(), 1_521_422_240);
    /// ```
    pub fn seconds(self) -> i64 {
        let [one, two, three, four, ..] = self.0.to_be_bytes();
        i64::from(u32::from_be_bytes([one, two, three, four]))
    }

    /// Returns the id as a number.
    pub fn as_u128(self) -> u128 {
        self.0
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032x}", self.0);
        let (time, rest) = digits.split_at(8);
        write!(formatter, "1-{time}-{rest}")
    }
}
