//! The settings of a function that make Lambda itself use the function's role, as plain values.
//!
//! A setting that could not be read is an `Err` with the reason, never an empty list.

use crate::iam::Arn;
use std::fmt;

/// What was read, or why it could not be read, as one sentence without its full stop.
pub type Reading<T> = Result<T, String>;

/// The settings of one function that concern one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionSettings {
    /// The ARN of the function, without a qualifier.
    pub function: Arn,
    /// Its versions that use the role. `$LATEST` is among them if it uses it.
    pub versions: Vec<VersionSettings>,
    /// The event sources that Lambda polls for it, including those of aliases and versions.
    pub event_sources: Reading<Vec<EventSource>>,
    /// The destinations of its asynchronous invocations, including those of aliases and versions.
    pub destinations: Reading<Vec<Destination>>,
}

/// The settings of one version of a function.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, on or off"
)]
pub struct VersionSettings {
    /// `$LATEST`, or a number.
    pub version: String,
    /// `Runtime`, such as `python3.13`. `None` for a container image.
    pub runtime: Option<String>,
    /// `LastModified`, as Lambda writes it: when its code or settings were last changed.
    pub last_modified: Option<String>,
    /// `LoggingConfig.LogGroup`. `None` means the group with the name of the function.
    pub log_group: Option<String>,
    /// Whether `TracingConfig.Mode` is `Active`.
    pub active_tracing: bool,
    /// Whether `VpcConfig` has subnets.
    pub in_vpc: bool,
    /// `DeadLetterConfig.TargetArn`.
    pub dead_letter: Option<String>,
    /// The ARNs in `FileSystemConfigs`.
    pub file_systems: Vec<String>,
    /// `KMSKeyArn`: the key that encrypts the environment variables.
    pub environment_key: Option<String>,
    /// The variables in `Environment` that could be read.
    pub environment: Vec<Variable>,
    /// Whether there is a `DurableConfig`.
    pub durable: bool,
    /// The ARNs in `Layers`.
    pub layers: Vec<String>,
    /// Whether the code is a container image. No setting names the extensions in an image.
    pub is_image: bool,
}

/// An environment variable of a function. Its value may be a secret, so it is shown nowhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl fmt::Debug for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Variable");
        shown.field("name", &self.name).finish_non_exhaustive()
    }
}

/// One event source mapping: a source that Lambda polls with the function's role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct EventSource {
    /// The mapping's UUID.
    pub id: String,
    /// The ARN of the source. `None` for a self-managed Kafka cluster.
    pub source: Option<String>,
    /// Whether Lambda polls it now.
    pub enabled: bool,
    /// Kafka topics.
    pub topics: Vec<String>,
    /// The Kafka consumer group, if one is set.
    pub consumer_group: Option<String>,
    /// `SourceAccessConfigurations`.
    pub access: Vec<SourceAccess>,
    /// The ARN of a Glue schema registry, or the address of another registry.
    pub schema_registry: Option<String>,
    /// Where records are sent if the function fails on them.
    pub on_failure: Option<String>,
}

/// One source access configuration: a type (`BASIC_AUTH`, `VPC_SUBNET`) and its secret, subnet or other value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceAccess {
    /// The type, as Lambda names it.
    pub kind: String,
    /// The value. For types that authenticate, this is the ARN of a secret.
    pub uri: String,
}

/// A destination of asynchronous invocations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// Whether it is for success. If not, it is for failure.
    pub on_success: bool,
    /// The ARN of a queue, topic, function, event bus or bucket.
    pub target: String,
}

impl FunctionSettings {
    /// Returns the function's name.
    ///
    /// ```
    /// use aws_least_privilege::lambda::FunctionSettings;
    ///
    /// let settings = FunctionSettings {
    ///     function: "arn:aws:lambda:eu-west-1:123456789012:function:checkout".parse()?,
    ///     versions: Vec::new(),
    ///     event_sources: Ok(Vec::new()),
    ///     destinations: Ok(Vec::new()),
    /// };
    /// assert_eq!(settings.name(), "checkout");
    /// # Ok::<(), aws_least_privilege::iam::arn::ParseArnError>(())
    /// ```
    pub fn name(&self) -> &str {
        self.function
            .resource()
            .rsplit(':')
            .next()
            .unwrap_or_default()
    }
}

impl VersionSettings {
    /// Returns a setting's name, with the version if it is not `$LATEST`.
    ///
    /// ```
    /// use aws_least_privilege::lambda::VersionSettings;
    ///
    /// let published = VersionSettings { version: "7".into(), ..VersionSettings::default() };
    /// assert_eq!(published.named("VpcConfig"), "VpcConfig of version 7");
    /// let latest = VersionSettings { version: "$LATEST".into(), ..VersionSettings::default() };
    /// assert_eq!(latest.named("VpcConfig"), "VpcConfig");
    /// ```
    pub fn named(&self, setting: &str) -> String {
        match self.version.as_str() {
            "$LATEST" | "" => setting.to_owned(),
            version => format!("{setting} of version {version}"),
        }
    }
}
