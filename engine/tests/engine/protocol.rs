//! The wire form of requests and answers, for all operations.

use proton_model::Operation;

use crate::started::Started;

#[tokio::test]
async fn every_operation_is_routed() {
    let engine = Started::new().await;
    for operation in Operation::ALL {
        let answer = engine.call(operation.name(), "{}").await;
        let exception = answer.exception.as_deref();
        assert_ne!(exception, Some("UnknownOperationException"), "{} is not routed", operation.name());
        match (answer.status, exception) {
            (status, Some(_)) => assert_eq!(status, 400, "{}: {}", operation.name(), answer.body),
            (status, None) => assert_eq!(status, 200, "{}", operation.name()),
        }
    }
}

#[tokio::test]
async fn what_is_no_operation_is_named() {
    let engine = Started::new().await;
    let answer = engine.call("MakeCoffee", "{}").await;
    assert_eq!((answer.status, answer.exception.as_deref()), (400, Some("UnknownOperationException")));
    assert!(answer.body["message"].as_str().unwrap().contains("MakeCoffee"));
}

#[tokio::test]
async fn bodies_that_are_no_request_are_told_apart() {
    let engine = Started::new().await;
    for body in ["{", "[]", "{\"name\": 1}", "\u{1}"] {
        let answer = engine.call("GetEnvironment", body).await;
        assert_eq!((answer.status, answer.exception.as_deref()), (400, Some("SerializationException")), "{body}");
    }
    let answer = engine.call("GetEnvironment", "{\"name\": \"-\"}").await;
    assert_eq!(answer.exception.as_deref(), Some("ValidationException"));
    let answer = engine.call("CreateEnvironment", &" ".repeat((1 << 20) + 1)).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn an_upload_must_match_its_name() {
    let engine = Started::new().await;
    let answer = engine.upload(&"0".repeat(64), b"something".to_vec()).await;
    assert_eq!((answer.status, answer.exception.as_deref()), (400, Some("ValidationException")));
}
