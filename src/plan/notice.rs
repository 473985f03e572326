//! Kubernetes events, sent only when something changed.

use crate::api::{ConditionType, Conditions, ProtonEnvironmentStatus, Reason};
use strum::EnumMessage;

use super::conditions::{Phase, Standing};
use super::decision::Act;

/// Severity of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeType {
    /// For information.
    Normal,
    /// The user should look at it.
    Warning,
}

/// One event about the object.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Severity.
    pub type_: NoticeType,
    /// Reason; what happened.
    pub reason: Reason,
    /// What the operator does about it.
    pub action: &'static str,
    /// Text for people. It names the deployment, and never quotes a message of the API: those stand in the status.
    pub note: String,
}

/// The events of a pass: one when the reason of `Ready` changes, or when another deployment has the same.
pub fn notices(old: &ProtonEnvironmentStatus, new: &ProtonEnvironmentStatus, phase: &Phase, act: &Act) -> Vec<Notice> {
    let id = new.target.last_attempted_deployment_id.as_deref();
    let known = old.conditions.reason(ConditionType::Ready);
    let other_deployment = old.target.last_attempted_deployment_id.as_deref() != id;
    if matches!(phase.reason, Reason::Progressing) || (known == Some(phase.reason) && !other_deployment) {
        return Vec::new();
    }
    let type_ = if phase.standing == Standing::Stalled { NoticeType::Warning } else { NoticeType::Normal };
    vec![Notice {
        type_,
        reason: phase.reason,
        action: act.key().map_or("Observe", |key| key.kind.name()),
        note: note(phase.reason, id),
    }]
}

fn note(reason: Reason, deployment_id: Option<&str>) -> String {
    let meaning = reason.get_documentation().unwrap_or(reason.name());
    match deployment_id {
        Some(id) => format!("{meaning} Deployment {id}."),
        None => meaning.to_owned(),
    }
}
