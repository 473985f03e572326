//! How a verb ends.

use super::resource::Id;
use crate::proton::ProtonError;

/// A good end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// What was asked for is done or shown.
    Done,
    /// `diff --exit-code` found differences.
    Differs,
}

impl Outcome {
    /// The exit code.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Differs => 5,
        }
    }
}

/// A bad end. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The words are wrong.
    #[error("{0}")]
    Usage(String),
    /// There is no such object, deployment or output.
    #[error("{0}")]
    NotFound(String),
    /// It is stalled, or was not ready in time.
    #[error("{0}")]
    NotReady(String),
    /// The operator would not do this.
    #[error("{0}")]
    Refused(String),
    /// The API server did not answer as hoped.
    #[error("the cluster: {0}")]
    Cluster(Box<kube::Error>),
    /// There is no usable kubeconfig.
    #[error("no cluster: {0}; name a kubeconfig with --kubeconfig or KUBECONFIG")]
    Kubeconfig(String),
    /// The Proton API did not answer as hoped.
    #[error("the Proton API: {0}")]
    Proton(#[from] ProtonError),
    /// Nobody reads standard output any more, as `| head` leaves it: there is nothing left to do, and nothing went wrong.
    #[error("nobody reads on")]
    Unread,
    /// Standard output is broken.
    #[error("cannot print: {0}")]
    Print(String),
}

impl Failure {
    /// The exit code, as `docs/kubectl-plugin.md` lists it.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Unread => 0,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::NotReady(_) => 4,
            Self::Refused(_) | Self::Cluster(_) | Self::Kubeconfig(_) | Self::Proton(_) | Self::Print(_) => 1,
        }
    }

    /// What the API server's error about an object means.
    pub(super) fn about(id: &Id, error: kube::Error) -> Self {
        match &error {
            kube::Error::Api(status) if status.code == 404 && names_an_object(status) => {
                Self::NotFound(format!("there is no {id} in namespace {}", id.namespace))
            }
            _ => Self::of_kind(id.kind.plural(), error),
        }
    }

    /// What the API server's error about a kind means.
    pub(super) fn of_kind(plural: &str, error: kube::Error) -> Self {
        match &error {
            kube::Error::Api(status) if status.code == 404 => Self::NotFound(format!(
                "the cluster does not know {plural}.proton-operator.dev: install the CRDs with `proton-operator crds | kubectl apply -f -`"
            )),
            _ => Self::Cluster(Box::new(error)),
        }
    }
}

/// A 404 for an object carries its name; one for a kind does not.
fn names_an_object(status: &kube::core::Status) -> bool {
    status.details.as_ref().is_some_and(|details| !details.name.is_empty())
}
