//! What a plan decides: the status to record, one step, what to tell, and when to look again.

use std::time::Duration;

use crate::api::ProtonEnvironmentStatus;
use crate::proton::{CreateEnvironment, Tag, UpdateEnvironment, UpdateType};

use super::conditions::Phase;
use super::notice::Notice;

/// The outcome of one pass. The driver writes `status` first; a conflict there means observe again, and nothing else is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Exactly one step, performed after `status` was written.
    pub act: Act,
    /// The whole status to record. Equal to the remembered one: nothing is written.
    pub status: ProtonEnvironmentStatus,
    /// Events, only for transitions.
    pub notices: Vec<Notice>,
    /// When to look again.
    pub requeue: Requeue,
}

/// One step outside of the status.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Nothing.
    None,
    /// Put `crate::api::annotation::FINALIZER` on the object.
    AddFinalizer,
    /// Take it off; the object goes.
    RemoveFinalizer,
    /// CreateEnvironment.
    Create(Box<CreateEnvironment>),
    /// UpdateEnvironment, with a deployment or (type NONE) without.
    Update {
        /// The attempt's ordinal, 0 for an update of metadata only.
        ordinal: i64,
        /// The request.
        request: Box<UpdateEnvironment>,
    },
    /// CancelEnvironmentDeployment of this environment while this deployment runs.
    Cancel {
        /// Environment.
        name: String,
        /// The deployment that is meant.
        deployment_id: String,
    },
    /// DeleteEnvironment.
    Delete {
        /// Environment.
        name: String,
        /// Which try it is.
        retries: i64,
    },
    /// TagResource.
    Tag {
        /// Resource.
        arn: String,
        /// Tags to add or overwrite.
        tags: Vec<Tag>,
    },
    /// UntagResource.
    Untag {
        /// Resource.
        arn: String,
        /// Keys to take off.
        keys: Vec<String>,
    },
    /// DeleteDeployment: forget an old record.
    DeleteDeployment {
        /// Deployment.
        id: String,
    },
}

/// The kinds of steps, and observing, for metrics and for remembering failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
pub enum ActKind {
    /// Any of the Get and List calls of a pass.
    Observe,
    /// A patch of the object's finalizers.
    Finalizer,
    /// CreateEnvironment.
    Create,
    /// UpdateEnvironment with a deployment.
    Update,
    /// UpdateEnvironment of type NONE.
    UpdateMetadata,
    /// CancelEnvironmentDeployment.
    Cancel,
    /// DeleteEnvironment.
    Delete,
    /// TagResource.
    Tag,
    /// UntagResource.
    Untag,
    /// DeleteDeployment.
    DeleteDeployment,
}

impl ActKind {
    /// A word for events and metrics.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Tells whether two steps are the same one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ActKey {
    /// What is done.
    pub kind: ActKind,
    /// To what: a name, an id or an ordinal.
    pub subject: String,
}

impl ActKey {
    /// The key of the observing calls.
    pub fn observe() -> Self {
        Self { kind: ActKind::Observe, subject: String::new() }
    }
}

impl Act {
    /// The key, or `None` if there is nothing to do.
    pub fn key(&self) -> Option<ActKey> {
        let (kind, subject) = match self {
            Self::None => return None,
            Self::AddFinalizer => (ActKind::Finalizer, "add".to_owned()),
            Self::RemoveFinalizer => (ActKind::Finalizer, "remove".to_owned()),
            Self::Create(request) => (ActKind::Create, request.name.clone()),
            Self::Update { request, .. } if request.deployment_type == UpdateType::None => {
                (ActKind::UpdateMetadata, request.name.clone())
            }
            Self::Update { ordinal, .. } => (ActKind::Update, ordinal.to_string()),
            Self::Cancel { deployment_id, .. } => (ActKind::Cancel, deployment_id.clone()),
            Self::Delete { retries, .. } => (ActKind::Delete, retries.to_string()),
            Self::Tag { tags, .. } => (ActKind::Tag, joined(tags.iter().map(|tag| tag.key.as_str()))),
            Self::Untag { keys, .. } => (ActKind::Untag, joined(keys.iter().map(String::as_str))),
            Self::DeleteDeployment { id } => (ActKind::DeleteDeployment, id.clone()),
        };
        Some(ActKey { kind, subject })
    }

    /// Whether it changes the remote side.
    pub fn is_remote(&self) -> bool {
        !matches!(self, Self::None | Self::AddFinalizer | Self::RemoveFinalizer)
    }
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

/// A step with what it means for the conditions, before it becomes a [`Decision`].
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What to do.
    pub act: Act,
    /// How the object stands meanwhile.
    pub phase: Phase,
    /// When to look again.
    pub requeue: Requeue,
}

impl Step {
    /// Do something, and look at once what came of it.
    pub fn act(act: Act, phase: Phase) -> Self {
        Self { act, phase, requeue: Requeue::AtOnce }
    }

    /// Wait for something on the remote side.
    pub fn wait(phase: Phase, at_latest: Duration) -> Self {
        Self { act: Act::None, phase, requeue: Requeue::OnChange { at_latest } }
    }

    /// Nothing to do before `after`.
    pub fn rest(phase: Phase, after: Duration) -> Self {
        Self { act: Act::None, phase, requeue: Requeue::After(after) }
    }
}

/// When to look again. Watch events of the object always wake it earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requeue {
    /// Right after the act: its effect has to be observed.
    AtOnce,
    /// When the polling batch sees another deployment status or id than the recorded one, and after this time at the latest.
    OnChange {
        /// The latest time.
        at_latest: Duration,
    },
    /// After this time.
    After(Duration),
    /// Never: the object is gone or nothing is left to do for it.
    Never,
}
