//! Manifests whose engine is not provisioned yet: never silence, never a false success.

use super::{Job, JobOperation, Journal, Method, Outcome, ProvisionError, Provisioner, Step};

/// Ends every deployment FAILED with a message that says why, and every deletion at once: since nothing was
/// provisioned, nothing is left to delete.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unprovided;

#[async_trait::async_trait]
impl Provisioner for Unprovided {
    async fn advance(&self, job: &Job, _journal: &Journal, _now: jiff::Timestamp) -> Result<Step, ProvisionError> {
        Ok(Step::Finished(outcome(job.operation, job.method)))
    }
}

fn outcome(operation: JobOperation, method: Method) -> Outcome {
    match operation {
        JobOperation::Delete => Outcome::Succeeded {
            outputs: Vec::new(),
            resources: Vec::new(),
            message: Some(format!("{} provisioning isn't provided yet, so there was nothing to delete.", method.name())),
        },
        JobOperation::Create | JobOperation::Update => Outcome::Failed { message: refusal(method), resources: Vec::new() },
    }
}

fn refusal(method: Method) -> String {
    format!(
        "{0} provisioning isn't provided yet: this engine provisions manifests with rendering_engine jinja and \
         template_language cloudformation. Publish a version with a CloudFormation template, or rehearse this one with \
         a rule for its ARN in the file that --simulate-script names (or with --provisioner simulate).",
        method.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(JobOperation::Create, Method::Terraform)]
    #[case(JobOperation::Update, Method::CodeBuild)]
    fn deployments_fail_and_say_what_to_do(#[case] operation: JobOperation, #[case] method: Method) {
        let Outcome::Failed { message, resources } = outcome(operation, method) else {
            panic!("not failed");
        };
        assert!(message.starts_with(&format!("{} provisioning isn't provided yet", method.name())), "{message}");
        assert!(message.contains("--simulate-script"), "{message}");
        assert!(resources.is_empty());
    }

    #[test]
    fn deletions_succeed_because_nothing_exists() {
        assert!(matches!(outcome(JobOperation::Delete, Method::Terraform), Outcome::Succeeded { .. }));
    }
}
