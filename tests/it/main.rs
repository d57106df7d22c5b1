//! Integration tests.

#![expect(
    clippy::disallowed_methods,
    reason = "tests stand outside the edges that the program keeps"
)]

#[cfg(test)]
mod action;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod base_images;
#[cfg(test)]
mod breadth_twin;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod check;
#[cfg(test)]
mod cloudformation;
#[cfg(test)]
mod config;
#[cfg(test)]
mod container;
#[cfg(test)]
mod denied;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod disguise;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod documented_pairs;
#[cfg(test)]
mod edit_laws;
#[cfg(test)]
mod effort;
#[cfg(test)]
mod ended;
#[cfg(test)]
mod events;
#[cfg(test)]
mod example;
#[cfg(test)]
mod excess;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod frameworks;
#[cfg(test)]
mod gap_forms;
#[cfg(test)]
mod gap_values;
#[cfg(test)]
mod gaps;
#[cfg(test)]
mod generator;
#[cfg(test)]
mod github;
#[cfg(test)]
mod hard_policies;
#[cfg(test)]
mod held;
#[cfg(test)]
mod html;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod live;
#[cfg(test)]
mod managed_policies;
#[cfg(test)]
mod markdown;
#[cfg(test)]
mod nested_stacks;
#[cfg(test)]
mod never_traced;
#[cfg(test)]
mod newcomer;
#[cfg(test)]
mod numbered_cases;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod outage_anywhere;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod packages;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod pip;
#[cfg(test)]
mod policy_semantics;
#[cfg(test)]
mod policy_semantics_requests;
#[cfg(test)]
mod possible;
#[cfg(test)]
mod program;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod record;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod sam;
#[cfg(test)]
mod sarif;
#[cfg(test)]
mod script;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod subset;
#[cfg(test)]
mod suggestion_laws;
#[cfg(test)]
mod suggestions;
#[cfg(test)]
mod text_report;
#[cfg(test)]
mod threats;
#[cfg(test)]
mod weather;
#[cfg(test)]
mod whitelist;
#[cfg(test)]
mod workflows;
#[cfg(test)]
mod yaml_layouts;
