//! Any bytes as a file of saved traces: reading ends, and reading them from a source that trickles shows the same.

#![no_main]

use aws_least_privilege::evidence::{TraceEvidence, saved};
use libfuzzer_sys::fuzz_target;
use std::io::{self, Read};

struct Trickle<'b>(&'b [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.0.len()).min(7);
        let (now, later) = self.0.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.0 = later;
        Ok(length)
    }
}

fn read(source: &mut dyn Read) -> (Vec<TraceEvidence>, String) {
    let mut traces = Vec::new();
    let now = "2026-11-28T12:00:00Z".parse().expect("it is a time");
    let gaps = saved::read(&["-".into()], source, now, &mut |trace| traces.push(trace));
    (traces, format!("{gaps:?}"))
}

fuzz_target!(|input: &[u8]| {
    assert_eq!(read(&mut &input[..]), read(&mut Trickle(input)));
});
