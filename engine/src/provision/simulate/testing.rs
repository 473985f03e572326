//! A job for the tests of this folder.

use crate::provision::{Job, JobOperation, Method, Template};

/// An update of an environment with one literal output.
pub(super) fn job() -> Job {
    Job {
        deployment_id: "d-1".to_owned(),
        operation: JobOperation::Update,
        cancel_requested: false,
        target_arn: "arn:aws:proton:eu-west-1:123456789012:environment/env".to_owned(),
        stack_name: "AWSProton-env".to_owned(),
        method: Method::CloudFormation,
        template: Some(Template {
            file: "infrastructure/cloudformation.yaml".to_owned(),
            body: "Outputs:\n  Name:\n    Value: literal\n".to_owned(),
        }),
        tags: Vec::new(),
        role_arn: None,
        account_id: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
    }
}
