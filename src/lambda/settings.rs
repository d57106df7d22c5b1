//! What Lambda says of a function: the settings that make Lambda itself use the function's role.
//!
//! Plain values. A setting that could not be read is an `Err` with the reason, never an empty list.

use crate::iam::Arn;

/// What was read, or why it could not be, one sentence without its full stop.
pub type Reading<T> = Result<T, String>;

/// The settings of one function, as far as they concern one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionSettings {
    /// The function, without qualifier.
    pub function: Arn,
    /// The versions of it that use the role, `$LATEST` among them where it does.
    pub versions: Vec<VersionSettings>,
    /// What Lambda polls for it, aliases and versions included.
    pub event_sources: Reading<Vec<EventSource>>,
    /// Where asynchronous invocations are handed on to, aliases and versions included.
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
    /// `Runtime`, such as `python3.13`; absent for a container image.
    pub runtime: Option<String>,
    /// `LastModified`, as Lambda writes it: when its code or settings were changed last.
    pub last_modified: Option<String>,
    /// `LoggingConfig.LogGroup`; absent means the group named after the function.
    pub log_group: Option<String>,
    /// `TracingConfig.Mode` is `Active`.
    pub active_tracing: bool,
    /// `VpcConfig` has subnets.
    pub in_vpc: bool,
    /// `DeadLetterConfig.TargetArn`.
    pub dead_letter: Option<String>,
    /// `FileSystemConfigs`, the ARNs.
    pub file_systems: Vec<String>,
    /// `KMSKeyArn`: the key that encrypts the environment.
    pub environment_key: Option<String>,
    /// Whether there is a `DurableConfig`.
    pub durable: bool,
    /// `Layers`, the ARNs.
    pub layers: Vec<String>,
    /// Whether the code is a container image, whose extensions no setting names.
    pub is_image: bool,
}

/// One event source mapping: what Lambda polls with the function's role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct EventSource {
    /// The mapping's UUID.
    pub id: String,
    /// What is polled; absent for a Kafka cluster that its owner runs.
    pub source: Option<String>,
    /// Whether Lambda polls it now.
    pub enabled: bool,
    /// Kafka topics.
    pub topics: Vec<String>,
    /// The Kafka consumer group, where one is set.
    pub consumer_group: Option<String>,
    /// `SourceAccessConfigurations`.
    pub access: Vec<SourceAccess>,
    /// A Glue schema registry's ARN, or the address of another registry.
    pub schema_registry: Option<String>,
    /// Where records are sent that the function fails on.
    pub on_failure: Option<String>,
}

/// How a source is reached: a kind (`BASIC_AUTH`, `VPC_SUBNET`) and its secret, subnet or other value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceAccess {
    /// The kind, as Lambda names it.
    pub kind: String,
    /// The value: the ARN of a secret for the kinds that authenticate.
    pub uri: String,
}

/// Where asynchronous invocations are handed on to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// Whether on success; else on failure.
    pub on_success: bool,
    /// The ARN of a queue, topic, function, event bus or bucket.
    pub target: String,
}

impl FunctionSettings {
    /// The function's name.
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
    /// A setting's name, with the version where that is not the one that everybody edits.
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
