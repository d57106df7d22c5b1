//! What Lambda says of functions, as plain values: their names, the settings that make Lambda use a function's role, and AWS's own
//! policies for that.
//!
//! Takes nothing and asks nobody: `aws` and `template` fill these values, `needed` works out what they need.

mod function_name;
pub mod managed_policies;
mod settings;

pub use function_name::{FunctionName, ParseFunctionNameError};
pub use settings::{
    Destination, EventSource, FunctionSettings, Reading, SourceAccess, VersionSettings,
};
