//! Why there is no evidence, or too little of it, and the one command or line that mends each cause.
//!
//! Pure: what was asked and answered is a plain [`Examined`], and each cause is one file with a function over it. A new cause is
//! one file, and one line in the list here.

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

/// Every cause, in the order in which they are mended: what keeps this from looking first.
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

/// What is wrong, what keeps this from looking first.
pub fn diagnose(examined: &Examined) -> Vec<Finding> {
    CAUSES.iter().flat_map(|cause| cause(examined)).collect()
}

/// What a gate knows without another call: functions that were not traced, made no call that was seen, or did not say on what.
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
