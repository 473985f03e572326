//! The custom resources that the bundles are deployed with.

use anyhow::{Context as _, Result};
use futures::future::try_join_all;
use kube::Api;
use kube::api::{Patch, PatchParams};
use kube::core::DynamicObject;
use proton_operator::api::{ProtonEnvironment, ProtonService, ServiceInstance};
use serde_json::{Value, json};

use super::catalogue::{Component, Environment, Service};
use crate::system::{System, text};

/// A ProtonEnvironment of a bundle, under another remote name than its object's if one is given.
pub fn environment(bundle: &Environment, remote: Option<&str>) -> Value {
    let mut spec = json!({"templateName": bundle.name, "templateMajorVersion": "1", "specYaml": bundle.spec});
    set(&mut spec, "name", remote);
    object("ProtonEnvironment", &bundle.name, spec)
}

/// The objects of one service.
#[derive(Clone)]
pub struct Objects {
    /// The ProtonService's object.
    pub service: String,
    /// Its remote name, where that is another.
    pub remote: Option<String>,
    /// The ProtonEnvironment's object.
    pub environment: String,
    /// Whether `pipeline.inputs` are written.
    pub pipeline_inputs: bool,
    /// The minor version of the instances, where it is named.
    pub minor: Option<&'static str>,
}

impl Objects {
    /// Those of a service of the bundle's own name, with the sample's pipeline.
    pub fn of(bundle: &Service, environment: &str) -> Self {
        Self {
            service: bundle.name.clone(),
            remote: None,
            environment: environment.to_owned(),
            pipeline_inputs: true,
            minor: None,
        }
    }

    /// The service's remote name.
    pub fn remote(&self) -> &str {
        self.remote.as_deref().unwrap_or(&self.service)
    }

    /// Name of an instance's object.
    pub fn instance(&self, name: &str) -> String {
        format!("{}-{name}", self.service)
    }

    /// Name of the component's object.
    pub fn component(&self) -> String {
        format!("{}-bucket", self.service)
    }

    /// The ProtonService.
    pub fn protonservice(&self, bundle: &Service) -> Value {
        let mut spec = json!({"templateName": bundle.name, "templateMajorVersion": "1"});
        set(&mut spec, "name", self.remote.as_deref());
        set(&mut spec, "repository", bundle.repository());
        if bundle.has_pipeline && self.pipeline_inputs {
            set(&mut spec, "pipeline", Some(json!({"inputs": bundle.pipeline})));
        }
        object("ProtonService", &self.service, spec)
    }

    /// Two ServiceInstances: one gives its inputs as an object, the other one as a document.
    pub fn serviceinstances(&self, bundle: &Service) -> Vec<Value> {
        let [(first, inputs), (second, document)] = bundle.instances();
        let text = Value::Object(document).to_string();
        [(first, "inputs", Value::Object(inputs)), (second, "specYaml", Value::from(text))]
            .into_iter()
            .map(|(name, member, value)| {
                let mut spec = json!({
                    "name": name,
                    "serviceRef": {"name": self.service},
                    "environmentRef": {"name": self.environment},
                    "templateMajorVersion": "1",
                });
                set(&mut spec, member, Some(value));
                set(&mut spec, "templateMinorVersion", self.minor);
                object("ServiceInstance", &self.instance(&name), spec)
            })
            .collect()
    }

    /// The component, attached to the first instance.
    pub fn attached(&self, bundle: &Service, component: &Component) -> Value {
        let spec = json!({
            "templateFile": component.file,
            "manifest": component.manifest,
            "serviceRef": {"name": self.service},
            "serviceInstanceRef": {"name": self.instance(&bundle.instance.0)},
        });
        object("Component", &self.component(), spec)
    }
}

/// The component alone in an environment.
pub fn alone(name: &str, component: &Component, environment: &str) -> Value {
    let spec = json!({
        "templateFile": component.file,
        "manifest": component.manifest,
        "environmentRef": {"name": environment},
    });
    object("Component", name, spec)
}

fn object(kind: &str, name: &str, spec: Value) -> Value {
    json!({"apiVersion": "proton-operator.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec})
}

fn set(spec: &mut Value, member: &str, value: Option<impl Into<Value>>) {
    if let (Some(members), Some(value)) = (spec.as_object_mut(), value) {
        members.insert(member.to_owned(), value.into());
    }
}

/// Applies objects in the test's namespace.
pub async fn apply(system: &System, objects: Vec<Value>) -> Result<()> {
    try_join_all(objects.into_iter().map(|object| apply_one(system, object))).await?;
    Ok(())
}

async fn apply_one(system: &System, object: Value) -> Result<()> {
    let (kind, name) = (text(&object, "/kind").to_owned(), text(&object, "/metadata/name").to_owned());
    let params = PatchParams::apply("bundles").force();
    api(system, &kind).patch(&name, &params, &Patch::Apply(object)).await.with_context(|| format!("{kind} {name}"))?;
    Ok(())
}

/// The objects of one of the four kinds.
pub fn api(system: &System, kind: &str) -> Api<DynamicObject> {
    match kind {
        "ProtonEnvironment" => system.api::<ProtonEnvironment>(),
        "ProtonService" => system.api::<ProtonService>(),
        "ServiceInstance" => system.api::<ServiceInstance>(),
        _ => system.api::<proton_operator::api::Component>(),
    }
}
