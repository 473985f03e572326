//! An object of ours as the verbs see it, whatever its kind.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, ObjectMeta};
use kube::core::DynamicObject;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::failure::Failure;
use super::resource::{Id, Kind};
use super::state::State;
use crate::api::annotation;
use crate::api::{
    Component, ConditionType, Conditions as _, Lifecycle, LocalRef, ProtonEnvironment, ProtonService, Reason, ResourceStatus,
    ServiceInstance,
};

/// An object.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) id: Id,
    /// Name of the remote resource.
    pub(super) remote: String,
    pub(super) created: Option<Timestamp>,
    pub(super) generation: i64,
    pub(super) deleting: bool,
    pub(super) lifecycle: Lifecycle,
    /// Value of the annotation reconcile-requested-at.
    pub(super) requested: Option<String>,
    pub(super) links: Links,
    /// What the spec wants deployed; the error says why that cannot be told.
    pub(super) wish: Result<State, String>,
    pub(super) status: ResourceStatus,
}

/// What an object belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    pub(super) environment: Option<Link>,
    pub(super) service: Option<Link>,
    pub(super) instance: Option<Link>,
}

/// An object of the same namespace, or a remote resource that need not have one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    Object(String),
    Remote(String),
}

/// Whether what the object wants now is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
pub(super) enum Ready {
    True,
    /// Work goes on by itself.
    Working,
    /// Nothing goes on until someone does something.
    Stalled,
    /// The operator has not seen this generation yet.
    Unknown,
}

impl Ready {
    /// Like the status of a condition.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::Working | Self::Stalled => "False",
            Self::Unknown => "Unknown",
        }
    }
}

impl Item {
    /// Reads what the API server sent.
    ///
    /// # Errors
    /// When it is not of this version's form.
    pub(super) fn read(kind: Kind, object: DynamicObject) -> Result<Self, Failure> {
        let id = Id {
            namespace: object.metadata.namespace.clone().unwrap_or_default(),
            kind,
            name: object.metadata.name.clone().unwrap_or_default(),
        };
        let read = match kind {
            Kind::Environment => typed(object).map(|object| environment(id.clone(), object)),
            Kind::Service => typed(object).map(|object| service(id.clone(), object)),
            Kind::Instance => typed(object).map(|object| instance(id.clone(), object)),
            Kind::Component => typed(object).map(|object| component(id.clone(), object)),
        };
        read.map_err(|problem| Failure::Refused(format!("{id} is not what this version of the plugin understands: {problem}")))
    }

    fn new(id: Id, metadata: &ObjectMeta, name: Option<String>, lifecycle: Lifecycle, status: Option<ResourceStatus>) -> Self {
        let annotation = |name: &str| metadata.annotations.as_ref().and_then(|all| all.get(name)).cloned();
        Self {
            remote: name.unwrap_or_else(|| id.name.clone()),
            id,
            created: metadata.creation_timestamp.as_ref().map(|time| time.0),
            generation: metadata.generation.unwrap_or_default(),
            deleting: metadata.deletion_timestamp.is_some(),
            requested: annotation(annotation::RECONCILE_REQUESTED_AT),
            lifecycle,
            links: Links::default(),
            wish: Ok(State::default()),
            status: status.unwrap_or_default(),
        }
    }

    /// A condition, unless it was written for an earlier generation.
    pub(super) fn condition(&self, kind: ConditionType) -> Option<&Condition> {
        let found = self.status.conditions.of(kind)?;
        (found.observed_generation.unwrap_or_default() >= self.generation).then_some(found)
    }

    fn is_true(&self, kind: ConditionType) -> bool {
        self.condition(kind).is_some_and(|condition| condition.status == "True")
    }

    /// Whether what the object wants now is deployed.
    pub(super) fn ready(&self) -> Ready {
        if self.is_true(ConditionType::Stalled) {
            Ready::Stalled
        } else if self.is_true(ConditionType::Ready) {
            Ready::True
        } else if self.condition(ConditionType::Ready).is_some() {
            Ready::Working
        } else {
            Ready::Unknown
        }
    }

    /// The condition that tells most: Stalled, else Ready.
    pub(super) fn telling(&self) -> Option<&Condition> {
        let stalled = self.condition(ConditionType::Stalled).filter(|condition| condition.status == "True");
        stalled.or_else(|| self.condition(ConditionType::Ready))
    }

    /// The reason of that condition, if it is one that this version knows.
    pub(super) fn reason(&self) -> Option<Reason> {
        self.telling().and_then(|condition| condition.reason.parse().ok())
    }

    /// Whether the operator is told to leave it alone.
    pub(super) fn suspended(&self) -> bool {
        self.lifecycle.suspend.unwrap_or_default()
    }

    /// The object in JSON: the part of the documented shape that every verb shares.
    pub(super) fn summary(&self) -> Value {
        json!({"kind": self.id.kind.name(), "namespace": self.id.namespace, "name": self.id.name})
    }
}

fn typed<K: DeserializeOwned>(object: DynamicObject) -> Result<K, String> {
    let value = serde_json::to_value(object).map_err(|error| error.to_string())?;
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn link(object: Option<&LocalRef>, remote: Option<&String>) -> Option<Link> {
    object.map(|object| Link::Object(object.name.clone())).or_else(|| remote.map(|name| Link::Remote(name.clone())))
}

fn environment(id: Id, object: ProtonEnvironment) -> Item {
    let spec = object.spec;
    let version = (spec.template_major_version.as_str(), spec.template_minor_version.as_deref());
    let inputs = spec.inputs.as_ref().map(|inputs| inputs.get());
    let wish = State::wish(
        Some(&spec.template_name),
        Some(version),
        inputs,
        spec.spec_yaml.as_ref().map(|text| text.get()),
        Kind::Environment,
    );
    Item { wish, ..Item::new(id, &object.metadata, spec.name, spec.lifecycle, object.status) }
}

fn service(id: Id, object: ProtonService) -> Item {
    let spec = object.spec;
    let pipeline = spec.pipeline.unwrap_or_default();
    let version = pipeline.template_major_version.as_deref().map(|major| (major, pipeline.template_minor_version.as_deref()));
    let inputs = pipeline.inputs.as_ref().map(|inputs| inputs.get());
    let wish = State::wish(Some(&spec.template_name), version, inputs, None, Kind::Service);
    Item { wish, ..Item::new(id, &object.metadata, spec.name, spec.lifecycle, object.status.map(ResourceStatus::from)) }
}

fn instance(id: Id, object: ServiceInstance) -> Item {
    let spec = object.spec;
    let version = (spec.template_major_version.as_str(), spec.template_minor_version.as_deref());
    let inputs = spec.inputs.as_ref().map(|inputs| inputs.get());
    let wish = State::wish(None, Some(version), inputs, spec.spec_yaml.as_ref().map(|text| text.get()), Kind::Instance);
    let links = Links {
        environment: link(spec.environment_ref.as_ref(), spec.environment_name.as_ref()),
        service: link(spec.service_ref.as_ref(), spec.service_name.as_ref()),
        instance: None,
    };
    Item { wish, links, ..Item::new(id, &object.metadata, spec.name, spec.lifecycle, object.status) }
}

fn component(id: Id, object: Component) -> Item {
    let spec = object.spec;
    let wish = State::component(spec.template_file.get(), spec.service_spec.as_ref().map(|text| text.get().as_str()));
    let links = Links {
        environment: link(spec.environment_ref.as_ref(), spec.environment_name.as_ref()),
        service: link(spec.service_ref.as_ref(), spec.service_name.as_ref()),
        instance: link(spec.service_instance_ref.as_ref(), spec.service_instance_name.as_ref()),
    };
    Item { wish, links, ..Item::new(id, &object.metadata, spec.name, spec.lifecycle, object.status) }
}

/// The object that a link leads to.
pub(super) fn follow<'a>(items: &'a [Item], from: &Item, kind: Kind, link: &Link) -> Option<&'a Item> {
    let mut candidates = items.iter().filter(|item| item.id.kind == kind && item.id.namespace == from.id.namespace);
    match link {
        Link::Object(name) => candidates.find(|item| item.id.name == *name),
        Link::Remote(name) if kind == Kind::Instance => {
            let service = from.links.service.as_ref().map(|link| remote(items, from, link));
            candidates
                .find(|item| item.remote == *name && item.links.service.as_ref().map(|link| remote(items, item, link)) == service)
        }
        Link::Remote(name) => candidates.find(|item| item.remote == *name),
    }
}

/// The remote name of the service that a link leads to.
pub(super) fn remote(items: &[Item], from: &Item, service: &Link) -> String {
    match (follow(items, from, Kind::Service, service), service) {
        (Some(found), _) => found.remote.clone(),
        (None, Link::Object(name) | Link::Remote(name)) => name.clone(),
    }
}

/// Objects for tests.
#[cfg(test)]
pub(super) mod fixture {
    use super::*;

    /// An object with what is given under `spec` and `status`.
    pub(in crate::kubectl) fn item(kind: Kind, name: &str, spec: Value, status: Value) -> Item {
        let mut object = json!({
            "apiVersion": "proton-operator.dev/v1alpha1", "kind": kind.name(), "spec": spec, "status": status,
            "metadata": {"name": name, "namespace": "ns", "generation": 2, "creationTimestamp": "2026-11-25T08:00:00Z"},
        });
        let least = match kind {
            Kind::Environment | Kind::Service => json!({"templateName": "t", "templateMajorVersion": "1"}),
            Kind::Instance => json!({"templateMajorVersion": "1"}),
            Kind::Component => json!({"templateFile": "a: 1\n", "manifest": "m"}),
        };
        for (member, value) in least.as_object().unwrap() {
            object["spec"].as_object_mut().unwrap().entry(member.clone()).or_insert(value.clone());
        }
        Item::read(kind, serde_json::from_value(object).unwrap()).unwrap()
    }

    /// A status with a condition Ready for generation 2; Stalled with `False` and `stalled`.
    pub(in crate::kubectl) fn status(ready: &str, reason: &str, message: &str, more: Value) -> Value {
        let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "reason": reason, "message": message, "observedGeneration": 2, "lastTransitionTime": "2026-11-25T08:00:00Z"});
        let (ready, stalled) = if ready == "Stalled" { ("False", "True") } else { (ready, "False") };
        let mut status =
            json!({"observedGeneration": 2, "conditions": [condition("Ready", ready), condition("Stalled", stalled)]});
        status.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        status
    }
}
