//! From a service's bundle and document to what has to be rendered for a provisioner, for its instances and its pipeline.
//! [`prepare`] is pure, and slow enough for a thread of its own.

use serde_json::{Map, Value};

use super::environment_preparation::{method, rendering};
use super::material::Plan;
use super::subject::Subject;
use crate::bundle::spec::ServiceSpec;
use crate::bundle::{Bundle, InputKind, Part, Schema, TemplateKind, archive};
use crate::domain::environment::Environment;
use crate::domain::service::{Repository, Service};
use crate::domain::service_target::ServiceInstance;
use crate::domain::state::DeployedState;
use crate::domain::target::{Method, Operation, TargetKind};
use crate::render::namespace::{self, ComponentView, EnvironmentView, InstanceView, Output, RepositoryView, ServiceView};
use crate::store::{Reader, StoreError};

/// What is prepared from.
pub(super) struct Material {
    operation: Operation,
    /// Whether the template provisions no pipeline.
    customer_managed: bool,
    bundle: Option<Vec<u8>>,
    service: String,
    repository: Option<Repository>,
    /// The document that is deployed.
    spec: String,
    part: PartMaterial,
}

/// What is particular to an instance or to a pipeline.
enum PartMaterial {
    Instance { name: String, self_managed: bool, environment: Surroundings, component: Option<(String, Vec<Output>)> },
    Pipeline(Vec<Deployed>),
}

/// An environment as the things in it see it.
struct Surroundings {
    name: String,
    account_id: String,
    outputs: Vec<Output>,
}

/// An instance as the pipeline sees it.
struct Deployed {
    name: String,
    inputs: Map<String, Value>,
    /// The schema of its version, which has the defaults.
    schema_text: Option<String>,
    outputs: Vec<Output>,
    environment: Surroundings,
}

/// Gathers it. What is gone since is left out, and said by [`prepare`] where it is needed.
pub(super) async fn gather(reader: &mut Reader, subject: &Subject) -> Result<Material, StoreError> {
    let deployment = &subject.deployment;
    let name = deployment.names.service.clone().unwrap_or_default();
    let service = reader.service(&name).await?;
    let wanted = deployment.wanted.as_ref();
    let (customer_managed, bundle) = bundle(reader, wanted).await?;
    let part = match deployment.kind {
        TargetKind::ServicePipeline => PartMaterial::Pipeline(instances(reader, service.as_ref()).await?),
        _ => instance(reader, subject).await?,
    };
    let spec = match wanted {
        Some(DeployedState::ServiceInstance(state)) => state.spec.clone(),
        Some(DeployedState::ServicePipeline(state)) => state.spec.clone(),
        _ => String::new(),
    };
    let repository = service.and_then(|service| service.repository);
    Ok(Material { operation: deployment.operation, customer_managed, bundle, service: name, repository, spec, part })
}

async fn bundle(reader: &mut Reader, wanted: Option<&DeployedState>) -> Result<(bool, Option<Vec<u8>>), StoreError> {
    let Some((template, number)) = wanted.and_then(DeployedState::version) else {
        return Ok((false, None));
    };
    let Some(template) = reader.catalogue_service_template(template).await? else {
        return Ok((false, None));
    };
    let version = reader.catalogue_version(&template.arn, number).await?;
    let bundle = match version {
        Some(version) => reader.bundle(&version.bundle).await?,
        None => None,
    };
    Ok((template.customer_managed, bundle))
}

async fn instance(reader: &mut Reader, subject: &Subject) -> Result<PartMaterial, StoreError> {
    let names = &subject.deployment.names;
    let state = subject.deployment.wanted.as_ref().and_then(DeployedState::as_service_instance);
    let environment = reader.environment(&names.environment).await?;
    let used = state.and_then(|state| state.environment_deployment_id.as_deref());
    let outputs = outputs(reader, used).await?;
    let mut component = None;
    if let Some(id) = state.and_then(|state| state.component_deployment_ids.first())
        && let Some(found) = reader.deployment(id).await?
    {
        component = found.names.component.map(|name| (name, found.outputs));
    }
    let self_managed = environment.as_ref().is_some_and(|environment| environment.members.repository.is_some());
    let environment = surroundings(environment.as_ref(), &names.environment, outputs);
    let name = names.service_instance.clone().unwrap_or_default();
    Ok(PartMaterial::Instance { name, self_managed, environment, component })
}

fn surroundings(environment: Option<&Environment>, name: &str, outputs: Vec<Output>) -> Surroundings {
    let account_id = environment.map(|environment| environment.account_id.clone()).unwrap_or_default();
    Surroundings { name: name.to_owned(), account_id, outputs }
}

async fn outputs(reader: &mut Reader, deployment_id: Option<&str>) -> Result<Vec<Output>, StoreError> {
    match deployment_id {
        Some(id) => Ok(reader.deployment(id).await?.map(|deployment| deployment.outputs).unwrap_or_default()),
        None => Ok(Vec::new()),
    }
}

/// The instances that the service has, in the order of its document.
async fn instances(reader: &mut Reader, service: Option<&Service>) -> Result<Vec<Deployed>, StoreError> {
    let Some(service) = service else {
        return Ok(Vec::new());
    };
    let spec = ServiceSpec::parse(&service.spec).unwrap_or_default();
    let mut all = Vec::new();
    for entry in spec.instances {
        if let Some(instance) = reader.service_instance(&service.name, &entry.name).await? {
            all.push(deployed(reader, instance, entry.inputs).await?);
        }
    }
    Ok(all)
}

/// What is deployed of an instance; before its first success what the document says.
async fn deployed(reader: &mut Reader, instance: ServiceInstance, asked: Map<String, Value>) -> Result<Deployed, StoreError> {
    let environment = reader.environment(&instance.environment).await?;
    let used = environment.as_ref().and_then(|environment| environment.target.succeeded.as_ref());
    let surrounding = outputs(reader, used.map(|attempt| attempt.id.as_str())).await?;
    let of_instance = instance.target.succeeded.as_ref().map(|attempt| attempt.id.as_str());
    let mut schema_text = None;
    if let Some(state) = &instance.deployed
        && let Some(template) = reader.catalogue_service_template(&state.template_name).await?
    {
        schema_text = reader.catalogue_version(&template.arn, state.version).await?.map(|version| version.schema_text);
    }
    let spec = instance.deployed.as_ref().and_then(|state| ServiceSpec::parse(&state.spec).ok());
    let inputs = spec.and_then(|spec| spec.instance(&instance.name).map(|entry| entry.inputs.clone()));
    Ok(Deployed {
        inputs: inputs.unwrap_or(asked),
        schema_text,
        outputs: outputs(reader, of_instance).await?,
        environment: surroundings(environment.as_ref(), &instance.environment, surrounding),
        name: instance.name,
    })
}

/// Chooses the method and, where something is to be deployed through CloudFormation, what to render. The error is the
/// status message of the failed deployment: the place in the bundle or the document, and the cause.
pub(super) fn prepare(material: &Material) -> Result<Plan, String> {
    let bundle = unpacked(material);
    if material.operation == Operation::Delete {
        // A stack can be deleted by its name alone, so a bundle that is gone does not keep anything alive.
        let method = bundle.ok().and_then(|bundle| material.part_of(&bundle).map(method));
        return Ok(Plan { method: method.unwrap_or(Method::CloudFormation), rendering: None });
    }
    let bundle = bundle?;
    let part = material.part_of(&bundle).ok_or("The bundle has no folder for this. Register the template again.")?;
    material.check_method(method(part))?;
    let rendering = match bundle.cloudformation(part) {
        Some(source) => Some(rendering(source.file, source.text, material.context(&bundle)?)),
        None => None,
    };
    Ok(Plan { method: method(part), rendering })
}

fn unpacked(material: &Material) -> Result<Bundle, String> {
    let bytes = material.bundle.as_deref().ok_or("The bundle of the template version is not kept. Deploy another version.")?;
    let files = archive::unpack(bytes, &archive::Limits::default()).map_err(|error| error.to_string())?;
    Bundle::check(TemplateKind::Service, material.customer_managed, files).map_err(|error| error.to_string())
}

impl Material {
    fn part_of<'b>(&self, bundle: &'b Bundle) -> Option<&'b Part> {
        match self.part {
            PartMaterial::Instance { .. } => bundle.infrastructure.as_ref(),
            PartMaterial::Pipeline(_) => bundle.pipeline.as_ref(),
        }
    }

    /// What the user keeps in a repository must not be provisioned behind their back.
    fn check_method(&self, method: Method) -> Result<(), String> {
        match (&self.part, method) {
            (PartMaterial::Instance { self_managed: true, environment, .. }, Method::CloudFormation) => Err(format!(
                "The template is provisioned with CloudFormation, but the environment {} has a provisioningRepository, which is for self-managed provisioning. Use an environment with protonServiceRoleArn.",
                environment.name
            )),
            _ => Ok(()),
        }
    }

    fn context(&self, bundle: &Bundle) -> Result<Value, String> {
        let spec = ServiceSpec::parse(&self.spec).map_err(|error| error.to_string())?;
        let repository = self.repository.as_ref().map(|repository| RepositoryView {
            id: &repository.id,
            connection_arn: &repository.connection_arn,
            branch: &repository.branch,
        });
        let service = ServiceView { name: &self.service, repository };
        match &self.part {
            PartMaterial::Instance { name, environment, component, .. } => {
                let missing = || format!("The spec has no entry for the instance {name}.");
                let inputs = spec.instance(name).ok_or_else(missing)?.inputs.clone();
                let component = component.as_ref().map(|(name, outputs)| ComponentView { name, outputs });
                let inputs = filled(&bundle.schema, InputKind::Service, inputs);
                Ok(namespace::service_instance(name, inputs, service, environment.view(), component))
            }
            PartMaterial::Pipeline(instances) => {
                let inputs = filled(&bundle.schema, InputKind::Pipeline, spec.pipeline.unwrap_or_default());
                Ok(namespace::pipeline(inputs, service, instances.iter().map(|one| one.view(&bundle.schema)).collect()))
            }
        }
    }
}

fn filled(schema: &Schema, kind: InputKind, inputs: Map<String, Value>) -> Value {
    match schema.inputs(kind) {
        Some(input_type) => input_type.with_defaults(Value::Object(inputs)),
        None => Value::Object(inputs),
    }
}

impl Surroundings {
    fn view(&self) -> EnvironmentView<'_> {
        EnvironmentView { name: &self.name, account_id: &self.account_id, outputs: &self.outputs }
    }
}

impl Deployed {
    /// With the defaults of the version that is deployed, or of the pipeline's for one that never was.
    fn view(&self, of_pipeline: &Schema) -> InstanceView<'_> {
        let own = self.schema_text.as_deref().and_then(|text| Schema::parse(text).ok());
        let inputs = filled(own.as_ref().unwrap_or(of_pipeline), InputKind::Service, self.inputs.clone());
        InstanceView { name: &self.name, inputs, outputs: &self.outputs, environment: self.environment.view() }
    }
}
