//! From an environment's bundle and spec to what has to be rendered for its provisioner. [`prepare`] is pure, and slow
//! enough for a thread of its own.

use serde_json::Value;

use super::material::Plan;
use super::subject::Subject;
use crate::bundle::{Bundle, EngineKind, InputKind, Part, TemplateKind, archive, spec::EnvironmentSpec};
use crate::domain::target::{Method, Operation};
use crate::render;
use crate::render_pool::Rendering;
use crate::store::{Reader, StoreError};

/// What is prepared from.
pub(super) struct Material {
    /// What the deployment does.
    pub operation: Operation,
    /// The environment's name.
    pub name: String,
    /// Whether the template is customer-managed, so that nothing is provisioned.
    pub customer_managed: bool,
    /// Whether the environment has a provisioningRepository.
    pub self_managed: bool,
    /// The spec that is deployed.
    pub spec: String,
    /// The version's bundle, where it is still kept.
    pub bundle: Option<Vec<u8>>,
}

/// Gathers it. What is gone since is left out, and said by [`prepare`] where it is needed.
pub(super) async fn gather(reader: &mut Reader, subject: &Subject) -> Result<Material, StoreError> {
    let environment = reader.environment(&subject.deployment.names.environment).await?;
    let state = subject.deployment.wanted.as_ref().and_then(|wanted| wanted.as_environment());
    let mut bundle = None;
    if let Some(state) = state
        && let Some(template) = reader.catalogue_environment_template(&state.template_name).await?
        && let Some(version) = reader.catalogue_version(&template.arn, state.version).await?
    {
        bundle = reader.bundle(&version.bundle).await?;
    }
    Ok(Material {
        operation: subject.deployment.operation,
        name: subject.deployment.names.environment.clone(),
        customer_managed: environment.as_ref().is_some_and(|environment| environment.customer_managed),
        self_managed: environment.is_some_and(|environment| environment.members.repository.is_some()),
        spec: state.map(|state| state.spec.clone()).unwrap_or_default(),
        bundle,
    })
}

/// Chooses the method and, where something is to be deployed through CloudFormation, what to render. The error is the
/// status message of the failed deployment: the place in the bundle or the spec, and the cause.
pub(super) fn prepare(material: &Material) -> Result<Plan, String> {
    if material.customer_managed {
        return Ok(Plan { method: Method::CustomerManaged, rendering: None });
    }
    let bundle = unpacked(material);
    if material.operation == Operation::Delete {
        // A stack can be deleted by its name alone, so a bundle that is gone does not keep anything alive.
        let method = bundle.ok().and_then(|bundle| bundle.infrastructure.as_ref().map(method));
        return Ok(Plan { method: method.unwrap_or(Method::CloudFormation), rendering: None });
    }
    let bundle = bundle?;
    let part = bundle.infrastructure.as_ref().ok_or("The bundle has no infrastructure folder.")?;
    check_method(method(part), material)?;
    let rendering = match bundle.cloudformation(part) {
        Some(source) => Some(rendering(source.file, source.text, context(material, &bundle)?)),
        None => None,
    };
    Ok(Plan { method: method(part), rendering })
}

/// What the user keeps in a repository must not be provisioned behind their back.
fn check_method(method: Method, material: &Material) -> Result<(), String> {
    match method {
        Method::CloudFormation if material.self_managed => Err(
            "The template is provisioned with CloudFormation, but the environment has a provisioningRepository, which is for self-managed provisioning. Create it with protonServiceRoleArn instead."
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

fn unpacked(material: &Material) -> Result<Bundle, String> {
    let bytes = material.bundle.as_deref().ok_or("The bundle of the template version is not kept. Deploy another version.")?;
    let files = archive::unpack(bytes, &archive::Limits::default()).map_err(|error| error.to_string())?;
    Bundle::check(TemplateKind::Environment, false, files).map_err(|error| error.to_string())
}

/// How a part of a bundle is provisioned.
pub(super) fn method(part: &Part) -> Method {
    match part.manifest.engine() {
        EngineKind::CloudFormation { .. } => Method::CloudFormation,
        EngineKind::Terraform { .. } => Method::Terraform,
        EngineKind::CodeBuild { .. } => Method::CodeBuild,
    }
}

fn context(material: &Material, bundle: &Bundle) -> Result<Value, String> {
    let given = Value::Object(EnvironmentSpec::parse(&material.spec).map_err(|error| error.to_string())?.inputs);
    let inputs = match bundle.schema.inputs(InputKind::Environment) {
        Some(input_type) => input_type.with_defaults(given),
        None => given,
    };
    Ok(render::namespace::environment(&material.name, inputs))
}

/// A file of a bundle with its values.
pub(super) fn rendering(file: &str, text: &str, context: Value) -> Rendering {
    Rendering { file: file.to_owned(), source: text.to_owned(), context }
}

/// The outputs of a customer-managed environment: its inputs (AWS Proton User Guide, page ag-env-customer-managed).
pub(super) fn inputs_as_outputs(spec: &str) -> Result<Vec<(String, String)>, String> {
    let inputs = EnvironmentSpec::parse(spec).map_err(|error| error.to_string())?.inputs;
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(inputs.into_iter().map(|(name, value)| (name, text(value))).filter(|(_, value)| !value.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_of_a_customer_managed_environment_are_its_outputs() {
        let outputs = inputs_as_outputs("proton: EnvironmentSpec\nspec:\n  VpcId: vpc-1\n  Ports: [1, 2]\n  Empty: ''\n");
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(outputs.unwrap(), [pair("VpcId", "vpc-1"), pair("Ports", "[1,2]")]);
    }

    #[test]
    fn deleting_needs_no_bundle_and_deploying_says_what_is_missing() {
        let mut material = Material {
            operation: Operation::Delete,
            name: "prod".to_owned(),
            customer_managed: false,
            self_managed: false,
            spec: String::new(),
            bundle: None,
        };
        assert_eq!(prepare(&material).unwrap().method, Method::CloudFormation);
        material.operation = Operation::Update;
        assert!(prepare(&material).err().unwrap().contains("bundle"));
        material.bundle = Some(b"not an archive".to_vec());
        assert!(prepare(&material).is_err());
        material.customer_managed = true;
        assert_eq!(prepare(&material).unwrap().method, Method::CustomerManaged);
    }
}
