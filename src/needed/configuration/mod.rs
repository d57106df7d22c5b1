//! What Lambda itself needs of a function's role, told from the function's configuration.
//!
//! Traces show what code calls; Lambda's own use of the role (logs, traces, network interfaces, polling, handing on) is in
//! none of them, and the configuration proves it. Says also which of what Lambda *may* need a configuration rules out. Follows
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>.

mod broker;
mod document_database;
mod durable;
mod environment_key;
mod extensions;
mod file_system;
mod handing_on;
mod kafka;
mod logs;
mod network;
mod queue;
mod stream;
mod tracing;

use super::lambda_service;
use super::{Bound, Cause, Doubt};
use crate::iam::{Action, Arn};
use crate::lambda::{EventSource, FunctionSettings};
use std::collections::BTreeSet;

/// What a function's configuration says of the needs of its role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigurationNeeds {
    /// What a setting makes Lambda use the role for.
    pub needed: BTreeSet<ConfiguredNeed>,
    /// What Lambda may use the role for besides, on no more than these resources.
    pub possible: BTreeSet<Doubt>,
    /// Actions of Lambda's own that the configuration has the last word on: needed where `needed` says so, and nowhere
    /// else. What [`lambda_service`] calls possible of these no longer is.
    pub settled: BTreeSet<Action>,
    /// Settings that could not be read or understood, a sentence each.
    pub gaps: BTreeSet<String>,
}

/// One permission that a setting proves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfiguredNeed {
    /// The action.
    pub action: Action,
    /// What it is needed on, in Lambda's own words.
    pub resources: BTreeSet<String>,
    /// Whether the setting names the resource; if not, `resources` are the widest patterns.
    pub resource_known: bool,
    /// Whether something fails without it. If not, granting it is justified and lacking it is no lack: a log group that
    /// exists need not be created.
    pub required: bool,
    /// The setting that it comes from: `TracingConfig`, `event source arn:...`.
    pub setting: String,
}

impl ConfigurationNeeds {
    /// What a function's settings make Lambda need of its role.
    ///
    /// ```
    /// use aws_least_privilege::lambda::{EventSource, FunctionSettings, VersionSettings};
    /// use aws_least_privilege::needed::configuration::ConfigurationNeeds;
    ///
    /// let queue = "arn:aws:sqs:eu-west-1:123456789012:orders";
    /// let settings = FunctionSettings {
    ///     function: "arn:aws:lambda:eu-west-1:123456789012:function:checkout".parse()?,
    ///     versions: vec![VersionSettings { version: "$LATEST".into(), ..VersionSettings::default() }],
    ///     event_sources: Ok(vec![EventSource {
    ///         source: Some(queue.into()),
    ///         enabled: true,
    ///         ..EventSource::default()
    ///     }]),
    ///     destinations: Ok(Vec::new()),
    /// };
    /// let needs = ConfigurationNeeds::of(&settings);
    /// let receive = needs.needed.iter().find(|need| need.action.name() == "ReceiveMessage").unwrap();
    /// assert!(receive.resources.contains(queue));
    /// assert_eq!(receive.setting, format!("event source {queue}"));
    /// // No stream is polled, so nothing of Lambda's explains a grant of reading one.
    /// assert!(needs.settled.contains(&"kinesis:GetRecords".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(settings: &FunctionSettings) -> Self {
        let mut needs = Self::default();
        let mut open = BTreeSet::new();
        for version in &settings.versions {
            logs::needs(settings, version, &mut needs);
            extensions::needs(&settings.function, version, &mut needs);
            tracing::needs(version, &mut needs);
            network::of_function(version, &mut needs);
            file_system::needs(version, &mut needs);
            environment_key::needs(version, &mut needs);
            durable::needs(&settings.function, version, &mut needs);
            if let Some(target) = &version.dead_letter {
                handing_on::needs(
                    &version.named("DeadLetterConfig"),
                    target,
                    true,
                    &mut needs,
                    &mut open,
                );
            }
        }
        if settings.versions.is_empty() {
            let name = settings.name();
            needs
                .gaps
                .insert(format!("the configuration of {name} was not read"));
            open.extend(actions(OF_VERSIONS.iter().copied().flatten().copied()));
        }
        tracing::leave_open(&settings.versions, &mut open);
        match &settings.event_sources {
            Ok(sources) => {
                for source in sources {
                    of_event_source(source, &mut needs, &mut open);
                }
            }
            Err(reason) => {
                needs.gaps.insert(unread(settings, "event sources", reason));
                open.extend(actions(OF_EVENT_SOURCES.iter().copied().flatten().copied()));
            }
        }
        match &settings.destinations {
            Ok(destinations) => {
                for destination in destinations {
                    let when = if destination.on_success {
                        "on-success"
                    } else {
                        "on-failure"
                    };
                    let setting = format!("{when} destination");
                    handing_on::needs(&setting, &destination.target, true, &mut needs, &mut open);
                }
            }
            Err(reason) => {
                needs.gaps.insert(unread(settings, "destinations", reason));
                open.extend(actions(handing_on::ACTIONS.iter().copied()));
            }
        }
        let all = OF_VERSIONS
            .iter()
            .chain(OF_EVENT_SOURCES)
            .copied()
            .flatten()
            .copied();
        needs.settled = actions(all)
            .filter(|action| !open.contains(action))
            .collect();
        needs
    }

    /// Everything that Lambda may do with the role and no trace shows, now that the configuration is known: what
    /// [`lambda_service`] says of any function, less what is settled, and what the settings make possible.
    ///
    /// ```
    /// use aws_least_privilege::lambda::{FunctionSettings, VersionSettings};
    /// use aws_least_privilege::needed::configuration::ConfigurationNeeds;
    ///
    /// let settings = FunctionSettings {
    ///     function: "arn:aws:lambda:eu-west-1:123456789012:function:checkout".parse()?,
    ///     versions: vec![VersionSettings::default()],
    ///     event_sources: Ok(Vec::new()),
    ///     destinations: Err("not permitted".into()),
    /// };
    /// let possible = ConfigurationNeeds::of(&settings).all_possible(&settings.function);
    /// let may = |action: &str| possible.iter().any(|doubt| doubt.is_about(&action.parse().unwrap()));
    /// assert!(may("sns:Publish"), "destinations may not be read");
    /// assert!(!may("sqs:ReceiveMessage"), "there are no event sources");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn all_possible(&self, function: &Arn) -> BTreeSet<Doubt> {
        let of_any = lambda_service::possible(function);
        let is_settled = |doubt: &Doubt| self.settled.iter().any(|action| doubt.is_about(action));
        let open = of_any.filter(|doubt| !is_settled(doubt));
        open.chain(self.possible.iter().cloned()).collect()
    }

    fn need(&mut self, setting: &str, list: &[&str], resource: &str, required: bool) {
        self.add(setting, list, resource, required, true);
    }

    fn add(&mut self, setting: &str, list: &[&str], resource: &str, required: bool, known: bool) {
        for action in actions(list.iter().copied()) {
            self.needed.insert(ConfiguredNeed {
                action,
                resources: BTreeSet::from([resource.to_owned()]),
                resource_known: known,
                required,
                setting: setting.to_owned(),
            });
        }
    }

    fn may_need(&mut self, list: &[&str], resources: &str, reason: &str) {
        self.may_need_on(list, &Bound::pattern(resources), reason);
    }

    fn may_need_on(&mut self, list: &[&str], on: &Bound, reason: &str) {
        for action in actions(list.iter().copied()) {
            let doubt = Doubt::of(action, on.clone(), Cause::Runtime, reason);
            self.possible.insert(doubt);
        }
    }

    /// A key that may encrypt something, which Lambda then uses with the role: no setting of the function names it.
    fn may_use_key(&mut self, list: &[&str], what: &str) {
        let reason = format!("{what} may be encrypted with a key, which Lambda uses with the role");
        self.may_need_on(list, &Bound::Named, &reason);
    }
}

/// What the settings of versions explain.
const OF_VERSIONS: &[&[&str]] = &[
    logs::ACTIONS,
    tracing::ACTIONS,
    network::ACTIONS,
    file_system::ACTIONS,
    handing_on::ACTIONS,
];

/// What event source mappings explain.
const OF_EVENT_SOURCES: &[&[&str]] = &[
    queue::ACTIONS,
    stream::ACTIONS,
    kafka::ACTIONS,
    broker::ACTIONS,
    network::ACTIONS,
    handing_on::ACTIONS,
];

fn of_event_source(
    source: &EventSource,
    needs: &mut ConfigurationNeeds,
    open: &mut BTreeSet<Action>,
) {
    let named = source.source.as_deref().unwrap_or(&source.id);
    let setting = format!("event source {named}");
    if let Some(target) = &source.on_failure {
        let setting = format!("on-failure destination of {setting}");
        handing_on::needs(&setting, target, source.enabled, needs, open);
    }
    let Some(arn) = &source.source else {
        return kafka::self_managed(source, &setting, needs);
    };
    let polled = arn.parse::<Arn>().ok();
    match polled.as_ref().map(|arn| (arn.service(), arn)) {
        Some(("sqs", queue)) => queue::needs(queue, source, &setting, needs),
        Some(("kinesis", stream)) => stream::kinesis(stream, source, &setting, needs),
        Some(("dynamodb", stream)) => stream::dynamodb(stream, source, &setting, needs),
        Some(("kafka", cluster)) => kafka::managed(cluster, source, &setting, needs),
        Some(("mq", broker)) => broker::needs(broker, source, &setting, needs),
        Some(("rds", _)) => document_database::needs(source, &setting, needs),
        _ => {
            needs
                .gaps
                .insert(format!("{setting} is of a kind that is not known"));
            open.extend(actions(OF_EVENT_SOURCES.iter().copied().flatten().copied()));
        }
    }
}

fn unread(settings: &FunctionSettings, what: &str, reason: &str) -> String {
    format!("the {what} of {} were not read: {reason}", settings.name())
}

/// The actions of a list; a test holds that each of them is one.
fn actions<'a>(list: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = Action> {
    list.into_iter().filter_map(|action| action.parse().ok())
}

#[cfg(test)]
mod tests;
