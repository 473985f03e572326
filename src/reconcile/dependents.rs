//! Which objects of a namespace keep the remote resource of another one: instances their environment, components what they are attached to.
//! Only objects that have a remote resource count, and only those that reach it through the same connection.

use super::subject::Subject;
use super::surroundings::Surroundings;
use crate::api::{Component, ConnectionRef, Lifecycle, ServiceInstance};
use crate::plan::dependent::Dependent;

/// What is being deleted.
#[derive(Clone, Copy, Debug)]
pub enum Deleted<'a> {
    /// An environment of this name.
    Environment(&'a str),
    /// A service of this name.
    Service(&'a str),
    /// An instance: the names of its service and its own.
    Instance(&'a str, &'a str),
}

impl Surroundings {
    /// The objects that still need it. `namespace` and `lifecycle` are of the object that is being deleted.
    pub fn dependents(&self, namespace: &str, lifecycle: &Lifecycle, deleted: Deleted<'_>) -> Vec<Dependent> {
        let connection = lifecycle.connection_ref.as_ref();
        let instances = self.instances(namespace);
        let in_it = instances.iter().filter(|instance| counts(instance.as_ref(), connection) && self.runs_in(instance, deleted));
        let components = self.components(namespace);
        let attached = components.iter().filter(|one| counts(one.as_ref(), connection) && self.belongs_to(one, deleted));
        in_it
            .map(|one| dependent("ServiceInstance", one.as_ref()))
            .chain(attached.map(|one| dependent("Component", one.as_ref())))
            .collect()
    }

    fn runs_in(&self, instance: &ServiceInstance, deleted: Deleted<'_>) -> bool {
        matches!(deleted, Deleted::Environment(name) if instance.wish(self, "").environment.name == name)
    }

    fn belongs_to(&self, component: &Component, deleted: Deleted<'_>) -> bool {
        let wish = component.wish(self, "");
        let attached = wish.attached.as_ref().map(|(service, instance)| (service.name.as_str(), instance.name.as_str()));
        match deleted {
            Deleted::Environment(name) => wish.environment.is_some_and(|environment| environment.name == name),
            Deleted::Service(name) => attached.is_some_and(|(service, _)| service == name),
            Deleted::Instance(service, name) => attached == Some((service, name)),
        }
    }
}

/// Whether an object has a remote resource on the same connection.
fn counts(object: &impl Subject, connection: Option<&ConnectionRef>) -> bool {
    object.lifecycle().connection_ref.as_ref() == connection && object.remembered().target.arn.is_some()
}

fn dependent(kind: &str, object: &impl Subject) -> Dependent {
    let (meta, name) = (object.meta(), object.meta().name.as_deref().unwrap_or_default());
    Dependent { object: format!("{kind} {name}"), deleting: meta.deletion_timestamp.is_some() }
}
