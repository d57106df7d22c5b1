//! The appeal: before a live gate fails an action of a function, X-Ray is asked once more, for traces of that function with that
//! very service, over all the time that X-Ray keeps. What these show acquits.

use super::evidence;
use super::live::Live;
use crate::catalog::Catalog;
use crate::evidence::xray_api::{Function, Window};
use crate::iam::{Action, Arn};
use crate::judge::JudgedRole;
use crate::judge::{State, Verdict};
use crate::report::Appeal;
use crate::run::gather::now;
use crate::settings::effective::{Effective, MAX_SCANNED};
use crate::settings::flags;
use crate::usage::Usage;
use std::collections::BTreeSet;

/// How long X-Ray keeps traces, in minutes.
const ALL: u64 = 30 * 24 * 60;

/// Services that one appeal is about. What a wildcard of more of them grants, no trace acquits.
const MOST_SERVICES: usize = 12;

/// The longest condition on services; the rest of an expression is for the functions.
const LONGEST: usize = 1200;

/// Traces that are read for each function: a rare call needs few.
const MAX_TRACES: u64 = 200;

/// What X-Ray's inferred segments call a service's resources, where that is not the service's own name.
const RESOURCE_TYPES: [(&str, &str); 8] = [
    ("dynamodb", "AWS::DynamoDB::Table"),
    ("events", "AWS::Events"),
    ("kinesis", "AWS::Kinesis::Stream"),
    ("lambda", "AWS::Lambda::Function"),
    ("s3", "AWS::S3::Bucket"),
    ("sns", "AWS::SNS::Topic"),
    ("sqs", "AWS::SQS::Queue"),
    ("states", "AWS::Sfn"),
];

/// What is asked about.
#[derive(Debug, Default, PartialEq, Eq)]
struct Question {
    functions: BTreeSet<Arn>,
    /// IAM prefixes.
    services: BTreeSet<String>,
}

/// Asks, and adds to the usage what was not known; nothing where there is nothing to ask, or it cannot be asked.
pub(super) fn appeal(
    judged: &[JudgedRole],
    usage: &mut Usage,
    effective: &Effective,
    catalog: &Catalog,
) -> Option<Appeal> {
    let options = &effective.evidence;
    let scanned = usage.scanned?;
    let is_whole = options.start_time.is_none() && options.time_range.is_some_and(|own| own >= ALL);
    let question = question(judged, effective);
    if !effective.appeal || is_whole || question.services.is_empty() {
        return None;
    }
    let mut told = Appeal {
        functions: question.functions.iter().map(Arn::to_string).collect(),
        services: question.services.iter().cloned().collect(),
        days: ALL / (24 * 60),
        traces: 0,
        found: 0,
        unanswered: None,
    };
    let asking = match Asking::open(options, &question) {
        Ok(asking) => asking,
        Err(error) => {
            told.unanswered = Some(error);
            return Some(told);
        }
    };
    let mut left = options
        .max_scanned
        .unwrap_or(MAX_SCANNED)
        .saturating_sub(scanned);
    for filter in filters(&question.services, options.filter.as_deref(), catalog) {
        if left == 0 {
            told.unanswered = Some("--max-scanned leaves nothing to ask with".to_owned());
            break;
        }
        let asked = flags::Evidence {
            filter: Some(filter),
            max_traces: Some(MAX_TRACES),
            max_scanned: Some(left),
            ..options.clone()
        };
        match asking.ask(&asked, catalog) {
            Ok(found) => {
                let cost = found.scanned.unwrap_or_default();
                left = left.saturating_sub(cost);
                usage.scanned = usage.scanned.map(|scanned| scanned + cost);
                told.traces += found.traces;
                told.found += usage.admit(&found);
            }
            Err(error) => {
                told.unanswered = Some(error);
                break;
            }
        }
    }
    Some(told)
}

/// What is the same for every question.
struct Asking {
    live: Live,
    window: Window,
    functions: Vec<Function>,
}

impl Asking {
    fn open(options: &flags::Evidence, question: &Question) -> Result<Self, String> {
        let functions = question.functions.iter().map(super::live::function);
        Ok(Self {
            window: Window::new(None, ALL, now()).map_err(|error| error.to_string())?,
            live: Live::open(options).map_err(|failure| failure.error.to_string())?,
            functions: functions.collect(),
        })
    }

    fn ask(&self, asked: &flags::Evidence, catalog: &Catalog) -> Result<Usage, String> {
        let functions = self.functions.clone();
        let found = evidence::live(asked, self.window, functions, &self.live, catalog);
        found
            .map(|found| found.usage)
            .map_err(|failure| failure.error.to_string())
    }
}

/// The functions that would fail, and the services for which.
fn question(judged: &[JudgedRole], effective: &Effective) -> Question {
    let mut question = Question::default();
    for role in judged.iter().filter(|role| role.verdict == Verdict::Fail) {
        let mut services = BTreeSet::new();
        for (place, (excess, state)) in role.comparison.excess.iter().zip(&role.states).enumerate()
        {
            let standing = role.standings.get(place);
            let is_certain = standing.is_some_and(|standing| standing.is_certain);
            let fails = *state == State::Judged && effective.thresholds.fails(excess, *state);
            if fails && !is_certain {
                let prefixes = excess.unobserved.iter().map(Action::prefix);
                services.extend(prefixes.map(str::to_ascii_lowercase));
            }
        }
        if services.is_empty() || services.len() > MOST_SERVICES {
            continue;
        }
        question.services.extend(services);
        let functions = role.functions.iter().map(|function| &function.arn);
        let arns = functions.filter_map(|function| function.parse::<Arn>().ok());
        question
            .functions
            .extend(arns.filter(|arn| arn.service() == "lambda"));
    }
    if question.functions.is_empty() {
        question.services.clear();
    }
    question
}

/// Conditions on traces with these services, and on what the user asks for besides; each fits into an expression.
fn filters(services: &BTreeSet<String>, own: Option<&str>, catalog: &Catalog) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for service in services {
        let one = selecting(service, catalog);
        match all.last_mut() {
            Some(last) if last.len() + one.len() < LONGEST => {
                last.push_str(" OR ");
                last.push_str(&one);
            }
            _ => all.push(one),
        }
    }
    let with_own = |filter: String| match own {
        Some(own) => format!("({filter}) AND ({own})"),
        None => filter,
    };
    all.into_iter().map(with_own).collect()
}

/// What selects traces with a service, by the names that recorders give it.
fn selecting(prefix: &str, catalog: &Catalog) -> String {
    let mut names = BTreeSet::new();
    let mut types = BTreeSet::new();
    for service in catalog.services().filter(|own| own.prefix() == prefix) {
        let id = service.service_id();
        let bare: String = id.split_whitespace().collect();
        types.insert(format!("AWS::{bare}"));
        names.insert(id.to_owned());
        names.insert(bare);
        names.insert(service.endpoint_prefix().to_owned());
        names.extend(service.java_v1_name().map(str::to_owned));
    }
    let own = RESOURCE_TYPES.iter().filter(|(own, _)| *own == prefix);
    types.extend(own.map(|(_, kind)| (*kind).to_owned()));
    if names.is_empty() {
        names.insert(prefix.to_owned());
    }
    let names = names.iter().map(|name| format!("service({name:?})"));
    let types = types
        .iter()
        .map(|kind| format!("service(id(type: {kind:?}))"));
    names.chain(types).collect::<Vec<_>>().join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Owner;

    #[test]
    fn a_service_is_selected_by_each_of_its_names() {
        let filter = selecting("secretsmanager", Catalog::embedded());
        for name in [
            "service(\"Secrets Manager\")",
            "service(\"SecretsManager\")",
            "service(\"secretsmanager\")",
            "service(id(type: \"AWS::SecretsManager\"))",
        ] {
            assert!(filter.contains(name), "{filter}");
        }
        let table = selecting("dynamodb", Catalog::embedded());
        assert!(table.contains("AWS::DynamoDB::Table"), "{table}");
    }

    #[test]
    fn every_filter_fits() {
        let catalog = Catalog::embedded();
        let mut prefixes: Vec<String> = catalog
            .services()
            .map(|own| own.prefix().to_owned())
            .collect();
        prefixes.sort();
        prefixes.dedup();
        for services in prefixes.chunks(MOST_SERVICES) {
            let services: BTreeSet<String> = services.iter().cloned().collect();
            let filters = filters(&services, Some("error"), catalog);
            for filter in &filters {
                assert!(filter.len() < LONGEST + 200, "{filter}");
                assert!(filter.ends_with(" AND (error)"));
            }
        }
    }

    #[test]
    fn what_is_known_already_is_not_counted_again() {
        let mut usage = Usage::default();
        let owner = Owner::Named("checkout".to_owned());
        let mut other = Usage::default();
        other.owners.entry(owner.clone()).or_default();
        assert_eq!(usage.admit(&other), 0);
        assert!(usage.owners.is_empty(), "nobody else is added");
        usage.owners.entry(owner).or_default();
        assert_eq!(usage.admit(&other), 0);
    }
}
