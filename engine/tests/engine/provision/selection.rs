//! Which provisioner serves a job, over the whole selection.

use std::sync::Arc;

use super::rig::{Passes, Rig, STACK, create, delete};
use proton_engine::provision::select::Select;
use proton_engine::provision::simulate::Script;
use proton_engine::provision::{Job, Journal, Method, Outcome, Provisioner, Step};

async fn run(select: &Select, job: &Job) -> Outcome {
    let mut journal = Journal::Null;
    for _ in 0..500 {
        match select.advance(job, &journal, jiff::Timestamp::now()).await.unwrap() {
            Step::Finished(outcome) => return outcome,
            Step::Waiting { journal: next, after } => {
                journal = next;
                tokio::time::sleep(after).await;
            }
        }
    }
    panic!("never ended");
}

#[tokio::test]
async fn the_manifest_decides_unless_a_rule_matches() {
    let rig = Rig::start(Passes::Plain).await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("script.yaml");
    std::fs::write(&path, "- target: '*:environment/rehearsed'\n  duration: 50ms\n").unwrap();
    let select = Select::auto(Arc::new(rig.provisioner().await), Some(Script::open(path).unwrap()));

    let real = run(&select, &create("d1")).await;
    assert!(matches!(real, Outcome::Succeeded { .. }), "{real:?}");
    assert_eq!(rig.status().as_deref(), Some("CREATE_COMPLETE"));

    let target_arn = "arn:aws:proton:eu-west-1:123456789012:environment/rehearsed".to_owned();
    let rehearsed = Job { target_arn, stack_name: "AWSProton-other".to_owned(), ..create("d2") };
    let outcome = run(&select, &rehearsed).await;
    let Outcome::Succeeded { message, .. } = outcome else { panic!("{outcome:?}") };
    assert!(message.unwrap().contains("Simulated"));
    assert_eq!(rig.double.stack("AWSProton-other"), None);

    let terraform = run(&select, &Job { method: Method::Terraform, template: None, ..create("d3") }).await;
    let Outcome::Failed { message, .. } = terraform else { panic!("{terraform:?}") };
    assert!(message.contains("Terraform provisioning isn't provided yet"), "{message}");
}

#[tokio::test]
async fn simulate_never_calls_aws() {
    let rig = Rig::start(Passes::Plain).await;
    let select = Select::simulate(None);
    assert!(matches!(run(&select, &create("d1")).await, Outcome::Succeeded { .. }));
    assert!(matches!(run(&select, &delete("d2")).await, Outcome::Succeeded { .. }));
    assert_eq!(rig.double.effects("DescribeStacks", STACK), []);
}
