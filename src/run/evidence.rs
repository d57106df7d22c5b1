//! Reading evidence into usage, for every command that needs it.

use super::Failure;
use crate::catalog::Catalog;
use crate::cli;
use crate::deliver::progress::Progress;
use crate::evidence::saved;
use crate::usage::Usage;

/// What the saved traces show, and where they came from.
pub(super) fn read(
    options: &cli::Evidence,
    catalog: &Catalog,
) -> Result<(Usage, Vec<String>), Failure> {
    let mut usage = Usage::default();
    let mut progress = Progress::start("reading traces");
    let mut stdin = std::io::stdin().lock();
    let gaps = saved::read(&options.traces, &mut stdin, &mut |trace| {
        usage.record(catalog, trace);
        progress.tick(usage.traces);
    })
    .map_err(|error| {
        let hint = error.hint().to_owned();
        Failure::job(error, Some(hint))
    })?;
    progress.end();
    usage.gaps.merge(&gaps);
    let sources = options.traces.iter().map(|path| path.display().to_string());
    Ok((usage, sources.collect()))
}
