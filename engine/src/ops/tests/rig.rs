//! An engine on a temporary data directory, with a clock that stands still, ids that count, and a scripted provisioner.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use proton_model::{ErrorKind, Operation};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use uuid::Uuid;

use crate::ambient::{Clock, Ids};
use crate::domain::arn::Arns;
use crate::domain::effect::EffectKind;
use crate::http::{Caller, Role};
use crate::ops::{Api as _, ApiError, Config, Engine, ErrorCode, Quotas};
use crate::render_pool::InProcess;
use crate::store::{Store, sample};
use crate::worker::scripted::Scripted;
use crate::worker::{Deployments, Worker};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";

pub(crate) struct StandingClock(AtomicI64);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(crate) struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn fresh(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)))
    }
}

pub(crate) struct Rig {
    directory: TempDir,
    clock: Arc<StandingClock>,
    ids: Arc<CountingIds>,
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) script: Arc<Scripted>,
    pub(crate) worker: Worker,
}

impl Rig {
    /// With version 1.0 of the environment template `vpc`, published.
    pub(crate) async fn new() -> Self {
        let rig = Self::empty().await;
        rig.register((1, 0), "PUBLISHED").await;
        rig
    }

    pub(crate) async fn empty() -> Self {
        let clock = Arc::new(StandingClock(AtomicI64::new(1_700_000_000_000)));
        let ids = Arc::new(CountingIds(AtomicU64::new(1)));
        Self::open(TempDir::new().unwrap(), clock, ids, Arc::default()).await
    }

    async fn open(directory: TempDir, clock: Arc<StandingClock>, ids: Arc<CountingIds>, script: Arc<Scripted>) -> Self {
        let store = Store::open(directory.path()).await.unwrap();
        let config = Config {
            account_id: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            quotas: Quotas { environments: 3, ..Quotas::default() },
        };
        let engine = Engine::new(config, store.clone(), clock.clone(), ids.clone());
        let deployments =
            Deployments::new(store.clone(), clock.clone(), ids.clone(), Arc::new(InProcess), script.clone(), REGION);
        let worker = Worker::new(store.clone(), clock.clone()).with(EffectKind::Deployment, Arc::new(deployments));
        Self { directory, clock, ids, store, engine, script, worker }
    }

    /// As if the process had died and been started again.
    pub(crate) async fn restarted(self) -> Self {
        self.store.close().await;
        Self::open(self.directory, self.clock, self.ids, self.script).await
    }

    pub(crate) async fn register(&self, number: (i64, i64), status: &str) {
        let arns = Arns::new(ACCOUNT, REGION);
        sample::register(&self.store, &arns, number, status, sample::TEMPLATE).await;
    }

    pub(crate) async fn register_file(&self, number: (i64, i64), infrastructure: &str) {
        sample::register(&self.store, &Arns::new(ACCOUNT, REGION), number, "PUBLISHED", infrastructure).await;
    }

    pub(crate) async fn register_service(&self, name: &str, number: (i64, i64)) {
        sample::register_service(&self.store, &Arns::new(ACCOUNT, REGION), name, number, sample::INSTANCE).await;
    }

    pub(crate) async fn register_service_file(&self, name: &str, number: (i64, i64), infrastructure: &str) {
        sample::register_service(&self.store, &Arns::new(ACCOUNT, REGION), name, number, infrastructure).await;
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// The answer, or the exception's name and message.
    pub(crate) async fn call(&self, operation: Operation, body: Value) -> Result<Value, (String, String)> {
        self.call_from(None, operation, body).await
    }

    /// The same for a caller of another account.
    pub(crate) async fn call_from(
        &self,
        account_id: Option<&str>,
        operation: Operation,
        body: Value,
    ) -> Result<Value, (String, String)> {
        let caller = Caller { account_id: account_id.map(str::to_owned), ..caller() };
        answered(operation, self.engine.call(operation, &caller, body.to_string().as_bytes()).await)
    }

    /// UpdateService under the condition that the service's document is this one.
    pub(crate) async fn update_service_if(&self, spec: &str, body: Value) -> Result<Value, (String, String)> {
        let expected = hex::encode(Sha256::digest(spec));
        let result = self.engine.update_service_if(&caller(), &expected, body.to_string().as_bytes()).await;
        answered(Operation::UpdateService, result)
    }

    /// Steps all that is due, lets time pass, and so on until the outbox is empty.
    pub(crate) async fn settle(&self) {
        for _ in 0..200 {
            self.worker.run_due().await.unwrap();
            if self.store.read().await.unwrap().count_effects().await.unwrap() == 0 {
                return;
            }
            self.pass(61);
        }
        panic!("the outbox does not empty");
    }

    pub(crate) async fn step(&self) {
        self.worker.run_due().await.unwrap();
    }

    pub(crate) async fn dump(&self) -> String {
        self.store.read().await.unwrap().dump().await.unwrap()
    }

    pub(crate) async fn environment(&self, name: &str) -> Value {
        let answer = self.call(Operation::GetEnvironment, json!({"name": name})).await.unwrap();
        answer["environment"].clone()
    }

    pub(crate) async fn status(&self, name: &str) -> String {
        self.environment(name).await["deploymentStatus"].as_str().unwrap().to_owned()
    }

    /// An environment `prod` from `vpc` 1.0 whose first deployment succeeded.
    pub(crate) async fn deployed() -> Self {
        let rig = Self::new().await;
        rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
        rig.settle().await;
        assert_eq!(rig.status("prod").await, "SUCCEEDED");
        rig
    }

    pub(crate) async fn update(&self, more: Value) -> Result<Value, (String, String)> {
        let mut body = json!({"name": "prod", "deploymentType": "CURRENT_VERSION"});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = self.call(Operation::UpdateEnvironment, body).await?;
        Ok(answer["environment"].clone())
    }
}

fn caller() -> Caller {
    Caller { access_key_id: "A".to_owned(), principal: "test".to_owned(), role: Role::Admin, account_id: None }
}

fn answered(operation: Operation, result: Result<Vec<u8>, ApiError>) -> Result<Value, (String, String)> {
    let error = match result {
        Ok(bytes) => return Ok(serde_json::from_slice(&bytes).unwrap()),
        Err(error) => error,
    };
    match error.code {
        ErrorCode::Api(kind) => {
            assert_listed(operation, kind);
            Err((kind.exception_name().to_owned(), error.message))
        }
        other => Err((format!("{other:?}"), error.message)),
    }
}

/// Every refusal must be an exception that the API lists for the operation.
fn assert_listed(operation: Operation, kind: ErrorKind) {
    assert!(operation.errors().contains(&kind), "{} does not list {}", operation.name(), kind.exception_name());
}

pub(crate) fn spec(cidr: &str) -> String {
    format!("proton: EnvironmentSpec\nspec:\n  cidr: {cidr}\n")
}

pub(crate) fn create(name: &str) -> Value {
    json!({"name": name, "templateName": "vpc", "templateMajorVersion": "1", "spec": spec("10.1.0.0/16")})
}
