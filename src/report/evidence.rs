//! What X-Ray was asked, where, and what that cost.

use super::Evidence;
use super::text::words::counted;
use crate::evidence::xray_api::{PRICE, about_usd};
use crate::usage::{Place, Usage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One more question to X-Ray before actions fail: traces of these functions with these very services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Appeal {
    /// The functions, by ARN.
    pub functions: Vec<String>,
    /// The services, by IAM prefix.
    pub services: Vec<String>,
    /// How far it looks back.
    pub days: u64,
    /// Traces that were read for it.
    pub traces: u64,
    /// Kinds of calls that it found and that were not known.
    pub found: u64,
    /// Why it was not answered to the end.
    pub unanswered: Option<String>,
}

impl Appeal {
    /// What was asked and found, one sentence.
    pub fn sentence(&self) -> String {
        let services = self.services.join(", ");
        let mut told = format!(
            "X-Ray was asked once more for {services} over {} days: {} read, ",
            self.days,
            counted(self.traces, "trace")
        );
        told.push_str(&match self.found {
            0 => "no new kind of call".to_owned(),
            found => counted(found, "new kind") + " of calls",
        });
        if let Some(why) = &self.unanswered {
            told.push_str("; not answered to the end: ");
            told.push_str(why);
        }
        told
    }
}

impl Evidence {
    /// Where AWS was asked.
    pub fn asked(&self) -> Option<Place> {
        let region = self.region.clone()?;
        let account = self.account.clone();
        Some(Place { region, account })
    }
}

/// What X-Ray looked through, which it bills, matching or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scanned {
    /// Traces.
    pub traces: u64,
    /// About what these and the ones that were read cost, in US dollars.
    pub about_usd: String,
    /// The price that is reckoned with, and its date.
    pub price: String,
}

impl Scanned {
    /// So many scanned, and so many read; nothing where X-Ray was not asked.
    pub fn of(usage: &Usage) -> Option<Self> {
        let traces = usage.scanned?;
        Some(Self {
            traces,
            about_usd: about_usd(traces.saturating_add(usage.traces)),
            price: PRICE.to_owned(),
        })
    }

    /// One sentence.
    pub fn sentence(&self) -> String {
        format!(
            "X-Ray scanned {}, which costs about {} USD ({}).",
            counted(self.traces, "trace"),
            self.about_usd,
            self.price
        )
    }
}
