//! The client for Lambda. It turns answers into [settings](crate::lambda).

use super::pages;
use crate::aws::ApiError;
use crate::aws::lambda::{FunctionApi, FunctionEventSource, FunctionVersion, unqualified};
use crate::lambda::{Destination, EventSource, SourceAccess, Variable, VersionSettings};
use aws_config::SdkConfig;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    DestinationConfig, EventSourceMappingConfiguration, FunctionConfiguration,
    FunctionVersion as Versions, KafkaSchemaRegistryConfig, PackageType, TracingMode,
};

/// The client for Lambda.
#[derive(Debug, Clone)]
pub struct Lambda(Client);

impl Lambda {
    /// Creates a client.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self(Client::new(sdk))
    }
}

impl FunctionApi for Lambda {
    async fn functions(&self) -> Result<Vec<FunctionVersion>, ApiError> {
        const OPERATION: &str = "ListFunctions";
        pages::all(OPERATION, async |marker| {
            let request = self
                .0
                .list_functions()
                .function_version(Versions::All)
                .set_marker(marker);
            let answer = request
                .send()
                .await
                .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
            let functions = answer
                .functions
                .ok_or_else(|| ApiError::incomplete(OPERATION, "list of functions"))?;
            let versions = functions
                .into_iter()
                .map(|function| version(OPERATION, function));
            Ok((versions.collect::<Result<_, _>>()?, answer.next_marker))
        })
        .await
    }

    async fn function(
        &self,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<FunctionVersion, ApiError> {
        const OPERATION: &str = "GetFunctionConfiguration";
        let request = self.0.get_function_configuration().function_name(name);
        let answer = request
            .set_qualifier(qualifier.map(str::to_owned))
            .send()
            .await;
        let answer = answer.map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
        let mut configuration = FunctionConfiguration::builder()
            .set_function_arn(answer.function_arn)
            .set_role(answer.role)
            .set_version(answer.version)
            .set_vpc_config(answer.vpc_config)
            .set_dead_letter_config(answer.dead_letter_config)
            .set_kms_key_arn(answer.kms_key_arn)
            .set_tracing_config(answer.tracing_config)
            .set_layers(answer.layers)
            .set_file_system_configs(answer.file_system_configs)
            .set_logging_config(answer.logging_config)
            .set_durable_config(answer.durable_config)
            .set_runtime(answer.runtime)
            .set_last_modified(answer.last_modified);
        configuration = configuration.set_package_type(answer.package_type);
        version(OPERATION, configuration.build())
    }

    async fn event_sources(&self) -> Result<Vec<FunctionEventSource>, ApiError> {
        const OPERATION: &str = "ListEventSourceMappings";
        pages::all(OPERATION, async |marker| {
            let request = self.0.list_event_source_mappings().set_marker(marker);
            let answer = request
                .send()
                .await
                .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
            let mappings = answer
                .event_source_mappings
                .ok_or_else(|| ApiError::incomplete(OPERATION, "list of event source mappings"))?;
            let sources = mappings
                .into_iter()
                .map(|mapping| event_source(OPERATION, mapping));
            Ok((sources.collect::<Result<_, _>>()?, answer.next_marker))
        })
        .await
    }

    async fn destinations(&self, function: &str) -> Result<Vec<Destination>, ApiError> {
        const OPERATION: &str = "ListFunctionEventInvokeConfigs";
        pages::all(OPERATION, async |marker| {
            let request = self
                .0
                .list_function_event_invoke_configs()
                .function_name(function)
                .set_marker(marker);
            let answer = request
                .send()
                .await
                .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
            let configs = answer
                .function_event_invoke_configs
                .ok_or_else(|| ApiError::incomplete(OPERATION, "list of configurations"))?;
            let destinations = configs
                .into_iter()
                .filter_map(|config| config.destination_config)
                .flat_map(handed_on_to);
            Ok((destinations.collect(), answer.next_marker))
        })
        .await
    }
}

fn version(
    operation: &'static str,
    function: FunctionConfiguration,
) -> Result<FunctionVersion, ApiError> {
    let arn = function.function_arn.as_deref().and_then(unqualified);
    let tracing = function.tracing_config.and_then(|tracing| tracing.mode);
    let file_systems = function.file_system_configs.unwrap_or_default().into_iter();
    let layers = function.layers.unwrap_or_default().into_iter();
    let dead_letter = function
        .dead_letter_config
        .and_then(|config| config.target_arn);
    let subnets = function.vpc_config.and_then(|vpc| vpc.subnet_ids);
    let variables = function.environment.and_then(|own| own.variables);
    let variables = variables.unwrap_or_default().into_iter();
    let variable = |(name, value)| Variable { name, value };
    Ok(FunctionVersion {
        function: arn.ok_or_else(|| ApiError::incomplete(operation, "function ARN"))?,
        role: function
            .role
            .ok_or_else(|| ApiError::incomplete(operation, "role"))?,
        settings: VersionSettings {
            version: function.version.unwrap_or_else(|| "$LATEST".to_owned()),
            runtime: function.runtime.map(|runtime| runtime.as_str().to_owned()),
            last_modified: function.last_modified.filter(is_set),
            log_group: function
                .logging_config
                .and_then(|logging| logging.log_group)
                .filter(is_set),
            active_tracing: tracing == Some(TracingMode::Active),
            in_vpc: subnets.is_some_and(|subnets| !subnets.is_empty()),
            dead_letter: dead_letter.filter(is_set),
            file_systems: file_systems.map(|file_system| file_system.arn).collect(),
            environment_key: function.kms_key_arn.filter(is_set),
            environment: variables.map(variable).collect(),
            durable: function.durable_config.is_some(),
            layers: layers.filter_map(|layer| layer.arn).collect(),
            is_image: function.package_type == Some(PackageType::Image),
        },
    })
}

fn event_source(
    operation: &'static str,
    mapping: EventSourceMappingConfiguration,
) -> Result<FunctionEventSource, ApiError> {
    let function = mapping.function_arn.as_deref().and_then(unqualified);
    let managed = mapping.amazon_managed_kafka_event_source_config;
    let own = mapping.self_managed_kafka_event_source_config;
    let (managed_group, managed_registry) = managed
        .map(|config| (config.consumer_group_id, config.schema_registry_config))
        .unwrap_or_default();
    let (own_group, own_registry) = own
        .map(|config| (config.consumer_group_id, config.schema_registry_config))
        .unwrap_or_default();
    let registry = managed_registry.or(own_registry);
    let access = mapping
        .source_access_configurations
        .unwrap_or_default()
        .into_iter();
    let mut access: Vec<SourceAccess> = access
        .filter_map(|access| {
            let kind = access.r#type?.as_str().to_owned();
            Some(SourceAccess {
                kind,
                uri: access.uri?,
            })
        })
        .collect();
    access.extend(registry.iter().flat_map(registry_access));
    let destination = mapping
        .destination_config
        .and_then(|config| config.on_failure);
    Ok(FunctionEventSource {
        function: function.ok_or_else(|| ApiError::incomplete(operation, "function ARN"))?,
        source: EventSource {
            id: mapping.uuid.unwrap_or_default(),
            source: mapping.event_source_arn.filter(is_set),
            enabled: !matches!(mapping.state.as_deref(), Some("Disabled" | "Disabling")),
            topics: mapping.topics.unwrap_or_default(),
            consumer_group: managed_group.or(own_group).filter(is_set),
            access,
            schema_registry: registry.and_then(|registry| registry.schema_registry_uri),
            on_failure: destination
                .and_then(|on_failure| on_failure.destination)
                .filter(is_set),
        },
    })
}

fn registry_access(registry: &KafkaSchemaRegistryConfig) -> impl Iterator<Item = SourceAccess> {
    registry.access_configs().iter().filter_map(|access| {
        let kind = access.r#type.as_ref()?.as_str().to_owned();
        Some(SourceAccess {
            kind: format!("SCHEMA_REGISTRY_{kind}"),
            uri: access.uri.clone()?,
        })
    })
}

fn handed_on_to(config: DestinationConfig) -> impl Iterator<Item = Destination> {
    let on_success = config.on_success.and_then(|success| success.destination);
    let on_failure = config.on_failure.and_then(|failure| failure.destination);
    [(true, on_success), (false, on_failure)]
        .into_iter()
        .filter_map(|(on_success, target)| {
            let target = target.filter(is_set)?;
            Some(Destination { on_success, target })
        })
}

/// AWS sometimes writes an empty string for a setting that is not set.
#[expect(
    clippy::ptr_arg,
    reason = "a filter of `Option<String>` is handed a `&String`"
)]
fn is_set(text: &String) -> bool {
    !text.is_empty()
}
