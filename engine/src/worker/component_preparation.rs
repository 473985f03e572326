//! From a component's file to what has to be rendered for a provisioner. [`prepare`] is pure, and slow enough for a thread of
//! its own.

use serde_json::Value;

use super::environment_preparation::rendering;
use super::material::Plan;
use super::subject::Subject;
use crate::bundle::manifest::{EngineKind, Manifest};
use crate::bundle::{InputKind, Schema, spec::ServiceSpec};
use crate::domain::component_state::{Attachment, ComponentState};
use crate::domain::target::{Method, Operation};
use crate::render::namespace::{self, EnvironmentView, Output};
use crate::store::{Reader, StoreError};

/// What is prepared from.
pub(super) struct Material {
    operation: Operation,
    name: String,
    manifest: String,
    state: Option<ComponentState>,
    environment: Surroundings,
    /// The schema of the template version of the instance that it is attached to.
    schema: Option<String>,
}

/// The environment as the component sees it.
#[derive(Default)]
struct Surroundings {
    name: String,
    account_id: String,
    self_managed: bool,
    outputs: Vec<Output>,
}

/// Gathers it. What is gone since is left out, and said by [`prepare`] where it is needed.
pub(super) async fn gather(reader: &mut Reader, subject: &Subject) -> Result<Material, StoreError> {
    let deployment = &subject.deployment;
    let name = deployment.names.component.clone().unwrap_or_default();
    let component = reader.component(&name).await?;
    let state = deployment.wanted.as_ref().and_then(|wanted| wanted.as_component()).cloned();
    let attachment = state.as_ref().and_then(|state| state.attachment.clone());
    Ok(Material {
        operation: deployment.operation,
        name,
        manifest: component.map(|component| component.manifest).unwrap_or_default(),
        state,
        environment: surroundings(reader, &deployment.names.environment).await?,
        schema: schema(reader, attachment).await?,
    })
}

async fn surroundings(reader: &mut Reader, name: &str) -> Result<Surroundings, StoreError> {
    let Some(environment) = reader.environment(name).await? else {
        return Ok(Surroundings::default());
    };
    let outputs = match &environment.target.succeeded {
        Some(last) => reader.deployment(&last.id).await?.map(|deployment| deployment.outputs).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(Surroundings {
        name: environment.name,
        account_id: environment.account_id,
        self_managed: environment.members.repository.is_some(),
        outputs,
    })
}

async fn schema(reader: &mut Reader, attachment: Option<Attachment>) -> Result<Option<String>, StoreError> {
    let Some(Attachment { service, instance }) = attachment else {
        return Ok(None);
    };
    match reader.service_instance(&service, &instance).await? {
        Some(instance) => Ok(reader.instance_version(&instance).await?.map(|version| version.schema_text)),
        None => Ok(None),
    }
}

/// Chooses the method and, where something is to be deployed through CloudFormation, what to render. The error is the
/// status message of the failed deployment.
pub(super) fn prepare(material: &Material) -> Result<Plan, String> {
    let manifest = Manifest::parse(&material.manifest);
    if material.operation == Operation::Delete {
        // A stack can be deleted by its name alone.
        let method = manifest.map(|manifest| method(manifest.engine())).unwrap_or(Method::CloudFormation);
        return Ok(Plan { method, rendering: None });
    }
    let manifest = manifest.map_err(|error| format!("The manifest is not valid: {error}"))?;
    let EngineKind::CloudFormation { file } = manifest.engine() else {
        return Ok(Plan { method: method(manifest.engine()), rendering: None });
    };
    if material.environment.self_managed {
        return Err("The manifest says CloudFormation, but the environment has a provisioningRepository, which is for self-managed provisioning. Write a component for Terraform, or use another environment.".to_owned());
    }
    let state = material.state.as_ref().ok_or("The deployment says not what to deploy.")?;
    let rendering = rendering(file, &state.template_file, context(material, state)?);
    Ok(Plan { method: Method::CloudFormation, rendering: Some(rendering) })
}

fn method(engine: &EngineKind) -> Method {
    match engine {
        EngineKind::CloudFormation { .. } => Method::CloudFormation,
        EngineKind::Terraform { .. } => Method::Terraform,
        EngineKind::CodeBuild(_) => Method::CodeBuild,
    }
}

/// The names that the file may use: those of a service only while it is attached (AWS Proton User Guide, page
/// comp-parameters).
fn context(material: &Material, state: &ComponentState) -> Result<Value, String> {
    let Surroundings { name, account_id, outputs, .. } = &material.environment;
    let environment = EnvironmentView { name, account_id, outputs };
    let attached = match &state.attachment {
        None => None,
        Some(attachment) => Some(namespace::Attachment {
            service: &attachment.service,
            instance: &attachment.instance,
            inputs: inputs(state, attachment, material.schema.as_deref())?,
        }),
    };
    Ok(namespace::component(&material.name, environment, attached))
}

/// The instance's inputs according to the component's own serviceSpec, with the defaults of the instance's schema.
fn inputs(state: &ComponentState, attachment: &Attachment, schema: Option<&str>) -> Result<Value, String> {
    let given = match &state.service_spec {
        None => Value::Object(serde_json::Map::new()),
        Some(spec) => {
            let spec = ServiceSpec::parse(spec).map_err(|error| error.to_string())?;
            let entry = spec.instance(&attachment.instance);
            Value::Object(entry.map(|entry| entry.inputs.clone()).unwrap_or_default())
        }
    };
    let Some(schema) = schema else {
        return Ok(given);
    };
    let schema = Schema::parse(schema).map_err(|error| error.to_string())?;
    Ok(match schema.inputs(InputKind::Service) {
        Some(input_type) => input_type.with_defaults(given),
        None => given,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Limits, render};

    const SCHEMA: &str = "schema:\n  format: {openapi: 3.0.0}\n  service_input_type: In\n  types:\n    In:\n      type: object\n      properties:\n        port: {type: integer, default: 80}\n        name: {type: string}\n";
    const MANIFEST: &str =
        "infrastructure:\n  templates:\n    - {file: t.yaml, rendering_engine: jinja, template_language: cloudformation}\n";

    fn material(template_file: &str, attached: bool) -> Material {
        let attachment = Attachment { service: "shop".to_owned(), instance: "one".to_owned() };
        let spec = "proton: ServiceSpec\ninstances:\n  - {name: one, environment: prod, spec: {name: front}}\n";
        let state = ComponentState {
            attachment: attached.then_some(attachment),
            service_spec: attached.then(|| spec.to_owned()),
            template_file: template_file.to_owned(),
        };
        let outputs = vec![("VpcId".to_owned(), "vpc-1".to_owned())];
        Material {
            operation: Operation::Create,
            name: "table".to_owned(),
            manifest: MANIFEST.to_owned(),
            state: Some(state),
            environment: Surroundings { name: "prod".to_owned(), account_id: "1".to_owned(), self_managed: false, outputs },
            schema: attached.then(|| SCHEMA.to_owned()),
        }
    }

    fn rendered(material: &Material) -> Result<String, String> {
        let rendering = prepare(material)?.rendering.unwrap();
        let text = render(&rendering.source, &rendering.file, &rendering.context, &Limits::default());
        text.map_err(|error| error.to_string())
    }

    #[test]
    fn an_attached_component_sees_the_instance_and_its_inputs_with_defaults() {
        let text = "{{ component.name }} {{ environment.outputs.VpcId }} {{ service.name }} {{ service_instance.name }} {{ service_instance.inputs.port }} {{ service_instance.inputs.name }}";
        assert_eq!(rendered(&material(text, true)).as_deref(), Ok("table vpc-1 shop one 80 front"));
    }

    #[test]
    fn a_detached_component_sees_no_instance() {
        assert!(rendered(&material("{{ component.name }}", false)).is_ok());
        let message = rendered(&material("a\n{{ service_instance.name }}", false)).unwrap_err();
        assert!(message.starts_with("t.yaml:2:"), "{message}");
    }

    #[test]
    fn deleting_needs_nothing_and_a_repository_no_cloudformation() {
        let mut material = material("", false);
        material.environment.self_managed = true;
        assert!(prepare(&material).err().unwrap().contains("provisioningRepository"));
        material.operation = Operation::Delete;
        material.manifest = String::new();
        let plan = prepare(&material).unwrap();
        assert_eq!((plan.method, plan.rendering), (Method::CloudFormation, None));
    }
}
