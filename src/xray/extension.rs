//! Recognises requests to AWS extensions that run next to a Lambda function and read secrets, parameters and
//! configurations with the function's role. X-Ray records only the request to the local port, but its URL names what is
//! read.
//!
//! Follows <https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html>,
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html> and
//! <https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions.html>. The ports can
//! be configured, so the path decides.

use super::call::{Call, Parameters};

/// Returns the call that an extension makes for a request, or `None` for any other request.
pub(super) fn call(url: &str) -> Option<Call> {
    let (_, rest) = url.split_once("://")?;
    let (authority, rest) = rest.split_once('/')?;
    if !is_local(authority) {
        return None;
    }
    let rest = rest.split('#').next()?;
    // Some recorders cut the query: then nothing of it was recorded.
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
    let mut parameters = Parameters::default();
    let mut named = |name: &str, value: Option<String>| match value.filter(|text| !text.is_empty())
    {
        Some(value) => parameters.insert(name, value),
        None => parameters.insert_unusable(name),
    };
    let (service, operation) = match words.as_slice() {
        ["secretsmanager", "get"] => {
            if let Some(query) = query {
                named("SecretId", argument(query, "secretId"));
            }
            ("SecretsManager", "GetSecretValue")
        }
        ["systemsmanager", "parameters", "get"] => {
            if let Some(query) = query {
                named("Name", argument(query, "name"));
            }
            ("SSM", "GetParameter")
        }
        [
            "applications",
            application,
            "environments",
            environment,
            "configurations",
            profile,
        ] => {
            named("ApplicationIdentifier", decoded(application));
            named("EnvironmentIdentifier", decoded(environment));
            named("ConfigurationProfileIdentifier", decoded(profile));
            ("AppConfigData", "GetConfigurationByExtension")
        }
        _ => return None,
    };
    Some(Call {
        service: service.to_owned(),
        operation: operation.to_owned(),
        parameters,
        ..Call::default()
    })
}

fn is_local(authority: &str) -> bool {
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Returns the value of an argument in a query string.
fn argument(query: &str, name: &str) -> Option<String> {
    let mut arguments = query.split('&').filter_map(|part| part.split_once('='));
    let (_, value) = arguments.find(|(known, _)| *known == name)?;
    decoded(&value.replace('+', " "))
}

/// Decodes URL encoding. Returns `None` if the result is not text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_to_an_extension_names_what_is_read() {
        for (url, operation, name, value) in [
            (
                "http://localhost:2773/secretsmanager/get?secretId=prod%2Fdb&versionStage=AWSCURRENT",
                "GetSecretValue",
                "secretid",
                "prod/db",
            ),
            (
                "http://127.0.0.1:4000/systemsmanager/parameters/get/?withDecryption=true&name=%2Fprod%2Fdb",
                "GetParameter",
                "name",
                "/prod/db",
            ),
            (
                "http://localhost:2772/applications/shop/environments/prod/configurations/flags?flag=a",
                "GetConfigurationByExtension",
                "environmentidentifier",
                "prod",
            ),
        ] {
            let call = call(url).unwrap();
            assert_eq!(call.operation, operation, "{url}");
            assert_eq!(call.parameters.get(name), [value], "{url}");
        }
        assert!(
            call("http://localhost:2773/secretsmanager/get?secretId=")
                .unwrap()
                .parameters
                .is_unusable("secretid")
        );
    }

    #[test]
    fn of_a_query_that_was_cut_nothing_was_recorded() {
        for url in [
            "http://localhost:2773/secretsmanager/get",
            "http://localhost:2773/systemsmanager/parameters/get/",
        ] {
            assert_eq!(
                call(url).unwrap().parameters,
                Parameters::default(),
                "{url}"
            );
        }
    }

    #[test]
    fn other_requests_are_to_no_extension() {
        for url in [
            "http://localhost:2773/",
            "http://localhost:2773/secretsmanager/put?secretId=a",
            "https://example.com/secretsmanager/get?secretId=a",
            "http://localhost:8080/applications/shop",
            "localhost:2773/secretsmanager/get?secretId=a",
        ] {
            assert_eq!(call(url), None, "{url}");
        }
    }
}
