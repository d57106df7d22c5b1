//! Looks at where the AWS SDK takes its configuration and credentials from, before it does: files that would never end
//! are refused, and what is waited for has a name.
//!
//! Follows <https://docs.aws.amazon.com/sdkref/latest/guide/creds-config-files.html>.

use crate::aws::SessionError;
use aws_config::profile::ProfileSet;
use aws_types::os_shim_internal::Env;
use std::path::{Path, PathBuf};

/// The largest file of the configuration that is read.
const MOST_BYTES: u64 = 1 << 20;

/// The profile where none is named.
pub(super) const DEFAULT_PROFILE: &str = "default";

/// The keys of a profile that say where its credentials come from.
const KEYS: [&str; 6] = [
    "credential_process",
    "web_identity_token_file",
    "sso_session",
    "sso_start_url",
    "credential_source",
    "source_profile",
];

/// The variables that say where credentials come from.
const VARIABLES: [&str; 3] = [
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Returns a variable. An empty one is as if it were not set.
pub(super) fn named(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.is_empty())
}

/// Checks the files that the environment names, and the profiles' files where they are by default.
pub(super) fn prove_files(env: &Env) -> Result<(), SessionError> {
    for (name, default) in [
        ("AWS_CONFIG_FILE", "~/.aws/config"),
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    ] {
        let told = named(env, name);
        let (named_by, path) = match &told {
            Some(path) => (name, path.as_str()),
            None => ("the profiles' file", default),
        };
        prove(named_by, &at_home(path, env))?;
    }
    for name in [
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ] {
        if let Some(path) = named(env, name) {
            prove(name, Path::new(&path))?;
        }
    }
    Ok(())
}

/// Checks the file of a token that the profile names.
pub(super) fn prove_token(
    asked: Option<&str>,
    profiles: &ProfileSet,
    env: &Env,
) -> Result<(), SessionError> {
    let name = profile(asked, env);
    let own = profiles.get_profile(&name);
    match own.and_then(|own| own.get("web_identity_token_file")) {
        Some(path) => {
            let named_by = format!("`web_identity_token_file` of the profile `{name}`");
            prove(&named_by, Path::new(path))
        }
        None => Ok(()),
    }
}

/// Returns where credentials come from, in words.
pub(super) fn of_credentials(
    asked: Option<&str>,
    profiles: Option<&ProfileSet>,
    env: &Env,
) -> String {
    if asked.is_none() && named(env, "AWS_ACCESS_KEY_ID").is_some() {
        return "the environment's keys".to_owned();
    }
    let name = profile(asked, env);
    let own = profiles.and_then(|profiles| profiles.get_profile(&name));
    let key = KEYS
        .iter()
        .find(|key| own.is_some_and(|own| own.get(key).is_some()));
    if let Some(key) = key {
        return format!("the `{key}` of the profile `{name}`");
    }
    match VARIABLES.iter().find(|name| named(env, name).is_some()) {
        Some(name) if asked.is_none() => (*name).to_owned(),
        _ => "whoever gives credentials to this machine (its metadata service)".to_owned(),
    }
}

fn profile(asked: Option<&str>, env: &Env) -> String {
    let asked = asked.map(str::to_owned);
    asked
        .or_else(|| named(env, "AWS_PROFILE"))
        .unwrap_or_else(|| DEFAULT_PROFILE.to_owned())
}

/// Returns a path with the home folder in place of `~`.
fn at_home(path: &str, env: &Env) -> PathBuf {
    let home = || named(env, "HOME").or_else(|| named(env, "USERPROFILE"));
    match path.strip_prefix("~/") {
        Some(below) => match home() {
            Some(home) => Path::new(&home).join(below),
            None => PathBuf::from(path),
        },
        None => PathBuf::from(path),
    }
}

/// Refuses a file that may never end, or never begin. What is not there, or is a folder, is the SDK's to report. The
/// device that is empty is how a user says that there is no file.
fn prove(named_by: &str, path: &Path) -> Result<(), SessionError> {
    let refused = |why| {
        Err(SessionError::File {
            named_by: named_by.to_owned(),
            path: path.to_owned(),
            why,
        })
    };
    let is_empty_device = || {
        path.canonicalize()
            .is_ok_and(|path| path == Path::new("/dev/null"))
    };
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() && found.len() > MOST_BYTES => refused("is larger than 1 MiB"),
        Ok(found) if !found.is_file() && !found.is_dir() && !is_empty_device() => {
            refused("is a pipe or a device and no file")
        }
        Ok(_) | Err(_) => Ok(()),
    }
}
