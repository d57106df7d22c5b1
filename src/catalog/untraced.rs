//! Lists permissions that are used without any call that X-Ray could record: logins that are signed on the client,
//! connections in other protocols, signed HTTP requests, mounts, and requests that SDKs make in the background.
//!
//! The table is written by hand, with an AWS page for each row. A presigned URL needs no call either: whoever has the
//! URL uses the rights of its signer
//! ([presigned URLs](https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html)). It is not in the
//! table, because it can be for any action on objects, and most of these are used by calls too.

use crate::iam::Action;

/// In place of a name: every action of the service.
pub const ALL: &str = "*";

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untraced {
    /// The IAM prefix.
    pub prefix: &'static str,
    /// The action's name, or [`ALL`].
    pub name: &'static str,
    /// Why no trace shows it, as a sentence without its full stop.
    pub reason: &'static str,
    /// The AWS page, below <https://docs.aws.amazon.com/>.
    pub page: &'static str,
}

/// Returns why no trace shows the use of an action, or `None` if it is only used by calls.
///
/// ```
/// use aws_least_privilege::catalog::untraced;
///
/// assert!(untraced::reason(&"rds-db:connect".parse()?).is_some());
/// assert!(untraced::reason(&"Kafka-Cluster:ReadData".parse()?).is_some());
/// assert_eq!(untraced::reason(&"rds:DescribeDBInstances".parse()?), None);
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn reason(action: &Action) -> Option<&'static str> {
    let found = TABLE.iter().find(|row| {
        row.prefix.eq_ignore_ascii_case(action.prefix())
            && (row.name == ALL || row.name.eq_ignore_ascii_case(action.name()))
    });
    found.map(|row| row.reason)
}

const fn row(
    prefix: &'static str,
    name: &'static str,
    why: (&'static str, &'static str),
) -> Untraced {
    Untraced {
        prefix,
        name,
        reason: why.0,
        page: why.1,
    }
}

const AGENTCORE: (&str, &str) = (
    "streams of agents and browsers are signed WebSocket requests, not calls of an SDK",
    "bedrock-agentcore/latest/devguide/runtime-get-started-websocket.html",
);
const GATEWAY: (&str, &str) = (
    "requests to a gateway of agents are signed HTTP, not calls of an SDK",
    "bedrock-agentcore/latest/devguide/gateway-inbound-auth.html",
);
const AOSS: (&str, &str) = (
    "requests to a collection are signed HTTP, not calls of an SDK",
    "opensearch-service/latest/developerguide/serverless-data-access.html",
);
const APPMESH: (&str, &str) = (
    "the Envoy proxy beside the code reads its configuration itself, and is no SDK of AWS",
    "app-mesh/latest/userguide/proxy-authorization.html",
);
const APPSYNC: (&str, &str) = (
    "requests to AppSync are signed HTTP or WebSocket requests, not calls of an SDK",
    "appsync/latest/devguide/security-authz.html",
);
const APS: (&str, &str) = (
    "metrics are written and asked for by signed HTTP, not by calls of an SDK",
    "prometheus/latest/userguide/AMP-APIReference.html",
);
const BEARER: (&str, &str) = (
    "a short-lived API key is signed on the spot, without a call to AWS",
    "bedrock/latest/userguide/api-keys-permissions.html",
);
const BITCOIN: (&str, &str) = (
    "requests to the network are signed HTTP, not calls of an SDK",
    "managed-blockchain/latest/ambbtc-dg/security_iam_id-based-policy-examples.html",
);
const ETHEREUM: (&str, &str) = (
    "requests to a node are signed HTTP or WebSocket requests, not calls of an SDK",
    "managed-blockchain/latest/ethereum-dev/security_iam_id-based-policy-examples.html",
);
const CASSANDRA: (&str, &str) = (
    "clients of Cassandra sign their connection with a plugin, and no X-Ray SDK records their queries",
    "keyspaces/latest/devguide/programmatic.credentials.SigV4_KEYSPACES.html",
);
const CODEARTIFACT: (&str, &str) = (
    "package managers speak to the repository themselves",
    "codeartifact/latest/ug/tokens-authentication.html",
);
const CODECOMMIT: (&str, &str) = (
    "Git speaks to the repository itself",
    "codecommit/latest/userguide/auth-and-access-control-permissions-reference.html",
);
const CODEGURU_PROFILER: (&str, &str) = (
    "the profiler's agent reports itself, with a client that is not traced",
    "aws-managed-policy/latest/reference/AmazonCodeGuruProfilerAgentAccess.html",
);
const DAX: (&str, &str) = (
    "the client of DAX speaks its own protocol, which no X-Ray SDK records",
    "amazondynamodb/latest/developerguide/DAX.access-control.html",
);
const DSQL: (&str, &str) = (
    "a database login is signed on the spot, without a call to AWS",
    "aurora-dsql/latest/userguide/authentication-authorization.html",
);
const DYNAMODB: (&str, &str) = (
    "SDKs look up endpoints behind other calls",
    "amazondynamodb/latest/APIReference/API_DescribeEndpoints.html",
);
const ELASTICACHE: (&str, &str) = (
    "a cache login is signed on the spot, without a call to AWS",
    "AmazonElastiCache/latest/dg/auth-iam.html",
);
const ELASTICFILESYSTEM: (&str, &str) = (
    "file systems are mounted, which is no call",
    "efs/latest/ug/iam-access-control-nfs-efs.html",
);
const ES: (&str, &str) = (
    "requests to a domain are signed HTTP, not calls of an SDK",
    "opensearch-service/latest/developerguide/ac.html",
);
const EXECUTE_API: (&str, &str) = (
    "requests to an API are signed HTTP, not calls of an SDK",
    "apigateway/latest/developerguide/permissions.html",
);
const FHIR: (&str, &str) = (
    "requests to a data store are signed HTTP, not calls of an SDK",
    "healthlake/latest/devguide/managing-fhir-resources-create.html",
);
const IOT: (&str, &str) = (
    "devices and clients speak MQTT, which no X-Ray SDK records",
    "iot/latest/developerguide/iot-policy-actions.html",
);
const KAFKA_CLUSTER: (&str, &str) = (
    "clients of Kafka sign their connection on the spot, without a call to AWS",
    "msk/latest/developerguide/iam-access-control.html",
);
const KINESISVIDEO: (&str, &str) = (
    "signalling goes over signed WebSockets, not over calls of an SDK",
    "kinesisvideostreams-webrtc-dg/latest/devguide/kvswebrtc-websocket-apis.html",
);
const KINESISVIDEO_PRODUCER: (&str, &str) = (
    "producer libraries look up the data endpoint and send media there themselves, and no SDK of AWS has that call",
    "kinesisvideostreams/latest/dg/how-it-works-kinesis-video-api-producer-sdk.html",
);
const LAMBDA: (&str, &str) = (
    "requests to a function URL are signed HTTP, not calls of an SDK",
    "lambda/latest/dg/urls-auth.html",
);
const LIVY: (&str, &str) = (
    "interactive sessions are signed HTTP, not calls of an SDK",
    "emr/latest/EMR-Serverless-UserGuide/interactive-workloads-livy-endpoints.html",
);
const MANTLE: (&str, &str) = (
    "clients of OpenAI's speak to the endpoint themselves",
    "bedrock/latest/userguide/bedrock-mantle.html",
);
const MEMORYDB: (&str, &str) = (
    "a cache login is signed on the spot, without a call to AWS",
    "memorydb/latest/devguide/auth-iam.html",
);
const MLFLOW: (&str, &str) = (
    "the client of MLflow signs its requests itself, and is no SDK of AWS",
    "sagemaker/latest/dg/mlflow-create-tracking-server-iam.html",
);
const NEPTUNE_DB: (&str, &str) = (
    "graph queries are signed HTTP or WebSocket requests that no X-Ray SDK records",
    "neptune/latest/userguide/iam-auth.html",
);
const NEPTUNE_GRAPH: (&str, &str) = (
    "graph queries may be signed HTTP requests that no X-Ray SDK records",
    "neptune-analytics/latest/userguide/query-APIs-IAM-role-mappings.html",
);
const OSIS: (&str, &str) = (
    "requests to a pipeline are signed HTTP, not calls of an SDK",
    "opensearch-service/latest/developerguide/configure-client.html",
);
const POLYGON: (&str, &str) = (
    "requests to the network are signed HTTP, not calls of an SDK",
    "managed-blockchain/latest/ambp-dg/security_iam_id-based-policy-examples.html",
);
const RDS_DB: (&str, &str) = (
    "a database login is signed on the spot, without a call to AWS",
    "AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
);
const REDSHIFT: (&str, &str) = (
    "drivers get their login themselves, with an SDK that is not traced",
    "redshift/latest/mgmt/generating-user-credentials.html",
);
const REDSHIFT_HOST: (&str, &str) = (
    "drivers look up the host and port themselves, with an SDK that is not traced",
    "redshift/latest/mgmt/generating-iam-credentials-role-permissions.html",
);
const S3EXPRESS: (&str, &str) = (
    "SDKs make sessions behind other calls",
    "AmazonS3/latest/userguide/s3-express-create-session.html",
);
const S3FILES: (&str, &str) = (
    "file systems are mounted, which is no call",
    "AmazonS3/latest/userguide/s3-files.html",
);
const S3TABLES: (&str, &str) = (
    "clients of Iceberg may read and write a table's objects without an SDK that is traced",
    "AmazonS3/latest/userguide/s3-tables-setting-up.html",
);
const SES: (&str, &str) = (
    "mail by SMTP is checked so, and is no call of an SDK",
    "ses/latest/dg/control-user-access.html",
);
const STS: (&str, &str) = (
    "a bearer token is asked for behind other calls",
    "IAM/latest/UserGuide/id_credentials_bearer.html",
);
const TIMESTREAM: (&str, &str) = (
    "SDKs look up endpoints behind other calls",
    "timestream/latest/developerguide/Using.API.endpoint-discovery.how-it-works.html",
);
const TRANSCRIBE: (&str, &str) = (
    "transcription is streamed over signed WebSockets, which no X-Ray SDK records",
    "transcribe/latest/dg/streaming-websocket.html",
);
const VPC_LATTICE_SVCS: (&str, &str) = (
    "requests to a service of VPC Lattice are signed HTTP, not calls of an SDK",
    "vpc-lattice/latest/ug/sigv4-authenticated-requests.html",
);
const XRAY: (&str, &str) = (
    "what sends traces is not itself traced",
    "xray/latest/devguide/security_iam_id-based-policy-examples.html",
);

/// The table, sorted by prefix and name.
pub const TABLE: [Untraced; 133] = [
    row("aoss", "APIAccessAll", AOSS),
    row("aoss", "DashboardsAccessAll", AOSS),
    row("appmesh", "StreamAggregatedResources", APPMESH),
    row("appsync", "EventConnect", APPSYNC),
    row("appsync", "EventPublish", APPSYNC),
    row("appsync", "EventSubscribe", APPSYNC),
    row("appsync", "GraphQL", APPSYNC),
    row("aps", "GetLabels", APS),
    row("aps", "GetMetricMetadata", APS),
    row("aps", "GetSeries", APS),
    row("aps", "QueryMetrics", APS),
    row("aps", "RemoteWrite", APS),
    row("bedrock", "CallWithBearerToken", BEARER),
    row(
        "bedrock-agentcore",
        "ConnectBrowserAutomationStream",
        AGENTCORE,
    ),
    row(
        "bedrock-agentcore",
        "ConnectBrowserLiveViewStream",
        AGENTCORE,
    ),
    row(
        "bedrock-agentcore",
        "InvokeAgentRuntimeWithWebSocketStream",
        AGENTCORE,
    ),
    row("bedrock-agentcore", "InvokeGateway", GATEWAY),
    row("bedrock-mantle", "CallWithBearerToken", MANTLE),
    row("bedrock-mantle", "CancelFineTuningJob", MANTLE),
    row("bedrock-mantle", "CancelInference", MANTLE),
    row("bedrock-mantle", "CreateFile", MANTLE),
    row("bedrock-mantle", "CreateFineTuningJob", MANTLE),
    row("bedrock-mantle", "CreateInference", MANTLE),
    row("bedrock-mantle", "DeleteFile", MANTLE),
    row("bedrock-mantle", "DeleteInference", MANTLE),
    row("bedrock-mantle", "GetFile", MANTLE),
    row("bedrock-mantle", "GetFineTuningJob", MANTLE),
    row("bedrock-mantle", "GetInference", MANTLE),
    row("bedrock-mantle", "GetModel", MANTLE),
    row("bedrock-mantle", "ListFiles", MANTLE),
    row("bedrock-mantle", "ListFineTuningJobs", MANTLE),
    row("bedrock-mantle", "ListModels", MANTLE),
    row("cassandra", ALL, CASSANDRA),
    row("codeartifact", "GetAuthorizationToken", CODEARTIFACT),
    row("codeartifact", "PublishPackageVersion", CODEARTIFACT),
    row("codeartifact", "ReadFromRepository", CODEARTIFACT),
    row("codecommit", "GitPull", CODECOMMIT),
    row("codecommit", "GitPush", CODECOMMIT),
    row("codeguru-profiler", "ConfigureAgent", CODEGURU_PROFILER),
    row("codeguru-profiler", "PostAgentProfile", CODEGURU_PROFILER),
    row("dax", "BatchGetItem", DAX),
    row("dax", "BatchWriteItem", DAX),
    row("dax", "ConditionCheckItem", DAX),
    row("dax", "DeleteItem", DAX),
    row("dax", "GetItem", DAX),
    row("dax", "PutItem", DAX),
    row("dax", "Query", DAX),
    row("dax", "Scan", DAX),
    row("dax", "UpdateItem", DAX),
    row("dsql", "DbConnect", DSQL),
    row("dsql", "DbConnectAdmin", DSQL),
    row("dynamodb", "DescribeEndpoints", DYNAMODB),
    row("elasticache", "Connect", ELASTICACHE),
    row("elasticfilesystem", "ClientMount", ELASTICFILESYSTEM),
    row("elasticfilesystem", "ClientRootAccess", ELASTICFILESYSTEM),
    row("elasticfilesystem", "ClientWrite", ELASTICFILESYSTEM),
    row("emr-serverless", "AccessInteractiveEndpoints", LIVY),
    row("emr-serverless", "AccessLivyEndpoints", LIVY),
    row("es", "ESHttpDelete", ES),
    row("es", "ESHttpGet", ES),
    row("es", "ESHttpHead", ES),
    row("es", "ESHttpPatch", ES),
    row("es", "ESHttpPost", ES),
    row("es", "ESHttpPut", ES),
    row("execute-api", "InvalidateCache", EXECUTE_API),
    row("execute-api", "Invoke", EXECUTE_API),
    row("healthlake", "CreateResource", FHIR),
    row("healthlake", "DeleteResource", FHIR),
    row("healthlake", "GetCapabilities", FHIR),
    row("healthlake", "GetHistoryByResourceId", FHIR),
    row("healthlake", "PatchResource", FHIR),
    row("healthlake", "ProcessBundle", FHIR),
    row("healthlake", "ReadResource", FHIR),
    row("healthlake", "SearchEverything", FHIR),
    row("healthlake", "SearchWithGet", FHIR),
    row("healthlake", "SearchWithPost", FHIR),
    row("healthlake", "UpdateResource", FHIR),
    row("healthlake", "ValidateResource", FHIR),
    row("healthlake", "VersionReadResource", FHIR),
    row("iot", "Connect", IOT),
    row("iot", "Publish", IOT),
    row("iot", "Receive", IOT),
    row("iot", "RetainPublish", IOT),
    row("iot", "Subscribe", IOT),
    row("kafka-cluster", ALL, KAFKA_CLUSTER),
    row("kinesisvideo", "ConnectAsMaster", KINESISVIDEO),
    row("kinesisvideo", "ConnectAsViewer", KINESISVIDEO),
    row("kinesisvideo", "DescribeStream", KINESISVIDEO_PRODUCER),
    row("kinesisvideo", "GetDataEndpoint", KINESISVIDEO_PRODUCER),
    row("kinesisvideo", "PutMedia", KINESISVIDEO_PRODUCER),
    row("lambda", "InvokeFunctionUrl", LAMBDA),
    row("managedblockchain", "GET", ETHEREUM),
    row("managedblockchain", "Invoke", ETHEREUM),
    row("managedblockchain", "InvokeRpcBitcoinMainnet", BITCOIN),
    row("managedblockchain", "InvokeRpcBitcoinTestnet", BITCOIN),
    row("managedblockchain", "InvokeRpcPolygonMainnet", POLYGON),
    row(
        "managedblockchain",
        "InvokeRpcPolygonMumbaiTestnet",
        POLYGON,
    ),
    row("managedblockchain", "POST", ETHEREUM),
    row("memorydb", "Connect", MEMORYDB),
    row("neptune-db", ALL, NEPTUNE_DB),
    row("neptune-graph", "DeleteDataViaQuery", NEPTUNE_GRAPH),
    row("neptune-graph", "ReadDataViaQuery", NEPTUNE_GRAPH),
    row("neptune-graph", "WriteDataViaQuery", NEPTUNE_GRAPH),
    row("osis", "Ingest", OSIS),
    row("rds-db", ALL, RDS_DB),
    row("redshift", "CreateClusterUser", REDSHIFT),
    row("redshift", "DescribeClusters", REDSHIFT_HOST),
    row("redshift", "GetClusterCredentials", REDSHIFT),
    row("redshift", "GetClusterCredentialsWithIAM", REDSHIFT),
    row("redshift", "JoinGroup", REDSHIFT),
    row("redshift-serverless", "GetCredentials", REDSHIFT),
    row("redshift-serverless", "GetWorkgroup", REDSHIFT_HOST),
    row("s3express", "CreateSession", S3EXPRESS),
    row("s3files", "ClientMount", S3FILES),
    row("s3files", "ClientRootAccess", S3FILES),
    row("s3files", "ClientWrite", S3FILES),
    row("s3tables", "GetTableData", S3TABLES),
    row("s3tables", "PutTableData", S3TABLES),
    row("sagemaker-mlflow", ALL, MLFLOW),
    row("ses", "SendRawEmail", SES),
    row("sts", "GetServiceBearerToken", STS),
    row("timestream", "DescribeEndpoints", TIMESTREAM),
    row(
        "transcribe",
        "StartCallAnalyticsStreamTranscriptionWebSocket",
        TRANSCRIBE,
    ),
    row(
        "transcribe",
        "StartMedicalStreamTranscriptionWebSocket",
        TRANSCRIBE,
    ),
    row("transcribe", "StartStreamTranscription", TRANSCRIBE),
    row(
        "transcribe",
        "StartStreamTranscriptionWebSocket",
        TRANSCRIBE,
    ),
    row("vpc-lattice-svcs", "Connect", VPC_LATTICE_SVCS),
    row("vpc-lattice-svcs", "Invoke", VPC_LATTICE_SVCS),
    row("xray", "GetSamplingRules", XRAY),
    row("xray", "GetSamplingStatisticSummaries", XRAY),
    row("xray", "GetSamplingTargets", XRAY),
    row("xray", "PutTelemetryRecords", XRAY),
    row("xray", "PutTraceSegments", XRAY),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_catalogue_knows_every_row_and_each_stands_once() {
        let unknown: Vec<&Untraced> = TABLE
            .iter()
            .filter(|row| {
                let service = Catalog::embedded().service(row.prefix);
                !service.is_some_and(|service| {
                    row.name == ALL || service.action_names().any(|name| name == row.name)
                })
            })
            .collect();
        assert_eq!(unknown, [] as [&Untraced; 0]);
        assert!(TABLE.is_sorted_by(|one, next| (one.prefix, one.name) < (next.prefix, next.name)));
    }

    #[test]
    fn every_row_has_a_reason_and_a_page() {
        for row in &TABLE {
            assert!(
                !row.reason.is_empty() && !row.reason.ends_with('.'),
                "{row:?}"
            );
            assert!(
                row.page.contains(".html") && !row.page.starts_with('/'),
                "{row:?}"
            );
        }
    }
}
