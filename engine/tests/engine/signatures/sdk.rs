//! Authentication as the AWS SDK meets it.

#![allow(deprecated, reason = "the SDK marks every operation since AWS closed the service")]

use aws_sdk_proton::error::ProvideErrorMetadata as _;
use rstest::rstest;

use crate::started::{ADMIN, DEPLOYER, READER, REGION, SECRET, Started};

#[tokio::test]
async fn what_the_sdk_signs_is_accepted() {
    let engine = Started::new().await;
    let listed = engine.admin().list_environments().send().await.unwrap();
    assert!(listed.environments().is_empty());
}

#[rstest]
#[case::wrong_secret(ADMIN, "wrong", REGION, "InvalidSignatureException", "secret access key")]
#[case::unknown_key("PROTONTESTNOBODY0000", SECRET, REGION, "UnrecognizedClientException", "PROTONTESTNOBODY0000")]
#[case::other_region(ADMIN, SECRET, "us-east-1", "InvalidSignatureException", "eu-west-1")]
#[tokio::test]
async fn what_is_wrong_is_said(
    #[case] id: &str,
    #[case] secret: &str,
    #[case] region: &str,
    #[case] code: &str,
    #[case] says: &str,
) {
    let engine = Started::new().await;
    let error = engine.client(id, secret, region).list_environments().send().await.unwrap_err();
    assert_eq!(error.code(), Some(code));
    assert!(error.message().unwrap().contains(says), "{:?}", error.message());
}

#[tokio::test]
async fn roles_bound_what_a_key_pair_may_do() {
    let engine = Started::new().await;
    let reader = engine.client(READER, SECRET, REGION);
    assert!(reader.list_environments().send().await.is_ok());
    let denied = reader.delete_environment().name("prod").send().await.unwrap_err();
    assert_eq!(denied.code(), Some("AccessDeniedException"));
    assert!(denied.message().unwrap().contains("deployer"), "{:?}", denied.message());
    let deployer = engine.client(DEPLOYER, SECRET, REGION);
    assert!(deployer.delete_environment().name("prod").send().await.is_ok());
    let denied = deployer.create_environment_template().name("vpc").send().await.unwrap_err();
    assert_eq!(denied.code(), Some("AccessDeniedException"));
    assert!(denied.message().unwrap().contains("admin"), "{:?}", denied.message());
}

#[tokio::test]
async fn deployers_tag_what_they_deploy_only() {
    let engine = Started::new().await;
    engine.admin().create_environment_template().name("vpc").send().await.unwrap();
    let arn = "arn:aws:proton:eu-west-1:123456789012:environment-template/vpc";
    let deployer = engine.client(DEPLOYER, SECRET, REGION);
    let denied = deployer.untag_resource().resource_arn(arn).tag_keys("team").send().await.unwrap_err();
    assert_eq!(denied.code(), Some("AccessDeniedException"));
}
