//! GitHub's side of a gate: the real client and the real program against a GitHub on the loopback.

mod client;
pub(crate) mod server;
