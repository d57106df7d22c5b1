//! A Kafka cluster as event source, either Amazon MSK or self-managed: Lambda describes, joins and reads the cluster
//! with the function's role.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html> and
//! <https://docs.aws.amazon.com/lambda/latest/dg/kafka-permissions.html>.

use super::{ConfigurationNeeds, network};
use crate::iam::Arn;
use crate::lambda::EventSource;

pub(super) const ACTIONS: &[&str] = &[
    "kafka:DescribeCluster",
    "kafka:DescribeClusterV2",
    "kafka:GetBootstrapBrokers",
    "kafka:DescribeVpcConnection",
    "kafka:ListScramSecrets",
    "kafka-cluster:Connect",
    "kafka-cluster:DescribeCluster",
    "kafka-cluster:DescribeGroup",
    "kafka-cluster:AlterGroup",
    "kafka-cluster:DescribeTopic",
    "kafka-cluster:ReadData",
    "kafka-cluster:DescribeClusterDynamicConfiguration",
];

/// The types of source access configuration with which Lambda signs in to the cluster. Those for a schema registry are
/// not here.
const SIGN_IN: &[&str] = &[
    "BASIC_AUTH",
    "CLIENT_CERTIFICATE_TLS_AUTH",
    "SASL_SCRAM_256_AUTH",
    "SASL_SCRAM_512_AUTH",
];

pub(super) fn managed(
    cluster: &Arn,
    source: &EventSource,
    setting: &str,
    needs: &mut ConfigurationNeeds,
) {
    let arn = cluster.to_string();
    needs.need(
        setting,
        &["kafka:GetBootstrapBrokers"],
        &arn,
        source.enabled,
    );
    // Either of the two actions is enough.
    needs.need(
        setting,
        &["kafka:DescribeCluster", "kafka:DescribeClusterV2"],
        &arn,
        false,
    );
    let signs_in = source
        .access
        .iter()
        .any(|access| SIGN_IN.contains(&access.kind.as_str()));
    if signs_in {
        needs.need(setting, &["kafka:ListScramSecrets"], &arn, false);
    }
    if cluster.resource().starts_with("vpc-connection/") {
        needs.need(setting, &["kafka:DescribeVpcConnection"], &arn, false);
    }
    if !signs_in {
        joined_by_iam(cluster, source, setting, needs);
    }
    network::of_poller(setting, needs);
    shared(source, setting, needs);
}

/// Adds the actions on the cluster, its topics and its consumer group. Without a secret Lambda signs in with IAM, if
/// the cluster asks for authentication at all.
fn joined_by_iam(
    cluster: &Arn,
    source: &EventSource,
    setting: &str,
    needs: &mut ConfigurationNeeds,
) {
    let cluster_actions = [
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeCluster",
        "kafka-cluster:DescribeClusterDynamicConfiguration",
    ];
    needs.need(setting, &cluster_actions, &cluster.to_string(), false);
    let Some(place) = cluster.resource().strip_prefix("cluster/") else {
        return;
    };
    let inside = |kind: &str, name: &str| {
        cluster
            .with_resource(format!("{kind}/{place}/{name}"))
            .to_string()
    };
    for topic in &source.topics {
        let topic_actions = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"];
        needs.need(setting, &topic_actions, &inside("topic", topic), false);
    }
    let group = source.consumer_group.as_deref().unwrap_or(&source.id);
    let group_actions = ["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"];
    needs.need(setting, &group_actions, &inside("group", group), false);
    if source.consumer_group.is_none() {
        // The group has the id of the mapping as its name, which no template can know before the mapping exists.
        let reason = "Lambda names the consumer group itself";
        needs.may_need(&group_actions, &inside("group", "*"), reason);
    }
}

pub(super) fn self_managed(source: &EventSource, setting: &str, needs: &mut ConfigurationNeeds) {
    if source
        .access
        .iter()
        .any(|access| access.kind.starts_with("VPC_"))
    {
        network::of_poller(setting, needs);
    }
    shared(source, setting, needs);
}

fn shared(source: &EventSource, setting: &str, needs: &mut ConfigurationNeeds) {
    read_secrets(source, setting, needs);
    let registry = source
        .schema_registry
        .as_deref()
        .and_then(|registry| registry.parse::<Arn>().ok());
    if let Some(registry) = registry.filter(|registry| registry.service() == "glue") {
        let setting = format!("schema registry of {setting}");
        needs.need(
            &setting,
            &["glue:GetRegistry"],
            &registry.to_string(),
            source.enabled,
        );
        needs.need(&setting, &["glue:GetSchemaVersion"], "*", source.enabled);
    }
}

/// The secrets that the mapping names.
fn secrets(source: &EventSource) -> impl Iterator<Item = &str> {
    let uris = source.access.iter().map(|access| access.uri.as_str());
    uris.filter(|uri| {
        uri.parse::<Arn>()
            .is_ok_and(|arn| arn.service() == "secretsmanager")
    })
}

pub(super) fn read_secrets(source: &EventSource, setting: &str, needs: &mut ConfigurationNeeds) {
    for secret in secrets(source) {
        needs.need(
            setting,
            &["secretsmanager:GetSecretValue"],
            secret,
            source.enabled,
        );
        needs.may_need(
            &["secretsmanager:DescribeSecret"],
            secret,
            "Lambda may describe the secret that it reads",
        );
        needs.may_use_key(&["kms:Decrypt"], secret);
    }
}
