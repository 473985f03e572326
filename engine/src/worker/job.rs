//! What a provisioner is asked to do, out of the records. Pure.

use super::subject::{Access, Subject};
use crate::domain::deployment::State;
use crate::domain::lifecycle::Outcome;
use crate::domain::tags;
use crate::domain::target::{Deployment, Method, Operation, Prepared, Resource, Target};
use crate::provision::{self, Job, JobOperation, Template};

/// The job of a deployment.
pub(super) fn of(subject: &Subject, access: &Access, prepared: &Prepared, region: &str) -> Job {
    let Subject { deployment, target, .. } = subject;
    Job {
        deployment_id: deployment.id.clone(),
        operation: operation(target, deployment),
        cancel_requested: target.state == State::Cancelling,
        target_arn: target.arn.clone(),
        stack_name: target.stack_name.clone(),
        method: method(prepared.method),
        template: prepared
            .rendered
            .as_ref()
            .map(|rendered| Template { file: rendered.file.clone(), body: rendered.body.clone() }),
        tags: tags::of_provisioned(&subject.tags),
        role_arn: access.role_arn.clone(),
        account_id: access.account_id.clone(),
        region: region.to_owned(),
    }
}

/// A target that never was deployed is still created, whatever the client called.
fn operation(target: &Target, deployment: &Deployment) -> JobOperation {
    match deployment.operation {
        Operation::Delete => JobOperation::Delete,
        Operation::Update if target.succeeded.is_some() => JobOperation::Update,
        Operation::Create | Operation::Update => JobOperation::Create,
    }
}

fn method(method: Method) -> provision::Method {
    match method {
        Method::Terraform => provision::Method::Terraform,
        Method::CodeBuild => provision::Method::CodeBuild,
        Method::CloudFormation | Method::CustomerManaged => provision::Method::CloudFormation,
    }
}

/// The outcome in the words of the domain.
pub(super) fn outcome(outcome: provision::Outcome) -> Outcome {
    match outcome {
        provision::Outcome::Succeeded { outputs, resources, message } => {
            Outcome::Succeeded { outputs, resources: kept(resources), message }
        }
        provision::Outcome::Failed { message, resources } => Outcome::Failed { message, resources: kept(resources) },
        provision::Outcome::Cancelled { message } => Outcome::Cancelled { message },
    }
}

fn kept(resources: Vec<provision::ProvisionedResource>) -> Vec<Resource> {
    let kept = |resource: provision::ProvisionedResource| Resource {
        name: resource.name,
        identifier: resource.identifier,
        engine: resource.engine.as_str().to_owned(),
    };
    resources.into_iter().map(kept).collect()
}
