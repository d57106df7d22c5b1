//! Kafka as an event source: secrets, networks and the registry of schemas.

use super::super::expansion::Expansion;
use super::super::tree::{self, Maker};
use super::Event;
use super::pull::{NETWORK, key, secret};
use crate::yaml::Node;

/// Ways to log in that have a secret.
const LOGINS: [&str; 5] = [
    "SASL_SCRAM_256_AUTH",
    "SASL_SCRAM_512_AUTH",
    "BASIC_AUTH",
    "CLIENT_CERTIFICATE_TLS_AUTH",
    "OAUTHBEARER_AUTH",
];

/// The policy for Amazon's own Kafka; `None` if none is needed.
pub(super) fn managed(event: &Event<'_>, expansion: &Expansion, make: &Maker) -> Option<Node> {
    let mut statements = registry(event, expansion, make);
    let configurations = event.get("SourceAccessConfigurations");
    for configuration in configurations.map(tree::items).unwrap_or_default() {
        let kind = tree::get(configuration, "Type").and_then(tree::text);
        let secret = tree::get(configuration, "URI").filter(|node| tree::is_true(node));
        if let (Some("CLIENT_CERTIFICATE_TLS_AUTH"), Some(secret)) = (kind, secret) {
            statements.push(read_secret(secret, make));
        }
    }
    let document = (!statements.is_empty()).then(|| make.document(statements))?;
    Some(make.inline("MSKExecutionRolePolicy", document))
}

/// The policy for a Kafka that somebody else keeps; `None` if none is needed.
pub(super) fn own(event: &Event<'_>, expansion: &Expansion, make: &Maker) -> Option<Node> {
    let login = secret(event, &LOGINS);
    let authority = secret(event, &["SERVER_ROOT_CA_CERTIFICATE"]);
    let secrets = login.into_iter().chain(authority);
    let mut statements: Vec<Node> = secrets.map(|secret| read_secret(secret, make)).collect();
    let network = ["VPC_SUBNET", "VPC_SECURITY_GROUP"];
    if network.iter().all(|kind| secret(event, &[kind]).is_some()) {
        statements.push(make.allow_all(&NETWORK, make.text("*")));
    }
    statements.extend(key(event, make).map(|key| make.allow_all(&["kms:Decrypt"], key)));
    statements.extend(registry(event, expansion, make));
    let document = (!statements.is_empty()).then(|| make.document_2012(statements))?;
    Some(make.inline("SelfManagedKafkaExecutionRolePolicy", document))
}

fn read_secret(secret: &Node, make: &Maker) -> Node {
    make.allow_all(&["secretsmanager:GetSecretValue"], secret.clone())
}

/// What the registry of schemas asks for.
fn registry(event: &Event<'_>, expansion: &Expansion, make: &Maker) -> Vec<Node> {
    let Some(config) = event.given("SchemaRegistryConfig") else {
        return Vec::new();
    };
    let accesses = tree::get(config, "AccessConfigs");
    let accesses = accesses.map(tree::items).unwrap_or_default().iter();
    let secrets = accesses.filter_map(|access| tree::get(access, "URI"));
    let mut statements: Vec<Node> = secrets.map(|secret| read_secret(secret, make)).collect();
    let Some(uri) = tree::get(config, "SchemaRegistryURI") else {
        return statements;
    };
    if let Some(name) = registry_name(uri, expansion) {
        statements.push(make.allow_all(&["glue:GetRegistry"], uri.clone()));
        let arn = "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:schema/";
        let schemas = make.list([make.sub(&format!("{arn}{name}/*"))]);
        statements.push(make.allow_all(&["glue:GetSchemaVersion"], schemas));
    }
    statements
}

/// The name of a Glue registry, as SAM takes it out of the ARN.
fn registry_name(uri: &Node, expansion: &Expansion) -> Option<String> {
    let resolved = expansion.resolved(uri);
    let arn = match tree::function(&resolved) {
        Some(("Fn::Sub", text)) => tree::text(text)?.to_owned(),
        Some(_) => return None,
        None => tree::text(&resolved)?.to_owned(),
    };
    // Variables have colons of their own, and SAM counts parts all the same.
    let part = arn.starts_with("arn").then(|| arn.split(':').nth(5))??;
    part.strip_prefix("registry/").map(str::to_owned)
}

/// Settings of the mapping that only Kafka has.
pub(super) fn settings<'k>(event: &Event<'_>, make: &Maker) -> Vec<(&'k str, Node)> {
    let mut settings = Vec::new();
    if let Some(servers) = event.given("KafkaBootstrapServers") {
        let servers = make.map([("KafkaBootstrapServers", servers.clone())]);
        let source = make.map([("Endpoints", servers)]);
        settings.push(("SelfManagedEventSource", source));
    }
    let name = match event.kind {
        "MSK" => "AmazonManagedKafkaEventSourceConfig",
        "SelfManagedKafka" => "SelfManagedKafkaEventSourceConfig",
        _ => return settings,
    };
    let kept = ["ConsumerGroupId", "SchemaRegistryConfig"].iter();
    let kept = kept.filter_map(|name| Some((*name, event.given(name)?.clone())));
    let kept: Vec<(&str, Node)> = kept.collect();
    if !kept.is_empty() {
        settings.push((name, make.map(kept)));
    }
    settings
}
