//! moto's server: CloudFormation, S3 and STS without an AWS account.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::paths::python;
use crate::process::{Process, free_port};

/// A running moto server.
#[derive(Debug)]
pub struct Moto {
    endpoint: String,
    _process: Process,
}

impl Moto {
    /// Starts it and waits until it answers.
    pub async fn start(folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let args = ["-H", "127.0.0.1", "-p", &port.to_string()].map(str::to_owned);
        let env = [("MOTO_ACCOUNT_ID".to_owned(), crate::engine::ACCOUNT.to_owned())];
        let mut process = Process::start("moto", folder, &python("moto_server"), &args, &env)?;
        let http = reqwest::Client::new();
        let status = format!("{endpoint}/moto-api/data.json");
        process
            .ready(Duration::from_secs(60), || async {
                http.get(&status).send().await.is_ok_and(|answer| answer.status().is_success())
            })
            .await?;
        Ok(Self { endpoint, _process: process })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The variables that send CloudFormation, S3 and STS calls here.
    pub fn env(&self) -> Vec<(String, String)> {
        let mut env: Vec<_> = ["CLOUDFORMATION", "S3", "STS"]
            .iter()
            .map(|service| (format!("AWS_ENDPOINT_URL_{service}"), self.endpoint.clone()))
            .collect();
        // moto's CloudFormation finds a TemplateURL in its own S3 only under this name of the machine.
        if let Some((_, url)) = env.iter_mut().find(|(name, _)| name.ends_with("_S3")) {
            *url = self.endpoint.replace("127.0.0.1", "localhost");
        }
        env.extend(test_keys());
        env
    }
}

/// Keys that moto and the double accept.
pub(crate) fn test_keys() -> [(String, String); 3] {
    [("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing"), ("AWS_REGION", crate::engine::REGION)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
}
