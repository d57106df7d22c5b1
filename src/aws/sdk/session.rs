//! Opens a session with AWS: region, credentials and endpoints, found as the AWS SDK finds them, and one runtime for
//! all requests.
//!
//! Endpoints come from the SDK's environment variables (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_XRAY`, ...). Follows
//! <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.

use super::bounded;
use super::endpoint;
use crate::aws::SessionError;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_xray::config::ProvideCredentials as _;
use aws_types::os_shim_internal::{Env, Fs};
use std::error::Error;
use std::time::Duration;
use tokio::runtime::{Handle, Runtime};

/// How often a request is made in all, unless `AWS_MAX_ATTEMPTS` is set. The SDK waits longer before each next one.
const ATTEMPTS: u32 = 6;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const OPERATION_TIMEOUT: Duration = Duration::from_mins(2);

/// How long a request to another region may take. It is made only for a hint.
const ELSEWHERE_TIMEOUT: Duration = Duration::from_secs(4);

/// How long finding credentials may take. `credential_process` and single sign-on call other programs and servers.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_mins(1);

/// How many profiles are listed if the requested one does not exist.
const OFFERED: usize = 12;

/// The region, the credentials, and the runtime on which requests run.
#[derive(Debug)]
pub struct Session {
    runtime: Runtime,
    sdk: SdkConfig,
    region: String,
}

impl Session {
    /// Finds the region and credentials, and checks that they exist.
    ///
    /// # Errors
    ///
    /// Returns an error if no region is configured, if the region or the profile does not exist, or if no credentials
    /// are found within a minute.
    pub fn open(region: Option<&str>, profile: Option<&str>) -> Result<Self, SessionError> {
        let runtime = runtime().map_err(SessionError::Threads)?;
        let env = Env::real();
        runtime.block_on(prove_profile(profile, &env))?;
        let sdk = runtime.block_on(load(region, profile, attempts(&env)));
        let Some(region) = sdk.region().map(ToString::to_string) else {
            return Err(SessionError::NoRegion);
        };
        if !runtime.block_on(endpoint::exists(&region, is_behind_a_proxy(&env))) {
            return Err(SessionError::NoSuchRegion(region));
        }
        runtime.block_on(prove_credentials(&sdk))?;
        Ok(Self {
            runtime,
            sdk,
            region,
        })
    }

    /// Returns the runtime on which requests run. Any thread may wait for them.
    pub fn runtime(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Returns the configuration for creating clients.
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// Returns the configuration for clients of another region. They make one attempt with a short time limit.
    pub fn in_region(&self, region: &str) -> SdkConfig {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_timeout(ELSEWHERE_TIMEOUT)
            .build();
        let builder = self.sdk.to_builder().region(Region::new(region.to_owned()));
        builder
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .build()
    }

    /// Returns the region, for example `eu-west-1`.
    pub fn region(&self) -> &str {
        &self.region
    }
}

/// Creates a runtime with two threads. Requests mostly wait, and parsing is done on the calling thread.
fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("aws")
        .enable_all()
        .build()
}

/// Returns how often a request is made in all. `AWS_MAX_ATTEMPTS` sets it, as for every program that uses the SDK.
fn attempts(env: &Env) -> u32 {
    let told = named(env, "AWS_MAX_ATTEMPTS").and_then(|told| told.parse().ok());
    told.filter(|attempts| *attempts > 0).unwrap_or(ATTEMPTS)
}

async fn load(region: Option<&str>, profile: Option<&str>, attempts: u32) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(bounded::client())
        .retry_config(RetryConfig::standard().with_max_attempts(attempts))
        .timeout_config(timeouts);
    if let Ok(name) = AppName::new("aws-least-privilege") {
        loader = loader.app_name(name);
    }
    if let Some(profile) = profile {
        // A profile on the command line takes precedence over keys in the environment.
        let credentials = ProfileFileCredentialsProvider::builder().profile_name(profile);
        loader = loader
            .profile_name(profile)
            .credentials_provider(credentials.build());
    }
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    loader.load().await
}

/// Checks that the requested profile exists. Without this check the SDK would go on and ask the instance metadata
/// service. A profile from the environment is ignored if the environment has keys.
async fn prove_profile(asked: Option<&str>, env: &Env) -> Result<(), SessionError> {
    let Some(name) = asked
        .map(str::to_owned)
        .or_else(|| named(env, "AWS_PROFILE"))
    else {
        return Ok(());
    };
    if asked.is_none() && named(env, "AWS_ACCESS_KEY_ID").is_some() {
        return Ok(());
    }
    #[expect(
        clippy::default_trait_access,
        reason = "the type's name is of a crate that is the SDK's own affair"
    )]
    let (disk, files) = (Fs::real(), Default::default());
    let profiles = aws_config::profile::load(&disk, env, &files, None).await;
    // The SDK reports errors in these files better.
    let Ok(profiles) = profiles else {
        return Ok(());
    };
    if profiles.get_profile(&name).is_some() {
        return Ok(());
    }
    let mut known: Vec<String> = profiles.profiles().map(str::to_owned).collect();
    known.sort();
    known.truncate(OFFERED);
    Err(SessionError::NoSuchProfile { name, known })
}

fn is_behind_a_proxy(env: &Env) -> bool {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names.iter().any(|name| named(env, name).is_some())
}

fn named(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.is_empty())
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

/// Returns an error and its causes in one line.
fn said(error: &dyn Error) -> String {
    // The SDK lists what it tried on several lines.
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

#[cfg(test)]
mod tests {
    use super::{ATTEMPTS, Env, attempts};

    #[test]
    fn the_environment_says_how_often_a_request_is_made() {
        for (told, expected) in [("1", 1), ("9", 9), ("0", ATTEMPTS), ("many", ATTEMPTS)] {
            let env = Env::from_slice(&[("AWS_MAX_ATTEMPTS", told)]);
            assert_eq!(attempts(&env), expected, "{told}");
        }
        assert_eq!(attempts(&Env::from_slice(&[])), ATTEMPTS);
    }
}
