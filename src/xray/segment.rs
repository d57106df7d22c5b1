//! A segment document as X-Ray recorded it, with the segment and all its subsegments in one flat list.
//!
//! It keeps what shows who called what. Parts that are rarely needed (`aws`, `http`, `cause`, `annotations`,
//! `metadata`) stay text. It does not decide whether a part is a call. Follows
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>.

use super::TraceId;
use jiff::Timestamp;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The id of a segment or subsegment: sixteen hexadecimal digits. Any other text is kept as a hash.
///
/// ```
/// use aws_least_privilege::xray::SegmentId;
///
/// assert_eq!(SegmentId::parse("53995C3F42CD8AD8"), SegmentId::parse("53995c3f42cd8ad8"));
/// assert_ne!(SegmentId::parse("first"), SegmentId::parse("second"));
/// assert_eq!(SegmentId::parse(""), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(u64);

impl SegmentId {
    /// Parses an id. Returns `None` for empty text.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let hexadecimal = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hexadecimal && let Ok(number) = u64::from_str_radix(text, 16) {
            return Some(Self(number));
        }
        // FNV-1a. Documents from X-Ray never get here, but those of test tools do.
        let fingerprint = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Some(Self(fingerprint))
    }
}

/// One segment document: the segment (or independent subsegment) first, then everything below it.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// The id of the trace, if the document names it.
    pub trace: Option<TraceId>,
    /// The segment and its subsegments. A node comes after its parent.
    pub nodes: Vec<Node<'a>>,
    /// The number of subsegments that were left out because they are too deep or too many.
    pub beyond_limits: u64,
    /// The number of subsegments that were left out because they are no objects.
    pub malformed: u64,
}

/// A segment or subsegment.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the flags of the document, each on its own"
)]
pub struct Node<'a> {
    /// The index of its parent in the document.
    pub parent: Option<usize>,
    /// Its id.
    pub id: Option<SegmentId>,
    /// The id of its parent in another document.
    pub parent_id: Option<SegmentId>,
    /// Its name.
    pub name: Cow<'a, str>,
    /// Whether it is a call of something else, and of what.
    pub namespace: Namespace,
    /// The type of AWS resource that the segment is about.
    pub origin: Option<Cow<'a, str>>,
    /// The ARN of that resource.
    pub resource_arn: Option<Cow<'a, str>>,
    /// When it began.
    pub start: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// Whether it was recorded before it ended.
    pub in_progress: bool,
    /// Whether X-Ray inferred it from a subsegment.
    pub inferred: bool,
    /// Whether it is a subsegment that was sent as a document of its own.
    pub independent: bool,
    /// Whether the document marks a client error.
    pub error: bool,
    /// Whether the document marks a server error.
    pub fault: bool,
    /// Whether the document marks throttling.
    pub throttle: bool,
    /// The HTTP request and response.
    pub http: Option<&'a RawValue>,
    /// Why it failed.
    pub cause: Option<&'a RawValue>,
    /// What the AWS SDK recorded.
    pub aws: Option<&'a RawValue>,
    /// Indexed keys and values.
    pub annotations: Option<&'a RawValue>,
    /// Other keys and values.
    pub metadata: Option<&'a RawValue>,
}

/// The `namespace` of a subsegment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Namespace {
    /// Work of the code itself.
    #[default]
    Local,
    /// A call of an AWS service.
    Aws,
    /// Any other downstream call.
    Remote,
}

impl Node<'_> {
    /// Whether it is a call of something else, and not a part of the caller's own work.
    pub fn is_client(&self) -> bool {
        self.namespace != Namespace::Local
    }
}
