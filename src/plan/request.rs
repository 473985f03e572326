//! The requests of Create and Update.

use serde_json::{Map, Value};

use crate::proton::{CreateEnvironment, EnvironmentView, Sensitive, Tag, UpdateEnvironment, UpdateType};

use super::compare::{Actual, Wanted};
use super::desired::Desired;
use super::document::{self, CURRENT_VALUE, Inputs};
use super::metadata;
use super::observed::Observed;
use super::ownership;
use super::version;

/// CreateEnvironment. Without managed inputs the document is empty.
pub fn create(desired: &Desired, wanted: &Wanted) -> CreateEnvironment {
    let mut tags = vec![ownership::owner_tag(desired)];
    tags.extend(desired.tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }));
    let text = match &desired.inputs {
        Ok(inputs) => text(inputs, None, &[]),
        Err(_) => None,
    };
    CreateEnvironment {
        name: desired.name.clone(),
        template_name: wanted.template_name.clone(),
        template_major_version: wanted.major.clone(),
        template_minor_version: wanted.minor.clone(),
        description: desired.description.clone().filter(|description| !description.is_empty()),
        spec: Sensitive::from(text.unwrap_or_else(|| document::compose(&Map::new()))),
        proton_service_role_arn: desired.proton_service_role_arn.clone(),
        environment_account_connection_id: desired.environment_account_connection_id.clone(),
        provisioning_repository: desired.provisioning_repository.clone(),
        codebuild_role_arn: desired.codebuild_role_arn.clone(),
        component_role_arn: desired.component_role_arn.clone(),
        tags,
    }
}

/// UpdateEnvironment with a deployment of the wanted state, and of all metadata that differs.
pub fn update(desired: &Desired, observed: &Observed, environment: &EnvironmentView, wanted: &Wanted) -> UpdateEnvironment {
    let deployed = Actual::deployed(environment);
    let kind = version::update_type(wanted, deployed.as_ref());
    let mut request = UpdateEnvironment::new(desired.name.clone(), kind);
    metadata::fill(&mut request, desired, environment);
    if matches!(kind, UpdateType::MinorVersion | UpdateType::MajorVersion) {
        request.template_major_version = Some(wanted.major.clone());
        request.template_minor_version.clone_from(&wanted.minor);
    }
    request.spec = if desired.policy.rollback_to.is_some() {
        let state = observed.rollback.as_ref().and_then(|deployment| deployment.target_state.as_ref());
        state.and_then(|state| state.spec.clone())
    } else {
        let values = deployed.and_then(|actual| actual.inputs);
        let inputs = desired.inputs.as_ref().ok();
        let others = values.map(|values| kept(desired, values));
        inputs.and_then(|inputs| text(inputs, others.as_ref(), &desired.policy.external_inputs)).map(Sensitive::from)
    };
    request
}

/// UpdateEnvironment that deploys what is deployed again.
pub fn restore(desired: &Desired, environment: &EnvironmentView) -> UpdateEnvironment {
    let mut request = UpdateEnvironment::new(desired.name.clone(), UpdateType::CurrentVersion);
    request.spec.clone_from(&environment.spec);
    request
}

/// What stands for the deployed values. Where the API has a placeholder, it is sent: their owners may deploy others before the call arrives.
fn kept(desired: &Desired, deployed: Map<String, Value>) -> Map<String, Value> {
    if !desired.resource.takes_current_value() {
        return deployed;
    }
    deployed.into_iter().map(|(name, _)| (name, Value::from(CURRENT_VALUE))).collect()
}

/// The document to send: specYaml as it is, or composed. Inputs that others own get their deployed values.
fn text(inputs: &Inputs, deployed: Option<&Map<String, Value>>, external: &[String]) -> Option<String> {
    let mut values = match inputs {
        Inputs::Unmanaged => return None,
        Inputs::Document { text, .. } if external.is_empty() => return Some(text.clone()),
        Inputs::Values(values) | Inputs::Document { values, .. } => values.clone(),
    };
    for name in external {
        if let Some(value) = deployed.and_then(|deployed| deployed.get(name)) {
            values.insert(name.clone(), value.clone());
        }
    }
    Some(document::compose(&values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::TargetKind;
    use crate::plan::fixture::{self, desired, environment, observed};
    use crate::proton::DeploymentStatus::Succeeded;
    use serde_json::json;

    #[test]
    fn creation_carries_the_owner_and_the_tags() {
        let wanted = Desired { tags: [("team".to_owned(), "a".to_owned())].into(), ..desired() };
        let request = create(&wanted, &fixture::wanted());
        let tags: Vec<_> = request.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
        assert_eq!(tags, [("proton-operator.dev/owner", "default/ns/e"), ("team", "a")]);
        assert_eq!(request.spec.as_str(), "proton: EnvironmentSpec\nspec:\n  count: 1\n");
        assert_eq!(request.template_minor_version, None);
    }

    #[test]
    fn a_document_is_sent_as_it_is_written() {
        let text = "# mine\nproton: EnvironmentSpec\nspec: {count: 1}\n".to_owned();
        let wanted = Desired { inputs: document::read(None, Some(&text)), ..desired() };
        assert_eq!(create(&wanted, &fixture::wanted()).spec.as_str(), text);
    }

    #[test]
    fn deployed_values_of_others_are_sent_along() {
        let mut wanted = desired();
        wanted.inputs = Ok(Inputs::Values(json!({"count": 2, "image": "initial"}).as_object().unwrap().clone()));
        wanted.policy.external_inputs = vec!["image".into(), "absent".into()];
        let mut is = environment(Succeeded, Some("d1"), Some("d1"));
        is.spec = Some("proton: EnvironmentSpec\nspec: {count: 1, image: 'ci:7'}".into());
        let request = update(&wanted, &observed(None), &is, &fixture::wanted());
        let sent = document::parse(request.spec.unwrap().as_str()).unwrap();
        assert_eq!(serde_json::Value::Object(sent), json!({"count": 2, "image": "ci:7"}));
        wanted.resource = TargetKind::Instance;
        let request = update(&wanted, &observed(None), &is, &fixture::wanted());
        let sent = document::parse(request.spec.unwrap().as_str()).unwrap();
        assert_eq!(serde_json::Value::Object(sent), json!({"count": 2, "image": CURRENT_VALUE}));
    }

    #[test]
    fn versions_are_named_only_where_the_type_takes_them() {
        let is = environment(Succeeded, Some("d1"), Some("d1"));
        let same = update(&desired(), &observed(None), &is, &fixture::wanted());
        assert_eq!((same.deployment_type, same.template_major_version), (UpdateType::CurrentVersion, None));
        let minor = Wanted { minor: Some("4".into()), ..fixture::wanted() };
        let next = update(&desired(), &observed(None), &is, &minor);
        assert_eq!((next.deployment_type, next.template_minor_version.as_deref()), (UpdateType::MinorVersion, Some("4")));
    }

    #[test]
    fn unmanaged_inputs_are_left_out_of_an_update() {
        let wanted = Desired { inputs: Ok(Inputs::Unmanaged), ..desired() };
        let is = environment(Succeeded, Some("d1"), Some("d1"));
        assert_eq!(update(&wanted, &observed(None), &is, &fixture::wanted()).spec, None);
        assert_eq!(create(&wanted, &fixture::wanted()).spec.as_str(), "proton: EnvironmentSpec\nspec: {}\n");
    }
}
