//! Opens a session with AWS: region, credentials and endpoints, found as the AWS SDK finds them, and one runtime for
//! all requests.
//!
//! Endpoints come from the SDK's environment variables (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_XRAY`, ...). Follows
//! <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.

use super::bounded;
use super::endpoint;
use super::sources::{self, DEFAULT_PROFILE, named};
use crate::aws::{Deadline, SessionError};
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider, ProfileSet};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_xray::config::ProvideCredentials as _;
use aws_types::os_shim_internal::{Env, Fs};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
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
    runtime: Background,
    sdk: SdkConfig,
    region: String,
}

/// A runtime whose threads are left behind when it is dropped, because one may wait for a file or a name server for ever.
#[derive(Debug)]
struct Background {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Session {
    /// Finds the region and credentials, and checks that they exist.
    ///
    /// # Errors
    ///
    /// Returns an error if no region is configured, if the region or the profile does not exist, if a file of the
    /// configuration is none, or if no credentials are found within a minute and before the deadline.
    pub fn open(
        region: Option<&str>,
        profile: Option<&str>,
        deadline: Deadline,
    ) -> Result<Self, SessionError> {
        let runtime = runtime().map_err(SessionError::Threads)?;
        let asked = Asked {
            region: region.map(str::to_owned),
            profile: profile.map(str::to_owned),
        };
        let stage = Stage::default();
        let (sender, found) = std::sync::mpsc::sync_channel(1);
        let finding = find(asked, stage.clone());
        // The SDK reads files on the thread that asks for them, so this thread only waits.
        runtime
            .handle
            .spawn(async move { sender.send(finding.await) });
        let left = deadline.end().saturating_duration_since(Instant::now());
        let (sdk, region) =
            found
                .recv_timeout(left)
                .map_err(|_elapsed| SessionError::OutOfTime {
                    waited_for: stage.told(),
                    seconds: deadline.whole().as_secs(),
                    limit: " (--timeout)",
                })??;
        Ok(Self {
            runtime,
            sdk,
            region,
        })
    }

    /// Returns the runtime on which requests run. Any thread may wait for them.
    pub fn runtime(&self) -> &Handle {
        &self.runtime.handle
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

/// What is asked for on the command line.
#[derive(Debug)]
struct Asked {
    region: Option<String>,
    profile: Option<String>,
}

/// What is waited for, in words.
#[derive(Debug, Clone, Default)]
struct Stage(Arc<Mutex<String>>);

impl Stage {
    fn is(&self, waited_for: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = waited_for;
    }

    fn told(&self) -> String {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.clone()
    }
}

/// Finds the region and the credentials.
async fn find(asked: Asked, stage: Stage) -> Result<(SdkConfig, String), SessionError> {
    let env = Env::real();
    let (region, profile) = (asked.region.as_deref(), asked.profile.as_deref());
    stage
        .is("the configuration of AWS's (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE)".to_owned());
    sources::prove_files(&env)?;
    let profiles = profiles(&env).await;
    if let Some(profiles) = &profiles {
        prove_profile(profile, profiles, &env)?;
        sources::prove_token(profile, profiles, &env)?;
    }
    stage.is("the region of the profile or of the instance".to_owned());
    let sdk = load(region, profile, &env).await;
    let Some(region) = sdk.region().map(ToString::to_string) else {
        return Err(SessionError::NoRegion);
    };
    stage.is(format!("the name server, asked for the region `{region}`,"));
    if !endpoint::exists(&region, is_behind_a_proxy(&env)).await {
        return Err(SessionError::NoSuchRegion(region));
    }
    let source = sources::of_credentials(profile, profiles.as_ref(), &env);
    stage.is(source.clone());
    prove_credentials(&sdk, source).await?;
    Ok((sdk, region))
}

/// Creates a runtime with two threads. Requests mostly wait, and parsing is done on the calling thread.
fn runtime() -> std::io::Result<Background> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("aws")
        .enable_all()
        .build()?;
    Ok(Background {
        handle: runtime.handle().clone(),
        runtime: Some(runtime),
    })
}

/// Returns how often a request is made in all. `AWS_MAX_ATTEMPTS` sets it, as for every program that uses the SDK.
fn attempts(env: &Env) -> u32 {
    let told = named(env, "AWS_MAX_ATTEMPTS").and_then(|told| told.parse().ok());
    told.filter(|attempts| *attempts > 0).unwrap_or(ATTEMPTS)
}

async fn load(region: Option<&str>, profile: Option<&str>, env: &Env) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(bounded::client())
        .retry_config(RetryConfig::standard().with_max_attempts(attempts(env)))
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
    // The SDK takes an empty variable for a name, here and below.
    let profile = match (profile, env.get("AWS_PROFILE")) {
        (None, Ok(set)) if set.is_empty() => {
            loader = loader.profile_name(DEFAULT_PROFILE);
            Some(DEFAULT_PROFILE)
        }
        (profile, _) => profile,
    };
    let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let told = region.map(str::to_owned);
    let told = told.or_else(|| variables.iter().find_map(|name| named(env, name)));
    if let Some(region) = told {
        loader = loader.region(Region::new(region));
    } else if variables.iter().any(|name| env.get(name).is_ok()) {
        let mut of_profile = ProfileFileRegionProvider::builder();
        if let Some(profile) = profile {
            of_profile = of_profile.profile_name(profile);
        }
        let of_instance = ImdsRegionProvider::builder().build();
        let chain = RegionProviderChain::first_try(of_profile.build()).or_else(of_instance);
        loader = loader.region(chain);
    }
    loader.load().await
}

/// Returns the profiles of the files, or nothing if they cannot be read: the SDK reports errors in these files better.
async fn profiles(env: &Env) -> Option<ProfileSet> {
    #[expect(
        clippy::default_trait_access,
        reason = "the type's name is of a crate that is the SDK's own affair"
    )]
    let (disk, files) = (Fs::real(), Default::default());
    aws_config::profile::load(&disk, env, &files, None)
        .await
        .ok()
}

/// Checks that the requested profile exists. Without this check the SDK would go on and ask the instance metadata
/// service. A profile from the environment is ignored if the environment has keys.
fn prove_profile(
    asked: Option<&str>,
    profiles: &ProfileSet,
    env: &Env,
) -> Result<(), SessionError> {
    let Some(name) = asked
        .map(str::to_owned)
        .or_else(|| named(env, "AWS_PROFILE"))
    else {
        return Ok(());
    };
    if asked.is_none() && named(env, "AWS_ACCESS_KEY_ID").is_some() {
        return Ok(());
    }
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

async fn prove_credentials(sdk: &SdkConfig, source: String) -> Result<(), SessionError> {
    let Some(provider) = sdk.credentials_provider() else {
        return Err(SessionError::Credentials("none are configured".to_owned()));
    };
    match tokio::time::timeout(CREDENTIALS_TIMEOUT, provider.provide_credentials()).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(SessionError::Credentials(said(&error))),
        Err(_elapsed) => Err(SessionError::OutOfTime {
            waited_for: source,
            seconds: CREDENTIALS_TIMEOUT.as_secs(),
            limit: "",
        }),
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
