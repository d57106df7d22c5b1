//! GitHub over HTTPS: the client, the routes that it asks, and what answers mean.

mod answer;
mod client;
mod graphql;
mod rest;
mod spent;

pub use client::Client;
