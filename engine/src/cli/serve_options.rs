//! The flags of `serve`. Each has an environment variable `PROTON_ENGINE_…`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::quota::Quota;

/// Serves the API
#[derive(Args, Clone, Debug)]
pub struct ServeOptions {
    /// Address of the API; plain HTTP without --tls-cert, so put TLS in front of it before it leaves the machine
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8210", env = "PROTON_ENGINE_LISTEN")]
    pub listen: SocketAddr,

    /// Certificate of the API as PEM, with those between it and the root; the API then speaks TLS only. Read again when it changes
    #[arg(long, value_name = "FILE", requires = "tls_key", env = "PROTON_ENGINE_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert", env = "PROTON_ENGINE_TLS_KEY")]
    pub tls_key: Option<PathBuf>,

    /// Folder of the database and of the credentials that are made at the first start
    #[arg(long, value_name = "DIR", default_value = "proton-engine-data", env = "PROTON_ENGINE_DATA_DIR")]
    pub data_dir: PathBuf,

    /// AWS account whose resources are served
    #[arg(long, value_name = "ID", default_value = "123456789012", value_parser = account_id, env = "PROTON_ENGINE_ACCOUNT_ID")]
    pub account_id: String,

    /// AWS region that is served, and that requests must be signed for
    #[arg(long, default_value = "us-east-1", value_parser = region, env = "PROTON_ENGINE_REGION")]
    pub region: String,

    /// Credentials file; without it the one in the data folder is used, and made with one admin if it is not there
    #[arg(long, value_name = "FILE", env = "PROTON_ENGINE_CREDENTIALS")]
    pub credentials: Option<PathBuf>,

    /// How deployments are provisioned
    #[arg(long, value_enum, default_value_t = ProvisionerChoice::Auto, env = "PROTON_ENGINE_PROVISIONER")]
    pub provisioner: ProvisionerChoice,

    /// Script that decides how simulated deployments go; read again when it changes
    #[arg(long, value_name = "FILE", env = "PROTON_ENGINE_SIMULATE_SCRIPT")]
    pub simulate_script: Option<PathBuf>,

    /// S3 bucket for rendered templates of more than 51,200 bytes, which CloudFormation reads from there
    #[arg(long, value_name = "BUCKET", env = "PROTON_ENGINE_TEMPLATE_BUCKET")]
    pub template_bucket: Option<String>,

    /// How soon a stack in progress is looked at again; the wait grows to five times this
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = duration, env = "PROTON_ENGINE_CLOUDFORMATION_POLL")]
    pub cloudformation_poll: Duration,

    /// How long one template may take to render before its deployment fails
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration, env = "PROTON_ENGINE_RENDER_TIMEOUT")]
    pub render_timeout: Duration,

    /// The program whose command `render-worker` renders: this very one where none is set. For programs that embed the engine
    #[arg(skip)]
    pub render_program: Option<PathBuf>,

    /// Address of /metrics, /healthz and /readyz; without it they are not served
    #[arg(long, value_name = "ADDR", env = "PROTON_ENGINE_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,

    /// Requests per second of one access key, twice as many at once; more are refused with ThrottlingException. Without it there is no limit
    #[arg(long, value_name = "N", env = "PROTON_ENGINE_REQUEST_RATE")]
    pub request_rate: Option<NonZeroU32>,

    /// Another quota than AWS Proton's, as KIND=N: environments (100), templates (100), template-versions (500 of each template), services (1000), service-instances (20 of each service), components (100), environment-account-connections (5 of each account), repositories, template-sync-configs, service-sync-configs (1000 each); may be given again, or with commas
    #[arg(long = "quota", value_name = "KIND=N", value_delimiter = ',', env = "PROTON_ENGINE_QUOTA")]
    pub quotas: Vec<Quota>,
}

/// How deployments are provisioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProvisionerChoice {
    /// By the manifest of the template bundle.
    Auto,
    /// Nothing is provisioned, everything is simulated.
    Simulate,
}

fn account_id(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account id has twelve digits".to_owned())
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|parsed| Duration::try_from(parsed).ok());
    parsed
        .filter(|parsed| *parsed >= Duration::from_millis(10))
        .ok_or_else(|| format!("'{text}' is no duration of at least 10ms; write for example 500ms or 2s"))
}

fn region(text: &str) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.bytes().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err("a region has lower-case letters, digits and '-', as in eu-west-1".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_regions_are_checked() {
        assert!(account_id("123456789012").is_ok());
        assert!(["", "12345678901", "1234567890123", "12345678901x"].iter().all(|text| account_id(text).is_err()));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert!(["", "5", "-1s", "0s"].iter().all(|text| duration(text).is_err()));
        assert!(region("us-gov-west-1").is_ok());
        assert!(["", "US-EAST-1", "us east"].iter().all(|text| region(text).is_err()));
    }
}
