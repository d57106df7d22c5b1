//! What `doctor` says: what was looked at, what is wrong, and the command or line that mends each.

use super::printable;
use super::text::page::{Lines as _, Page};
use super::text::style::{BAD, BOLD, DIM, GOOD, WARN, painted};
use super::text::words::counted;
use crate::doctor::{Cause, Examined, Finding, Weight};
use crate::exit::Exit;
use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct Diagnosis {
    /// `nothing-wrong`, `insufficient` or `cannot-look`.
    pub outcome: &'static str,
    /// The region that was asked; absent for saved traces.
    pub region: Option<String>,
    /// The functions that were looked at.
    pub functions: Vec<Looked>,
    /// What is wrong, what keeps this from looking first.
    pub findings: Vec<Finding>,
    #[serde(skip)]
    weight: Weight,
    #[serde(skip)]
    min_traces: u64,
}

/// A function that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Looked {
    /// Its name.
    pub name: String,
    /// Traces of it; so many at least, where there are many.
    pub traces: u64,
    /// AWS calls in them.
    pub calls: u64,
}

impl Diagnosis {
    /// What was found in what was examined.
    pub fn new(examined: &Examined, findings: Vec<Finding>) -> Self {
        let weights = findings.iter().map(|finding| finding.weight);
        let weight = weights.max().unwrap_or(Weight::Note);
        let functions = examined.functions.iter().map(|function| Looked {
            name: function.name.clone(),
            traces: function.traces,
            calls: function.calls,
        });
        Self {
            outcome: match weight {
                Weight::Note => "nothing-wrong",
                Weight::Insufficient => "insufficient",
                Weight::CannotLook => "cannot-look",
            },
            region: examined.region.clone().filter(|_| examined.is_live),
            functions: functions.collect(),
            findings,
            weight,
            min_traces: examined.min_traces,
        }
    }

    /// How the program ends.
    pub fn exit(&self) -> Exit {
        match self.weight {
            Weight::Note => Exit::Success,
            Weight::Insufficient => Exit::Inconclusive,
            Weight::CannotLook => Exit::Failure,
        }
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// As text of a width.
    pub fn text(&self, width: usize) -> String {
        let mut out = Page::new(width);
        self.looked(&mut out);
        for finding in &self.findings {
            out.put("");
            told(finding, &mut out);
        }
        if !self.findings.is_empty() || !self.functions.is_empty() {
            out.put("");
        }
        out.hang("", &self.verdict());
        out.into_text()
    }

    fn looked(&self, out: &mut Page) {
        if self.functions.is_empty() {
            return;
        }
        let place = self.region.as_deref();
        let place = place.map_or_else(String::new, |region| format!(" in {region}"));
        let traces: u64 = self.functions.iter().map(|function| function.traces).sum();
        let thin = self.functions.iter();
        let thin = thin
            .filter(|function| function.traces < self.min_traces)
            .count();
        let few = match thin {
            0 => String::new(),
            _ => format!(
                ", {thin} of them with fewer than {} traces",
                self.min_traces
            ),
        };
        let functions = counted(self.functions.len() as u64, "function");
        let text = format!(
            "Looked at {functions}{place}{few}; {} read.",
            counted(traces, "trace")
        );
        out.hang("", &painted(DIM, &text));
    }

    fn verdict(&self) -> String {
        match self.weight {
            Weight::Note if self.findings.is_empty() => {
                painted(GOOD, "NOTHING WRONG") + ": the evidence is good enough for the gate."
            }
            Weight::Note => {
                painted(GOOD, "NOTHING WRONG")
                    + ": the evidence is good enough for the gate. What is listed above would make it better."
            }
            Weight::Insufficient => {
                painted(WARN, "NOT ENOUGH EVIDENCE")
                    + ": fix what is listed above, from the top, and run this again (exit code 4)."
            }
            Weight::CannotLook => {
                painted(BAD, "COULD NOT LOOK")
                    + ": fix what is listed above, from the top, and run this again (exit code 1)."
            }
        }
    }
}

fn told(finding: &Finding, out: &mut Page) {
    out.hang("", &painted(BOLD, title(finding.cause)));
    out.hang("  ", &printable(&finding.text));
    if let Some(advice) = &finding.advice {
        out.hang("  ", &printable(advice));
    }
    if let Some(mend) = &finding.mend {
        out.verbatim(&format!("      {}", printable(mend)));
    }
}

/// What is wrong, in a few words.
fn title(cause: Cause) -> &'static str {
    match cause {
        Cause::Region => "No region",
        Cause::Profile => "No such profile",
        Cause::Build => "This build cannot ask AWS",
        Cause::Credentials => "No credentials that work",
        Cause::Clock => "The clock is wrong",
        Cause::Permissions => "Permissions are missing",
        Cause::Unreachable => "AWS does not answer",
        Cause::NotFound => "No such name",
        Cause::OtherRegion => "In another region",
        Cause::NoFunctions => "No function",
        Cause::TracingOff => "Active tracing is off",
        Cause::RoleCannotSend => "The role may not send traces",
        Cause::TransactionSearch => "Transaction Search is on",
        Cause::Lost => "Traces that could not be read",
        Cause::NoTraces => "No traces",
        Cause::Sampling => "Sampling keeps too few requests",
        Cause::FewTraces => "Too few traces",
        Cause::TooNew => "Changed a short time ago",
        Cause::NoCalls => "No AWS calls in the traces",
        Cause::NoResources => "Calls do not say on which resource",
    }
}
