//! Real HTTP against a canned endpoint: what is sent, how often, and what comes of each kind of answer.

use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use rstest::rstest;

use super::*;
use crate::proton::request::UpdateType;
use crate::proton::service_requests::{EXPECTED_SPEC, UpdateService};
use crate::proton::services::Services as _;
use crate::proton::types::DeploymentStatus;

type Calls = Arc<Mutex<Vec<(String, serde_json::Value)>>>;
type Headers = Arc<Mutex<Vec<HeaderMap>>>;

/// An endpoint that answers every call alike and keeps what it was sent.
async fn endpoint(status: u16, body: &'static str) -> (String, Calls) {
    let calls = Calls::default();
    let answer = move |State(calls): State<Calls>, headers: HeaderMap, sent: String| async move {
        let target = headers.get("x-amz-target").map(|name| name.to_str().unwrap().to_owned()).unwrap_or_default();
        calls.lock().unwrap().push((target, serde_json::from_str(&sent).unwrap()));
        (
            StatusCode::from_u16(status).unwrap(),
            [("x-amzn-requestid", "r-1"), ("content-type", "application/x-amz-json-1.0")],
            body,
        )
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(calls.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, calls)
}

/// An endpoint that keeps the headers which it was sent.
async fn endpoint_of_headers(body: &'static str) -> (String, Headers) {
    let all = Headers::default();
    let answer = move |State(all): State<Headers>, headers: HeaderMap| async move {
        all.lock().unwrap().push(headers);
        ([("content-type", "application/x-amz-json-1.0")], body)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(all.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, all)
}

fn client(url: &str) -> AwsProton {
    client_with(url, SharedCredentialsProvider::new(Credentials::for_tests()))
}

fn client_with(url: &str, keys: SharedCredentialsProvider) -> AwsProton {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = SdkConfig::builder().behavior_version(BehaviorVersion::v2026_01_12()).region(Region::new("eu-west-1"));
    AwsProton::new(&config.credentials_provider(keys).http_client(http).build(), Some(url))
}

#[tokio::test]
async fn absent_members_are_none_and_present_ones_arrive() {
    let body = r#"{"environment":{"name":"e","arn":"arn:e","createdAt":1700000000.5,"lastDeploymentAttemptedAt":1700000001,
        "lastDeploymentSucceededAt":0,"templateName":"t","deploymentStatus":"IN_PROGRESS","lastAttemptedDeploymentId":"d-1","spec":""}}"#;
    let (url, calls) = endpoint(200, body).await;
    let view = client(&url).get_environment("e").await.unwrap();
    assert_eq!(
        (view.deployment_status, view.last_attempted_deployment_id.as_deref()),
        (DeploymentStatus::InProgress, Some("d-1"))
    );
    assert_eq!((view.template_major_version, view.spec, view.last_deployment_succeeded_at), (None, None, None));
    assert_eq!(view.created_at.as_millisecond(), 1_700_000_000_500);
    let sent = calls.lock().unwrap().clone();
    assert_eq!(sent, [("AwsProton20200720.GetEnvironment".to_owned(), serde_json::json!({"name": "e"}))]);
}

#[tokio::test]
async fn an_update_sends_only_what_it_holds() {
    let (url, calls) = endpoint(200, r#"{"environment":{"name":"e"}}"#).await;
    let mut update = UpdateEnvironment::new("e", UpdateType::CurrentVersion);
    update.spec = Some("proton: EnvironmentSpec".into());
    client(&url).update_environment(&update).await.unwrap();
    let sent = calls.lock().unwrap().clone();
    let expected = serde_json::json!({"name": "e", "deploymentType": "CURRENT_VERSION", "spec": "proton: EnvironmentSpec"});
    assert_eq!(sent, [("AwsProton20200720.UpdateEnvironment".to_owned(), expected)]);
}

#[tokio::test]
async fn an_update_of_a_service_says_out_of_which_document_it_was_made() {
    let (url, sent) = endpoint_of_headers(r#"{"service":{"name":"s"}}"#).await;
    let read = Some("proton: ServiceSpec\ninstances: []\n".into());
    let removal = UpdateService { name: "s".into(), read, ..UpdateService::default() };
    client(&url).update_service(&removal).await.unwrap();
    client(&url).update_service(&UpdateService { read: None, ..removal }).await.unwrap();
    let sent = sent.lock().unwrap().clone();
    let said: Vec<_> = sent.iter().map(|headers| headers.get(EXPECTED_SPEC).map(|value| value.to_str().unwrap())).collect();
    assert_eq!(said, [Some("39b334b0b537157cf1d5dd4afdfaf876ed91e623497578778bd4e162538d99a3"), None]);
    let authorization = sent[0]["authorization"].to_str().unwrap();
    assert!(authorization.contains(&format!(";{EXPECTED_SPEC},")), "it is signed: {authorization}");
}

#[rstest]
#[case(400, r#"{"__type":"com.amazonaws.proton.v20200720#ResourceNotFoundException","message":"no such"}"#, ErrorClass::NotFound)]
#[case(400, r#"{"__type":"ValidationException","Message":"no such"}"#, ErrorClass::Validation)]
#[case(400, r#"{"__type":"UnrecognizedClientException","message":"no such"}"#, ErrorClass::Credentials)]
#[case(400, r#"{"__type":"UnknownOperationException","message":"no such"}"#, ErrorClass::Unsupported)]
#[case(404, "<html>no such</html>", ErrorClass::Unsupported)]
#[case(403, "{}", ErrorClass::Credentials)]
#[case(200, "{}", ErrorClass::Internal)]
#[tokio::test]
async fn answers_have_classes(#[case] status: u16, #[case] body: &'static str, #[case] class: ErrorClass) {
    let (url, _) = endpoint(status, body).await;
    let error = client(&url).get_environment("e").await.unwrap_err();
    assert_eq!(error.class, class, "{error}");
    if body.starts_with("{\"__type\"") {
        assert_eq!((error.message.as_str(), error.request_id.as_deref()), ("no such", Some("r-1")));
    }
}

#[tokio::test]
async fn reads_are_repeated_and_writes_are_sent_once() {
    let (url, calls) = endpoint(500, r#"{"__type":"InternalServerException","message":"fault"}"#).await;
    let client = client(&url);
    assert_eq!(client.get_environment("e").await.unwrap_err().class, ErrorClass::Internal);
    assert_eq!(calls.lock().unwrap().len(), 3);
    assert_eq!(client.cancel_environment_deployment("e").await.unwrap_err().class, ErrorClass::Internal);
    assert_eq!(calls.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn nobody_there_is_unreachable_and_no_keys_are_credentials() {
    #[derive(Debug)]
    struct Keyless;
    impl ProvideCredentials for Keyless {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("none")))
        }
    }
    let nobody = client("http://127.0.0.1:9").cancel_environment_deployment("e").await.unwrap_err();
    assert_eq!(nobody.class, ErrorClass::Unreachable, "{nobody}");
    let keyless =
        client_with("http://127.0.0.1:9", SharedCredentialsProvider::new(Keyless)).get_environment("e").await.unwrap_err();
    assert_eq!(keyless.class, ErrorClass::Credentials, "{keyless}");
}
