//! For tests: a provisioner that does what it is told, and remembers what it was asked.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;

use crate::provision::{
    ErrorClass, Job, Journal, Outcome, ProvisionError, ProvisionedResource, Provisioner, ResourceEngine, Step,
};

/// What one step is to give.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// Not finished; look again after so many seconds.
    Wait(u64),
    Succeed,
    Fail(&'static str),
    Cancelled,
    Transient(&'static str),
    Denied(&'static str),
    Panic,
}

/// Answers in the order of the script, and succeeds when that is empty.
#[derive(Default)]
pub(crate) struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<(Job, Journal)>>,
}

impl Scripted {
    pub(crate) fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// The jobs of all steps so far, with the journals they got.
    pub(crate) fn asked(&self) -> Vec<(Job, Journal)> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl Provisioner for Scripted {
    async fn advance(&self, job: &Job, journal: &Journal, _now: Timestamp) -> Result<Step, ProvisionError> {
        self.asked.lock().unwrap().push((job.clone(), journal.clone()));
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or(Answer::Succeed);
        let error = |class, message: &str| Err(ProvisionError { class, message: message.to_owned() });
        match answer {
            Answer::Wait(seconds) => {
                let steps = journal["steps"].as_i64().unwrap_or(0) + 1;
                Ok(Step::Waiting { journal: serde_json::json!({"steps": steps}), after: Duration::from_secs(seconds) })
            }
            Answer::Succeed => Ok(Step::Finished(succeeded(job))),
            Answer::Fail(message) => Ok(Step::Finished(Outcome::Failed { message: message.to_owned(), resources: Vec::new() })),
            Answer::Cancelled => Ok(Step::Finished(Outcome::Cancelled { message: None })),
            Answer::Transient(message) => error(ErrorClass::Transient, message),
            Answer::Denied(message) => error(ErrorClass::Denied, message),
            Answer::Panic => panic!("as the script says"),
        }
    }
}

fn succeeded(job: &Job) -> Outcome {
    let resource = ProvisionedResource {
        name: job.stack_name.clone(),
        identifier: format!("arn:aws:cloudformation:us-east-1:123456789012:stack/{}/1", job.stack_name),
        engine: ResourceEngine::CloudFormation,
    };
    let outputs = vec![("VpcId".to_owned(), format!("vpc-of-{}", job.deployment_id))];
    Outcome::Succeeded { outputs, resources: vec![resource], message: None }
}
