//! Where reports and documents go. A sink never formats, a renderer never writes.

pub mod comment;
pub mod file;
pub mod progress;
pub mod stderr;
pub mod stdout;
pub mod suggestions;
