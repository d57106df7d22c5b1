//! An HTTP client that limits the size of responses, so that no endpoint can fill the memory.
//!
//! It is used by all clients, for services and for credentials. It reads whole responses. A response that is too large
//! is not requested again, because the second would be as large as the first.

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use http_body_util::BodyExt as _;

/// The largest response that is read. Five X-Ray traces of the largest size are 5 MB with every quote escaped, and
/// Lambda's pages are smaller.
pub const MOST_BYTES: usize = 32 << 20;

/// A response is larger than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer is larger than {} MiB, which no answer of AWS's is", MOST_BYTES >> 20)]
pub struct TooLarge;

/// Returns the SDK's own HTTPS client with the limit added.
pub(super) fn client() -> SharedHttpClient {
    let inner = Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector =
            ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.set_proxy_config(Some(ProxyConfig::from_env()));
        connector.build()
    });
    SharedHttpClient::new(Bounded(inner))
}

#[derive(Debug)]
struct Bounded<C>(C);

impl HttpClient for Bounded<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Bounded(self.0.http_connector(settings, components)))
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

impl HttpConnector for Bounded<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move { whole(answer.await?).await })
    }
}

/// Reads the whole body of a response into memory.
async fn whole(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let too_large = || ConnectorError::user(Box::new(TooLarge));
    let length = answer.headers().get("content-length");
    let told: usize = length
        .and_then(|length| length.parse().ok())
        .unwrap_or_default();
    if told > MOST_BYTES {
        return Err(too_large());
    }
    let mut read = Vec::with_capacity(told);
    while let Some(frame) = answer.body_mut().frame().await {
        let frame = frame.map_err(ConnectorError::io)?;
        let Some(part) = frame.data_ref() else {
            continue;
        };
        if read.len() + part.len() > MOST_BYTES {
            return Err(too_large());
        }
        read.extend_from_slice(part);
    }
    *answer.body_mut() = read.into();
    Ok(answer)
}
