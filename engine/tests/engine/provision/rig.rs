//! A provisioner wired to a double, and the loop that a worker would run.

use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use proton_engine::aws::{Aws, http_client};
use proton_engine::provision::cloudformation::{CloudFormation, Pace, Settings};
use proton_engine::provision::{Job, JobOperation, Journal, Method, Outcome, ProvisionError, Provisioner, Step, Template};
use proton_rig::cloudformation::{Behaviour, Double};

/// How passes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// Each once.
    Plain,
    /// Each twice from the same journal: the first one's record was lost.
    Twice,
    /// Each by a provisioner of its own: the engine was restarted.
    Restarted,
}

pub const STACK: &str = "AWSProton-env-test";
pub const PATIENCE: Duration = Duration::from_secs(10);

pub struct Rig {
    pub double: Double,
    pub bucket: Option<String>,
    passes: Passes,
}

impl Rig {
    pub async fn start(passes: Passes) -> Self {
        Self { double: Double::start().await.unwrap(), bucket: None, passes }
    }

    pub fn behave(&self, behaviour: Behaviour) {
        self.double.set_behaviour("AWSProton-*", behaviour);
    }

    pub async fn provisioner(&self) -> CloudFormation {
        let config = self.config("AKIARIG").await;
        let pace = Pace { first: Duration::from_millis(2), longest: Duration::from_millis(10) };
        let settings = Settings { pace, template_bucket: self.bucket.clone() };
        CloudFormation::new(Arc::new(Aws::from_config(config)), settings)
    }

    /// Runs a job to its end.
    pub async fn run(&self, job: &Job) -> Result<Outcome, ProvisionError> {
        Run::new(self, job.clone()).await.finish().await
    }

    pub async fn succeed(&self, job: &Job) -> (Vec<(String, String)>, Option<String>) {
        match self.run(job).await.unwrap() {
            Outcome::Succeeded { outputs, resources, message } => {
                let stack = self.double.stack(STACK);
                let arns: Vec<_> = resources.iter().map(|resource| resource.identifier.clone()).collect();
                assert_eq!(arns, stack.into_iter().map(|stack| stack.arn).collect::<Vec<_>>());
                (outputs, message)
            }
            Outcome::Failed { message, .. } => panic!("failed: {message}"),
            Outcome::Cancelled { .. } => panic!("cancelled"),
        }
    }

    pub async fn fail(&self, job: &Job) -> String {
        match self.run(job).await {
            Ok(Outcome::Failed { message, .. }) => message,
            Ok(other) => panic!("{other:?}"),
            Err(error) => panic!("{error}"),
        }
    }

    /// The error of a job that doesn't end in an outcome.
    pub async fn error(&self, job: &Job) -> ProvisionError {
        self.run(job).await.unwrap_err()
    }

    /// Asserts that the deployment made the stack, or made its change set and executed it, and did so once.
    pub fn assert_deployed(&self, id: &str) {
        let made = self.count("CreateStack", id);
        assert_eq!(made + self.count("CreateChangeSet", id), 1, "{:#?}", self.double.calls());
        assert_eq!(made + self.count("ExecuteChangeSet", id), 1, "{:#?}", self.double.calls());
    }

    /// How many calls of an action a deployment made that had their effect.
    pub fn count(&self, action: &str, id: &str) -> usize {
        let name = format!("proton-{id}");
        let effects = self.double.effects(action, STACK).into_iter();
        effects.filter(|call| call.token.as_deref() == Some(id) || call.change_set.as_deref() == Some(&name)).count()
    }

    /// A client of someone else.
    pub async fn someone_else(&self) -> aws_sdk_cloudformation::Client {
        aws_sdk_cloudformation::Client::new(&self.config("OTHER").await)
    }

    async fn config(&self, access_key: &str) -> aws_config::SdkConfig {
        aws_config::defaults(BehaviorVersion::v2026_01_12())
            .endpoint_url(&self.double.endpoint)
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new(access_key, "secret", None, None, "rig"))
            .retry_config(aws_smithy_types::retry::RetryConfig::disabled())
            .http_client(http_client())
            .load()
            .await
    }

    pub fn status(&self) -> Option<String> {
        self.double.stack(STACK).map(|stack| stack.status)
    }
}

/// One job in progress.
pub struct Run<'a> {
    rig: &'a Rig,
    provisioner: CloudFormation,
    pub job: Job,
    pub journal: Journal,
}

impl<'a> Run<'a> {
    pub async fn new(rig: &'a Rig, job: Job) -> Self {
        Self { rig, provisioner: rig.provisioner().await, job, journal: Journal::Null }
    }

    async fn once(&mut self) -> Result<Step, ProvisionError> {
        if self.rig.passes == Passes::Restarted {
            self.provisioner = self.rig.provisioner().await;
        }
        self.provisioner.advance(&self.job, &self.journal, jiff::Timestamp::now()).await
    }

    /// One pass; `None` while it goes on.
    pub async fn pass(&mut self) -> Result<Option<Outcome>, ProvisionError> {
        if self.rig.passes == Passes::Twice {
            let lost = self.once().await;
            if lost.as_ref().is_err_and(ProvisionError::is_retryable) {
                return Ok(None);
            }
        }
        match self.once().await {
            Ok(Step::Finished(outcome)) => Ok(Some(outcome)),
            Ok(Step::Waiting { journal, after }) => {
                // The journal is stored as text.
                self.journal = serde_json::from_str(&journal.to_string()).unwrap();
                tokio::time::sleep(after).await;
                Ok(None)
            }
            Err(error) if error.is_retryable() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Passes until the stack is in a state.
    pub async fn until(&mut self, status: &str) {
        for _ in 0..2_000 {
            if self.rig.status().as_deref() == Some(status) {
                return;
            }
            assert_eq!(self.pass().await, Ok(None), "while waiting for {status}");
        }
        panic!("the stack never came to {status}");
    }

    pub async fn finish(&mut self) -> Result<Outcome, ProvisionError> {
        for _ in 0..2_000 {
            if let Some(outcome) = self.pass().await? {
                return Ok(outcome);
            }
        }
        panic!("the job never ended: {:?}\n{:#?}", self.journal, self.rig.double.calls());
    }

    /// Asks for cancellation and passes until the end.
    pub async fn cancel(&mut self) -> Outcome {
        self.job.cancel_requested = true;
        self.finish().await.unwrap()
    }
}

/// A template with a resource, a literal output and one that isn't.
pub fn template(version: &str) -> String {
    format!(
        "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Metadata: {{Version: '{version}'}}\nOutputs:\n  Version:\n    \
         Value: '{version}'\n  Name:\n    Value: !Ref Bucket\n"
    )
}

pub fn job(id: &str, operation: JobOperation, version: &str) -> Job {
    let file = "infrastructure/cloudformation.yaml".to_owned();
    let template = Template { file, body: template(version) };
    Job {
        deployment_id: id.to_owned(),
        operation,
        cancel_requested: false,
        target_arn: "arn:aws:proton:eu-west-1:123456789012:environment/env".to_owned(),
        stack_name: STACK.to_owned(),
        method: Method::CloudFormation,
        template: (operation != JobOperation::Delete).then_some(template),
        tags: vec![("proton:environment".to_owned(), "env".to_owned())],
        role_arn: None,
        account_id: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
    }
}

pub fn create(id: &str) -> Job {
    job(id, JobOperation::Create, id)
}

pub fn update(id: &str) -> Job {
    job(id, JobOperation::Update, id)
}

pub fn delete(id: &str) -> Job {
    job(id, JobOperation::Delete, id)
}

/// A behaviour that takes a little time.
pub fn slow() -> Behaviour {
    let little = Duration::from_millis(60);
    Behaviour { change_set: little, duration: little, rollback: little, deletion: little, ..Behaviour::default() }
}
