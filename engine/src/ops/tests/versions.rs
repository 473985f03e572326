//! Template versions that deployments want.

use proton_model::Operation;
use serde_json::json;

use super::repositories::link;
use super::rig::{Rig, create, spec};

#[tokio::test]
async fn a_new_minor_and_a_new_major_are_deployed_when_asked_for() {
    let rig = Rig::deployed().await;
    rig.register((1, 1), "PUBLISHED").await;
    rig.register((2, 0), "PUBLISHED").await;
    let version = async || {
        let shown = rig.environment("prod").await;
        format!("{}.{}", shown["templateMajorVersion"].as_str().unwrap(), shown["templateMinorVersion"].as_str().unwrap())
    };
    for (kind, expected) in [("CURRENT_VERSION", "1.0"), ("MINOR_VERSION", "1.1"), ("MAJOR_VERSION", "2.0")] {
        rig.update(json!({"deploymentType": kind})).await.unwrap();
        rig.settle().await;
        assert_eq!(version().await, expected);
    }
    let (name, message) = rig.update(json!({"deploymentType": "MAJOR_VERSION"})).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("higher than 2"), "{message}");
    let current = json!({"templateMajorVersion": "2"});
    assert_eq!(rig.update(current).await.unwrap_err().0, "ValidationException");
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let rig = Rig::new().await;
    let refused = async |member: &str, value: &str| {
        let mut body = create("prod");
        body[member] = json!(value);
        rig.call(Operation::CreateEnvironment, body).await.unwrap_err()
    };
    let (name, message) = refused("templateName", "nope").await;
    assert_eq!(name, "ResourceNotFoundException");
    assert!(message.ends_with("environment-template/nope"), "{message}");
    let (name, message) = refused("templateMinorVersion", "7").await;
    assert_eq!(name, "ResourceNotFoundException");
    assert_eq!(
        message,
        "The requested environment template version does not exist: arn:aws:proton:us-east-1:123456789012:environment-template/vpc:1.7"
    );
    assert_eq!(refused("templateMajorVersion", "9").await.0, "ResourceNotFoundException");
    let connection = refused("environmentAccountConnectionId", "00000000-0000-0000-0000-000000000001").await;
    assert_eq!(connection.0, "ResourceNotFoundException");
}

#[tokio::test]
async fn a_spec_is_checked_before_anything_is_written() {
    let rig = Rig::new().await;
    for (wrong, says) in [
        ("proton: EnvironmentSpec\nspec:\n  size: secret-value\n", "/size"),
        ("proton: ServiceSpec\ninstances: []\n", "another kind"),
        ("proton: EnvironmentSpec\nspec: [\n", "not valid"),
    ] {
        let mut body = create("prod");
        body["spec"] = json!(wrong);
        let (name, message) = rig.call(Operation::CreateEnvironment, body).await.unwrap_err();
        assert_eq!(name, "ValidationException");
        assert!(message.contains(says) && !message.contains("secret-value"), "{message}");
    }
    assert!(rig.dump().await.contains("environments (0)"));
}

#[tokio::test]
async fn a_template_that_cannot_be_rendered_fails_with_its_place() {
    let rig = Rig::empty().await;
    rig.register_file((1, 0), "Resources:\n  A: {{ environment.inputs.nothing }}\n").await;
    rig.call(Operation::CreateEnvironment, create("prod")).await.unwrap();
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(shown["deploymentStatus"], "FAILED");
    let message = shown["deploymentStatusMessage"].as_str().unwrap();
    assert!(message.starts_with("infrastructure/cloudformation.yaml:2: "), "{message}");
    assert!(rig.script.asked().is_empty());
    rig.register((1, 1), "PUBLISHED").await;
    rig.update(json!({"deploymentType": "MINOR_VERSION", "spec": spec("10.0.0.0/8")})).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.status("prod").await, "SUCCEEDED");
}

#[tokio::test]
async fn a_self_managed_environment_is_not_provisioned_with_cloudformation() {
    let rig = Rig::new().await;
    let mut body = create("prod");
    body["provisioningRepository"] = json!({"provider": "GITHUB", "name": "acme/infra", "branch": "main"});
    let (name, message) = rig.call(Operation::CreateEnvironment, body.clone()).await.unwrap_err();
    assert!(name == "ResourceNotFoundException" && message.contains("acme/infra"), "{message}");
    link(&rig).await;
    rig.call(Operation::CreateEnvironment, body).await.unwrap();
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(shown["provisioningRepository"]["arn"], "arn:aws:proton:us-east-1:123456789012:repository/github:acme/infra");
    assert_eq!(shown["deploymentStatus"], "FAILED");
    assert!(shown["deploymentStatusMessage"].as_str().unwrap().contains("protonServiceRoleArn"));
    assert!(rig.script.asked().is_empty());
}
