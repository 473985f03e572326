//! The folder with the platform's objects, and random orders of them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use proton_rig::workspace;
use serde_json::{Value, json};

/// Services with their templates. Only the first two have a pipeline.
pub const SERVICES: [(&str, &str); 3] = [("books", "fargate-service"), ("shop", "fargate-service"), ("jobs", "fargate-worker")];
/// The last parts of the instances' names, with their environments.
pub const INSTANCES: [(&str, &str); 3] = [("a", "staging"), ("b", "production"), ("c", "staging")];
/// Components with the service and the instance that they are attached to.
pub const COMPONENTS: [(&str, &str, &str); 2] = [("table", "shop", "a"), ("cache", "jobs", "b")];

/// Random numbers by SplitMix64: the same seed gives the same orders.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Shuffles by Fisher and Yates.
    pub fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for last in (1..items.len()).rev() {
            let chosen = usize::try_from(self.next() % (last as u64 + 1)).unwrap_or(0);
            items.swap(last, chosen);
        }
        items
    }
}

/// What of the platform outlives its objects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Retained {
    /// One instance, and with it its service and its environment.
    Instance,
    /// The instance alone says Retain; its service and its environment would be deleted.
    InstanceAlone,
}

/// The objects of one platform, all of whose names begin with `prefix`.
pub fn objects(prefix: &str, retained: Retained) -> Result<Vec<Value>> {
    let keeps = |kept: bool| if kept { "Retain" } else { "Delete" };
    let whole = retained == Retained::Instance;
    let mut all = Vec::new();
    for name in ["staging", "production"] {
        let spec = json!({"templateName": "fargate-environment", "deletionPolicy": keeps(whole && name == "production")});
        all.push(object("ProtonEnvironment", prefix, name, spec));
    }
    for (service, template) in SERVICES {
        let mut spec = json!({"templateName": template, "deletionPolicy": keeps(whole && service == "books")});
        if template == "fargate-service" {
            let connection = "arn:aws:codestar-connections:us-east-1:123456789012:connection/c";
            spec["repository"] = json!({"connectionArn": connection, "id": "example/books", "branch": "main"});
            spec["pipeline"] = json!({"inputs": {"proton_endpoint": "http://127.0.0.1", "proton_keys_secret": "keys"}});
        }
        all.push(object("ProtonService", prefix, service, spec));
        for (instance, environment) in INSTANCES {
            let kept = (service, instance) == ("books", "b");
            let spec = json!({
                "serviceRef": {"name": format!("{prefix}-{service}")},
                "environmentRef": {"name": format!("{prefix}-{environment}")},
                "inputs": {"port": 8080},
                "deletionPolicy": keeps(kept),
            });
            all.push(object("ServiceInstance", prefix, &format!("{service}-{instance}"), spec));
        }
    }
    for (component, service, instance) in COMPONENTS {
        all.push(object("Component", prefix, component, component_spec(prefix, service, instance)?));
    }
    Ok(all)
}

fn component_spec(prefix: &str, service: &str, instance: &str) -> Result<Value> {
    let folder = workspace().join("examples/components/sessions-table");
    Ok(json!({
        "serviceRef": {"name": format!("{prefix}-{service}")},
        "serviceInstanceRef": {"name": format!("{prefix}-{service}-{instance}")},
        "manifest": std::fs::read_to_string(folder.join("manifest.yaml"))?,
        "templateFile": std::fs::read_to_string(folder.join("cloudformation.yaml"))?,
    }))
}

fn object(kind: &str, prefix: &str, name: &str, mut spec: Value) -> Value {
    if kind != "Component" {
        spec["templateMajorVersion"] = json!("1");
    }
    json!({
        "apiVersion": "proton-operator.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": format!("{prefix}-{name}")},
        "spec": spec,
    })
}

/// Writes the objects into a folder of which kubectl takes the files in this order.
pub fn write(folder: &Path, objects: &[Value]) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    for (at, object) in objects.iter().enumerate() {
        std::fs::write(folder.join(format!("{at:02}.json")), object.to_string())?;
    }
    Ok(folder.to_path_buf())
}

/// The example's service bundle without its pipeline.
pub fn bundle_without_pipeline(to: &Path) -> Result<PathBuf> {
    let from = workspace().join("examples/bundles/fargate-service");
    let schema = std::fs::read_to_string(from.join("schema/schema.yaml"))?;
    let kept = schema.split("    FargatePipelineInput:").next().unwrap_or_default();
    let kept = kept.replace("  pipeline_input_type: \"FargatePipelineInput\"\n", "");
    for folder in ["schema", "instance_infrastructure"] {
        std::fs::create_dir_all(to.join(folder))?;
    }
    std::fs::write(to.join("schema/schema.yaml"), kept)?;
    for file in ["manifest.yaml", "cloudformation.yaml"] {
        let part = Path::new("instance_infrastructure").join(file);
        std::fs::copy(from.join(&part), to.join(&part))?;
    }
    Ok(to.to_path_buf())
}
