//! AWS JSON 1.0: how a request names its operation and what a response looks like.
//!
//! Source: API model, protocol `json` version 1.0, target prefix `AwsProton20200720`; Smithy "AWS JSON 1.0 protocol".

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use proton_model::Operation;
use uuid::Uuid;

use super::wire_error::WireError;

/// What stands before the operation's name in `X-Amz-Target`.
pub(super) const TARGET_PREFIX: &str = "AwsProton20200720.";

const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
const NAMESPACE: &str = "com.amazonaws.proton.v20200720";

/// The operation that a request asks for.
pub(super) fn operation(headers: &HeaderMap) -> Result<Operation, WireError> {
    let target = headers.get("x-amz-target").ok_or_else(|| {
        WireError::unknown_operation(format!("the header X-Amz-Target is missing; it must be {TARGET_PREFIX}<operation>"))
    })?;
    let target = target.to_str().unwrap_or_default();
    let name = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
    Operation::from_name(name).ok_or_else(|| {
        let shown: String = target.chars().take(100).collect();
        WireError::unknown_operation(format!(
            "'{shown}' is not an operation of the AWS Proton API; X-Amz-Target must be {TARGET_PREFIX}<operation>"
        ))
    })
}

/// The response to a request that succeeded with this JSON document, or failed.
pub(super) fn response(result: &Result<Vec<u8>, WireError>, request_id: Uuid) -> Response {
    let (status, body) = match result {
        Ok(document) => (StatusCode::OK, document.clone()),
        Err(error) => (status(error), error_document(error)),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    if let Ok(id) = HeaderValue::from_str(&request_id.to_string()) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Err(error) = result {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(error.exception));
    }
    response
}

fn status(error: &WireError) -> StatusCode {
    StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn error_document(error: &WireError) -> Vec<u8> {
    serde_json::json!({ "__type": format!("{NAMESPACE}#{}", error.exception), "message": error.message }).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn with_target(target: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-target", HeaderValue::from_static(target));
        headers
    }

    #[test]
    fn every_operation_is_found() {
        for wanted in Operation::ALL.iter().copied() {
            let mut headers = HeaderMap::new();
            let target = format!("{TARGET_PREFIX}{}", wanted.name());
            headers.insert("x-amz-target", target.parse().unwrap());
            assert_eq!(operation(&headers).unwrap(), wanted);
        }
    }

    #[rstest]
    #[case("AwsProton20200720.MakeCoffee", "MakeCoffee")]
    #[case("DynamoDB_20120810.ListTables", "DynamoDB_20120810.ListTables")]
    #[case("ListEnvironments", "ListEnvironments")]
    #[case("", "AwsProton20200720.<operation>")]
    fn anything_else_is_named(#[case] target: &'static str, #[case] says: &str) {
        let error = operation(&with_target(target)).unwrap_err();
        assert_eq!((error.status, error.exception), (400, "UnknownOperationException"));
        assert!(error.message.contains(says), "{}", error.message);
    }

    #[test]
    fn no_target_at_all() {
        assert!(operation(&HeaderMap::new()).unwrap_err().message.contains("is missing"));
    }

    #[test]
    fn errors_have_the_documented_form() {
        let error = WireError::new(400, "ConflictException", "no");
        let response = response(&Err(error.clone()), Uuid::nil());
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.0");
        assert_eq!(response.headers()["x-amzn-errortype"], "ConflictException");
        assert_eq!(response.headers()["x-amzn-requestid"], Uuid::nil().to_string());
        assert_eq!(error_document(&error), br#"{"__type":"com.amazonaws.proton.v20200720#ConflictException","message":"no"}"#);
    }
}
