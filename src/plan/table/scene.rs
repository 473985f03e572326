//! The combinations: deployment d1 came first, d2 was the last one. What d1 deployed is count 0 (or, where someone else started d2, the
//! wanted count 1); d2 deploys the wanted count 1, or count 5 if it is someone else's.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::states::{self, SERVICE};
use crate::api::{
    AdoptionPolicy, DeletionPolicy, DeploymentCeiling, DriftPolicy, OnFailure, OnSpecChange, Operation, UsedDeployments,
};
use crate::plan::component::{self, ComponentSeen, ComponentWish};
use crate::plan::fixture::{ARN, at, deployment, desiring, environment, observed};
use crate::plan::instance::{self, InstanceSeen, InstanceWish};
use crate::plan::service::{self, ServiceSeen, ServiceWish};
use crate::plan::{Decision, Dependency, Desired, Memory, Observed, TargetKind, environment as any_target};
use crate::proton::DeploymentStatus::{self as S, Succeeded};

pub const KINDS: [TargetKind; 4] = [TargetKind::Environment, TargetKind::Instance, TargetKind::Service, TargetKind::Component];

/// What the remote side shows; `None`: nothing is there.
pub const STATUSES: [Option<S>; 9] = [
    None,
    Some(S::InProgress),
    Some(S::Failed),
    Some(S::Succeeded),
    Some(S::DeleteInProgress),
    Some(S::DeleteFailed),
    Some(S::DeleteComplete),
    Some(S::Cancelling),
    Some(S::Cancelled),
];

/// Who started d2, as far as the status remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Us,
    Others,
    /// The status is lost: the object was restored from a backup.
    Unknown,
}

pub const WHO: [Who; 3] = [Who::Us, Who::Others, Who::Unknown];

/// What is asked for beside the state that was wanted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "camelCase")]
pub enum Change {
    Nothing,
    Description,
    Tags,
    Inputs,
    Minor,
    Major,
    Attachment,
    Instances,
    Outputs,
    RollbackTo,
    RetryRequested,
    DeployRequested,
    CancelRequested,
    Deleted,
}

impl Change {
    /// Whether objects of this kind can change so.
    pub fn concerns(self, kind: TargetKind) -> bool {
        match self {
            Self::Description => kind != TargetKind::Instance,
            Self::Minor | Self::Major => kind != TargetKind::Component,
            Self::Attachment => kind == TargetKind::Component,
            Self::Instances => kind == TargetKind::Service,
            Self::Outputs => kind == TargetKind::Instance,
            _ => true,
        }
    }
}

/// What the lifecycle block says; `3 cancels` is no field but three deployments that were cancelled just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
pub enum Choice {
    #[strum(serialize = "defaults")]
    Defaults,
    Wait,
    Retry,
    Rollback,
    Correct,
    Ignore,
    #[strum(serialize = "suspend")]
    Suspend,
    None,
    Retain,
    Observe,
    #[strum(serialize = "3 cancels")]
    ThreeCancels,
}

/// One combination.
#[derive(Clone)]
pub struct Scene {
    pub core: Desired,
    pub seen: Observed,
    pub memory: Memory,
    pub who: Who,
    pub change: Change,
    pub choice: Choice,
    /// Where the remote resource is, if it is an instance or a component.
    pub place: String,
    /// What a dependency waits for.
    pub waits: Option<String>,
    /// ServiceInstance objects of the service that go with it.
    pub instances_go: bool,
}

impl Scene {
    pub fn new(kind: TargetKind, status: Option<S>, who: Who, change: Change, choice: Choice) -> Self {
        let mut core = wanted(kind, change);
        core.identity.generation = 2;
        choose(&mut core, choice);
        let known = MEMORIES.iter().find(|known| (known.0, known.1) == (kind, who));
        let mut memory = known.map(|known| known.2.clone()).unwrap_or_default();
        if choice == Choice::ThreeCancels {
            memory.status.target.deployments.splice(0..0, states::cancelled());
        }
        let seen = seen(kind, status, who, change);
        Self { core, seen, memory, who, change, choice, place: "e".into(), waits: None, instances_go: true }
    }

    /// The five columns of the table.
    pub fn words(&self) -> [String; 5] {
        let kind = match self.core.resource {
            TargetKind::Environment => "environment",
            TargetKind::Instance => "instance",
            TargetKind::Service => "service",
            TargetKind::Component => "component",
        };
        let status = self.seen.environment.as_ref().map_or("absent", |view| view.deployment_status.as_str());
        let who = match self.who {
            Who::Us => "us",
            Who::Others => "others",
            Who::Unknown => "unknown",
        };
        let (change, choice): (&str, &str) = (self.change.into(), self.choice.into());
        [kind, status, who, change, choice].map(String::from)
    }

    /// The plan of the kind.
    pub fn decide(&self) -> Decision {
        let (core, memory) = (self.core.clone(), &self.memory);
        match core.resource {
            TargetKind::Environment => any_target::plan(&core, &self.seen, memory),
            TargetKind::Instance => self.instance(core),
            TargetKind::Service => self.service(core),
            TargetKind::Component => self.component(core),
        }
    }

    fn dependency(&self, name: &str) -> Dependency {
        Dependency { name: name.into(), waits: self.waits.clone() }
    }

    fn instance(&self, core: Desired) -> Decision {
        let now = if self.change == Change::Outputs { "c2" } else { "c1" };
        let wish = InstanceWish {
            core,
            service: Dependency::named(SERVICE),
            environment: self.dependency("e"),
            redeploy_on: vec![crate::api::RedeployOn::Component],
        };
        let there = self.seen.environment.is_some();
        let seen = InstanceSeen {
            core: self.seen.clone(),
            service: Some(states::service(Some(&Succeeded))),
            place: there.then(|| self.place.clone()),
            made_for_us: false,
            used: there.then(|| UsedDeployments { components: vec!["c1".into()], ..UsedDeployments::default() }),
            components: Some(vec![now.into()]),
            environment: None,
            service_goes: false,
        };
        instance::plan(&wish, &seen, &self.memory)
    }

    fn service(&self, core: Desired) -> Decision {
        let version = (Some(core.template_major_version.clone()), core.template_minor_version.clone());
        let known = states::known(self.instances_go && core.deleting, self.waits.is_none());
        let wish = ServiceWish { core, repository: None, asks_for_pipeline: true, pipeline_version: version, known };
        let status = self.seen.environment.as_ref().map(|view| &view.deployment_status);
        let mut instances = vec![states::row("a")];
        if self.change == Change::Instances {
            instances.push(states::row("b"));
        }
        let service = status.map(|status| states::service(Some(status)));
        let seen = ServiceSeen { core: self.seen.clone(), service, has_pipeline: true, instances };
        service::plan(&wish, &seen, &self.memory)
    }

    fn component(&self, core: Desired) -> Decision {
        let attached = (self.change == Change::Attachment).then(|| (Dependency::named(SERVICE), Dependency::named("a")));
        let file = if self.change == Change::Inputs { "F2" } else { "F1" };
        let wish = ComponentWish {
            service_spec: core.inputs.clone().map(|_| None),
            core,
            template_file: file.into(),
            manifest: "M".into(),
            attached,
            environment: Some(self.dependency("e")),
        };
        let place = self.seen.environment.as_ref().map(|_| self.place.clone());
        let seen = ComponentSeen { core: self.seen.clone(), attached: None, place, still_used_by: None };
        component::plan(&wish, &seen, &self.memory)
    }
}

/// What the object wants after the change.
fn wanted(kind: TargetKind, change: Change) -> Desired {
    let mut fields: Value = match change {
        Change::Inputs => json!({"inputs": {"count": 2}}),
        Change::Description => json!({"description": "new"}),
        Change::Tags => json!({"tags": {"team": "a"}}),
        Change::RollbackTo => json!({"rollbackTo": "d0"}),
        Change::Major => json!({"templateMajorVersion": "2"}),
        _ => json!({}),
    };
    fields["templateMinorVersion"] = json!(if change == Change::Minor { "3" } else { "0" });
    let mut core = Desired { resource: kind, deleting: change == Change::Deleted, ..desiring(fields) };
    if kind == TargetKind::Component {
        (core.template_name, core.template_major_version, core.template_minor_version) = (String::new(), String::new(), None);
    }
    let asked = || Some("2026-01-01T00:00:00Z".to_owned());
    match change {
        Change::RetryRequested => core.requests.retry = asked(),
        Change::DeployRequested => core.requests.deploy = asked(),
        Change::CancelRequested => core.requests.cancel = Some("d2".into()),
        _ => {}
    }
    core
}

fn choose(core: &mut Desired, choice: Choice) {
    let policy = &mut core.policy;
    match choice {
        Choice::Defaults | Choice::ThreeCancels => {}
        Choice::Wait => policy.on_spec_change = OnSpecChange::Wait,
        Choice::Retry => policy.on_failure = OnFailure::Retry,
        Choice::Rollback => policy.on_failure = OnFailure::Rollback,
        Choice::Correct => policy.drift = DriftPolicy::Correct,
        Choice::Ignore => policy.drift = DriftPolicy::Ignore,
        Choice::Suspend => policy.suspended = true,
        Choice::None => policy.ceiling = DeploymentCeiling::None,
        Choice::Retain => policy.deletion = Some(DeletionPolicy::Retain),
        Choice::Observe => policy.adoption = AdoptionPolicy::Observe,
    }
}

/// What was seen: the remote resource with d2 as its last deployment.
fn seen(kind: TargetKind, status: Option<S>, who: Who, change: Change) -> Observed {
    let (before, target) = match who {
        Who::Others => (states::state(kind, 1), states::state(kind, 5)),
        Who::Us | Who::Unknown => (states::state(kind, 0), states::state(kind, 1)),
    };
    let Some(status) = status else {
        return Observed { now: at(10), ..observed(None) };
    };
    let succeeded = status == Succeeded;
    let mut view = environment(status.clone(), Some("d2"), Some(if succeeded { "d2" } else { "d1" }));
    states::show(&mut view, if succeeded { &target } else { &before });
    let mut last = deployment("d2", status, &target);
    (last.initial_state, last.created_at) = (Some(before), at(9));
    last.completed_at = last.completed_at.map(|_| at(9));
    let rollback = (change == Change::RollbackTo).then(|| deployment("d0", Succeeded, &states::state(kind, 7)));
    Observed { now: at(10), attempted: Some(last), rollback, ..observed(Some(view)) }
}

static MEMORIES: LazyLock<Vec<(TargetKind, Who, Memory)>> = LazyLock::new(|| {
    let of = |kind| [Who::Us, Who::Others].map(|who| (kind, who, remembered(kind, who)));
    KINDS.into_iter().flat_map(of).collect()
});

/// The memory of an object whose deployment (d2, or d1 before someone else's) was set out by a plan of the same kind.
fn remembered(kind: TargetKind, who: Who) -> Memory {
    let mut view = environment(Succeeded, Some("d0"), Some("d0"));
    states::show(&mut view, &states::state(kind, 0));
    let first = Observed { attempted: Some(deployment("d0", Succeeded, &states::state(kind, 0))), ..observed(Some(view)) };
    let (core, memory) = (wanted(kind, Change::Nothing), Memory::default());
    let (change, choice) = (Change::Nothing, Choice::Defaults);
    let scene = Scene { core, seen: first, memory, who, change, choice, place: "e".into(), waits: None, instances_go: true };
    let mut status = scene.decide().status;
    let target = &mut status.target;
    let attempt = target.attempt.as_mut().expect("the first wish is deployed");
    assert_eq!((attempt.operation, target.arn.as_deref()), (Operation::Update, Some(ARN)));
    match who {
        Who::Others => {
            attempt.deployment_id = Some("d1".into());
            target.deployed_spec_hash = Some(attempt.spec_hash.clone());
        }
        _ => attempt.deployment_id = Some("d2".into()),
    }
    Memory { status, last: None }
}
