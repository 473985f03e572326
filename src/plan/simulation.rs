//! Whole lives: plans against a small model of the API, with edits, foreign deployments, crashes and failures at random.

use proptest::prelude::*;
use serde_json::json;

use crate::api::{ConditionType, Conditions, OnFailure, ProtonEnvironmentStatus};
use crate::plan::fixture::{ARN, at, desiring, environment};
use crate::plan::{Act, Desired, LastAct, Memory, Needs, Observed, Requeue, plan};
use crate::proton::DeploymentStatus::{self, *};
use crate::proton::{Deployment, EnvironmentState, EnvironmentView, Tag, UpdateType};

/// The remote side: one environment and its deployments.
#[derive(Default)]
struct Remote {
    environment: Option<EnvironmentView>,
    deployments: Vec<Deployment>,
    tags: Vec<Tag>,
    accepted_cancels: Vec<String>,
    wrong_calls: u32,
    now: i64,
}

impl Remote {
    fn status(&self) -> Option<DeploymentStatus> {
        self.environment.as_ref().map(|environment| environment.deployment_status.clone())
    }

    fn start(&mut self, target: EnvironmentState) {
        let id = format!("d{}", self.deployments.len());
        let now = at(self.now);
        let Some(environment) = self.environment.as_mut() else { return };
        let initial_state = environment.last_succeeded_deployment_id.as_ref().map(|_| EnvironmentState {
            spec: environment.spec.clone(),
            template_name: "vpc".into(),
            template_major_version: environment.template_major_version.clone().unwrap(),
            template_minor_version: environment.template_minor_version.clone().unwrap(),
        });
        environment.deployment_status = InProgress;
        environment.last_attempted_deployment_id = Some(id.clone());
        environment.last_deployment_attempted_at = Some(now);
        self.deployments.push(Deployment {
            id,
            target_arn: ARN.into(),
            deployment_status: InProgress,
            deployment_status_message: None,
            created_at: now,
            completed_at: None,
            initial_state,
            target_state: Some(target),
            used: Default::default(),
        });
    }

    /// Lets what runs end.
    fn end(&mut self, fails: bool) {
        let now = at(self.now);
        let (Some(environment), Some(last)) = (self.environment.as_mut(), self.deployments.last_mut()) else { return };
        let ended = match environment.deployment_status {
            InProgress if fails => Failed,
            InProgress => Succeeded,
            Cancelling => Cancelled,
            DeleteInProgress => {
                self.environment = None;
                return;
            }
            _ => return,
        };
        if ended == Succeeded {
            let target = last.target_state.clone().unwrap();
            environment.spec = target.spec;
            environment.template_major_version = Some(target.template_major_version);
            environment.template_minor_version = Some(target.template_minor_version);
            environment.last_succeeded_deployment_id = Some(last.id.clone());
        }
        environment.deployment_status = ended.clone();
        (last.deployment_status, last.completed_at) = (ended, Some(now));
    }

    fn cancel(&mut self) -> bool {
        let first = self.deployments.last().is_none_or(|last| last.initial_state.is_none());
        let (Some(environment), Some(last)) = (self.environment.as_mut(), self.deployments.last_mut()) else { return false };
        if environment.deployment_status != InProgress || first {
            return false;
        }
        (environment.deployment_status, last.deployment_status) = (Cancelling, Cancelling);
        true
    }

    fn perform(&mut self, act: &Act) {
        let rests = self.status().is_some_and(|status| !status.is_running());
        match act {
            Act::Create(request) if self.environment.is_none() => {
                self.environment = Some(environment(InProgress, None, None));
                self.tags.clone_from(&request.tags);
                self.start(EnvironmentState {
                    spec: Some(request.spec.clone()),
                    template_name: request.template_name.clone(),
                    template_major_version: request.template_major_version.clone(),
                    template_minor_version: request.template_minor_version.clone().unwrap_or("0".into()),
                });
            }
            Act::Update { request, .. } if rests && request.deployment_type != UpdateType::None => {
                let environment = self.environment.clone().unwrap();
                self.start(EnvironmentState {
                    spec: request.spec.clone().or(environment.spec),
                    template_name: "vpc".into(),
                    template_major_version: request
                        .template_major_version
                        .clone()
                        .or(environment.template_major_version)
                        .unwrap(),
                    template_minor_version: request
                        .template_minor_version
                        .clone()
                        .or(environment.template_minor_version)
                        .unwrap_or("0".into()),
                });
            }
            Act::Cancel { deployment_id, .. } => {
                self.wrong_calls += u32::from(self.accepted_cancels.contains(deployment_id));
                if self.cancel() {
                    self.accepted_cancels.push(deployment_id.clone());
                }
            }
            Act::Delete { .. } if rests => self.environment.as_mut().unwrap().deployment_status = DeleteInProgress,
            Act::None | Act::AddFinalizer | Act::RemoveFinalizer => {}
            _ => self.wrong_calls += 1,
        }
    }

    fn observe(&self, desired: &Desired, memory: &Memory) -> Observed {
        let needs = Needs::of(desired, memory, self.environment.as_ref());
        let find = |id: Option<String>| id.and_then(|id| self.deployments.iter().find(|deployment| deployment.id == id).cloned());
        Observed {
            environment: self.environment.clone(),
            tags: self.tags.clone(),
            attempted: find(needs.attempted),
            ..Observed::absent(at(self.now))
        }
    }

    fn wanted_is_deployed(&self, count: i64) -> bool {
        let spec = self.environment.as_ref().and_then(|environment| environment.spec.as_ref());
        spec.is_some_and(|spec| spec.as_str().contains(&format!("count: {count}\n")))
    }
}

/// The object, and the process that reconciles it.
struct Operator {
    count: i64,
    generation: i64,
    retry: Option<String>,
    on_failure: OnFailure,
    finalizer: bool,
    deleting: bool,
    gone: bool,
    status: ProtonEnvironmentStatus,
    last: Option<LastAct>,
}

/// Where a pass is cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Crash {
    No,
    BeforeRecording,
    BeforeActing,
    AfterActing,
}

impl Operator {
    fn new(on_failure: OnFailure) -> Self {
        Self {
            count: 0,
            generation: 1,
            retry: None,
            on_failure,
            finalizer: false,
            deleting: false,
            gone: false,
            status: ProtonEnvironmentStatus::default(),
            last: None,
        }
    }

    fn desired(&self) -> Desired {
        let mut desired = desiring(json!({"inputs": {"count": self.count}}));
        (desired.finalizer, desired.deleting, desired.requests.retry) = (self.finalizer, self.deleting, self.retry.clone());
        (desired.identity.generation, desired.policy.on_failure) = (self.generation, self.on_failure);
        desired
    }

    /// One pass: observe → plan → record → act. Returns whether it wants to go on at once.
    fn pass(&mut self, remote: &mut Remote, crash: Crash) -> bool {
        let desired = self.desired();
        let memory = Memory { status: self.status.clone(), last: self.last.clone() };
        let observed = remote.observe(&desired, &memory);
        let decision = plan(&desired, &observed, &memory);
        let running = observed.environment.as_ref().is_some_and(|environment| environment.deployment_status.is_running());
        remote.wrong_calls +=
            u32::from(running && matches!(decision.act, Act::Create(_) | Act::Update { .. } | Act::Delete { .. }));
        let moves = decision.act != Act::None || !matches!(decision.requeue, Requeue::Never | Requeue::AtOnce);
        remote.wrong_calls += u32::from(!moves && !self.deleting);
        if crash == Crash::BeforeRecording {
            self.last = None;
            return true;
        }
        // What the API server would do to it.
        self.status = serde_json::from_value(serde_json::to_value(&decision.status).unwrap()).unwrap();
        assert_eq!(self.status, decision.status);
        if crash == Crash::BeforeActing {
            self.last = None;
            return true;
        }
        match &decision.act {
            Act::AddFinalizer => self.finalizer = true,
            Act::RemoveFinalizer => self.gone = true,
            act => remote.perform(act),
        }
        self.last = match decision.act.key() {
            Some(key) => Some(LastAct::after(self.last.as_ref(), key, Ok(()), &desired, at(remote.now))),
            None => self.last.take(),
        };
        if crash == Crash::AfterActing {
            self.last = None;
        }
        decision.requeue == Requeue::AtOnce
    }

    /// Passes until it waits.
    fn run(&mut self, remote: &mut Remote) {
        for _ in 0..10 {
            if self.gone || !self.pass(remote, Crash::No) {
                return;
            }
        }
        panic!("a hot loop: {:?}", self.status.conditions.first().map(|condition| condition.message.clone()));
    }

    fn is(&self, kind: ConditionType) -> bool {
        self.status.conditions.is_true(kind)
    }
}

#[derive(Clone, Debug)]
enum Happening {
    Edit(i64),
    Pass(Crash),
    End { fails: bool },
    Time(i64),
    ForeignUpdate(i64),
    ForeignCancel,
    Retry,
}

fn happening() -> impl Strategy<Value = Happening> {
    let crash = prop_oneof![4 => Just(Crash::No), 1 => Just(Crash::BeforeRecording), 1 => Just(Crash::BeforeActing), 1 => Just(Crash::AfterActing)];
    prop_oneof![
        2 => (0i64..3).prop_map(Happening::Edit),
        6 => crash.prop_map(Happening::Pass),
        3 => prop::bool::weighted(0.3).prop_map(|fails| Happening::End { fails }),
        1 => (1i64..100).prop_map(Happening::Time),
        1 => (5i64..7).prop_map(Happening::ForeignUpdate),
        1 => Just(Happening::ForeignCancel),
        1 => Just(Happening::Retry),
    ]
}

fn happen(operator: &mut Operator, remote: &mut Remote, what: &Happening) {
    match what {
        Happening::Edit(count) => {
            operator.generation += i64::from(*count != operator.count);
            operator.count = *count;
        }
        Happening::Pass(crash) => drop(operator.pass(remote, *crash)),
        Happening::End { fails } => remote.end(*fails),
        Happening::Time(seconds) => remote.now += seconds,
        Happening::ForeignUpdate(count) if remote.status().is_some_and(|status| !status.is_running()) => {
            remote.start(crate::plan::fixture::state("0", *count));
        }
        Happening::ForeignUpdate(_) => {}
        Happening::ForeignCancel => drop(remote.cancel()),
        Happening::Retry => operator.retry = Some(remote.now.to_string()),
    }
    remote.now += 1;
}

/// Lets everything come to rest, without failures.
fn settle(operator: &mut Operator, remote: &mut Remote) {
    for _ in 0..12 {
        operator.run(remote);
        remote.end(false);
        remote.now += 700;
    }
    operator.run(remote);
}

fn policy() -> impl Strategy<Value = OnFailure> {
    prop_oneof![Just(OnFailure::Keep), Just(OnFailure::Retry), Just(OnFailure::Rollback)]
}

/// So many lives, and no file of failures beside the sources: a failure prints its story.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(120))]

    /// Whatever happens: nothing is started over something that runs, nothing accepted is cancelled twice, and in the end the object is Ready
    /// with what it wants, or it is Stalled and a retry (or, after drift, an edit) makes it so.
    #[test]
    fn every_life_ends_well(policy in policy(), story in prop::collection::vec(happening(), 1..60)) {
        let (mut operator, mut remote) = (Operator::new(policy), Remote::default());
        for what in &story {
            happen(&mut operator, &mut remote, what);
            let deployed = remote.wanted_is_deployed(operator.count);
            let ready = operator.is(ConditionType::Ready) && operator.status.observed_generation == Some(operator.generation);
            let drifted = operator.is(ConditionType::Drifted) || remote.deployments.last().is_some_and(|last| last.target_state.as_ref().is_some_and(|state| state.spec.as_ref().unwrap().as_str().contains("{count: ")));
            prop_assert!(!ready || deployed || drifted, "Ready for a generation that is not deployed");
        }
        settle(&mut operator, &mut remote);
        prop_assert!(operator.is(ConditionType::Ready) || operator.is(ConditionType::Stalled));
        if operator.is(ConditionType::Stalled) {
            operator.retry = Some("at last".into());
            settle(&mut operator, &mut remote);
        }
        if !operator.is(ConditionType::Ready) || operator.is(ConditionType::Drifted) {
            (operator.count, operator.generation) = (9, operator.generation + 1);
            settle(&mut operator, &mut remote);
        }
        prop_assert!(operator.is(ConditionType::Ready), "{:?}", operator.status.conditions.first());
        prop_assert!(remote.wanted_is_deployed(operator.count));
        prop_assert_eq!(remote.wrong_calls, 0);
    }
}

proptest! {
    #![proptest_config(cases(120))]

    /// Crashes alone never lead to a second deployment of the same.
    #[test]
    fn crashes_deploy_nothing_twice(story in prop::collection::vec(happening(), 1..60)) {
        let (mut operator, mut remote) = (Operator::new(OnFailure::Keep), Remote::default());
        for what in &story {
            match what {
                Happening::Edit(_) | Happening::Pass(_) | Happening::Time(_) => happen(&mut operator, &mut remote, what),
                Happening::End { .. } => happen(&mut operator, &mut remote, &Happening::End { fails: false }),
                _ => {}
            }
        }
        settle(&mut operator, &mut remote);
        let deployed: Vec<_> = remote.deployments.iter().filter(|d| d.deployment_status == Succeeded).map(|d| d.target_state.as_ref().unwrap().spec.clone()).collect();
        prop_assert!(deployed.windows(2).all(|pair| pair[0] != pair[1]), "the same twice in a row");
        prop_assert!(operator.is(ConditionType::Ready) && remote.wanted_is_deployed(operator.count));
    }
}

proptest! {
    #![proptest_config(cases(16))]

    /// A bot that edits before every pass cannot starve the object.
    #[test]
    fn edits_without_end_starve_nothing(edits in prop::collection::vec(0i64..50, 20..60)) {
        let (mut operator, mut remote) = (Operator::new(OnFailure::Keep), Remote::default());
        settle(&mut operator, &mut remote);
        for count in edits {
            happen(&mut operator, &mut remote, &Happening::Edit(count));
            operator.run(&mut remote);
            remote.end(false);
            operator.run(&mut remote);
        }
        let cancelled = remote.deployments.iter().map(|d| d.deployment_status == Cancelled).collect::<Vec<_>>();
        prop_assert!(!cancelled.windows(4).any(|window| window.iter().all(|cancelled| *cancelled)), "more than 3 in a row");
    }
}

proptest! {
    #![proptest_config(cases(80))]

    /// Deleting at any moment ends with the resource gone and the finalizer off.
    #[test]
    fn every_deletion_ends(policy in policy(), story in prop::collection::vec(happening(), 0..30)) {
        let (mut operator, mut remote) = (Operator::new(policy), Remote::default());
        operator.pass(&mut remote, Crash::No);
        story.iter().for_each(|what| happen(&mut operator, &mut remote, what));
        operator.deleting = true;
        operator.generation += 1;
        settle(&mut operator, &mut remote);
        prop_assert!(operator.gone && remote.environment.is_none());
        prop_assert_eq!(remote.wrong_calls, 0);
    }
}
