//! Reading evidence into usage, for every command that needs it.

use super::Failure;
use super::gather::now;
use super::live::Live;
use crate::catalog::Catalog;
use crate::deliver::progress::Progress;
use crate::deliver::stderr;
use crate::evidence::saved;
use crate::evidence::xray_api::{self, Event, Function, Patience, Request, Window};
use crate::files::{Bounded, Bounds};
use crate::settings::flags;
use crate::usage::Usage;
use jiff::Timestamp;
use std::io::Read;

/// What was read, and where it came from.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) usage: Usage,
    pub(super) sources: Vec<String>,
}

/// What saved traces show.
pub(super) fn saved(options: &flags::Evidence, catalog: &Catalog) -> Result<Found, Failure> {
    let mut usage = Usage::telling(options.object_keys);
    let mut progress = Progress::start("reading traces");
    let unreadable = |source| Failure::job(anyhow::Error::new(source), None);
    let takes_stdin = options.traces.iter().any(|path| path.as_os_str() == "-");
    let mut stdin: Box<dyn Read> = if takes_stdin {
        let bounded = Bounded::start(|| Ok(std::io::stdin()), Bounds::default());
        Box::new(bounded.map_err(unreadable)?)
    } else {
        Box::new(std::io::empty())
    };
    let gaps = saved::read(&options.traces, &mut stdin, now(), &mut |trace| {
        usage.record(catalog, trace);
        progress.tick(usage.traces);
    })
    .map_err(|error| {
        let hint = error.hint().to_owned();
        Failure::job(error, Some(hint))
    })?;
    progress.end();
    usage.gaps.merge(&gaps);
    let sources: Vec<String> = options
        .traces
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    if options.verbose {
        tell(&usage, &sources);
    }
    Ok(Found { usage, sources })
}

/// Says what saved traces held, owner by owner.
fn tell(usage: &Usage, sources: &[String]) {
    let (traces, sources) = (usage.traces, sources.join(", "));
    stderr::note(&format!("read {traces} traces from {sources}"));
    for (owner, observed) in &usage.owners {
        let (traces, calls) = (observed.traces, observed.calls);
        stderr::note(&format!("  {owner}: {traces} traces, {calls} AWS calls"));
    }
}

/// The time that is asked for.
pub(super) fn window(
    options: &flags::Evidence,
    default_minutes: u64,
    now: Timestamp,
) -> Result<Window, Failure> {
    let minutes = options.time_range.unwrap_or(default_minutes);
    Window::new(options.start_time, minutes, now).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, hint)
    })
}

/// What X-Ray's API shows of these functions, or of all where none is named.
pub(super) fn live(
    options: &flags::Evidence,
    window: Window,
    functions: Vec<Function>,
    live: &Live,
    catalog: &Catalog,
) -> Result<Found, Failure> {
    let request = Request {
        window,
        functions,
        filter: options.filter.clone(),
        max_traces: options
            .max_traces
            .unwrap_or(crate::settings::effective::MAX_TRACES),
        max_scanned: options
            .max_scanned
            .unwrap_or(crate::settings::effective::MAX_SCANNED),
        until: Some(live.deadline().evidence().end()),
        patience: Patience::default(),
    };
    let mut usage = Usage::telling(options.object_keys);
    let mut progress = Progress::of_phases(options.verbose);
    let mut scanned = None;
    let gaps = xray_api::read(
        &request,
        live.xray(),
        live.runtime(),
        &mut |trace| usage.record(catalog, trace),
        &mut |event| match event {
            Event::Scanned(traces) => scanned = Some(traces),
            event @ (Event::Listing { .. } | Event::Reading { .. } | Event::Note(_)) => {
                show(&mut progress, event);
            }
        },
    )
    .map_err(|error| {
        let hint = error.hint();
        Failure::job(error, hint)
    })?;
    progress.end();
    usage.gaps.merge(&gaps);
    usage.scanned = scanned;
    usage.start = Some(window.start());
    usage.end = Some(window.end());
    Ok(Found {
        usage,
        sources: vec!["x-ray".to_owned()],
    })
}

fn show(progress: &mut Progress, event: Event) {
    match event {
        Event::Listing { traces, .. } => progress.show("listing traces", traces as u64, None),
        Event::Reading { traces, of } => {
            progress.show("reading traces", traces as u64, Some(of as u64));
        }
        Event::Note(note) => progress.note(&note),
        Event::Scanned(_) => {}
    }
}
