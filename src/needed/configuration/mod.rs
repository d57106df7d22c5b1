//! Takes a Lambda function's settings and returns what Lambda itself needs of the function's role.
//!
//! Traces show only what code calls. They do not show how Lambda uses the role: for logs, traces, network interfaces,
//! polling and destinations. The configuration proves these needs, and it also rules out some that Lambda *may* have.
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>.

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
use crate::lambda::{EventSource, FunctionSettings, Variable};
use std::collections::BTreeSet;

/// What Lambda needs of a function's role according to the function's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigurationNeeds {
    /// The permissions that a setting proves.
    pub needed: BTreeSet<ConfiguredNeed>,
    /// What Lambda may need in addition, and on which resources at most.
    pub possible: BTreeSet<Doubt>,
    /// Lambda's own actions that the configuration decides: they are needed where `needed` says so, and
    /// nowhere else. They replace the doubts of [`lambda_service`] about the same actions.
    pub settled: BTreeSet<Action>,
    /// The environment variables, whose values may name what code reads before its handler runs.
    pub environment: BTreeSet<Variable>,
    /// Settings that could not be read or understood, one sentence each.
    pub gaps: BTreeSet<String>,
}

/// One action that a setting proves to be needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfiguredNeed {
    /// The action.
    pub action: Action,
    /// The resources that it is needed on, as patterns.
    pub resources: BTreeSet<String>,
    /// Whether the setting names the resource. If not, `resources` are the widest patterns.
    pub resource_known: bool,
    /// Whether something fails without the permission. If not, a grant of it is justified but its absence is not a
    /// fault: a log group that exists need not be created.
    pub required: bool,
    /// The name of the setting: `TracingConfig`, `event source arn:...`.
    pub setting: String,
}

impl ConfigurationNeeds {
    /// Returns what Lambda needs of the role of a function with these settings.
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
            needs
                .environment
                .extend(version.environment.iter().cloned());
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

    /// What is known of a function of which nothing but the environment variables is known.
    pub fn of_environment(variables: impl IntoIterator<Item = Variable>) -> Self {
        Self {
            environment: variables.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Returns every doubt about what Lambda may do with the role: those of [`lambda_service`] that the configuration
    /// does not settle, and those that the settings add.
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

    /// Adds a doubt about a KMS key: `what` may be encrypted with one, which Lambda then uses with the role. No setting
    /// of the function names the key.
    fn may_use_key(&mut self, list: &[&str], what: &str) {
        let reason = format!("{what} may be encrypted with a key, which Lambda uses with the role");
        self.may_need_on(list, &Bound::Named, &reason);
    }
}

/// Actions that the settings of a function's versions decide.
const OF_VERSIONS: &[&[&str]] = &[
    logs::ACTIONS,
    tracing::ACTIONS,
    network::ACTIONS,
    file_system::ACTIONS,
    durable::ACTIONS,
    handing_on::ACTIONS,
];

/// Actions that event source mappings decide.
const OF_EVENT_SOURCES: &[&[&str]] = &[
    queue::ACTIONS,
    stream::ACTIONS,
    kafka::ACTIONS,
    broker::ACTIONS,
    document_database::ACTIONS,
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

/// Parses a list of action names. A test checks that every name is an action.
fn actions<'a>(list: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = Action> {
    list.into_iter().filter_map(|action| action.parse().ok())
}

#[cfg(test)]
mod tests;
