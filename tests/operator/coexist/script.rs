//! A script that speaks the API beside the operator: it gives instances new images as pipelines do, and adds instances of its own.
#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use aws_sdk_proton::Client;
use aws_sdk_proton::config::retry::RetryConfig;
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_proton::types::DeploymentUpdateType;
use proton_rig::Engine;
use serde_json::{Value, json};

use super::random::Dice;
use super::watch::list;
use crate::system::text;

/// How many instances it adds.
const ADDS: usize = 8;

/// A client that does what it is told once.
pub fn client(engine: &Engine) -> Client {
    let (id, secret) = engine.keys();
    let config = aws_sdk_proton::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .endpoint_url(engine.endpoint())
        .credentials_provider(Credentials::new(id, secret, None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(proton_engine::aws::http_client());
    Client::from_conf(config.build())
}

/// What it has done.
pub struct Script {
    /// Its way to the engine.
    pub proton: Client,
    /// Instance and deployment of each update that was accepted.
    pub started: Vec<(String, String)>,
    /// Instances that it has added.
    pub added: Vec<String>,
    dice: Dice,
}

impl Script {
    /// One that has done nothing yet.
    pub fn new(proton: Client, dice: Dice) -> Self {
        Self { proton, started: Vec::new(), added: Vec::new(), dice }
    }

    /// Works until it is told to stop. What the engine refuses, it leaves.
    pub async fn run(mut self, stop: Arc<AtomicBool>) -> Result<Self> {
        for step in 0_u64.. {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            self.dice.pause(300).await;
            if self.added.len() < ADDS && self.dice.below(4) == 0 {
                let name = format!("own-{}", self.added.len());
                if self.add(&name).await.is_ok() {
                    self.added.push(name);
                }
                continue;
            }
            let names = self.names().await?;
            let chosen = usize::try_from(self.dice.below(names.len().try_into()?))?;
            if let Some(name) = names.get(chosen)
                && let Ok(id) = self.update(name, &format!("ci:{step}")).await
            {
                self.started.push((name.clone(), id));
            }
        }
        Ok(self)
    }

    /// The instances that there are, sorted.
    pub async fn names(&self) -> Result<Vec<String>> {
        let mut names: Vec<String> = list(&self.proton).await?.into_iter().map(|(name, _)| name).collect();
        names.sort();
        Ok(names)
    }

    /// get-service, edit, update-service-instance; the deployment's id.
    pub async fn update(&self, name: &str, image: &str) -> Result<String> {
        let service = self.proton.get_service().name("shop").send().await?.service.context("the service")?;
        let mut document: Value = serde_yaml::from_str(&service.spec)?;
        let entries = document.get_mut("instances").and_then(Value::as_array_mut).context("instances")?;
        let entry = entries.iter_mut().find(|entry| text(entry, "/name") == name).context("an entry")?;
        entry["spec"]["image"] = json!(image);
        let call = self.proton.update_service_instance().service_name("shop").name(name);
        let call = call.spec(serde_yaml::to_string(&document)?).deployment_type(DeploymentUpdateType::CurrentVersion);
        let updated = call.send().await?.service_instance.context("the instance")?;
        updated.last_attempted_deployment_id.context("a deployment")
    }

    async fn add(&self, name: &str) -> Result<()> {
        let spec = format!("proton: ServiceSpec\ninstances:\n- {{name: {name}, environment: team, spec: {{size: 0}}}}\n");
        self.proton.create_service_instance().service_name("shop").name(name).spec(spec).send().await?;
        Ok(())
    }
}
