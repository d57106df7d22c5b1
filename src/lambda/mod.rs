//! Facts about Lambda functions as plain values: their names, the settings that make Lambda use a function's role, and
//! AWS's managed policies for that.
//!
//! This module reads nothing. `aws` and `template` fill these values, and `needed` works out which permissions they
//! need.

mod function_name;
pub mod managed_policies;
mod settings;

pub use function_name::{FunctionName, ParseFunctionNameError};
pub use settings::{
    Destination, EventSource, FunctionSettings, Reading, SourceAccess, Variable, VersionSettings,
};
