//! What Lambda says of functions, as plain values: their names, and the settings that make Lambda use a function's role.
//!
//! Takes nothing and asks nobody: `aws` and `template` fill these values, `needed` works out what they need.

mod function_name;
mod settings;

pub use function_name::{FunctionName, ParseFunctionNameError};
pub use settings::{
    Destination, EventSource, FunctionSettings, Reading, SourceAccess, VersionSettings,
};
