//! Reconciles objects of one kind: observe → plan → act → record, a few steps per pass. What is particular to a kind is its [`Subject`].
//!
//! Each step looks at the remote side, lets the plan decide, records the plan's status, and only then performs the plan's act. So
//! an attempt stands in the status before the call that it names, and a crash between any two lines below is repaired by the
//! next observation.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::core::DeserializeGuard;
use kube::runtime::reflector::ObjectRef;
use kube::{Client, ResourceExt as _};
use tokio::sync::Notify;

use super::act::ActError;
use super::events::Events;
use super::memories::Memories;
use super::objects::{Objects, WriteError};
use super::outputs::{OutputError, Outputs, Source};
use super::subject::{Around, Subject};
use super::surroundings::Surroundings;
use crate::api::annotation::FINALIZER;
use crate::api::{DeletionPolicy, OutputTargets, Reason, ResourceStatus};
use crate::plan::{self, Act, ActKey, Decision, Desired, Failure, LastAct, Memory, Requeue, ownership};
use crate::proton::ProtonError;
use crate::proton::connection::{Connection, ConnectionError, Connections};
use crate::runtime::cache::Cache;
use crate::runtime::dispatch::Ending;
use crate::runtime::fence::Fence;
use crate::runtime::jitter::spread;
use crate::runtime::key::Key;
use crate::runtime::metrics::Metrics;
use crate::runtime::poll::Poller;
use crate::runtime::workers::Reconcile;

/// The most steps of one pass. A first deployment takes three; a pass that wants more makes room for others first.
const STEPS: usize = 6;
/// When to go on after so many steps.
const BREATHER: Duration = Duration::from_secs(1);
/// When to look again while another replica holds the lease.
const FENCED: Duration = Duration::from_secs(5);
/// From here on waits are spread, so that objects of one age do not come all at once.
const SPREAD_FROM: Duration = Duration::from_secs(30);

/// What the driver is made of.
pub struct Parts<K: Subject> {
    /// The cluster.
    pub client: Client,
    /// What the watches saw.
    pub cache: Arc<Cache<K>>,
    /// Endpoints and keys.
    pub connections: Connections,
    /// Sends events.
    pub events: Events,
    /// Watches deployments in flight.
    pub poller: Arc<Poller>,
    /// Whether this process may act.
    pub fence: Arc<dyn Fence>,
    /// Counts writes.
    pub metrics: Metrics,
    /// `--cluster-name`.
    pub cluster_name: String,
    /// `--resync`.
    pub resync: Duration,
    /// The time.
    pub clock: Clock,
    /// Told when an object is gone: its connection may have no other user.
    pub gone: Arc<Notify>,
    /// Objects of the other kinds.
    pub surroundings: Arc<Surroundings>,
}

/// Tells the time; tests bring their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Reconciles the objects of one kind.
pub struct Driver<K: Subject> {
    objects: Objects<K>,
    outputs: Outputs,
    memories: Memories,
    parts: Parts<K>,
}

/// What one step is about.
struct Round<'a, K> {
    key: &'a Key,
    object: &'a Arc<K>,
    desired: Desired,
    memory: Memory,
    now: Timestamp,
}

/// What a step decided, and on what grounds; those are missing where the remote side could not be seen.
struct Planned<O> {
    decision: Decision,
    seen: Option<(Connection, O)>,
}

/// How a step went on.
enum Next<K> {
    /// Look again at once, at this object.
    Again(Arc<K>),
    /// The pass is over.
    End(Ending),
}

impl<K: Subject> Driver<K>
where
    ObjectRef<DeserializeGuard<K>>: Hash + Eq,
{
    /// A driver that has seen nothing yet.
    pub fn new(parts: Parts<K>) -> Self {
        let (client, metrics) = (parts.client.clone(), parts.metrics.clone());
        Self {
            objects: Objects::new(client.clone(), parts.cache.clone(), parts.fence.clone(), metrics.clone()),
            outputs: Outputs::new(client, metrics),
            memories: Memories::default(),
            parts,
        }
    }

    async fn steps(&self, key: &Key) -> Result<Ending, WriteError> {
        let Some(mut object) = self.parts.cache.get(key) else {
            self.forget(key);
            return Ok(Ending::Idle);
        };
        for _ in 0..STEPS {
            match self.step(key, &object).await {
                Ok(Next::Again(newer)) => object = newer,
                Ok(Next::End(ending)) => return Ok(ending),
                Err(WriteError::Stale) => object = self.objects.reread(key).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(Ending::After(BREATHER))
    }

    /// One round of observe → plan → record → act.
    async fn step(&self, key: &Key, object: &Arc<K>) -> Result<Next<K>, WriteError> {
        let _turn = match object.rewrites(&self.parts.surroundings) {
            Some(service) => Some(self.parts.surroundings.turn(&service).await),
            None => None,
        };
        let round = self.begin(key, object);
        let planned = self.observe_and_plan(&round).await?;
        let object = self.record(&round, &planned.decision).await?;
        match planned.decision.act {
            Act::None => {}
            Act::AddFinalizer => return Ok(Next::Again(self.objects.add_finalizer(key, &object, FINALIZER).await?)),
            Act::RemoveFinalizer => {
                self.objects.remove_finalizer(key, &object, FINALIZER).await?;
                self.forget(key);
                return Ok(Next::End(Ending::Idle));
            }
            _ => {
                if !self.act(&round, &planned).await? {
                    return Ok(Next::Again(object));
                }
            }
        }
        self.rest(&round, &planned, object).await
    }

    fn begin<'a>(&self, key: &'a Key, object: &'a Arc<K>) -> Round<'a, K> {
        let mut desired = object.desired(&self.parts.cluster_name);
        if object.lifecycle().interval.is_none() {
            desired.policy.interval = self.parts.resync;
        }
        let last = self.memories.act(key, object.meta().uid.as_deref());
        let memory = Memory { status: object.remembered(), last };
        Round { key, object, desired, memory, now: (self.parts.clock)() }
    }

    async fn observe_and_plan(&self, round: &Round<'_, K>) -> Result<Planned<K::Observed>, WriteError> {
        let connection = match self.connection(round).await {
            Ok(connection) => connection,
            Err(error) => return without_connection(round, error),
        };
        let around = self.around(round, &connection);
        match round.object.observe(&around, &round.desired, &round.memory, round.now).await {
            Ok(observed) => {
                self.memories.observed(round.key);
                let decision = K::plan(&round.desired, &observed, &round.memory);
                Ok(Planned { decision, seen: Some((connection, observed)) })
            }
            Err(error) => Ok(Planned { decision: self.blind(round, &error), seen: None }),
        }
    }

    /// A plan for an object whose remote side cannot be seen.
    fn blind(&self, round: &Round<'_, K>, error: &ProtonError) -> Decision {
        let (class, request_id) = (error.class.as_str(), error.request_id.as_deref());
        let Key { kind, namespace, name } = round.key;
        tracing::info!(kind = kind.as_str(), namespace, name, class, request_id, "cannot observe the remote side");
        let uid = round.object.meta().uid.as_deref();
        let (before, failure) = (self.memories.observing(round.key, uid), Failure::from(error));
        let last = LastAct::after(before.as_ref(), ActKey::observe(), Err(failure.clone()), &round.desired, round.now);
        self.memories.set(round.key, uid, last.clone());
        // The last act stays remembered beside it: a pause after a failed act must not end because the endpoint was away.
        let memory = Memory { last: Some(last), ..round.memory.clone() };
        plan::observation_failed(&round.desired, &memory, &failure, round.now)
    }

    fn around<'a>(&'a self, round: &'a Round<'_, K>, connection: &'a Connection) -> Around<'a> {
        Around {
            proton: connection.proton.as_ref(),
            surroundings: &self.parts.surroundings,
            namespace: &round.key.namespace,
            cluster: &self.parts.cluster_name,
        }
    }

    async fn connection(&self, round: &Round<'_, K>) -> Result<Connection, ConnectionError> {
        let secret = round.object.lifecycle().connection_ref.as_ref().map(|secret| secret.name.as_str());
        self.parts.connections.resolve(&round.key.namespace, secret).await
    }

    /// Writes the status if it says anything new, then tells what changed.
    async fn record(&self, round: &Round<'_, K>, decision: &Decision) -> Result<Arc<K>, WriteError> {
        if decision.status == round.memory.status {
            return Ok(round.object.clone());
        }
        self.leave_outputs(round, &decision.status).await?;
        let object = self.objects.apply_status(round.key, round.object, &K::shown(&decision.status)).await?;
        self.parts.events.publish(&round.object.object_ref(&()), &decision.notices).await;
        self.parts.surroundings.wake_dependents(round.key);
        Ok(object)
    }

    /// Performs a remote act and remembers what came of it. Returns whether it worked. What was outdated leaves no memory, and so no pause.
    async fn act(&self, round: &Round<'_, K>, planned: &Planned<K::Observed>) -> Result<bool, WriteError> {
        let (Some((connection, observed)), Some(act_key)) = (&planned.seen, planned.decision.act.key()) else {
            return Ok(true);
        };
        let result = K::perform(observed, connection.proton.as_ref(), self.parts.fence.as_ref(), &planned.decision).await;
        let result = match result {
            Ok(()) => Ok(()),
            Err(ActError::Proton(error)) => Err(error),
            Err(ActError::Outdated) => return Ok(false),
            Err(ActError::NotLeader(error)) => return Err(error.into()),
        };
        let Key { kind, namespace, name } = round.key;
        let (act, subject, class) =
            (act_key.kind.name(), &act_key.subject, result.as_ref().err().map(|error| error.class.as_str()));
        tracing::info!(kind = kind.as_str(), namespace, name, act, subject, failed = class, "acted");
        let worked = result.is_ok();
        self.remember(round, act_key, result.map_err(|error| Failure::from(&error)));
        Ok(worked)
    }

    fn remember(&self, round: &Round<'_, K>, act: ActKey, result: Result<(), Failure>) {
        let last = LastAct::after(round.memory.last.as_ref(), act, result, &round.desired, round.now);
        self.memories.set(round.key, round.object.meta().uid.as_deref(), last);
    }

    /// Goes on as the plan says.
    async fn rest(&self, round: &Round<'_, K>, planned: &Planned<K::Observed>, object: Arc<K>) -> Result<Next<K>, WriteError> {
        if planned.decision.requeue == Requeue::AtOnce {
            return Ok(Next::Again(object));
        }
        if let Some((_, observed)) = &planned.seen {
            self.write_outputs(round, &planned.decision.status, observed).await?;
        }
        self.watch_deployment(round, planned);
        Ok(Next::End(match planned.decision.requeue {
            Requeue::Never => Ending::Idle,
            Requeue::After(wait) | Requeue::OnChange { at_latest: wait } if wait >= SPREAD_FROM => {
                Ending::After(spread(wait, round.key))
            }
            Requeue::After(wait) | Requeue::OnChange { at_latest: wait } => Ending::After(wait),
            Requeue::AtOnce => Ending::After(BREATHER),
        }))
    }

    /// Lets the poller wait for a change from what was seen, if that is what the plan waits for.
    fn watch_deployment(&self, round: &Round<'_, K>, planned: &Planned<K::Observed>) {
        let waits = matches!(planned.decision.requeue, Requeue::OnChange { .. });
        match planned.seen.as_ref().and_then(|(connection, observed)| Some((connection, K::awaits(&round.desired, observed)?))) {
            Some((connection, (target, seen))) if waits => self.parts.poller.wait_for(round.key, connection, target, seen),
            _ => self.parts.poller.forget(round.key),
        }
    }

    async fn write_outputs(
        &self,
        round: &Round<'_, K>,
        status: &ResourceStatus,
        observed: &K::Observed,
    ) -> Result<(), WriteError> {
        if round.desired.deleting {
            return Ok(());
        }
        let Some(source) = outputs_of(round, status, observed) else {
            return Ok(());
        };
        let written = self.outputs.write(round.key, source, self.parts.fence.as_ref()).await;
        self.tell_foreign(round, written).await
    }

    /// Deletes the objects with outputs that the new status no longer names.
    async fn leave_outputs(&self, round: &Round<'_, K>, status: &ResourceStatus) -> Result<(), WriteError> {
        let (old, new) = (output_targets(&round.memory.status), output_targets(status));
        let owner = &round.desired.identity.owner;
        let left = self.outputs.leave(round.key, owner, &old, &new, self.parts.fence.as_ref()).await;
        self.tell_foreign(round, left).await
    }

    /// Somebody else's object under a name of `writeOutputsTo` is an event; other errors end the pass.
    async fn tell_foreign(&self, round: &Round<'_, K>, done: Result<(), OutputError>) -> Result<(), WriteError> {
        match done {
            Ok(()) => Ok(()),
            Err(OutputError::NotLeader(error)) => Err(error.into()),
            Err(OutputError::Api(error)) => Err(error.into()),
            Err(foreign @ OutputError::Foreign { .. }) => {
                let (about, note) = (round.object.object_ref(&()), foreign.to_string());
                self.parts.events.warn(&about, Reason::OutputsNotWritten.name(), "WriteOutputs", &note).await;
                Ok(())
            }
        }
    }

    fn forget(&self, key: &Key) {
        self.parts.poller.forget(key);
        self.memories.forget(key);
        self.outputs.forget(key);
        self.parts.gone.notify_one();
        self.parts.surroundings.wake_dependents(key);
    }
}

/// A plan for an object that has no connection. What the API server will soon cure is no such case.
fn without_connection<K: Subject>(round: &Round<'_, K>, error: ConnectionError) -> Result<Planned<K::Observed>, WriteError> {
    match error {
        ConnectionError::Api { source, .. } => Err(WriteError::from(*source)),
        ConnectionError::NotLeader(error) => Err(error.into()),
        lasting => {
            let decision =
                plan::blocked(&round.desired, &round.memory, Reason::ConnectionInvalid, &lasting.to_string(), round.now);
            Ok(Planned { decision, seen: None })
        }
    }
}

/// What is to be written to `writeOutputsTo`; `None` for nothing.
/// The objects with outputs that a status names.
fn output_targets(status: &ResourceStatus) -> OutputTargets {
    status.target.outputs.as_ref().and_then(|outputs| outputs.written_to.clone()).unwrap_or_default()
}

fn outputs_of<K: Subject>(round: &Round<'_, K>, status: &ResourceStatus, observed: &K::Observed) -> Option<Source> {
    let targets = round.object.lifecycle().write_outputs_to.clone()?;
    let outputs = status.target.outputs.clone()?;
    let goes = ownership::deletion_policy(&round.desired, K::tags(observed)) == DeletionPolicy::Delete;
    let reference = goes.then(|| OwnerReference {
        api_version: K::api_version(&()).into_owned(),
        kind: K::kind(&()).into_owned(),
        name: round.object.name_any(),
        uid: round.object.uid().unwrap_or_default(),
        ..OwnerReference::default()
    });
    Some(Source { owner: round.desired.identity.owner.clone(), reference, targets, outputs })
}

#[async_trait]
impl<K: Subject> Reconcile for Driver<K>
where
    ObjectRef<DeserializeGuard<K>>: Hash + Eq,
{
    async fn pass(&self, key: &Key) -> Ending {
        match self.steps(key).await {
            Ok(ending) => ending,
            Err(WriteError::Gone) => {
                self.forget(key);
                Ending::Idle
            }
            Err(WriteError::NotLeader(_)) => Ending::After(FENCED),
            Err(error) => {
                let Key { kind, namespace, name } = key;
                tracing::warn!(kind = kind.as_str(), namespace, name, %error, "a pass failed; it will be tried again");
                Ending::Failed
            }
        }
    }
}
