//! Writes what the state machine decided: both records and all effects.

use jiff::Timestamp;

use super::error::StoreError;
use super::transaction::Writer;
use crate::domain::deployment::Effect;
use crate::domain::effect::EffectKind;
use crate::domain::target::Change;

impl Writer {
    /// Writes a change of a target and its deployment, with the outbox rows that it asks for or ends.
    pub async fn apply(&mut self, change: &Change, now: Timestamp) -> Result<(), StoreError> {
        self.put_target(&change.target).await?;
        if change.effects.contains(&Effect::Queue) {
            self.insert_deployment(&change.deployment).await?;
        } else {
            self.update_deployment(&change.deployment).await?;
        }
        for effect in change.effects {
            self.carry_out(*effect, change, now).await?;
        }
        Ok(())
    }

    async fn carry_out(&mut self, effect: Effect, change: &Change, now: Timestamp) -> Result<(), StoreError> {
        let id = &change.deployment.id;
        match effect {
            Effect::Queue => self.enqueue(EffectKind::Deployment, id, now).await,
            Effect::Hasten => self.hasten(EffectKind::Deployment, id, now).await,
            Effect::Settle => self.complete(EffectKind::Deployment, id).await,
            Effect::Forget => self.drop_target(&change.target.arn).await,
            // The target's record names the deployment, which is all that keeping it takes.
            Effect::Keep => Ok(()),
        }
    }
}
