//! Service bundles: a service with two instances, first without the component and then with it.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::catalogue::{Component, Service};
use super::mirror::{is_ready, mirrored, object_until, outputs, ready};
use super::objects::{Objects, apply};
use super::remote::{Remote, Target};
use crate::system::{System, condition, text};

/// Registers and publishes it as version 1.0, for its environments and with components.
pub async fn register(system: &System, bundle: &Service) -> Result<()> {
    register_with(system, bundle, &[]).await
}

/// The same as the next minor version of major version 1.
pub async fn register_minor(system: &System, bundle: &Service) -> Result<()> {
    register_with(system, bundle, &["--major", "1"]).await
}

async fn register_with(system: &System, bundle: &Service, more: &[&str]) -> Result<()> {
    let folder = bundle.folder.display().to_string();
    let compatible: Vec<String> = bundle.compatible.iter().map(|name| format!("{name}:1")).collect();
    let mut args = vec!["register", &folder, "--template", &bundle.name, "--kind", "service", "--publish", "--component-sources"];
    compatible.iter().for_each(|entry| args.extend(["--compatible", entry]));
    args.extend(more);
    system.engine.command(&args).await?.ok().with_context(|| bundle.name.clone())?;
    Ok(())
}

/// One service on its way.
pub struct Deployed<'a> {
    pub system: &'a System,
    pub bundle: &'a Service,
    pub objects: Objects,
    pub remote: Remote,
}

impl<'a> Deployed<'a> {
    /// Applies the instances, which wait for the service, and then the service, which is created with both of them: their environment is
    /// ready by then.
    pub async fn apply(system: &'a System, bundle: &'a Service, objects: Objects) -> Result<Self> {
        ready(system, "ProtonEnvironment", &objects.environment).await?;
        apply(system, objects.serviceinstances(bundle)).await?;
        for (name, _) in bundle.instances() {
            object_until(system, "ServiceInstance", &objects.instance(&name), waits).await?;
        }
        apply(system, vec![objects.protonservice(bundle)]).await?;
        Ok(Self { system, bundle, objects, remote: Remote::of(&system.engine) })
    }

    /// The instance as the API knows it.
    pub fn instance<'n>(&'n self, name: &'n str) -> Target<'n> {
        Target::Instance(self.objects.remote(), name)
    }

    /// Everything was deployed once: both instances, and the pipeline where there is one.
    pub async fn check_first(&self) -> Result<()> {
        for (name, _) in self.bundle.instances() {
            let status = ready(self.system, "ServiceInstance", &self.objects.instance(&name)).await?;
            self.check_instance(&name, &status, 1).await?;
            ensure!(used(&status).is_empty(), "{name} has no component yet: {status}");
        }
        self.check_service().await
    }

    /// Attaches the component to the first instance, which is deployed again with it; nothing else is.
    pub async fn attach(&self, component: &Component) -> Result<Value> {
        apply(self.system, vec![self.objects.attached(self.bundle, component)]).await?;
        let name = self.objects.component();
        let attached = ready(self.system, "Component", &name).await?;
        mirrored(&self.remote, Target::Component(&name), &attached, 1).await?;
        for output in ["BucketName", "BucketAccessPolicyArn"] {
            ensure!(outputs(&attached).contains_key(output), "{output} is not in {attached}");
        }
        self.check_redeployed(text(&attached, "/lastSucceededDeploymentId")).await?;
        Ok(attached)
    }

    /// The first instance's last deployment used this deployment of the component.
    async fn check_redeployed(&self, component: &str) -> Result<()> {
        let [(first, _), (second, _)] = self.bundle.instances();
        let uses = |object: &Value| is_ready(object) && object.get("status").is_some_and(|status| used(status) == [component]);
        let found = object_until(self.system, "ServiceInstance", &self.objects.instance(&first), uses).await?;
        let status = found.get("status").context("a status")?;
        self.check_instance(&first, status, 2).await?;
        let other = ready(self.system, "ServiceInstance", &self.objects.instance(&second)).await?;
        self.check_instance(&second, &other, 1).await?;
        self.check_service().await
    }

    async fn check_instance(&self, name: &str, status: &Value, deployments: usize) -> Result<()> {
        mirrored(&self.remote, self.instance(name), status, deployments).await?;
        for output in self.bundle.outputs("instance_infrastructure")? {
            ensure!(outputs(status).contains_key(&output), "{name}: output {output} is not in {status}");
        }
        Ok(())
    }

    async fn check_service(&self) -> Result<()> {
        let status = ready(self.system, "ProtonService", &self.objects.service).await?;
        ensure!(text(&status, "/serviceStatus") == "ACTIVE", "{status}");
        let Some(pipeline) = status.get("pipeline").filter(|_| self.bundle.has_pipeline) else {
            ensure!(!self.bundle.has_pipeline, "a pipeline is missing in {status}");
            return Ok(());
        };
        mirrored(&self.remote, Target::Pipeline(self.objects.remote()), pipeline, 1).await?;
        for output in self.bundle.outputs("pipeline_infrastructure")? {
            ensure!(outputs(pipeline).contains_key(&output), "output {output} is not in {pipeline}");
        }
        Ok(())
    }

    /// How many deployments its instances and its pipeline have had.
    pub async fn deployments(&self) -> Result<usize> {
        let mut count = 0;
        for (name, _) in self.bundle.instances() {
            count += self.remote.deployments(self.instance(&name)).await?.len();
        }
        if self.bundle.has_pipeline {
            count += self.remote.deployments(Target::Pipeline(self.objects.remote())).await?.len();
        }
        Ok(count)
    }

    /// `major.minor` of the first instance.
    pub async fn version(&self) -> Result<String> {
        let name = self.objects.instance(&self.bundle.instance.0);
        let status = ready(self.system, "ServiceInstance", &name).await?;
        Ok(text(&status, "/version").to_owned())
    }
}

/// An instance that waits for its service, and says so.
fn waits(object: &Value) -> bool {
    let status = object.get("status").cloned().unwrap_or_default();
    condition(&status, "Ready").is_some_and(|ready| {
        text(ready, "/reason") == "WaitingForDependency" && text(ready, "/message").starts_with("ProtonService")
    })
}

/// Ids of the components' deployments that the deployed state used.
fn used(status: &Value) -> Vec<&str> {
    let ids = status.pointer("/usedDeployments/components").and_then(Value::as_array).into_iter().flatten();
    ids.filter_map(Value::as_str).collect()
}
