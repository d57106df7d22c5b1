//! Answers are read up to a size and no further, so that no endpoint, however broken, fills the memory.
//!
//! Whole answers are read here, beneath all clients alike: those of services, and those that credentials come from. What is too
//! large is not asked for again, for the second answer would be as large as the first.

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

/// The largest answer that is read. Five traces of X-Ray's, each as large as X-Ray lets one be, are 5 MB with every quote of theirs
/// escaped, and Lambda's pages are smaller still.
pub const MOST_BYTES: usize = 32 << 20;

/// An answer that is larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer is larger than {} MiB, which no answer of AWS's is", MOST_BYTES >> 20)]
pub struct TooLarge;

/// The SDK's own client over HTTPS, with its answers bounded.
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

/// The same answer with its body in memory.
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
