//! Finds out why there is no evidence, or too little, and returns for each cause the command or line that fixes it.
//!
//! The functions are pure. What was asked and answered is a plain [`Examined`], and each cause is a function over it in
//! a file of its own. A new cause is one file, and one line in the list here.

pub mod examined;
pub mod finding;
pub mod recorder;

mod clock;
mod credentials;
mod few_traces;
mod lost;
mod no_calls;
mod no_resources;
mod nobody;
mod not_found;
mod permissions;
mod role_cannot_send;
mod sampling;
mod session;
mod too_new;
mod tracing_off;
mod transaction_search;
mod unreachable;
mod untraced;

pub use examined::{
    Examined, Function, Kind, Lost, NotFound, Refusal, SamplingRule, Shut, WhyShut,
};
pub use finding::{Cause, Finding, Weight};

/// Every cause, in the order in which causes should be fixed: first those that prevent looking at all.
const CAUSES: &[fn(&Examined) -> Vec<Finding>] = &[
    session::find,
    credentials::find,
    clock::find,
    permissions::find,
    unreachable::find,
    not_found::find,
    nobody::find,
    tracing_off::find,
    role_cannot_send::find,
    transaction_search::find,
    lost::find,
    untraced::find,
    sampling::find,
    few_traces::find,
    too_new::find,
    no_calls::find,
    no_resources::find,
];

/// Returns everything that is wrong. What prevents looking at all comes first.
pub fn diagnose(examined: &Examined) -> Vec<Finding> {
    CAUSES.iter().flat_map(|cause| cause(examined)).collect()
}

/// Returns what a gate can find without further calls: functions that were not traced, made no observed call, or made
/// calls without recorded resources.
pub fn diagnose_functions(examined: &Examined) -> Vec<Finding> {
    let known: [fn(&Examined) -> Vec<Finding>; 4] = [
        tracing_off::find,
        untraced::find,
        no_calls::find,
        no_resources::find,
    ];
    known.iter().flat_map(|cause| cause(examined)).collect()
}

#[cfg(test)]
mod tests;
