//! Evidence, targets and roles from AWS's APIs, read with the real clients from servers on the loopback.

mod absent;
mod appeal;
mod credentials;
mod deadline;
mod doctor;
mod faults;
mod giant;
pub(crate) mod http;
mod lacking;
mod listing;
mod logical_ids;
mod matrix;
pub(crate) mod moto;
mod namesakes;
mod not_asked;
mod others;
pub(crate) mod program;
mod reading;
pub(crate) mod refusing;
mod roles;
pub(crate) mod shop;
mod stack_step;
mod template;
mod wire;
mod xray_alone;
pub(crate) mod xray_server;

pub(crate) use roles::ACTIONS;

/// What is asked besides where traces show ECS tasks or state machines. The policy of `docs/reader-role.md` lists the same.
pub(crate) const OTHERS_ACTIONS: &[&str] = &[
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTasks",
    "states:DescribeStateMachine",
];

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_least_privilege::aws::Xray;
use aws_least_privilege::evidence::xray_api::{self, Event, Function, Patience, Request, Window};
use aws_least_privilege::evidence::{Gaps, TraceEvidence, XrayError};
use jiff::Timestamp;
use std::time::Duration;

/// What `doctor` asks besides.
pub(crate) const DOCTOR_ACTIONS: &[&str] = &["xray:GetSamplingRules"];

/// The clock of all tests, and the end of their windows.
const NOW: i64 = 1_795_000_000;

/// Everything a reading gave.
struct Read {
    outcome: Result<Gaps, XrayError>,
    traces: Vec<TraceEvidence>,
    events: Vec<Event>,
}

impl Read {
    /// The gaps of the reading and of its traces, by reason.
    fn gaps(&self) -> Vec<(&'static str, String, u64)> {
        let mut gaps = self
            .outcome
            .as_ref()
            .expect("the reading came to its end")
            .clone();
        for gap in self.traces.iter().flat_map(|trace| &trace.gaps) {
            gaps.add(gap.clone());
        }
        gaps.iter()
            .map(|(reason, detail, count)| (reason.id(), detail.to_owned(), count))
            .collect()
    }

    fn reasons(&self) -> Vec<&'static str> {
        let mut reasons: Vec<&str> = self
            .gaps()
            .into_iter()
            .map(|(reason, _, _)| reason)
            .collect();
        reasons.dedup();
        reasons
    }

    fn calls(&self) -> usize {
        self.traces
            .iter()
            .map(|trace| trace.observations.len())
            .sum()
    }
}

/// A request for all traces of the last minutes.
fn request(minutes: u64) -> Request {
    Request {
        window: Window::new(None, minutes, Timestamp::from_second(NOW).expect("a time"))
            .expect("a window"),
        functions: Vec::new(),
        filter: None,
        max_traces: 100_000,
        max_scanned: 100_000,
        until: None,
        patience: impatient(),
    }
}

/// The product's patience with waits that a test can wait for.
fn impatient() -> Patience {
    Patience {
        request: Duration::from_millis(1500),
        first_wait: Duration::from_millis(4),
        longest_wait: Duration::from_millis(60),
        empty_pages: 100,
        ..Patience::default()
    }
}

fn function(name: &str) -> Function {
    Function {
        name: name.to_owned(),
        account: Some("123456789012".to_owned()),
    }
}

fn read(url: &str, request: &Request) -> Read {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads");
    let (mut traces, mut events) = (Vec::new(), Vec::new());
    let outcome = xray_api::read(
        request,
        Xray::new(&sdk(url)),
        runtime.handle(),
        &mut |trace| traces.push(trace),
        &mut |event| events.push(event),
    );
    Read {
        outcome,
        traces,
        events,
    }
}

fn sdk(url: &str) -> SdkConfig {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(url)
        .build()
}
