//! Whether what is not here is in another region: asked of all regions at once, for a hint alone.

use super::super::live::Live;
use super::live::Answer;
use crate::aws::cloudformation::StackApi as _;
use crate::aws::lambda::FunctionApi as _;
use crate::aws::{CloudFormation, Lambda, regions};
use futures_util::stream::{self, StreamExt as _};
use std::time::{Duration, Instant};

/// Regions that are asked at a time.
const CONCURRENT: usize = 16;

/// How long all of them have together.
const PATIENCE: Duration = Duration::from_secs(10);

/// The regions that have a function of that name.
pub(super) fn function(live: &Live, name: &str) -> Vec<String> {
    found(live, async |region| {
        let api = Lambda::new(&live.session().in_region(region));
        api.function(name, None).await.map(|_| ())
    })
}

/// The regions that have a stack of that name.
pub(super) fn stack(live: &Live, name: &str) -> Vec<String> {
    found(live, async |region| {
        let api = CloudFormation::new(&live.session().in_region(region));
        api.resources(name).await.map(|_| ())
    })
}

/// The regions that give an answer.
fn found(live: &Live, ask: impl AsyncFn(&'static str) -> Answer<()>) -> Vec<String> {
    let until = live.deadline().before_evidence().end();
    let until = until.min(Instant::now() + PATIENCE);
    let ask = &ask;
    let all = async {
        let mut found = Vec::new();
        let mut answers = stream::iter(regions::beside(live.region()))
            .map(|region| async move { (region, ask(region).await) })
            .buffered(CONCURRENT);
        // What came by then counts.
        while let Ok(Some((region, answer))) =
            tokio::time::timeout_at(until.into(), answers.next()).await
        {
            if answer.is_ok() {
                found.push(region.to_owned());
            }
        }
        found
    };
    live.runtime().block_on(all)
}
