//! A function's settings as its template has them: what makes Lambda itself use the function's role.
//!
//! Plain values. What is not known before the stack is deployed is told as a reason.

use super::Resource;
use super::resolve::{Resolver, has_symbol};
use super::roles::named;
use crate::iam::Arn;
use crate::lambda::{
    Destination, EventSource, FunctionSettings, Reading, SourceAccess, Variable, VersionSettings,
};
use crate::yaml::Node;

/// The settings of a function as Lambda would tell them, by the ARN that it has; nothing where a part that counts is not known before
/// the stack is deployed.
pub fn settings(
    arn: &Arn,
    function: &Resource,
    resolver: &Resolver<'_>,
) -> Option<FunctionSettings> {
    let text = |node: Option<&Node>| -> Result<Option<String>, ()> {
        match node {
            None => Ok(None),
            Some(node) => match resolver.text(node) {
                Some(text) if has_symbol(&text) => Err(()),
                other => Ok(other),
            },
        }
    };
    let within = |outer: &str, inner: &str| function.property(outer).and_then(|own| own.get(inner));
    let all = |node: Option<&Node>| -> Option<Vec<String>> {
        let entries = node.map(|node| resolver.branches(node, false));
        let entries = entries.into_iter().flatten();
        let texts = entries.map(|(entry, _)| text(Some(entry)).ok().flatten());
        texts.collect()
    };
    let file_systems = function.property("FileSystemConfigs").map(Node::items);
    let file_systems = file_systems.unwrap_or_default().iter().map(|own| {
        let arn = text(own.get("Arn")).ok().flatten();
        arn.filter(|arn| arn.starts_with("arn:"))
    });
    let mode = text(within("TracingConfig", "Mode")).ok()?;
    let vpc = function
        .property("VpcConfig")
        .and_then(|vpc| resolver.value(vpc));
    let subnets = vpc.as_ref().and_then(|vpc| vpc.get("SubnetIds"));
    let version = VersionSettings {
        last_modified: None,
        version: "$LATEST".to_owned(),
        runtime: text(function.property("Runtime")).ok().flatten(),
        log_group: text(within("LoggingConfig", "LogGroup")).ok()?,
        active_tracing: mode.as_deref() == Some("Active"),
        in_vpc: subnets.is_some_and(|subnets| !subnets.items().is_empty()),
        dead_letter: text(within("DeadLetterConfig", "TargetArn")).ok()?,
        file_systems: file_systems.collect::<Option<_>>()?,
        environment_key: text(function.property("KmsKeyArn")).ok()?,
        environment: environment(function, resolver),
        durable: function.property("DurableConfig").is_some(),
        layers: all(function.property("Layers"))?,
        is_image: text(function.property("PackageType")).ok()?.as_deref() == Some("Image"),
    };
    Some(FunctionSettings {
        function: arn.clone(),
        versions: vec![version],
        event_sources: sources(function, resolver),
        destinations: destinations(function, resolver),
    })
}

/// The environment variables of a function. What is not known before the stack is deployed stays a symbol, which the policies have
/// too.
pub fn environment(function: &Resource, resolver: &Resolver<'_>) -> Vec<Variable> {
    let variables = function
        .property("Environment")
        .and_then(|own| own.get("Variables"));
    let variables = variables.map(Node::members).unwrap_or_default().iter();
    let each = variables.flat_map(|(name, node)| {
        let values = resolver.branches(node, false).into_iter();
        let values = values.filter_map(|(node, _)| resolver.text(node));
        values.map(|value| Variable {
            name: name.text.clone(),
            value,
        })
    });
    each.collect()
}

fn of_function<'t>(
    kind: &'static str,
    function: &'t Resource,
    resolver: &'t Resolver<'_>,
) -> impl Iterator<Item = &'t Resource> {
    let all = resolver.template.resources.iter();
    all.filter(move |own| {
        let written = own.property("FunctionName");
        let by_id = written.and_then(named) == Some(function.logical_id.as_str());
        let is_meant = by_id || is_same_name(written, function, resolver);
        own.kind == kind && is_meant && resolver.is_there(own) != Some(false)
    })
}

fn is_same_name(written: Option<&Node>, function: &Resource, resolver: &Resolver<'_>) -> bool {
    let name = super::join::function_name(&function.logical_id, resolver);
    let text = written.and_then(|node| resolver.text(node));
    name.is_some_and(|name| {
        text.is_some_and(|text| text == name || text.ends_with(&format!(":function:{name}")))
    })
}

fn sources(function: &Resource, resolver: &Resolver<'_>) -> Reading<Vec<EventSource>> {
    let mut sources = Vec::new();
    for mapping in of_function("AWS::Lambda::EventSourceMapping", function, resolver) {
        let known =
            |node: Option<&Node>, what: &str| match node.and_then(|node| resolver.text(node)) {
                Some(text) if has_symbol(&text) => Err(format!(
                    "the {what} of {} is known once it is deployed",
                    mapping.words()
                )),
                other => Ok(other),
            };
        let access = mapping
            .property("SourceAccessConfigurations")
            .map(Node::items);
        let mut of_access = Vec::new();
        for own in access.unwrap_or_default() {
            let kind = known(own.get("Type"), "access")?;
            let uri = known(own.get("URI"), "access")?;
            let both = kind.zip(uri);
            of_access.extend(both.map(|(kind, uri)| SourceAccess { kind, uri }));
        }
        let enabled = mapping
            .property("Enabled")
            .and_then(|node| resolver.value(node));
        let failure = mapping
            .property("DestinationConfig")
            .and_then(|own| own.get("OnFailure")?.get("Destination"));
        let topics = mapping
            .property("Topics")
            .map(Node::items)
            .unwrap_or_default();
        sources.push(EventSource {
            id: mapping.words(),
            // One without a name is a symbol, which the policies have too.
            source: mapping
                .property("EventSourceArn")
                .and_then(|node| resolver.text(node)),
            enabled: enabled.and_then(|node| node.as_bool()) != Some(false),
            topics: topics
                .iter()
                .filter_map(|topic| resolver.text(topic))
                .collect(),
            access: of_access,
            on_failure: known(failure, "destination")?,
            ..EventSource::default()
        });
    }
    Ok(sources)
}

fn destinations(function: &Resource, resolver: &Resolver<'_>) -> Reading<Vec<Destination>> {
    let mut found = Vec::new();
    for config in of_function("AWS::Lambda::EventInvokeConfig", function, resolver) {
        for (on_success, name) in [(true, "OnSuccess"), (false, "OnFailure")] {
            let node = config
                .property("DestinationConfig")
                .and_then(|own| own.get(name)?.get("Destination"));
            match node.and_then(|node| resolver.text(node)) {
                Some(text) if has_symbol(&text) => {
                    return Err(format!(
                        "the destination in {} is known once it is deployed",
                        config.words()
                    ));
                }
                Some(target) => found.push(Destination { on_success, target }),
                None => {}
            }
        }
    }
    Ok(found)
}
