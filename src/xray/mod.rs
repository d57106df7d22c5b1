//! What X-Ray recorded, as it was recorded: traces, segment documents and the calls in them.
//!
//! Pure text to values, in the spelling of every X-Ray SDK and of OpenTelemetry. Knows nothing of IAM, of files or of who
//! is judged. Follows <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>.

pub mod call;
pub mod trace_id;

pub use call::{Call, Parameters};
pub use trace_id::TraceId;
