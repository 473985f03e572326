//! Bodies that are no requests, and operations that are not there yet.

use proton_model::Operation;
use serde_json::json;
use sha2::Digest as _;

use super::rig::Rig;
use crate::http::{Caller, Role};
use crate::ops::{Api as _, ErrorCode};

fn caller() -> Caller {
    Caller { access_key_id: "A".to_owned(), principal: "test".to_owned(), role: Role::Admin, account_id: None }
}

#[tokio::test]
async fn all_violations_come_at_once() {
    let rig = Rig::new().await;
    let body = json!({"name": "-bad-", "templateName": "vpc", "templateMajorVersion": "x"});
    let (name, message) = rig.call(Operation::CreateEnvironment, body).await.unwrap_err();
    assert_eq!(name, "ValidationException");
    assert!(message.starts_with("3 validation errors detected: "), "{message}");
    for member in ["'name'", "'templateMajorVersion'", "'spec'"] {
        assert!(message.contains(member), "{message}");
    }
}

#[tokio::test]
async fn what_is_no_json_or_of_another_type_is_a_serialization_error() {
    let rig = Rig::new().await;
    for body in ["{", "[]", "{\"name\": 1}"] {
        let error = rig.engine.call(Operation::GetEnvironment, &caller(), body.as_bytes()).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Serialization, "{body}");
    }
    assert!(rig.engine.call(Operation::ListEnvironments, &caller(), b"").await.is_ok());
}

#[tokio::test]
async fn a_bundle_is_kept_under_its_own_hash_only() {
    let rig = Rig::new().await;
    let hash = hex::encode(sha2::Sha256::digest(b"bundle"));
    assert!(rig.engine.put_bundle(&caller(), &"0".repeat(64), b"bundle".to_vec()).await.is_err());
    for _ in 0..2 {
        rig.engine.put_bundle(&caller(), &hash, b"bundle".to_vec()).await.unwrap();
    }
    assert_eq!(rig.store.read().await.unwrap().bundle(&hash).await.unwrap().as_deref(), Some(b"bundle".as_slice()));
}
