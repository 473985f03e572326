//! The engine's way to AWS: one configuration from the SDK's default chain, one HTTP client, roles assumed on demand.
//!
//! The standard variables apply (`AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, `AWS_ENDPOINT_URL_CLOUDFORMATION`, `_S3`, `_STS`, …).
//! The SDK's own retries are off: the worker repeats a whole pass, with growing waits, and that is enough.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use tokio::sync::Mutex;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one call may take. The worker holds an effect for longer than this.
const CALL: Duration = Duration::from_secs(30);
/// Credentials of a role are renewed this long before they end, so that no call goes out with ended ones.
const RENEW_BEFORE_END: Duration = Duration::from_secs(300);
/// Name of the sessions of assumed roles; CloudTrail shows it.
const SESSION_NAME: &str = "proton-engine";

/// Configurations for AWS clients.
pub struct Aws {
    base: SdkConfig,
    roles: Mutex<HashMap<String, SharedCredentialsProvider>>,
}

impl Aws {
    /// Loads the default chain for one region. Credentials are looked for only when the first call needs them.
    pub async fn load(region: &str) -> Self {
        let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            .http_client(http_client())
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts())
            .identity_cache(aws_config::identity::IdentityCache::lazy().buffer_time(RENEW_BEFORE_END).build());
        Self::from_config(loader.load().await)
    }

    /// Uses a configuration that is already made; it must have an HTTP client.
    pub fn from_config(base: SdkConfig) -> Self {
        Self { base, roles: Mutex::default() }
    }

    /// The configuration for calls in `region` as `role_arn`, or as the engine itself without one.
    ///
    /// A role is assumed (`sts:AssumeRole`) at the first call that needs it. Its credentials are kept for all
    /// configurations of the same role and renewed before they end.
    pub async fn config(&self, role_arn: Option<&str>, region: &str) -> SdkConfig {
        let config = self.base.to_builder().region(Region::new(region.to_owned()));
        match role_arn {
            None => config.build(),
            Some(role) => config.credentials_provider(self.role(role, region).await).build(),
        }
    }

    async fn role(&self, role_arn: &str, region: &str) -> SharedCredentialsProvider {
        let mut roles = self.roles.lock().await;
        if let Some(known) = roles.get(role_arn) {
            return known.clone();
        }
        let provider = AssumeRoleProvider::builder(role_arn)
            .session_name(SESSION_NAME)
            .region(Region::new(region.to_owned()))
            .configure(&self.base)
            .build()
            .await;
        let provider = SharedCredentialsProvider::new(provider);
        roles.insert(role_arn.to_owned(), provider.clone());
        provider
    }
}

/// An HTTP client that speaks HTTPS with *ring*, and plain HTTP for endpoints that say so.
pub fn http_client() -> SharedHttpClient {
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    aws_smithy_http_client::Builder::new().tls_provider(provider).build_https()
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(CALL).operation_timeout(CALL).build()
}
