//! Parses what X-Ray recorded: traces, segment documents, and the calls in them.
//!
//! It turns text into values and understands the spellings of every X-Ray SDK and of OpenTelemetry. It knows nothing
//! about IAM, files or roles. Follows
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>.

mod attributes;
mod aws_block;
pub mod call;
pub mod ending;
mod extension;
mod host;
pub(crate) mod json;
pub(crate) mod parse;
pub mod recorded;
mod recorder;
mod resource;
pub mod segment;
mod spelling;
pub mod trace_id;

pub use call::{Call, Parameters};
pub use ending::{Ending, Exception};
pub use host::{has_region, service_of, takes_any_call};
pub use parse::DocumentError;
pub use recorded::{Recorded, recorded};
pub use recorder::Recorder;
pub use segment::{Document, Namespace, Node, SegmentId};
pub use trace_id::TraceId;

pub(crate) use attributes::Attributes;
pub(crate) use host::is_region;
