//! The provisioner: one pass of observe → plan → act over a stack.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_cloudformation::Client;

use super::act;
use super::memory::{Cancel, Ending, Memory, Pace};
use super::names::Names;
use super::observation::Observation;
use super::observe::observe;
use super::plan::{Action, plan};
use super::template_url;
use crate::aws::Aws;
use crate::provision::{
    Job, JobOperation, Journal, Outcome, ProvisionError, ProvisionedResource, Provisioner, ResourceEngine, Step,
};

/// What the provisioner can be told.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How often a stack is looked at.
    pub pace: Pace,
    /// Bucket for templates beyond 51,200 bytes (`--template-bucket`, `PROTON_ENGINE_TEMPLATE_BUCKET`).
    pub template_bucket: Option<String>,
}

/// Deploys CloudFormation stacks.
pub struct CloudFormation {
    aws: Arc<Aws>,
    settings: Settings,
}

/// What a pass that didn't finish leaves.
struct Pass<'a> {
    driver: &'a CloudFormation,
    client: Client,
    job: &'a Job,
    memory: Memory,
}

impl CloudFormation {
    /// Deploys through `aws`.
    pub fn new(aws: Arc<Aws>, settings: Settings) -> Self {
        Self { aws, settings }
    }

    async fn client(&self, job: &Job) -> Client {
        Client::new(&self.aws.config(job.role_arn.as_deref(), &job.region).await)
    }
}

#[async_trait::async_trait]
impl Provisioner for CloudFormation {
    async fn advance(&self, job: &Job, journal: &Journal, _now: jiff::Timestamp) -> Result<Step, ProvisionError> {
        let mut memory = Memory::read(journal)?;
        let client = self.client(job).await;
        let seen = observe(&client, job, &memory).await?;
        let action = plan(job, &memory, &seen);
        log(job, &seen, &action);
        // What is proven once need not be proven again; a deletion has nothing to prove.
        memory.executed |= job.operation != JobOperation::Delete && seen.executed(&Names::of(job));
        Pass { driver: self, client, job, memory }.perform(action, &seen).await
    }
}

/// Only names and states: reasons and outputs are sensitive.
fn log(job: &Job, seen: &Observation, action: &Action) {
    let status = seen.stack.as_ref().map_or("none", |stack| stack.status.as_str());
    let action = format!("{action:?}");
    let action = action.split(['(', ' ']).next().unwrap_or_default();
    tracing::debug!(deployment_id = %job.deployment_id, stack = %job.stack_name, status, action, "pass");
}

impl Pass<'_> {
    async fn perform(mut self, action: Action, seen: &Observation) -> Result<Step, ProvisionError> {
        match action {
            Action::Wait => return self.wait(),
            Action::Finish(ending) => return Ok(Step::Finished(outcome(self.job, seen, ending))),
            Action::Tidy(ending) => return self.tidy(seen, ending).await,
            Action::Conclude(ending) => {
                self.memory.ending = Some(ending);
                return self.again(Duration::ZERO);
            }
            Action::CreateStack | Action::CreateChangeSet { .. } | Action::ExecuteChangeSet | Action::DiscardChangeSet => {
                self.deploy(action).await?;
            }
            Action::Cancel => {
                let cancel = act::cancel_update(&self.client, self.job).await?;
                self.memory.executed = true;
                self.memory.cancel = Some(cancel);
            }
            Action::ContinueRollback => {
                act::continue_rollback(&self.client, self.job).await?;
                self.memory.continued = true;
            }
            Action::Clear | Action::Undo | Action::Delete => self.delete(action).await?,
        }
        self.memory.waits = 0;
        self.again(self.driver.settings.pace.after(0))
    }

    async fn deploy(&mut self, action: Action) -> Result<(), ProvisionError> {
        match action {
            Action::CreateStack => {
                let source = self.source().await?;
                self.memory.executed = act::create_stack(&self.client, self.job, source).await?;
                Ok(())
            }
            Action::CreateChangeSet { new } => {
                let source = self.source().await?;
                act::create_change_set(&self.client, self.job, source, new).await
            }
            Action::ExecuteChangeSet => {
                self.memory.executed = act::execute_change_set(&self.client, self.job).await?;
                Ok(())
            }
            _ => act::delete_change_set(&self.client, self.job).await,
        }
    }

    async fn source(&self) -> Result<template_url::Source, ProvisionError> {
        let bucket = self.driver.settings.template_bucket.as_deref();
        template_url::source(&self.driver.aws, bucket, self.job).await
    }

    async fn delete(&mut self, action: Action) -> Result<(), ProvisionError> {
        let names = Names::of(self.job);
        let token = match action {
            Action::Clear => names.clear_token(),
            Action::Undo => names.cancel_token(),
            _ => names.delete_token(),
        };
        act::delete_stack(&self.client, self.job, token).await?;
        match action {
            Action::Undo => {
                self.memory.executed = true;
                self.memory.cancel = Some(Cancel::Accepted);
            }
            Action::Delete => self.memory.deleting = true,
            _ => {}
        }
        Ok(())
    }

    /// A change set that can't be deleted does no harm, so only an error that may pass is passed on.
    async fn tidy(&self, seen: &Observation, ending: Ending) -> Result<Step, ProvisionError> {
        match act::delete_change_set(&self.client, self.job).await {
            Err(error) if error.is_retryable() => return Err(error),
            Err(error) => tracing::warn!(stack = %self.job.stack_name, class = ?error.class, "a change set stays behind"),
            Ok(()) => {}
        }
        Ok(Step::Finished(outcome(self.job, seen, ending)))
    }

    fn wait(mut self) -> Result<Step, ProvisionError> {
        let after = self.driver.settings.pace.after(self.memory.waits);
        self.memory.waits = self.memory.waits.saturating_add(1);
        self.again(after)
    }

    fn again(&self, after: Duration) -> Result<Step, ProvisionError> {
        Ok(Step::Waiting { journal: self.memory.write()?, after })
    }
}

fn outcome(job: &Job, seen: &Observation, ending: Ending) -> Outcome {
    let resources = resources(job, seen);
    match ending {
        Ending::Succeeded => Outcome::Succeeded { outputs: outputs(seen), resources, message: None },
        Ending::NoChanges => {
            let message = Some("The stack already has this state: nothing was changed.".to_owned());
            Outcome::Succeeded { outputs: outputs(seen), resources, message }
        }
        Ending::Failed(message) => Outcome::Failed { message, resources },
        Ending::Cancelled => Outcome::Cancelled { message: Some("User initiated cancellation.".to_owned()) },
    }
}

fn outputs(seen: &Observation) -> Vec<(String, String)> {
    seen.stack.as_ref().map(|stack| stack.outputs.clone()).unwrap_or_default()
}

/// One item per stack.
fn resources(job: &Job, seen: &Observation) -> Vec<ProvisionedResource> {
    let stack = seen.stack.iter();
    let item = |arn: &String| ProvisionedResource {
        name: job.stack_name.clone(),
        identifier: arn.clone(),
        engine: ResourceEngine::CloudFormation,
    };
    stack.map(|stack| item(&stack.arn)).collect()
}
