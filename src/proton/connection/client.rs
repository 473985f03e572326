//! Real clients: the AWS SDK's default chain for the operator itself, and what a Secret says for the others.

use std::sync::Arc;

use async_trait::async_trait;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

use super::Connector;
use super::settings::{ConnectionSettings, Keys};
use crate::proton::Proton;
use crate::proton::aws::AwsProton;

/// Signed for when nothing names a region. Endpoints other than the closed original rarely care.
const FALLBACK_REGION: &str = "us-east-1";

/// Makes clients of the AWS SDK.
#[derive(Clone, Debug)]
pub struct AwsConnector {
    base: SdkConfig,
}

impl AwsConnector {
    /// Reads the SDK's standard variables and profile once.
    pub async fn load() -> Self {
        let http = aws_smithy_http_client::Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https();
        let base = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).load().await;
        let region = base.region().cloned().unwrap_or_else(|| Region::from_static(FALLBACK_REGION));
        Self { base: base.into_builder().region(region).build() }
    }

    /// The region of the operator's own connection.
    pub fn region(&self) -> &str {
        self.base.region().map_or(FALLBACK_REGION, Region::as_ref)
    }

    /// A client with the SDK's own settings.
    pub fn client(&self) -> AwsProton {
        AwsProton::new(&self.base, None)
    }

    /// A client with what a Secret says; `external_id` is for a role that it names.
    pub async fn client_of(&self, settings: &ConnectionSettings, external_id: &str) -> AwsProton {
        let region = settings.region.clone().map(Region::new).or_else(|| self.base.region().cloned());
        let base = self.base.to_builder().region(region.clone()).build();
        let (provider, endpoint) = match &settings.keys {
            Keys::Static { endpoint, access_key_id, secret_access_key, session_token } => {
                let token = session_token.as_ref().map(|token| token.as_str().to_owned());
                let keys = Credentials::new(access_key_id.as_str(), secret_access_key.as_str(), token, None, "connection");
                (SharedCredentialsProvider::new(keys), endpoint.as_deref())
            }
            Keys::Role { arn } => {
                let role = AssumeRoleProvider::builder(arn).session_name("proton-operator").external_id(external_id);
                (SharedCredentialsProvider::new(role.configure(&base).build().await), None)
            }
        };
        let config = base.into_builder().credentials_provider(provider).build();
        AwsProton::new(&config, endpoint)
    }
}

#[async_trait]
impl Connector for AwsConnector {
    async fn own(&self) -> Arc<dyn Proton> {
        Arc::new(self.client())
    }

    async fn of(&self, settings: &ConnectionSettings, external_id: &str) -> Arc<dyn Proton> {
        Arc::new(self.client_of(settings, external_id).await)
    }
}

/// Where the operator's own calls go, for the first lines of the log.
pub fn describe_endpoint(region: &str) -> String {
    let set = ["AWS_ENDPOINT_URL_PROTON", "AWS_ENDPOINT_URL"].into_iter().find_map(|name| std::env::var(name).ok());
    set.unwrap_or_else(|| {
        format!(
            "https://proton.{region}.amazonaws.com (the original, closed on 2026-10-07; set AWS_ENDPOINT_URL_PROTON to another)"
        )
    })
}
