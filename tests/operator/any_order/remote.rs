//! What the engine shows of a platform, read with the SDK, without the prefix of its names.
#![allow(deprecated, reason = "the SDK marks every operation since AWS closed the service")]

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_proton::operation::get_service::GetServiceOutput;
use aws_sdk_proton::types::{DeploymentStatus, DeploymentSummary};
use aws_sdk_proton::{Client, Config};
use proton_rig::Engine;
use serde_json::Value;

use super::folder::{COMPONENTS, INSTANCES, SERVICES};

/// A client of the API beside the operator's own.
pub fn client(engine: &Engine) -> Client {
    let (id, secret) = engine.keys();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static("us-east-1"))
        .endpoint_url(engine.endpoint())
        .credentials_provider(Credentials::new(id, secret, None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

/// One platform at the endpoint.
pub struct Remote<'a> {
    /// The endpoint.
    pub client: &'a Client,
    /// With what its names begin.
    pub prefix: &'a str,
}

impl Remote<'_> {
    fn name(&self, short: &str) -> String {
        format!("{}-{short}", self.prefix)
    }

    /// Everything that there is, a line each: versions, states, documents, attachments.
    pub async fn state(&self) -> Result<String> {
        let mut lines = Vec::new();
        for name in ["production", "staging"] {
            let found = self.client.get_environment().name(self.name(name)).send().await?;
            let one = found.environment.context("an environment")?;
            let version = format!("{} {}.{}", one.template_name, one.template_major_version, one.template_minor_version);
            lines.push(format!("environment {name}: {version} {} {}", one.deployment_status, json(one.spec.as_deref())?));
        }
        for (service, _) in SERVICES {
            lines.push(format!("service {service}: {}", self.service(service).await?));
            for (instance, _) in INSTANCES {
                let name = format!("{service}-{instance}");
                lines.push(format!("instance {name}: {}", self.instance(service, &name).await?));
            }
        }
        for (component, ..) in COMPONENTS {
            let found = self.client.get_component().name(self.name(component)).send().await?;
            let one = found.component.context("a component")?;
            let place = format!("{}/{}", one.service_name.unwrap_or_default(), one.service_instance_name.unwrap_or_default());
            lines.push(format!("component {component}: {place} in {} {}", one.environment_name, one.deployment_status));
        }
        Ok(lines.join("\n").replace(&format!("{}-", self.prefix), ""))
    }

    async fn service(&self, service: &str) -> Result<String> {
        let found: GetServiceOutput = self.client.get_service().name(self.name(service)).send().await?;
        let one = found.service.context("a service")?;
        let mut text = format!("{} {} with {}", one.template_name, one.status, entries(&one.spec)?);
        if let Some(pipeline) = one.pipeline {
            let version = format!("{}.{}", pipeline.template_major_version, pipeline.template_minor_version);
            let of = entries(pipeline.spec.as_deref().unwrap_or_default())?;
            text.push_str(&format!("; pipeline {version} {} for {of}", pipeline.deployment_status));
        }
        Ok(text)
    }

    async fn instance(&self, service: &str, name: &str) -> Result<String> {
        let call = self.client.get_service_instance().service_name(self.name(service)).name(self.name(name));
        let one = call.send().await?.service_instance.context("an instance")?;
        let document = json(one.spec.as_deref())?;
        let rows = document.pointer("/instances").and_then(Value::as_array).cloned().unwrap_or_default();
        let own = rows.into_iter().find(|row| row.get("name").and_then(Value::as_str) == Some(one.name.as_str()));
        let inputs = own.and_then(|row| row.get("spec").cloned()).unwrap_or_default();
        let version = format!("{}.{}", one.template_major_version, one.template_minor_version);
        Ok(format!("{version} in {} {} {inputs}", one.environment_name, one.deployment_status))
    }

    /// How many deployments each target has had; all of them succeeded.
    pub async fn deployments(&self) -> Result<BTreeMap<String, usize>> {
        let mut rows: BTreeMap<String, DeploymentSummary> = BTreeMap::new();
        for name in ["production", "staging"] {
            let page = self.client.list_deployments().environment_name(self.name(name)).max_results(100).send().await?;
            rows.extend(page.deployments.into_iter().map(|row| (row.id.clone(), row)));
        }
        let mut counts = BTreeMap::new();
        for row in rows.into_values() {
            assert_eq!(row.deployment_status, DeploymentStatus::Succeeded, "{row:?}");
            let target = row.target_arn.split_once(&format!("{}-", self.prefix)).map_or("", |(_, tail)| tail);
            let target = target.replace(&format!("{}-", self.prefix), "");
            *counts.entry(target).or_default() += 1;
        }
        Ok(counts)
    }

    /// What is left of everything, and whether any of it still carries an owner tag.
    pub async fn left(&self) -> Result<Vec<String>> {
        let mut left = Vec::new();
        let environments = self.client.list_environments().into_paginator().items().send();
        let rows = environments.collect::<std::result::Result<Vec<_>, _>>().await?;
        left.extend(rows.into_iter().map(|row| (row.name, row.arn)));
        let services = self.client.list_services().into_paginator().items().send();
        let rows = services.collect::<std::result::Result<Vec<_>, _>>().await?;
        left.extend(rows.into_iter().map(|row| (row.name, row.arn)));
        let instances = self.client.list_service_instances().into_paginator().items().send();
        let rows = instances.collect::<std::result::Result<Vec<_>, _>>().await?;
        left.extend(rows.into_iter().map(|row| (format!("{}/{}", row.service_name, row.name), row.arn)));
        let components = self.client.list_components().into_paginator().items().send();
        let rows = components.collect::<std::result::Result<Vec<_>, _>>().await?;
        left.extend(rows.into_iter().map(|row| (row.name, row.arn)));
        left.retain(|(name, _)| name.starts_with(&format!("{}-", self.prefix)));
        let mut told = Vec::new();
        for (name, arn) in left {
            let tags = self.client.list_tags_for_resource().resource_arn(arn).send().await?.tags;
            let owned = tags.iter().any(|tag| tag.key.starts_with("proton-operator.dev/"));
            told.push(format!("{}{}", name.replace(&format!("{}-", self.prefix), ""), if owned { ", owned" } else { "" }));
        }
        told.sort();
        Ok(told)
    }
}

fn json(text: Option<&str>) -> Result<Value> {
    Ok(serde_json::to_value(serde_yaml::from_str::<serde_yaml::Value>(text.unwrap_or("{}"))?)?)
}

/// The names of a document's instances, sorted.
fn entries(document: &str) -> Result<String> {
    let document = json(Some(document))?;
    let rows = document.pointer("/instances").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut names: Vec<String> = rows.iter().filter_map(|row| row.get("name")?.as_str().map(str::to_owned)).collect();
    names.sort();
    Ok(names.join(" "))
}
