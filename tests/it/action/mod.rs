//! The Action from outside: the real program, with the environment that a runner gives it.

mod deliveries;
mod events;
mod files;
mod inputs;
mod log;
pub(crate) mod runner;
pub(crate) mod step;
