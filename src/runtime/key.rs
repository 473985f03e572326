//! The name of one piece of work: an object of one of our kinds.

use std::fmt;

/// Our kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// ProtonEnvironment.
    Environment,
    /// ProtonService.
    Service,
    /// ServiceInstance.
    Instance,
    /// Component.
    Component,
}

impl Kind {
    /// The kind's name in Kubernetes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Environment => "ProtonEnvironment",
            Self::Service => "ProtonService",
            Self::Instance => "ServiceInstance",
            Self::Component => "Component",
        }
    }
}

/// An object that wants a pass.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Key {
    /// The key of an object.
    pub fn new(kind: Kind, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind, namespace: namespace.into(), name: name.into() }
    }

    /// The key of an environment.
    pub fn environment(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: Kind::Environment, namespace: namespace.into(), name: name.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.kind.as_str(), self.namespace, self.name)
    }
}
