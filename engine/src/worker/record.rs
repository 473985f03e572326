//! Records what came of a step: the records and the outbox row in one transaction.
//!
//! Everything is read again inside the transaction, because a cancel may have been accepted while the step was made.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::back_off::back_off;
use super::commit::commit;
use super::job;
use super::performer::Trouble;
use crate::ambient::{Clock, Ids};
use crate::domain::deployment::State;
use crate::domain::effect::EffectKind;
use crate::domain::lifecycle::{self, Outcome};
use crate::domain::target::{Change, Deployment, Prepared, Target};
use crate::provision::{Job, Journal, ProvisionError, Step};
use crate::sequence;
use crate::store::{Effect, Store, StoreError, Writer};

/// Failed steps in a row after which a deployment is given up: about an hour of the longest delays.
const ATTEMPTS: i64 = 60;

/// Records steps of deployments.
pub(super) struct Recorder {
    store: Store,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Recorder {
    pub(super) fn new(store: Store, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { store, clock, ids }
    }

    /// Keeps what is handed to the provisioner.
    pub(super) async fn prepared(&self, deployment: &Deployment, prepared: &Prepared) -> Result<(), StoreError> {
        let mut writer = self.store.write().await?;
        writer.keep_prepared(&deployment.id, prepared).await?;
        commit(writer).await
    }

    /// Removes a row whose deployment is gone.
    pub(super) async fn dropped(&self, effect: &Effect) -> Result<(), StoreError> {
        let mut writer = self.store.write().await?;
        writer.complete(EffectKind::Deployment, &effect.key).await?;
        commit(writer).await
    }

    /// Records what a step gave.
    pub(super) async fn stepped(&self, effect: &Effect, job: &Job, step: Result<Step, ProvisionError>) -> Result<(), Trouble> {
        match step {
            Ok(Step::Waiting { journal, after }) => self.waiting(effect, job, &journal, after).await?,
            Ok(Step::Finished(outcome)) => self.finished(effect, job::outcome(outcome)).await?,
            Err(error) if error.is_retryable() && effect.attempts < ATTEMPTS => self.retrying(effect, job, &error).await?,
            Err(error) => {
                let outcome = Outcome::Failed { message: error.message, resources: Vec::new() };
                self.finished(effect, outcome).await?;
            }
        }
        Ok(())
    }

    /// Ends the deployment, unless it has ended.
    pub(super) async fn finished(&self, effect: &Effect, outcome: Outcome) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut writer = self.store.write().await?;
        match pair(&mut writer, &effect.key).await? {
            Some((target, deployment)) => match lifecycle::settle(&target, &deployment, outcome, now) {
                Ok(change) => {
                    writer.apply(&change, now).await?;
                    sequence::ended(&mut writer, &change, self.ids.as_ref(), now).await?;
                    log(&change);
                }
                Err(_) => writer.complete(EffectKind::Deployment, &effect.key).await?,
            },
            None => writer.complete(EffectKind::Deployment, &effect.key).await?,
        }
        commit(writer).await
    }

    /// Keeps the provisioner's journal until the next step, which comes at once if a cancel came meanwhile.
    async fn waiting(&self, effect: &Effect, job: &Job, journal: &Journal, after: Duration) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut writer = self.store.write().await?;
        let mut due_at = later(now, after);
        if let Some((target, deployment)) = pair(&mut writer, &effect.key).await? {
            if target.state == State::Cancelling && !job.cancel_requested {
                due_at = now;
            }
            if target.message.is_some() {
                writer.apply(&lifecycle::note(&target, &deployment, None, now), now).await?;
            }
        }
        writer.reschedule(effect.id, journal, due_at).await?;
        commit(writer).await
    }

    /// Makes the same step due again later, or at once after a cancel, and says why in the status message.
    async fn retrying(&self, effect: &Effect, job: &Job, error: &ProvisionError) -> Result<(), StoreError> {
        let now = self.clock.now();
        let attempts = effect.attempts.saturating_add(1);
        let mut due_at = later(now, back_off(attempts, effect.id));
        let mut writer = self.store.write().await?;
        if let Some((target, deployment)) = pair(&mut writer, &effect.key).await?
            && target.state.is_running()
        {
            if target.state == State::Cancelling && !job.cancel_requested {
                due_at = now;
            }
            let message = format!("Retrying: {}", error.message);
            writer.apply(&lifecycle::note(&target, &deployment, Some(message), now), now).await?;
        }
        writer.back_off(effect.id, attempts, due_at).await?;
        tracing::warn!(deployment_id = effect.key, attempts, class = ?error.class, "a step of a deployment will be made again");
        commit(writer).await
    }
}

fn later(now: Timestamp, after: Duration) -> Timestamp {
    now.saturating_add(after).unwrap_or(now)
}

/// The deployment and its target as they are now.
async fn pair(writer: &mut Writer, id: &str) -> Result<Option<(Target, Deployment)>, StoreError> {
    let Some(deployment) = writer.deployment(id).await? else {
        return Ok(None);
    };
    Ok(writer.target(&deployment.target_arn).await?.map(|target| (target, deployment)))
}

/// One line per end of a deployment, without its message, which is sensitive.
fn log(change: &Change) {
    tracing::info!(
        kind = change.target.kind.name(),
        name = change.target.arn,
        deployment_id = change.deployment.id,
        status = change.target.state.status(),
        "a deployment ended"
    );
}
