//! The bundles on this machine, by what their folders hold.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use proton_rig::shared;
use serde_json::{Map, Value, json};

/// `jungle` ships without a spec.
const JUNGLE: &str = "proton: EnvironmentSpec\nspec:\n  vpc_cidr: 10.0.0.0/16\n  public_subnet1_cidr: 10.0.0.0/24\n  \
                      public_subnet2_cidr: 10.0.1.0/24\n  private_subnet1_cidr: 10.0.2.0/24\n  private_subnet2_cidr: 10.0.3.0/24\n";

/// Every bundle.
pub struct Catalogue {
    /// Environment templates.
    pub environments: Vec<Environment>,
    /// Service templates.
    pub services: Vec<Service>,
    /// Service templates whose instances cannot be rendered.
    pub broken: Vec<Service>,
    /// Components.
    pub components: Vec<Component>,
}

/// An environment template and the spec that it is deployed with.
#[derive(Clone)]
pub struct Environment {
    /// Name of the template, of the environment and of its object.
    pub name: String,
    pub folder: PathBuf,
    pub spec: String,
}

/// A service template and its sample spec.
#[derive(Clone)]
pub struct Service {
    /// Name of the template.
    pub name: String,
    pub folder: PathBuf,
    /// Environment templates, all of major version 1.
    pub compatible: Vec<String>,
    /// Whether there is a `pipeline_infrastructure/`.
    pub has_pipeline: bool,
    /// The section `pipeline:` of the sample spec.
    pub pipeline: Map<String, Value>,
    /// Name and inputs of the sample spec's first instance.
    pub instance: (String, Map<String, Value>),
}

/// A directly defined component.
#[derive(Clone)]
pub struct Component {
    pub name: String,
    pub file: String,
    pub manifest: String,
}

impl Catalogue {
    /// Reads them all; `None` where the machine lacks the folder, which is said.
    pub fn find() -> Result<Option<Self>> {
        let Some(root) = shared().map(|folder| folder.join("bundles")) else {
            println!("skipped: the real template bundles are not on this machine");
            return Ok(None);
        };
        let mut found = Self { environments: Vec::new(), services: Vec::new(), broken: Vec::new(), components: Vec::new() };
        for group in ["environments", "services", "components", "checker"] {
            for folder in folders(&root.join(group))? {
                found.add(folder)?;
            }
        }
        Ok(Some(found))
    }

    fn add(&mut self, folder: PathBuf) -> Result<()> {
        let name = name(&folder)?;
        if folder.join("infrastructure").is_dir() {
            self.environments.push(environment(folder, name)?);
        } else if !folder.join("instance_infrastructure").is_dir() {
            self.components.push(component(&folder, name)?);
        } else if name.starts_with("invalid") {
            self.broken.push(service(folder, name)?);
        } else {
            self.services.push(service(folder, name)?);
        }
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.environments.len() + self.services.len() + self.broken.len() + self.components.len()
    }

    /// The environment bundle of a name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|bundle| bundle.name == name)
    }

    /// The service bundle of a name.
    pub fn service(&self, name: &str) -> Result<&Service> {
        self.services.iter().find(|bundle| bundle.name == name).with_context(|| format!("{name} is no service bundle"))
    }

    /// The one component.
    pub fn component(&self) -> Result<&Component> {
        self.components.first().context("there is a component")
    }
}

fn folders(parent: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(parent).with_context(|| parent.display().to_string())?;
    let mut folders: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    folders.sort();
    Ok(folders)
}

/// The folder's name, as far as names of objects allow it.
fn name(folder: &Path) -> Result<String> {
    Ok(folder.file_name().and_then(|name| name.to_str()).context("a folder has a name")?.replace('_', "-"))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn environment(folder: PathBuf, name: String) -> Result<Environment> {
    let spec = if name == "jungle" { JUNGLE.to_owned() } else { read(&folder.join("spec/spec.yaml"))? };
    Ok(Environment { name, folder, spec })
}

fn component(folder: &Path, name: String) -> Result<Component> {
    let (file, manifest) = (read(&folder.join("cloudformation.yaml"))?, read(&folder.join("manifest.yaml"))?);
    Ok(Component { name, file, manifest })
}

fn service(folder: PathBuf, name: String) -> Result<Service> {
    let listed = std::fs::read_to_string(folder.join(".compatible-envs")).unwrap_or_default();
    let mut compatible = listed.split_whitespace().map(environment_template).collect::<Result<Vec<_>>>()?;
    if compatible.is_empty() {
        compatible.push(format!("{name}-env"));
    }
    let spec: Value = serde_yaml::from_str(&read(&folder.join("spec/spec.yaml"))?)?;
    let map = |pointer: &str| spec.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default();
    let instance = spec.pointer("/instances/0/name").and_then(Value::as_str).context("a sample has an instance")?.to_owned();
    Ok(Service {
        has_pipeline: folder.join("pipeline_infrastructure").is_dir(),
        pipeline: map("/pipeline"),
        instance: (instance, map("/instances/0/spec")),
        name,
        folder,
        compatible,
    })
}

/// `name:1`.
fn environment_template(entry: &str) -> Result<String> {
    let name = entry.strip_suffix(":1").with_context(|| format!("{entry} is not of major version 1"))?;
    Ok(name.to_owned())
}

impl Service {
    /// Names and inputs of the two instances that the tests deploy: the sample's, and another one like it.
    pub fn instances(&self) -> [(String, Map<String, Value>); 2] {
        let (name, inputs) = self.instance.clone();
        [(name.clone(), inputs.clone()), (format!("{name}-2"), inputs)]
    }

    /// The environment that its instances are deployed into: the first compatible one.
    pub fn environment(&self) -> &str {
        self.compatible.first().map_or("", String::as_str)
    }

    /// The text of the instances' or the pipeline's template.
    pub fn template(&self, part: &str) -> Result<String> {
        read(&self.folder.join(part).join("cloudformation.yaml"))
    }

    /// The template's output names of a part.
    pub fn outputs(&self, part: &str) -> Result<Vec<String>> {
        Ok(output_names(&self.template(part)?))
    }

    /// Whether the instances' template reads the outputs of the attached component.
    pub fn reads_components(&self) -> Result<bool> {
        Ok(self.template("instance_infrastructure")?.contains("components.default.outputs"))
    }

    /// The repository, for a template with a pipeline.
    pub fn repository(&self) -> Option<Value> {
        let arn = "arn:aws:codestar-connections:us-east-1:123456789012:connection/00000000-0000-0000-0000-000000000000";
        self.has_pipeline.then(|| json!({"connectionArn": arn, "id": "github/sample-repo", "branch": "main"}))
    }
}

/// The names under `Outputs:` of a CloudFormation text, which need not be YAML before it is rendered.
pub fn output_names(template: &str) -> Vec<String> {
    let section = template.split_once("\nOutputs:\n").map_or("", |(_, section)| section);
    let lines = section.lines().take_while(|line| line.is_empty() || line.starts_with(' '));
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':').filter(|name| !name.starts_with(' ')));
    names.map(str::to_owned).collect()
}
