//! What the program is asked to do: what was typed and what is configured, resolved to what takes effect.

pub mod gate;
