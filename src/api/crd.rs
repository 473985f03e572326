//! The CustomResourceDefinitions, made ready for an API server.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSON, JSONSchemaProps, JSONSchemaPropsOrArray,
};
use kube::CustomResourceExt;

use super::{Component, ProtonEnvironment, ProtonService, ServiceInstance};

/// Every CRD of the operator, in alphabetical order of their plurals.
pub fn crds() -> Vec<CustomResourceDefinition> {
    let mut all = vec![Component::crd(), ProtonEnvironment::crd(), ProtonService::crd(), ServiceInstance::crd()];
    for crd in &mut all {
        for version in &mut crd.spec.versions {
            if let Some(schema) = version.schema.as_mut().and_then(|schema| schema.open_api_v3_schema.as_mut()) {
                tidy(schema);
                not_looked_at(schema);
            }
        }
    }
    all
}

/// Gives an object that the operator has not looked at yet a status that says so. Without one kstatus, and with it Flux, calls a new object current.
fn not_looked_at(schema: &mut JSONSchemaProps) {
    let status = schema.properties.as_mut().and_then(|properties| properties.get_mut("status"));
    if let Some(status) = status {
        status.default = Some(JSON(serde_json::json!({"observedGeneration": -1})));
    }
}

/// One CRD as the YAML document that is committed in `crds/`.
pub fn to_yaml(crd: &CustomResourceDefinition) -> Result<String, serde_yaml::Error> {
    Ok(format!("# Generated from src/api. Do not edit.\n---\n{}", serde_yaml::to_string(crd)?))
}

/// The file name of a CRD in `crds/`.
pub fn file_name(crd: &CustomResourceDefinition) -> String {
    format!("{}.yaml", crd.spec.names.plural)
}

/// Takes out what an API server would warn about or that would change meaning: `nullable`, so that a field is either there with a
/// value or not there at all (CEL's `has()` counts a null as there), and integer formats that Kubernetes does not know.
fn tidy(schema: &mut JSONSchemaProps) {
    schema.nullable = None;
    if schema.format.as_deref().is_some_and(|format| format.starts_with("uint")) {
        schema.format = None;
    }
    for property in schema.properties.iter_mut().flat_map(|properties| properties.values_mut()) {
        tidy(property);
    }
    match schema.items.as_mut() {
        Some(JSONSchemaPropsOrArray::Schema(items)) => tidy(items),
        Some(JSONSchemaPropsOrArray::Schemas(items)) => items.iter_mut().for_each(tidy),
        None => {}
    }
    use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaPropsOrBool as OrBool;
    if let Some(OrBool::Schema(values)) = schema.additional_properties.as_mut() {
        tidy(values);
    }
}

#[cfg(test)]
#[path = "crd_tests.rs"]
mod tests;
