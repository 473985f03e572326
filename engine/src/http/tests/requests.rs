//! One request at a time, without a socket.

use std::num::NonZeroU32;

use axum::body::{Body, to_bytes};
use http::{HeaderMap, HeaderValue, Request};
use rstest::rstest;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{ADMIN, DISABLED, READER, limited, router, signed, signed_with};
use crate::http::extension::{BUNDLES_PATH, EXPECTED_SPEC};
use crate::http::throttle::Throttle;

struct Answer {
    status: u16,
    error: Option<String>,
    body: Value,
}

async fn send(request: Request<Body>) -> Answer {
    let response = router().oneshot(request).await.unwrap();
    assert!(response.headers().contains_key("x-amzn-requestid"));
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.0");
    let error = response.headers().get("x-amzn-errortype").map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap();
    Answer { status, error, body }
}

fn target(operation: &str) -> String {
    format!("AwsProton20200720.{operation}")
}

async fn call(id: &str, operation: &str, body: &[u8]) -> Answer {
    send(signed(id, "POST", "/", Some(&target(operation)), body)).await
}

#[tokio::test]
async fn a_signed_request_reaches_its_operation() {
    let answer = call(ADMIN, "CreateEnvironmentTemplate", b"{}").await;
    assert_eq!((answer.status, answer.error), (200, None));
    assert_eq!(answer.body["operation"], "CreateEnvironmentTemplate");
    assert_eq!(answer.body["principal"], "alice");
}

#[rstest]
#[case("UpdateService", "\"expected\":\"0a\"")]
#[case("UpdateServiceInstance", "\"operation\":\"UpdateServiceInstance\"")]
#[tokio::test]
async fn an_expected_spec_reaches_update_service_alone(#[case] operation: &str, #[case] says: &str) {
    let headers = HeaderMap::from_iter([(EXPECTED_SPEC.parse().unwrap(), HeaderValue::from_static("0a"))]);
    let answer = send(signed_with(headers.clone(), ADMIN, "POST", "/", Some(&target(operation)), b"{}")).await;
    assert!(answer.status == 200 && answer.body.to_string().contains(says), "{}", answer.body);
    let answer = send(signed_with(headers.clone(), READER, "POST", "/", Some(&target(operation)), b"{}")).await;
    assert_eq!(answer.error.as_deref(), Some("AccessDeniedException"));
    let mut forged = signed_with(headers, ADMIN, "POST", "/", Some(&target(operation)), b"{}");
    forged.headers_mut().insert(EXPECTED_SPEC, HeaderValue::from_static("0b"));
    assert_eq!(send(forged).await.error.as_deref(), Some("InvalidSignatureException"), "the header is signed");
}

#[rstest]
#[case(b"conflict", 400, "ConflictException")]
#[case(b"fault", 500, "InternalServerException")]
#[case(b"garbage", 400, "SerializationException")]
#[case(b"panic", 500, "InternalServerException")]
#[tokio::test]
async fn errors_of_operations(#[case] body: &[u8], #[case] status: u16, #[case] exception: &str) {
    let answer = call(ADMIN, "GetEnvironment", body).await;
    assert_eq!((answer.status, answer.error.as_deref()), (status, Some(exception)));
    assert_eq!(answer.body["__type"], format!("com.amazonaws.proton.v20200720#{exception}"));
    assert!(!answer.body["message"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_role_that_is_too_small_is_told_which_it_needs() {
    assert_eq!(call(READER, "GetEnvironment", b"{}").await.status, 200);
    let answer = call(READER, "DeleteEnvironment", b"{}").await;
    assert_eq!((answer.status, answer.error.as_deref()), (400, Some("AccessDeniedException")));
    let message = answer.body["message"].as_str().unwrap();
    for part in ["portal", "read-only", "proton:DeleteEnvironment", "deployer"] {
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn an_unknown_operation_needs_a_signature_all_the_same() {
    let answer = call(ADMIN, "MakeCoffee", b"{}").await;
    assert_eq!((answer.status, answer.error.as_deref()), (400, Some("UnknownOperationException")));
    let unsigned = Request::post("/").header("x-amz-target", target("MakeCoffee")).body(Body::empty()).unwrap();
    let answer = send(unsigned).await;
    assert_eq!((answer.status, answer.error.as_deref()), (403, Some("MissingAuthenticationTokenException")));
}

#[tokio::test]
async fn a_wrong_secret_is_refused_before_anything_runs() {
    let mut request = signed(ADMIN, "POST", "/", Some(&target("DeleteEnvironment")), b"panic");
    *request.body_mut() = Body::from("other");
    let answer = send(request).await;
    assert_eq!((answer.status, answer.error.as_deref()), (403, Some("InvalidSignatureException")));
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_too_large() {
    let answer = call(ADMIN, "CreateEnvironment", &vec![b' '; (1 << 20) + 1]).await;
    assert_eq!((answer.status, answer.error.as_deref()), (413, Some("RequestEntityTooLargeException")));
    assert_eq!(call(ADMIN, "CreateEnvironment", &vec![b' '; 1 << 20]).await.status, 200);
}

#[rstest]
#[case("GET", "/")]
#[case("POST", "/other")]
#[case("GET", "/_proton-engine/bundles/1")]
#[tokio::test]
async fn other_routes_are_not_there(#[case] method: &str, #[case] path: &str) {
    assert_eq!(send(signed(ADMIN, method, path, None, b"")).await.status, 404);
}

#[tokio::test]
async fn health_needs_no_signature() {
    let response = router().oneshot(Request::get("/healthz").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn only_an_admin_uploads_bundles() {
    let path = format!("{BUNDLES_PATH}2097152");
    let body = vec![7; 2 << 20];
    assert_eq!(send(signed(ADMIN, "PUT", &path, None, &body)).await.status, 200);
    let answer = send(signed(READER, "PUT", &path, None, &body)).await;
    assert_eq!(answer.error.as_deref(), Some("AccessDeniedException"));
    let unsigned = Request::put(&path).body(Body::from(body)).unwrap();
    assert_eq!(send(unsigned).await.status, 403);
    let wrong = format!("{BUNDLES_PATH}1");
    assert_eq!(send(signed(ADMIN, "PUT", &wrong, None, b"12")).await.error.as_deref(), Some("ValidationException"));
}

#[tokio::test]
async fn a_disabled_pair_is_told_what_to_do() {
    let answer = call(DISABLED, "ListEnvironments", b"{}").await;
    assert_eq!((answer.status, answer.error.as_deref()), (400, Some("AccessDeniedException")));
    let message = answer.body["message"].as_str().unwrap();
    for part in [DISABLED, "disabled", "credentials file", "another key pair"] {
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn who_cannot_sign_is_not_told_that_a_pair_is_disabled() {
    let mut request = signed(DISABLED, "POST", "/", Some(&target("ListEnvironments")), b"{}");
    *request.body_mut() = Body::from("other");
    let answer = send(request).await;
    assert_eq!((answer.status, answer.error.as_deref()), (403, Some("InvalidSignatureException")));
}

#[tokio::test]
async fn each_pair_has_its_own_rate() {
    let router = limited(Some(Throttle::new(NonZeroU32::MIN)));
    let call = |id: &'static str| {
        let request = signed(id, "POST", "/", Some(&target("ListEnvironments")), b"{}");
        let router = router.clone();
        async move { router.oneshot(request).await.unwrap() }
    };
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(call(ADMIN).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 400], "twice the rate at once, then no more");
    let refused = call(ADMIN).await;
    assert_eq!(refused.headers()["x-amzn-errortype"], "ThrottlingException");
    assert_eq!(call(READER).await.status(), 200);
}
