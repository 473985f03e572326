//! A service `shop` with a small template of its own, in an environment `team`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use kube::Resource;
use kube::api::{Patch, PatchParams};
use proton_operator::api::{Component, ProtonService, ServiceInstance};
use proton_rig::until;
use serde_json::{Value, json};

use crate::system::{Setup, System, condition, team, text};

const SCHEMA: &str = "\
schema:
  format: {openapi: 3.0.0}
  service_input_type: Instance
  pipeline_input_type: Pipeline
  types:
    Instance:
      type: object
      properties:
        size: {type: integer, default: 1}
        image: {type: string, default: none}
    Pipeline:
      type: object
      properties:
        branch: {type: string, default: main}
";

const MANIFEST: &str = "\
infrastructure:
  templates:
    - {file: cloudformation.yaml, rendering_engine: jinja, template_language: cloudformation}
";

const INSTANCE: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: '{{ service_instance.name }}'}
Outputs:
  Size: {Value: '{{ service_instance.inputs.size }}'}
  Image: {Value: '{{ service_instance.inputs.image }}'}
";

const PIPELINE: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: '{{ pipeline.inputs.branch }}'}
Outputs:
  Instances: {Value: '{% for one in service_instances %}{{ one.name }} {% endfor %}'}
";

/// How long any wait here may last: much goes on at once, and each wait ends with its condition.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// Where the service's objects reach the engine.
const CONNECTION: &str = "connection";

/// Engine and operator, with the environment `team` and the service's object there; CreateService waits for the first instance only
/// where the template has a pipeline.
pub struct Shop {
    pub system: System,
    connected: bool,
}

impl Shop {
    /// Opens it.
    pub async fn open(setup: Setup, pipeline: bool) -> Result<Self> {
        Self::opened(System::start(setup).await?, pipeline, false).await
    }

    /// Opens it, with all objects of the service speaking to this endpoint.
    pub async fn open_through(system: System, endpoint: &str) -> Result<Self> {
        let (key, secret) = system.engine.keys();
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {CONNECTION}, namespace: {}}}\nstringData:\n  endpoint: {endpoint}\n  \
             region: us-east-1\n  accessKeyId: {key}\n  secretAccessKey: {secret}\n",
            system.namespace
        );
        system.cluster.kubectl().apply(&secret).await?.ok()?;
        Self::opened(system, false, true).await
    }

    async fn opened(system: System, pipeline: bool, connected: bool) -> Result<Self> {
        let folder = system.folder.path().join("shop-template");
        bundle(&folder, pipeline)?;
        let folder = folder.display().to_string();
        let register = ["register", &folder, "--template", "shop-template", "--kind", "service"];
        let more = ["--compatible", "team-environment:1", "--component-sources", "--publish"];
        system.engine.command(&[register.as_slice(), more.as_slice()].concat()).await?.ok()?;
        system.apply("team", &team("")).await?.ok()?;
        let shop = Self { system, connected };
        let mut spec = json!({"templateName": "shop-template", "templateMajorVersion": "1"});
        if pipeline {
            let arn = "arn:aws:codestar-connections:us-east-1:123456789012:connection/c";
            spec["repository"] = json!({"connectionArn": arn, "id": "team/shop", "branch": "main"});
            spec["pipeline"] = json!({"inputs": {"branch": "main"}});
        }
        shop.apply::<ProtonService>("shop", spec).await?;
        Ok(shop)
    }

    /// Applies an object whose spec is the given one.
    pub async fn apply<K: Resource<DynamicType = ()>>(&self, name: &str, mut spec: Value) -> Result<()> {
        if self.connected {
            spec["connectionRef"] = json!({"name": CONNECTION});
        }
        let object = json!({"apiVersion": K::api_version(&()), "kind": K::kind(&()), "metadata": {"name": name}, "spec": spec});
        let params = PatchParams::apply("tests").force();
        self.system.api::<K>().patch(name, &params, &Patch::Apply(&object)).await?;
        Ok(())
    }

    /// Applies the object of an instance with these inputs, and more members of its spec.
    pub async fn instance(&self, name: &str, inputs: Value, more: Value) -> Result<()> {
        let mut spec = json!({
            "serviceRef": {"name": "shop"},
            "environmentRef": {"name": "team"},
            "templateMajorVersion": "1",
            "inputs": inputs,
        });
        for (member, value) in more.as_object().into_iter().flatten() {
            spec[member] = value.clone();
        }
        self.apply::<ServiceInstance>(name, spec).await
    }

    /// Applies the object of a component that is attached to this instance, or detached from the one that it has.
    pub async fn component(&self, name: &str, attached: Option<&str>) -> Result<()> {
        let file = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\nOutputs: {Made: {Value: of-the-component}}\n";
        let mut spec = json!({"templateFile": file, "manifest": MANIFEST});
        if let Some(instance) = attached {
            spec["serviceRef"] = json!({"name": "shop"});
            spec["serviceInstanceRef"] = json!({"name": instance});
        }
        self.apply::<Component>(name, spec).await
    }

    /// An object as it stands; `None` when it is gone.
    pub async fn object<K: Resource<DynamicType = ()>>(&self, name: &str) -> Result<Option<Value>> {
        let found = self.system.api::<K>().get_opt(name).await?;
        Ok(found.map(serde_json::to_value).transpose()?)
    }

    /// Waits until an object's status satisfies `wanted`.
    pub async fn status_until<K: Resource<DynamicType = ()>>(
        &self,
        name: &str,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let status = || async { Some(self.object::<K>(name).await.ok()??.get("status")?.clone()) };
        match until(&format!("{name}: {what}"), PATIENCE, || async { status().await.filter(&wanted) }).await {
            Ok(status) => Ok(status),
            Err(error) => Err(error.context(format!("{name} is {:?}", self.object::<K>(name).await?))),
        }
    }

    /// Waits until an object is Ready for its newest generation.
    pub async fn ready<K: Resource<DynamicType = ()>>(&self, name: &str) -> Result<Value> {
        let object = self.object::<K>(name).await?.context("the object is there")?;
        let generation = object.pointer("/metadata/generation").cloned();
        self.status_until::<K>(name, "Ready", |status| {
            is_ready(status) && status.get("observedGeneration") == generation.as_ref()
        })
        .await
    }

    /// Deletes an object and waits until it is gone.
    pub async fn gone<K: Resource<DynamicType = ()>>(&self, name: &str) -> Result<()> {
        self.system.api::<K>().delete(name, &Default::default()).await?;
        self.ended::<K>(name).await
    }

    /// Waits until an object is gone.
    pub async fn ended<K: Resource<DynamicType = ()>>(&self, name: &str) -> Result<()> {
        let gone = || async { self.object::<K>(name).await.ok()?.is_none().then_some(()) };
        match until(&format!("{name}'s end"), PATIENCE, gone).await {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("{name} is {:?}", self.object::<K>(name).await?))),
        }
    }

    /// The inputs that are deployed for an instance.
    pub async fn deployed(&self, name: &str) -> Result<Value> {
        let args = ["get-service-instance", "--service-name", "shop", "--name", name];
        let found = self.system.engine.aws().proton(&args).await?;
        inputs(text(&found, "/serviceInstance/spec"), name)
    }

    /// `aws proton list-deployments` of an instance, oldest first: id and status.
    pub async fn deployments(&self, name: &str) -> Result<Vec<(String, String)>> {
        let args = ["list-deployments", "--service-name", "shop", "--service-instance-name", name];
        self.listed(&args, "SERVICE_INSTANCE").await
    }

    /// The deployments of the pipeline, oldest first: id and status.
    pub async fn pipeline_deployments(&self) -> Result<Vec<(String, String)>> {
        self.listed(&["list-deployments", "--service-name", "shop"], "SERVICE_PIPELINE").await
    }

    /// Deployments of a kind of target; those of attached components are listed with their instance.
    async fn listed(&self, args: &[&str], kind: &str) -> Result<Vec<(String, String)>> {
        let listed = self.system.engine.aws().proton(args).await?;
        let rows = listed.get("deployments").and_then(Value::as_array).cloned().unwrap_or_default();
        let pair = |row: &Value| (text(row, "/id").to_owned(), text(row, "/deploymentStatus").to_owned());
        Ok(rows.iter().rev().filter(|row| text(row, "/targetResourceType") == kind).map(pair).collect())
    }
}

/// Whether a status says Ready.
pub fn is_ready(status: &Value) -> bool {
    condition(status, "Ready").is_some_and(|ready| text(ready, "/status") == "True")
}

/// The reason of a condition.
pub fn reason<'a>(status: &'a Value, kind: &str) -> &'a str {
    condition(status, kind).map(|found| text(found, "/reason")).unwrap_or_default()
}

/// The inputs of an instance in a ServiceSpec document.
pub fn inputs(document: &str, name: &str) -> Result<Value> {
    let document: Value = serde_yaml::from_str(document)?;
    let entries = document.get("instances").and_then(Value::as_array).context("the document lists instances")?;
    let entry = entries.iter().find(|entry| text(entry, "/name") == name).context("the document has the instance's entry")?;
    Ok(entry.get("spec").cloned().unwrap_or_else(|| json!({})))
}

fn bundle(folder: &Path, pipeline: bool) -> Result<()> {
    let schema = if pipeline { SCHEMA.to_owned() } else { without_pipeline() };
    let mut files = vec![
        ("schema/schema.yaml", schema.as_str()),
        ("instance_infrastructure/manifest.yaml", MANIFEST),
        ("instance_infrastructure/cloudformation.yaml", INSTANCE),
    ];
    if pipeline {
        files.push(("pipeline_infrastructure/manifest.yaml", MANIFEST));
        files.push(("pipeline_infrastructure/cloudformation.yaml", PIPELINE));
    }
    for (path, text) in files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap_or(folder))?;
        std::fs::write(file, text)?;
    }
    Ok(())
}

fn without_pipeline() -> String {
    let (head, _) = SCHEMA.split_once("    Pipeline:").unwrap_or((SCHEMA, ""));
    head.replace("  pipeline_input_type: Pipeline\n", "")
}
