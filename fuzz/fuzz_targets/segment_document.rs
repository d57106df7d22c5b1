//! Documents, one a line, as the segments of one trace: their order and copies of them must change nothing.

#![no_main]

use aws_least_privilege::evidence::assemble;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let documents: Vec<&str> = input.split('\n').collect();
    let evidence = assemble(None, documents.iter().copied());
    let reversed = assemble(evidence.trace, documents.iter().rev().copied());
    assert_eq!(evidence, reversed);

    let read = |evidence: &aws_least_privilege::evidence::TraceEvidence| {
        (evidence.segments, evidence.observations.clone())
    };
    let twice = assemble(evidence.trace, documents.iter().chain(&documents).copied());
    assert_eq!(read(&evidence), read(&twice));
});
