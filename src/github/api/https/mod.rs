//! GitHub's API over HTTPS: the client, the routes, and the meaning of responses.

mod answer;
mod client;
mod graphql;
mod rest;
mod spent;

pub use client::Client;
