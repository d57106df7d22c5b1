//! `doctor`: what AWS, or saved traces, say of functions, to what is wrong and what mends it.

mod elsewhere;
mod live;
mod probe;

use super::Failure;
use super::evidence;
use super::gather::now;
use crate::catalog::Catalog;
use crate::deliver::stdout;
use crate::doctor::{self, Examined, Function, Kind, Lost, NotFound, Shut, WhyShut};
use crate::exit::Exit;
use crate::report::doctor::Diagnosis;
use crate::report::text::shape::width;
use crate::roles::Targets;
use crate::settings::effective::MINUTES;
use crate::settings::flags::doctor::Doctor;
use crate::settings::flags::{self, SummaryFormat};
use crate::settings::table::MIN_TRACES;
use crate::settings::typed::{of_source, of_targets};
use crate::settings::variable;
use crate::usage::Usage;

pub(super) fn run(options: &Doctor) -> Result<Exit, Failure> {
    let catalog = Catalog::embedded();
    let evidence = options.evidence(options.min_traces.unwrap_or(MIN_TRACES));
    let mut examined = nothing(options, &evidence);
    if options.traces.is_empty() {
        let window = evidence::window(&evidence, MINUTES, now())?;
        match super::live::Live::try_open(&evidence) {
            Ok(live) => live::examine(&evidence, window, &live, catalog, &mut examined)?,
            Err(error) => examined.shut = Some(shut(&error)),
        }
    } else {
        let usage = evidence::saved(&evidence, catalog)?.usage;
        saved(options, &usage, catalog, &mut examined)?;
    }
    let diagnosis = Diagnosis::new(&examined, doctor::diagnose(&examined));
    let told = match options.format {
        SummaryFormat::Text => {
            let columns = variable("COLUMNS");
            diagnosis.text(width(stdout::columns(columns.as_deref())))
        }
        SummaryFormat::Json => diagnosis.json(),
    };
    stdout::print(&told).map_err(|error| Failure::job(error, None))?;
    Ok(diagnosis.exit())
}

/// What is known before anything is asked.
fn nothing(options: &Doctor, evidence: &flags::Evidence) -> Examined {
    Examined {
        is_live: options.traces.is_empty(),
        region: options.region.clone(),
        source_flags: of_source(evidence),
        target_flags: of_targets(evidence),
        is_listed: true,
        minutes: options.time_range.unwrap_or(MINUTES),
        now: now(),
        min_traces: options.min_traces.unwrap_or(MIN_TRACES),
        ..Examined::default()
    }
}

fn shut(error: &crate::aws::SessionError) -> Shut {
    use crate::aws::SessionError::{
        Credentials, File, NoRegion, NoSuchProfile, NoSuchRegion, NotBuilt, OutOfTime, Threads,
    };
    let why = match error {
        NoRegion | NoSuchRegion(_) => WhyShut::Region,
        NoSuchProfile { .. } | File { .. } => WhyShut::Profile,
        Credentials(_) | OutOfTime { .. } => WhyShut::Credentials,
        Threads(_) | NotBuilt => WhyShut::Build,
    };
    Shut {
        why,
        said: error.to_string(),
        hint: error.hint(),
    }
}

/// What saved traces show.
fn saved(
    options: &Doctor,
    usage: &Usage,
    catalog: &Catalog,
    examined: &mut Examined,
) -> Result<(), Failure> {
    examined.lost = lost(usage);
    let ran = usage.owners.iter().filter(|(_, of)| of.traces > 0);
    examined.known = ran.map(|(owner, _)| owner.name().to_owned()).collect();
    let targets = Targets {
        functions: options.functions.clone(),
    };
    targets.each_one(usage).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, hint)
    })?;
    for target in targets.resolve(usage) {
        let observed = match &target {
            crate::roles::Target::Seen(owner) => usage.owners.get(owner),
            crate::roles::Target::NotSeen(name) => {
                examined.not_found.push(NotFound {
                    kind: Kind::Function,
                    name: name.clone(),
                    elsewhere: Vec::new(),
                });
                continue;
            }
        };
        let function = Function {
            name: target.name().to_owned(),
            is_other: !matches!(
                &target,
                crate::roles::Target::Seen(crate::evidence::Owner::LambdaFunction(_))
            ),
            ..Function::default()
        };
        examined
            .functions
            .push(function.observed(observed, catalog));
        examined.found += 1;
    }
    Ok(())
}

/// What of the traces could not be read.
fn lost(usage: &Usage) -> Vec<Lost> {
    let gaps = usage.gaps.iter();
    gaps.map(|(reason, detail, count)| Lost {
        reason: reason.id(),
        detail: detail.to_owned(),
        count,
    })
    .collect()
}
