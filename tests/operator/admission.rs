//! What the real API server admits of services, instances and components, and what it refuses with words that say what to do instead.

use anyhow::{Context as _, Result, bail, ensure};
use kube::Api;
use kube::api::PostParams;
use kube::core::DynamicObject;
use proton_operator::api::{Component, ProtonService, ServiceInstance};
use serde_json::{Value, json};

use crate::system::Site;

/// One question: an object, or a change of `old` into `new`.
struct Case {
    name: &'static str,
    /// Changes of the least valid spec; `null` takes a member away.
    old: Option<Value>,
    new: Value,
    /// What the refusal says; `None` where it is admitted.
    says: Option<&'static str>,
}

fn new(name: &'static str, new: Value) -> Case {
    Case { name, old: None, new, says: None }
}

fn change(name: &'static str, old: Value, new: Value) -> Case {
    Case { name, old: Some(old), new, says: None }
}

impl Case {
    fn refused(self, says: &'static str) -> Self {
        Self { says: Some(says), ..self }
    }
}

const CURRENT: &str = "a: ${Proton::CURRENT_VAL}";
const CONNECTION: &str = "arn:aws:codestar-connections:eu-west-1:123456789012:connection/c";

fn repository(branch: &str) -> Value {
    json!({"repository": {"connectionArn": CONNECTION, "id": "team/shop", "branch": branch}})
}

/// What holds for every kind.
fn common() -> Vec<Case> {
    let named = |name: &str| json!({"name": name});
    vec![
        new("least", json!({})),
        new("tags", json!({"tags": {"team": "a"}})),
        new("aws-tag", json!({"tags": {"aws:x": "1"}})).refused("choose other keys"),
        new("owner-tag", json!({"tags": {"proton-operator.dev/owner": "1"}})).refused("choose other keys"),
        new("observe", json!({"adoptionPolicy": "Observe", "deletionPolicy": "Retain"})),
        new("observe-and-delete", json!({"adoptionPolicy": "Observe", "deletionPolicy": "Delete"}))
            .refused("adoptionPolicy Adopt"),
        change("same-name", named("a"), named("a")),
        change("renamed", named("a"), named("b")).refused("Create a new object with the new name"),
        change("name-added", json!({}), named("b")).refused("Create a new object with the new name"),
        change("name-removed", named("a"), json!({})).refused("Create a new object with the new name"),
        change("suspended", json!({}), json!({"suspend": true, "onFailure": "Retry"})),
    ]
}

fn services() -> Vec<Case> {
    let (one, other) = (repository("main"), repository("next"));
    let minor = |minor: &str| json!({"templateMinorVersion": minor});
    let pipeline = |branch: &str| json!({"pipeline": {"inputs": {"branch": branch}, "templateMajorVersion": "1"}});
    let version = "Set the version of the ServiceInstance objects, or under pipeline";
    let fixed = "Create a new service with the other repository";
    vec![
        new("repository", one.clone()),
        new("half-repository", json!({"repository": {"id": "team/shop"}})).refused("branch"),
        new("no-template", json!({"templateName": null})).refused("templateName"),
        change("pipeline-added", json!({}), pipeline("a")),
        change("pipeline-changed", pipeline("a"), pipeline("b")),
        change("pipeline-removed", pipeline("a"), json!({})),
        change("template", json!({}), json!({"templateName": "other"})).refused("Create a new object from the other template"),
        change("major", json!({}), json!({"templateMajorVersion": "2"})).refused(version),
        change("minor", minor("0"), minor("1")).refused(version),
        change("minor-added", json!({}), minor("1")).refused(version),
        change("minor-removed", minor("1"), json!({})).refused(version),
        change("same-repository", one.clone(), one.clone()),
        change("other-repository", one.clone(), other).refused(fixed),
        change("repository-added", json!({}), one.clone()).refused(fixed),
        change("repository-removed", one, json!({})).refused(fixed),
    ]
}

fn instances() -> Vec<Case> {
    let service_ref = json!({"serviceName": null, "serviceRef": {"name": "shop"}});
    let environment_ref = json!({"environmentName": null, "environmentRef": {"name": "prod"}});
    let service = "Create a new object for the other service";
    let environment = "Create a new object there";
    vec![
        new("service-ref", service_ref.clone()),
        new("no-service", json!({"serviceName": null})).refused("set one of serviceName and serviceRef"),
        new("two-services", json!({"serviceRef": {"name": "shop"}})).refused("set one of serviceName and serviceRef"),
        new("environment-ref", environment_ref.clone()),
        new("no-environment", json!({"environmentName": null})).refused("set one of environmentName and environmentRef"),
        new("two-environments", json!({"environmentRef": {"name": "e"}}))
            .refused("set one of environmentName and environmentRef"),
        new("inputs", json!({"inputs": {"a": {"b": [1, null]}}})),
        new("document", json!({"specYaml": "a: 1"})),
        new("inputs-and-document", json!({"inputs": {}, "specYaml": "a: 1"})).refused("move the values into one of them"),
        new("current-value", json!({"specYaml": CURRENT})).refused("name the input in externalInputs"),
        new("redeploy", json!({"redeployOn": ["Component", "Environment"]})),
        new("redeploy-on-what", json!({"redeployOn": ["Pipeline"]})).refused("redeployOn"),
        change("version", json!({}), json!({"templateMajorVersion": "2", "templateMinorVersion": "0"})),
        change("inputs-to-document", json!({"inputs": {}}), json!({"specYaml": "a: 1"})),
        change("other-service", json!({}), json!({"serviceName": "other"})).refused(service),
        change("service-to-ref", json!({}), service_ref.clone()).refused(service),
        change("service-to-name", service_ref.clone(), json!({})).refused(service),
        change("other-service-ref", service_ref, json!({"serviceName": null, "serviceRef": {"name": "b"}})).refused(service),
        change("other-environment", json!({}), json!({"environmentName": "b"})).refused(environment),
        change("environment-to-ref", json!({}), environment_ref.clone()).refused(environment),
        change("environment-to-name", environment_ref, json!({})).refused(environment),
    ]
}

fn components() -> Vec<Case> {
    let nowhere = json!({"environmentName": null});
    let attached = json!({"environmentName": null, "serviceName": "shop", "serviceInstanceRef": {"name": "front"}});
    let moved = json!({"environmentName": null, "serviceName": "shop", "serviceInstanceRef": {"name": "back"}});
    let both = json!({"serviceName": "shop", "serviceInstanceRef": {"name": "front"}});
    let by_ref = json!({"environmentName": null, "environmentRef": {"name": "prod"}});
    let fixed = "Create a new object there";
    vec![
        new("attached", attached.clone()),
        new("two-environments", json!({"environmentRef": {"name": "e"}})).refused("keep one of them"),
        new("two-services", json!({"serviceName": "a", "serviceRef": {"name": "a"}, "serviceInstanceName": "b"}))
            .refused("keep one of them"),
        new("two-instances", json!({"serviceName": "a", "serviceInstanceRef": {"name": "b"}, "serviceInstanceName": "b"}))
            .refused("keep one of them"),
        new("service-alone", json!({"serviceName": "shop"})).refused("set both to attach the component"),
        new("instance-alone", json!({"serviceInstanceRef": {"name": "front"}})).refused("take both away to detach it"),
        new(
            "inputs",
            json!({"serviceName": "a", "serviceInstanceName": "b", "serviceSpec": "proton: ServiceSpec\ninstances: []"}),
        ),
        new("inputs-for-nobody", json!({"serviceSpec": "proton: ServiceSpec"})).refused("attach the component to one"),
        new("current-value", json!({"serviceName": "a", "serviceInstanceName": "b", "serviceSpec": CURRENT}))
            .refused("write the value"),
        new("type", json!({"deploymentType": "CurrentVersion"})),
        new("version-type", json!({"deploymentType": "MinorVersion"}))
            .refused("set deploymentType to Auto, CurrentVersion or None"),
        new("no-file", json!({"templateFile": null})).refused("templateFile"),
        change("file", json!({}), json!({"templateFile": "Resources: {Other: {Type: AWS::SNS::Topic}}"})),
        change("manifest", json!({}), json!({"manifest": "other"})).refused("Create a new component with the other manifest"),
        change("attach", json!({}), both.clone()),
        change("detach", both, json!({})),
        change("detach-to-nowhere", attached.clone(), nowhere.clone()),
        change("move", attached.clone(), moved),
        change("environment", json!({}), json!({"environmentName": "other"})).refused(fixed),
        change("environment-to-ref", json!({}), by_ref.clone()).refused(fixed),
        change("ref-to-environment", by_ref.clone(), json!({})).refused(fixed),
        change("environment-removed", json!({}), nowhere.clone()).refused(fixed),
        change("environment-removed-to-attach", json!({}), attached.clone()).refused(fixed),
        change(
            "environment-added-to-attached",
            attached.clone(),
            json!({"serviceName": "shop", "serviceInstanceRef": {"name": "front"}}),
        )
        .refused(fixed),
        change("environment-added-while-detaching", attached, by_ref.clone()).refused(fixed),
        change("environment-for-one-without-a-place", nowhere, by_ref),
    ]
}

/// A valid spec with these members replaced; `null` takes one away.
fn changed(least: &Value, changes: &Value) -> Result<Value> {
    let mut spec = least.as_object().cloned().context("a spec")?;
    for (name, value) in changes.as_object().context("changes")? {
        match value {
            Value::Null => spec.shift_remove(name),
            value => spec.insert(name.clone(), value.clone()),
        };
    }
    Ok(Value::Object(spec))
}

fn object(kind: &str, name: &str, spec: &Value) -> Result<DynamicObject> {
    let value = json!({
        "apiVersion": "proton-operator.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    });
    Ok(serde_json::from_value(value)?)
}

async fn verdict(api: &Api<DynamicObject>, kind: &str, least: &Value, case: &Case) -> Result<std::result::Result<(), String>> {
    let new = changed(least, &case.new)?;
    let answer = match &case.old {
        None => api.create(&PostParams { dry_run: true, ..PostParams::default() }, &object(kind, case.name, &new)?).await,
        Some(old) => {
            let old = object(kind, case.name, &changed(least, old)?)?;
            let mut stored =
                api.create(&PostParams::default(), &old).await.with_context(|| format!("{kind} {} before", case.name))?;
            stored.data = json!({"spec": new});
            api.replace(case.name, &PostParams::default(), &stored).await
        }
    };
    match answer {
        Ok(_) => Ok(Ok(())),
        Err(kube::Error::Api(status)) if status.code == 422 => Ok(Err(status.message.clone())),
        Err(error) => bail!("{kind} {}: {error}", case.name),
    }
}

async fn table(api: Api<DynamicObject>, kind: &str, least: Value, own: Vec<Case>) -> Result<()> {
    for case in common().into_iter().chain(own) {
        let verdict = verdict(&api, kind, &least, &case).await?;
        match (case.says, &verdict) {
            (None, verdict) => ensure!(verdict.is_ok(), "{kind} {} is refused: {verdict:?}", case.name),
            (Some(_), Ok(())) => bail!("{kind} {} is admitted", case.name),
            (Some(says), Err(message)) => ensure!(message.contains(says), "{kind} {}: {message}", case.name),
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn services_are_admitted_or_refused() -> Result<()> {
    let least = json!({"templateName": "svc", "templateMajorVersion": "1"});
    table(Site::start().await?.api::<ProtonService>(), "ProtonService", least, services()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_are_admitted_or_refused() -> Result<()> {
    let least = json!({"serviceName": "shop", "environmentName": "prod", "templateMajorVersion": "1"});
    table(Site::start().await?.api::<ServiceInstance>(), "ServiceInstance", least, instances()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn components_are_admitted_or_refused() -> Result<()> {
    let least = json!({"templateFile": "Resources: {}", "manifest": "infrastructure: {}", "environmentName": "prod"});
    table(Site::start().await?.api::<Component>(), "Component", least, components()).await
}
