//! Random histories of one service, with failures and restarts: whatever happens, everything comes to rest, the document
//! names what is there, and it can all be deleted in the end.

use std::collections::BTreeSet;

use proton_model::Operation;
use rstest::rstest;
use serde_json::{Value, json};

use super::rig::Rig;
use super::service_lifecycle::{create, document, rig};
use crate::bundle::spec::ServiceSpec;
use crate::worker::scripted::Answer;

/// A small generator, so that a history can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn answers(&mut self, failures: u64) -> Vec<Answer> {
        let answer = |roll| match roll {
            0 => Answer::Fail("as rolled"),
            1 => Answer::Wait(5),
            _ => Answer::Succeed,
        };
        (0..4).map(|_| answer(self.roll(failures))).collect()
    }

    fn names(&mut self) -> Vec<&'static str> {
        ["one", "two", "three", "four"].into_iter().filter(|_| self.roll(2) == 0).collect()
    }
}

async fn found(rig: &Rig) -> Option<(Value, Vec<Value>)> {
    let service = rig.call(Operation::GetService, json!({"name": "shop"})).await.ok()?["service"].clone();
    let listed = rig.call(Operation::ListServiceInstances, json!({"serviceName": "shop"})).await.unwrap();
    Some((service, listed["serviceInstances"].as_array().unwrap().clone()))
}

/// One random request; it may be refused.
async fn act(rig: &Rig, dice: &mut Dice) {
    let name = ["one", "two", "three", "four"][usize::try_from(dice.roll(4)).unwrap()];
    let of_instance = json!({"serviceName": "shop", "serviceInstanceName": name});
    let names = dice.names();
    let (operation, body) = match dice.roll(9) {
        0 | 1 => (Operation::UpdateService, json!({"name": "shop", "spec": document(true, &names)})),
        2 | 3 => {
            (Operation::UpdateServiceInstance, json!({"serviceName": "shop", "name": name, "deploymentType": "CURRENT_VERSION"}))
        }
        4 => (Operation::CreateServiceInstance, json!({"serviceName": "shop", "name": name, "spec": document(true, &[name])})),
        5 => {
            let spec = document(true, &[]);
            (Operation::UpdateServicePipeline, json!({"serviceName": "shop", "deploymentType": "CURRENT_VERSION", "spec": spec}))
        }
        6 => (Operation::CancelServiceInstanceDeployment, of_instance),
        7 => (Operation::CancelServicePipelineDeployment, json!({"serviceName": "shop"})),
        _ => (Operation::UpdateService, json!({"name": "shop", "description": "again"})),
    };
    let _ = rig.call(operation, body).await;
}

fn check(service: &Value, instances: &[Value]) {
    let status = service["status"].as_str().unwrap();
    assert!(!status.ends_with("IN_PROGRESS"), "{status}");
    let spec = ServiceSpec::parse(service["spec"].as_str().unwrap()).unwrap();
    let asked: BTreeSet<&str> = spec.instances.iter().map(|entry| entry.name.as_str()).collect();
    let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
    let there: BTreeSet<String> = instances.iter().map(name).collect();
    assert!(asked.iter().all(|name| there.contains(*name)), "{asked:?} are not all in {there:?}");
    for row in instances {
        let left = row["deploymentStatus"] == "DELETE_FAILED";
        assert!(left != asked.contains(name(row).as_str()), "{row}");
    }
}

#[rstest]
#[tokio::test]
async fn every_history_comes_to_rest(#[values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] seed: u64) {
    let mut dice = Dice(seed);
    let mut rig = rig().await;
    rig.script.then(dice.answers(6));
    rig.call(Operation::CreateService, create("web", &["one", "two"])).await.unwrap();
    for _ in 0..12 {
        rig.script.then(dice.answers(6));
        for _ in 0..dice.roll(4) {
            act(&rig, &mut dice).await;
            if dice.roll(3) == 0 {
                rig.step().await;
                rig.pass(5);
            }
        }
        if dice.roll(4) == 0 {
            rig = rig.restarted().await;
        }
        rig.settle().await;
        let (service, instances) = found(&rig).await.unwrap();
        check(&service, &instances);
    }
    for _ in 0..40 {
        rig.call(Operation::DeleteService, json!({"name": "shop"})).await.unwrap();
        rig.settle().await;
    }
    assert!(found(&rig).await.is_none());
    assert!(!rig.dump().await.contains("service/shop"));
}
