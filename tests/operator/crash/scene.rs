//! What a story does with the objects.

use anyhow::{Context as _, Result, bail};
use aws_sdk_proton::Client;
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use kube::Resource;
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams};
use proton_operator::api::{Component, ProtonEnvironment, ProtonService, ServiceInstance};
use proton_rig::cloudformation::Double;
use proton_rig::{Aws, Engine, until};
use serde_json::{Value, json};

use super::bundles::TEMPLATE;
use crate::system::{PATIENCE, Site, condition, text};

/// What a story has at hand: everything that goes on while a process is down.
pub struct Scene {
    pub site: Site,
    pub double: Double,
    pub aws: Aws,
    pub proton: Client,
}

impl Scene {
    /// Of a running engine.
    pub fn new(site: Site, double: Double, engine: &Engine) -> Self {
        let (id, secret) = engine.keys();
        let config = aws_sdk_proton::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(proton_engine::aws::http_client())
            .endpoint_url(engine.endpoint())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new(id, secret, None, None, "tests"))
            .build();
        Self { site, double, aws: engine.aws(), proton: Client::from_conf(config) }
    }

    /// Applies an object such as `psi/a`; `spec` is in YAML's flow style. Without kubectl, as much of this is: it is played many times.
    pub async fn apply(&self, object: &str, spec: &str) -> Result<()> {
        let (api, kind, name) = self.find(object)?;
        let spec: Value = serde_yaml::from_str(spec)?;
        let body = json!({"apiVersion": "proton-operator.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec});
        api.patch(name, &PatchParams::apply("crash"), &Patch::Apply(&body)).await.map(drop).context("applying")
    }

    /// Of which objects it is, of which kind, and its name.
    fn find<'a>(&self, object: &'a str) -> Result<(Api<DynamicObject>, &'static str, &'a str)> {
        let (short, name) = object.split_once('/').context("kind and name")?;
        let (api, kind) = match short {
            "penv" => (self.site.api::<ProtonEnvironment>(), "ProtonEnvironment"),
            "psvc" => (self.site.api::<ProtonService>(), "ProtonService"),
            "psi" => (self.site.api::<ServiceInstance>(), "ServiceInstance"),
            "pcomp" => (self.site.api::<Component>(), "Component"),
            other => bail!("{other} is no kind of ours"),
        };
        Ok((api, kind, name))
    }

    /// The environment `base`.
    pub async fn base(&self) -> Result<()> {
        self.apply("penv/base", "{templateName: team-environment, templateMajorVersion: '1', inputs: {stage: staging}}").await?;
        self.settled::<ProtonEnvironment>("base", "deployed", |_| true).await.map(drop)
    }

    /// The service `shop` with more members of its spec.
    pub async fn shop(&self, more: &str) -> Result<()> {
        self.apply("psvc/shop", &format!("{{templateName: {TEMPLATE}, templateMajorVersion: '1'{more}}}")).await
    }

    /// An instance of `shop` in `base`.
    pub async fn instance(&self, name: &str) -> Result<()> {
        let spec = "{serviceRef: {name: shop}, environmentRef: {name: base}, templateMajorVersion: '1', inputs: {size: 1}}";
        self.apply(&format!("psi/{name}"), spec).await
    }

    /// A merge patch of a spec.
    pub async fn patch(&self, object: &str, spec: &str) -> Result<()> {
        let (api, _, name) = self.find(object)?;
        let spec: Value = serde_yaml::from_str(spec)?;
        api.patch(name, &PatchParams::default(), &Patch::Merge(&json!({"spec": spec}))).await.map(drop).context("patching")
    }

    /// Waits until the object is as `wanted`.
    pub async fn object_until<K>(&self, name: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value>
    where
        K: Resource<DynamicType = ()>,
    {
        let what = format!("{} {name}: {what}", K::kind(&()));
        let found = until(&what, PATIENCE, || async { self.site.object_of::<K>(name).await.ok().filter(&wanted) }).await;
        match found {
            Ok(object) => Ok(object),
            Err(error) => Err(error.context(format!("it is {:#}", self.site.object_of::<K>(name).await?["status"]))),
        }
    }

    /// Waits until the present generation is Ready and its status is as `wanted`.
    pub async fn settled<K>(&self, name: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value>
    where
        K: Resource<DynamicType = ()>,
    {
        let object = self.object_until::<K>(name, what, |object| is_ready(object) && wanted(&object["status"])).await?;
        Ok(object["status"].clone())
    }

    /// Waits until an instance is deployed with this size.
    pub async fn sized(&self, name: &str, size: u32) -> Result<()> {
        let size = size.to_string();
        let deployed = |status: &Value| text(status, "/outputs/values/Size") == size;
        self.settled::<ServiceInstance>(name, &format!("size {size}"), deployed).await.map(drop)
    }

    /// Waits until an object's last deployment has this status.
    pub async fn ends<K>(&self, name: &str, status: &str) -> Result<Value>
    where
        K: Resource<DynamicType = ()>,
    {
        self.object_until::<K>(name, status, |object| text(object, "/status/deploymentStatus") == status).await
    }

    /// Waits for a reason of Ready at the present generation.
    pub async fn reason<K>(&self, name: &str, reason: &str) -> Result<Value>
    where
        K: Resource<DynamicType = ()>,
    {
        let is = |object: &Value| current(object).is_some_and(|ready| text(ready, "/reason") == reason);
        self.object_until::<K>(name, reason, is).await
    }

    /// Deletes objects all at once and waits until they are gone.
    pub async fn delete(&self, objects: &[&str]) -> Result<()> {
        for object in objects {
            let (api, _, name) = self.find(object)?;
            api.delete(name, &DeleteParams::default()).await.context("deleting")?;
        }
        self.objects_gone(objects).await
    }

    /// Waits until deleted objects are gone.
    pub async fn objects_gone(&self, objects: &[&str]) -> Result<()> {
        for object in objects {
            let (api, _, name) = self.find(object)?;
            let gone = || async { api.get_opt(name).await.ok()?.is_none().then_some(()) };
            if let Err(error) = until(&format!("the end of {object}"), PATIENCE, gone).await {
                return Err(error.context(self.site.kubectl(&["get", "proton", "-o", "wide"]).await?));
            }
        }
        Ok(())
    }

    /// Waits until a live stack whose name matches (a glob with its star at the end) is in a state.
    pub async fn stack_reaches(&self, glob: &str, status: &str) -> Result<()> {
        let is = |stack: &proton_rig::cloudformation::StackView| {
            stack.name.starts_with(glob.trim_end_matches('*')) && stack.status == status
        };
        until(status, PATIENCE, || async { self.double.stacks().iter().any(is).then_some(()) }).await
    }
}

/// The condition Ready, if it speaks of the present generation.
fn current(object: &Value) -> Option<&Value> {
    let ready = condition(object.get("status")?, "Ready")?;
    (ready["observedGeneration"] == object["metadata"]["generation"]).then_some(ready)
}

fn is_ready(object: &Value) -> bool {
    current(object).is_some_and(|ready| text(ready, "/status") == "True")
}
