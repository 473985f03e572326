//! Performs deployments: prepares once, then makes one step of the provisioner after the other.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::environment_preparation;
use super::job;
use super::material::{self, Plan};
use super::performer::{Performer, Trouble};
use super::record::Recorder;
use super::subject::{self, Subject};
use crate::ambient::{Clock, Ids};
use crate::domain::lifecycle::Outcome;
use crate::domain::target::{Deployment, Method, Operation, Prepared, Rendered, Resource};
use crate::failpoint::Failpoint;
use crate::provision::{Provisioner, ResourceEngine};
use crate::render_pool::{Renderer, RenderingError};
use crate::store::{Effect, Store, StoreError};

/// Bundles that are unpacked and rendered at the same time, which is work for the processor and takes memory.
const PREPARATIONS: usize = 4;

/// The performer of `EffectKind::Deployment`.
pub struct Deployments {
    store: Store,
    clock: Arc<dyn Clock>,
    renderer: Arc<dyn Renderer>,
    provisioner: Arc<dyn Provisioner>,
    recorder: Recorder,
    preparations: Semaphore,
    region: String,
}

impl Deployments {
    /// `region` is where everything is provisioned; `renderer` meets the templates of strangers.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        renderer: Arc<dyn Renderer>,
        provisioner: Arc<dyn Provisioner>,
        region: &str,
    ) -> Self {
        let recorder = Recorder::new(store.clone(), Arc::clone(&clock), ids);
        let (preparations, region) = (Semaphore::new(PREPARATIONS), region.to_owned());
        Self { store, clock, renderer, provisioner, recorder, preparations, region }
    }

    async fn load(&self, id: &str) -> Result<Option<Subject>, StoreError> {
        subject::load(&mut self.store.read().await?, id).await
    }

    /// What the provisioner is given: as kept, or made now and kept. None when it could not be made, which ended the
    /// deployment.
    async fn prepared(&self, effect: &Effect, subject: &Subject) -> Result<Option<Prepared>, Trouble> {
        if let Some(prepared) = &subject.deployment.prepared {
            return Ok(Some(prepared.clone()));
        }
        // The semaphore is never closed, so without a permit there is only no limit.
        let _permit = self.preparations.acquire().await.ok();
        let material = material::gather(&mut self.store.read().await?, subject).await?;
        let planned = tokio::task::spawn_blocking(move || material.prepare()).await;
        let made = match planned.map_err(|error| Trouble::Internal(format!("preparing a deployment ended badly: {error}")))? {
            Ok(plan) => self.rendered(plan).await?,
            Err(message) => Err(message),
        };
        match made {
            Ok(prepared) => {
                let prepared = as_it_was_made(subject.deployment.operation, &subject.target.resources, prepared);
                self.recorder.prepared(&subject.deployment, &prepared).await?;
                Ok(Some(prepared))
            }
            Err(message) => {
                self.recorder.finished(effect, Outcome::Failed { message, resources: Vec::new() }).await?;
                Ok(None)
            }
        }
    }

    /// The plan with its file rendered, or the message of the failed deployment. That the machine cannot render now is not
    /// the deployment's fault.
    async fn rendered(&self, plan: Plan) -> Result<Result<Prepared, String>, Trouble> {
        let Plan { method, rendering } = plan;
        let Some(rendering) = rendering else {
            return Ok(Ok(Prepared { method, rendered: None }));
        };
        let file = rendering.file.clone();
        match self.renderer.render(rendering).await {
            Ok(body) => Ok(Ok(Prepared { method, rendered: Some(Rendered { file, body }) })),
            Err(error @ RenderingError::Unavailable(_)) => Err(Trouble::Internal(error.to_string())),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    /// One step of the provisioner, recorded.
    async fn advance(&self, effect: &Effect, subject: &Subject, prepared: &Prepared) -> Result<(), Trouble> {
        let access = match &subject.access {
            Ok(access) => access,
            Err(why) => return Ok(self.recorder.finished(effect, shut_out(subject, why)).await?),
        };
        let job = job::of(subject, access, prepared, &self.region);
        Failpoint::BeforeAdvance.hit();
        let step = self.provisioner.advance(&job, &effect.journal, self.clock.now()).await;
        Failpoint::AfterAdvance.hit();
        self.recorder.stepped(effect, &job, step).await
    }
}

#[async_trait::async_trait]
impl Performer for Deployments {
    async fn perform(&self, effect: &Effect) -> Result<(), Trouble> {
        let Some(subject) = self.load(&effect.key).await? else {
            return Ok(self.recorder.dropped(effect).await?);
        };
        let Some(prepared) = self.prepared(effect, &subject).await? else {
            return Ok(());
        };
        match prepared.method {
            Method::CustomerManaged => Ok(self.recorder.finished(effect, customer_managed(&subject.deployment)).await?),
            _ => self.advance(effect, &subject, &prepared).await,
        }
    }
}

/// A stack is deleted as a stack, also when the last attempt was another kind of manifest and came to nothing.
fn as_it_was_made(operation: Operation, resources: &[Resource], prepared: Prepared) -> Prepared {
    let is_stack = |resource: &Resource| resource.engine == ResourceEngine::CloudFormation.as_str();
    if operation == Operation::Delete && resources.iter().any(is_stack) {
        return Prepared { method: Method::CloudFormation, ..prepared };
    }
    prepared
}

/// The outcome of a deployment that the engine cannot begin, because the other account does not let it in. While one runs,
/// what lets it in cannot be taken away. Where nothing was ever provisioned, there is nothing to delete either.
fn shut_out(subject: &Subject, why: &str) -> Outcome {
    let nothing_there = subject.target.succeeded.is_none() && subject.target.resources.is_empty();
    match subject.deployment.operation {
        Operation::Delete if nothing_there => {
            let (arn, stack) = (&subject.target.arn, &subject.target.stack_name);
            tracing::warn!(arn, stack, "deleted without a look into its account: nothing is known to be there");
            Outcome::Succeeded { outputs: Vec::new(), resources: Vec::new(), message: None }
        }
        _ => Outcome::Failed { message: why.to_owned(), resources: Vec::new() },
    }
}

/// The outcome of a deployment that provisions nothing.
fn customer_managed(deployment: &Deployment) -> Outcome {
    let spec = deployment.wanted.as_ref().and_then(|wanted| wanted.as_environment()).map(|state| state.spec.as_str());
    let outputs = match (deployment.operation, spec) {
        (Operation::Create | Operation::Update, Some(spec)) => environment_preparation::inputs_as_outputs(spec),
        _ => Ok(Vec::new()),
    };
    match outputs {
        Ok(outputs) => Outcome::Succeeded { outputs, resources: Vec::new(), message: None },
        Err(message) => Outcome::Failed { message, resources: Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Operation::Delete, &["CLOUDFORMATION"], Method::Terraform, Method::CloudFormation)]
    #[case(Operation::Delete, &["TERRAFORM"], Method::Terraform, Method::Terraform)]
    #[case(Operation::Delete, &[], Method::CodeBuild, Method::CodeBuild)]
    #[case(Operation::Update, &["CLOUDFORMATION"], Method::Terraform, Method::Terraform)]
    fn a_stack_is_deleted_as_a_stack(
        #[case] operation: Operation,
        #[case] engines: &[&str],
        #[case] prepared: Method,
        #[case] expected: Method,
    ) {
        let resource =
            |engine: &&str| Resource { name: "stack".to_owned(), identifier: "arn".to_owned(), engine: (*engine).to_owned() };
        let resources: Vec<Resource> = engines.iter().map(resource).collect();
        let prepared = Prepared { method: prepared, rendered: None };
        assert_eq!(as_it_was_made(operation, &resources, prepared).method, expected);
    }
}
