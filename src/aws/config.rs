//! How this tool speaks to AWS: region, credentials and endpoints as the AWS SDK finds them, and one runtime for all.
//!
//! Endpoints come from the SDK's own environment (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_XRAY`, ...). Follows
//! <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_xray::config::ProvideCredentials as _;
use std::error::Error;
use std::time::Duration;
use tokio::runtime::{Handle, Runtime};

/// How often a request is made in all; the SDK waits longer from one to the next.
const ATTEMPTS: u32 = 6;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const OPERATION_TIMEOUT: Duration = Duration::from_mins(2);

/// How long finding credentials may take; `credential_process` and single sign-on speak to others.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_mins(1);

/// Region, credentials and the runtime that requests run on.
#[derive(Debug)]
pub struct Session {
    runtime: Runtime,
    sdk: SdkConfig,
    region: String,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No region is configured.
    #[error("no AWS region is configured")]
    NoRegion,
    /// No credentials were found, or those that were found are of no use.
    #[error("no usable AWS credentials: {0}")]
    Credentials(String),
    /// The threads for requests could not be started.
    #[error("cannot start the threads that requests run on")]
    Threads(#[source] std::io::Error),
}

impl SessionError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoRegion => Some("give --region, or set AWS_REGION".to_owned()),
            Self::Credentials(_) => Some(CREDENTIALS_HINT.to_owned()),
            Self::Threads(_) => None,
        }
    }
}

/// What to do about credentials that are missing or expired.
pub const CREDENTIALS_HINT: &str = "sign in with `aws sso login` and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and \
AWS_SECRET_ACCESS_KEY; in a GitHub workflow, use aws-actions/configure-aws-credentials before this step";

impl Session {
    /// Finds region and credentials, and makes sure that there are some.
    ///
    /// # Errors
    ///
    /// When no region is configured, or no credentials are found within a minute.
    pub fn open(region: Option<&str>) -> Result<Self, SessionError> {
        let runtime = runtime().map_err(SessionError::Threads)?;
        let sdk = runtime.block_on(load(region));
        let Some(region) = sdk.region().map(ToString::to_string) else {
            return Err(SessionError::NoRegion);
        };
        runtime.block_on(prove_credentials(&sdk))?;
        Ok(Self {
            runtime,
            sdk,
            region,
        })
    }

    /// The runtime that requests run on, whatever thread waits for them.
    pub fn runtime(&self) -> &Handle {
        self.runtime.handle()
    }

    /// What every client is made from.
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// The region, for example `eu-west-1`.
    pub fn region(&self) -> &str {
        &self.region
    }
}

/// Two threads: requests wait more than they work, and parsing has the calling thread.
fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("aws")
        .enable_all()
        .build()
}

async fn load(region: Option<&str>) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts);
    if let Ok(name) = AppName::new("aws-least-privilege") {
        loader = loader.app_name(name);
    }
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    loader.load().await
}

async fn prove_credentials(sdk: &SdkConfig) -> Result<(), SessionError> {
    let Some(provider) = sdk.credentials_provider() else {
        return Err(SessionError::Credentials("none are configured".to_owned()));
    };
    match tokio::time::timeout(CREDENTIALS_TIMEOUT, provider.provide_credentials()).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(SessionError::Credentials(said(&error))),
        Err(_elapsed) => {
            let message = format!(
                "none were found within {} seconds",
                CREDENTIALS_TIMEOUT.as_secs()
            );
            Err(SessionError::Credentials(message))
        }
    }
}

/// An error and its causes in one line.
fn said(error: &dyn Error) -> String {
    // The SDK's list of what it tried has a line for each.
    let in_a_line = |error: &dyn Error| {
        let told = error.to_string();
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mut parts = vec![in_a_line(error)];
    let mut cause = error.source();
    while let Some(error) = cause {
        parts.push(in_a_line(error));
        cause = error.source();
    }
    parts.dedup();
    parts.join(": ")
}
