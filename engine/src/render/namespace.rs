//! The names that templates may use: pure builders of the context tree per kind of file.
//!
//! Source: AWS Proton User Guide, pages "Environment CloudFormation IaC file parameter details", "Service
//! CloudFormation IaC file parameter details" and "Component IaC file parameter details", and the variables that
//! AWS Proton wrote for Terraform.
//!
//! | file of | names |
//! |---|---|
//! | environment | `environment.{name, inputs}` |
//! | service instance | `environment.{account_id, name, outputs}`, `service.{name, …}`, `service_instance.{name, inputs, components.default.{name, outputs}}` |
//! | pipeline | `pipeline.inputs`, `service.{name, …}`, `service_instances[].{name, inputs, outputs, environment}` |
//! | component | `component.name`, `environment.{account_id, name, outputs}`; while attached also `service.name`, `service_instance.{name, inputs}` |
//!
//! Inputs come with their defaults filled in; outputs are text.

use serde_json::{Map, Value, json};

/// An output's key and value.
pub type Output = (String, String);

/// An environment as its services see it.
#[derive(Clone, Copy)]
pub struct EnvironmentView<'a> {
    /// Its name.
    pub name: &'a str,
    /// The account in which it provisions.
    pub account_id: &'a str,
    /// The outputs of its last successful deployment; of a customer-managed one its inputs.
    pub outputs: &'a [Output],
}

/// A service.
#[derive(Clone, Copy)]
pub struct ServiceView<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its repository, if it has one.
    pub repository: Option<RepositoryView<'a>>,
}

/// The repository that a service's pipeline builds.
#[derive(Clone, Copy)]
pub struct RepositoryView<'a> {
    /// `owner/name`
    pub id: &'a str,
    /// The connection (or linked repository) ARN.
    pub connection_arn: &'a str,
    /// The branch.
    pub branch: &'a str,
}

/// The component that is attached to an instance.
#[derive(Clone, Copy)]
pub struct ComponentView<'a> {
    /// Its name.
    pub name: &'a str,
    /// The outputs of its last successful deployment.
    pub outputs: &'a [Output],
}

/// An instance as its service's pipeline sees it.
#[derive(Clone)]
pub struct InstanceView<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its inputs.
    pub inputs: Value,
    /// The outputs of its last successful deployment.
    pub outputs: &'a [Output],
    /// The environment it runs in.
    pub environment: EnvironmentView<'a>,
}

/// What an attached component sees of the instance.
#[derive(Clone)]
pub struct Attachment<'a> {
    /// The service's name.
    pub service: &'a str,
    /// The instance's name.
    pub instance: &'a str,
    /// The instance's inputs according to the component's own service spec.
    pub inputs: Value,
}

/// The names of an environment's file.
pub fn environment(name: &str, inputs: Value) -> Value {
    json!({ "environment": { "name": name, "inputs": inputs } })
}

/// The names of a service instance's file.
///
/// `components.default` and `components.default.outputs` exist without a component too, and hold nothing then.
/// `service_instance.environment` repeats `environment`, for templates that use the path which the User Guide's
/// troubleshooting page shows.
pub fn service_instance(
    name: &str,
    inputs: Value,
    service: ServiceView<'_>,
    environment: EnvironmentView<'_>,
    component: Option<ComponentView<'_>>,
) -> Value {
    let environment = environment_tree(environment);
    let component = match component {
        Some(component) => json!({ "name": component.name, "outputs": outputs_tree(component.outputs) }),
        None => json!({ "outputs": {} }),
    };
    json!({
        "environment": environment.clone(),
        "service": service_tree(service),
        "service_instance": {
            "name": name,
            "inputs": inputs,
            "components": { "default": component },
            "environment": environment,
        },
    })
}

/// The names of a pipeline's file; `instances` in the order of the spec.
pub fn pipeline(inputs: Value, service: ServiceView<'_>, instances: Vec<InstanceView<'_>>) -> Value {
    let instances: Vec<Value> = instances.into_iter().map(instance_tree).collect();
    json!({
        "pipeline": { "inputs": inputs },
        "service": service_tree(service),
        "service_instances": instances,
    })
}

/// The names of a component's file; `attached` is `None` for a detached one, which has no service to name.
pub fn component(name: &str, environment: EnvironmentView<'_>, attached: Option<Attachment<'_>>) -> Value {
    let mut tree = json!({ "component": { "name": name }, "environment": environment_tree(environment) });
    if let (Some(attached), Some(members)) = (attached, tree.as_object_mut()) {
        members.insert("service".to_owned(), json!({ "name": attached.service }));
        let instance = json!({ "name": attached.instance, "inputs": attached.inputs });
        members.insert("service_instance".to_owned(), instance);
    }
    tree
}

fn environment_tree(environment: EnvironmentView<'_>) -> Value {
    json!({
        "account_id": environment.account_id,
        "name": environment.name,
        "outputs": outputs_tree(environment.outputs),
    })
}

fn service_tree(service: ServiceView<'_>) -> Value {
    match service.repository {
        None => json!({ "name": service.name }),
        Some(repository) => json!({
            "name": service.name,
            "branch_name": repository.branch,
            "repository_connection_arn": repository.connection_arn,
            "repository_id": repository.id,
        }),
    }
}

fn instance_tree(instance: InstanceView<'_>) -> Value {
    json!({
        "name": instance.name,
        "inputs": instance.inputs,
        "outputs": outputs_tree(instance.outputs),
        "environment": environment_tree(instance.environment),
    })
}

fn outputs_tree(outputs: &[Output]) -> Value {
    Value::Object(outputs.iter().map(|(key, value)| (key.clone(), json!(value))).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: ServiceView<'_> = ServiceView { name: "shop", repository: None };

    fn outputs(key: &str, value: &str) -> Vec<Output> {
        vec![(key.to_owned(), value.to_owned())]
    }

    #[test]
    fn environments_see_name_and_inputs_only() {
        let tree = environment("beta", json!({"b": 1, "a": "x"}));
        assert_eq!(tree.to_string(), r#"{"environment":{"name":"beta","inputs":{"b":1,"a":"x"}}}"#);
    }

    #[test]
    fn instances_have_the_two_objects_without_a_component() {
        let vpc = outputs("VpcId", "vpc-1");
        let beta = EnvironmentView { name: "beta", account_id: "123456789012", outputs: &vpc };
        let tree = service_instance("front", json!({"port": 80}), SERVICE, beta, None);
        assert_eq!(tree.pointer("/service_instance/components/default"), Some(&json!({"outputs": {}})));
        assert_eq!(tree.pointer("/environment/outputs/VpcId"), Some(&json!("vpc-1")));
        assert_eq!(tree.pointer("/service_instance/environment/outputs/VpcId"), Some(&json!("vpc-1")));
        assert_eq!(tree.pointer("/service"), Some(&json!({"name": "shop"})));
        let bucket = outputs("Bucket", "b");
        let component = ComponentView { name: "s3", outputs: &bucket };
        let tree = service_instance("front", json!({}), SERVICE, beta, Some(component));
        let wanted = json!({"name": "s3", "outputs": {"Bucket": "b"}});
        assert_eq!(tree.pointer("/service_instance/components/default"), Some(&wanted));
    }

    #[test]
    fn pipelines_see_all_instances_and_the_repository() {
        let repository = RepositoryView { id: "me/shop", connection_arn: "arn:aws:x", branch: "main" };
        let service = ServiceView { repository: Some(repository), ..SERVICE };
        let beta = EnvironmentView { name: "beta", account_id: "123456789012", outputs: &[] };
        let url = outputs("Url", "u");
        let one = InstanceView { name: "one", inputs: json!({"p": 1}), outputs: &url, environment: beta };
        let tree = pipeline(json!({"cmd": "make"}), service, vec![one]);
        let wanted = r#"{"pipeline":{"inputs":{"cmd":"make"}},"service":{"name":"shop","branch_name":"main","repository_connection_arn":"arn:aws:x","repository_id":"me/shop"},"service_instances":[{"name":"one","inputs":{"p":1},"outputs":{"Url":"u"},"environment":{"account_id":"123456789012","name":"beta","outputs":{}}}]}"#;
        assert_eq!(tree.to_string(), wanted);
        assert_eq!(pipeline(json!({}), service, Vec::new()).pointer("/service_instances"), Some(&json!([])));
    }

    #[test]
    fn detached_components_see_no_service() {
        let beta = EnvironmentView { name: "beta", account_id: "123456789012", outputs: &[] };
        let keys = |tree: Value| tree.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(keys(component("s3", beta, None)), "component environment");
        let attached = Attachment { service: "shop", instance: "one", inputs: json!({"p": 1}) };
        let tree = component("s3", beta, Some(attached));
        assert_eq!(tree.pointer("/service_instance/inputs/p"), Some(&json!(1)));
        assert_eq!(keys(tree), "component environment service service_instance");
    }
}
