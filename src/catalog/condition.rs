//! Decides whether a condition on a request holds, as far as the trace shows.
//!
//! A parameter that is missing from a trace was either not in the request or not recorded. It counts as not in the
//! request only if an X-Ray SDK would have recorded it: if it recorded what its default list names together with it.
//! OpenTelemetry records less.

use super::block::{ConditionRule, ServiceWords};
use super::source::Source;
use super::transform;
use crate::xray::{Parameters, Recorder};

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    Unknown,
}

/// Members that every X-Ray SDK records by default: the service, the member, and another recorded name from the same
/// entry of the default list. If that name was recorded, the default list was in use.
const RECORDED_BY_DEFAULT: [(&str, &str, &str); 3] = [
    ("dynamodb", "IndexName", "tablename"),
    ("lambda", "Qualifier", "functionname"),
    ("s3", "VersionId", "key"),
];

/// The recorded request on which a condition is tested.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded<'a> {
    pub(super) service: &'a str,
    pub(super) words: &'a ServiceWords,
    pub(super) parameters: &'a Parameters,
    pub(super) recorder: Recorder,
}

impl Recorded<'_> {
    pub(super) fn holds(self, condition: &ConditionRule) -> Truth {
        match condition {
            ConditionRule::Has(sources) => self.any_present(sources),
            ConditionRule::Lacks(sources) => match self.any_present(sources) {
                Truth::Yes => Truth::No,
                Truth::No => Truth::Yes,
                Truth::Unknown => Truth::Unknown,
            },
            ConditionRule::Starts(source, text) => {
                let values = source.recorded(self.words, self.parameters);
                if values.is_empty() {
                    Truth::Unknown
                } else if values.iter().any(|value| starts(value, text)) {
                    Truth::Yes
                } else {
                    Truth::No
                }
            }
        }
    }

    fn any_present(self, sources: &[Source]) -> Truth {
        let mut truth = Truth::No;
        for source in sources {
            match self.present(source) {
                Truth::Yes => return Truth::Yes,
                Truth::Unknown => truth = Truth::Unknown,
                Truth::No => {}
            }
        }
        truth
    }

    fn present(self, source: &Source) -> Truth {
        let values = source.recorded(self.words, self.parameters);
        let transform = source.transform.as_deref();
        if !values.is_empty() {
            let tells = |value: &String| {
                transform.is_none() || !transform::apply(transform, "", value).is_empty()
            };
            return if values.iter().any(tells) {
                Truth::Yes
            } else {
                Truth::No
            };
        }
        let would_be_recorded = source.top_member().is_some_and(|member| {
            RECORDED_BY_DEFAULT.iter().any(|(service, name, beside)| {
                *service == self.service
                    && *name == member.name
                    && !self.parameters.get(beside).is_empty()
            })
        });
        if would_be_recorded && self.recorder == Recorder::XRaySdk && !self.has_attributes() {
            Truth::No
        } else {
            Truth::Unknown
        }
    }

    /// Whether the parameters include attribute names, which only OpenTelemetry writes.
    fn has_attributes(self) -> bool {
        let leads = ["aws", "faas", "messaging", "dbcollection"];
        self.parameters
            .iter()
            .any(|(name, _)| leads.iter().any(|lead| name.starts_with(lead)))
    }
}

fn starts(value: &str, text: &str) -> bool {
    let head = value.trim_start().get(..text.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(text))
}
