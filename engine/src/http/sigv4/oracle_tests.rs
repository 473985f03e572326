//! The verifier against an independent signer: what `aws-sigv4` signs verifies, and nothing else does.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use proptest::prelude::*;

use super::{AuthError, ClientKeys, Identity, RequestParts, sign, verify};

const ID: &str = "PROTONAAAAAAAAAAAAAA";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const REGION: &str = "eu-west-1";

#[derive(Clone, Debug)]
struct Sent {
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Sent {
    fn verify(&self, now: Timestamp) -> Result<&'static str, AuthError> {
        let request = RequestParts { method: "POST", path: &self.path, query: None, headers: &self.headers, body: &self.body };
        verify(&request, REGION, lookup, now)
    }

    fn set(&mut self, name: &str, value: &str) {
        self.headers.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }

    fn get(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

fn lookup(id: &str) -> Option<Identity<'static, &'static str>> {
    (id == ID).then_some(Identity { secret: SECRET, caller: "alice" })
}

fn now() -> Timestamp {
    "2026-03-04T05:06:07Z".parse().unwrap()
}

/// Signs as the AWS SDK for Rust does.
fn signed_by_the_sdk(path: &str, extra: &[(String, String)], body: &[u8], hash_header: bool, token: Option<&str>) -> Sent {
    let mut sent = Sent { path: path.to_owned(), headers: HeaderMap::new(), body: body.to_vec() };
    sent.set("host", "localhost:8210");
    sent.set("x-amz-target", "AwsProton20200720.GetEnvironment");
    for (name, value) in extra {
        sent.set(name, value);
    }
    let mut settings = SigningSettings::default();
    if hash_header {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let identity = Credentials::new(ID, SECRET, token.map(str::to_owned), None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name("proton")
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(now().as_second().unsigned_abs()))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let url = format!("http://localhost:8210{path}");
    let headers: Vec<(&str, &str)> = sent.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let request = SignableRequest::new("POST", url, headers.into_iter(), SignableBody::Bytes(body)).unwrap();
    let (instructions, _) = aws_sigv4::http_request::sign(request, &params).unwrap().into_parts();
    for (name, value) in instructions.headers() {
        sent.set(name, value);
    }
    sent
}

fn plain() -> Sent {
    signed_by_the_sdk("/", &[], b"{}", false, None)
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![Just("/".to_owned()), "(/[A-Za-z0-9_~%-]{1,8}){1,4}"]
}

fn extra_headers() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::vec(("x-[a-z]{1,6}(-[a-z]{1,6})?", "[!-~]{0,20}( {0,3}[!-~]{1,10})?"), 0..5)
}

proptest! {
    #[test]
    fn what_the_sdk_signs_verifies(
        path in path(), extra in extra_headers(), body in proptest::collection::vec(any::<u8>(), 0..200),
        hash_header: bool, token in proptest::option::of("[A-Za-z0-9/+=]{1,60}"),
    ) {
        let sent = signed_by_the_sdk(&path, &extra, &body, hash_header, token.as_deref());
        prop_assert_eq!(sent.verify(now()), Ok("alice"));
    }

    #[test]
    fn what_we_sign_verifies(body in proptest::collection::vec(any::<u8>(), 0..200), token in proptest::option::of("[a-z]{1,9}")) {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("localhost"));
        let keys = ClientKeys { access_key_id: ID, secret_access_key: SECRET, session_token: token.as_deref() };
        let parts = RequestParts { method: "POST", path: "/", query: None, headers: &headers, body: &body };
        let headers = sign(&parts, keys, REGION, now()).unwrap();
        prop_assert_eq!(Sent { path: "/".to_owned(), headers, body }.verify(now()), Ok("alice"));
    }

    #[test]
    fn no_byte_of_the_body_may_change(body in proptest::collection::vec(any::<u8>(), 1..100), at: prop::sample::Index, flip in 1..=255_u8, hash_header: bool) {
        let mut sent = signed_by_the_sdk("/", &[], &body, hash_header, None);
        let at = at.index(sent.body.len());
        sent.body[at] ^= flip;
        prop_assert!(sent.verify(now()).is_err());
    }

    #[test]
    fn no_byte_of_a_signed_header_may_change(
        name in prop::sample::select(vec!["host", "x-amz-date", "x-amz-target", "x-amz-content-sha256", "x-amz-security-token"]),
        at: prop::sample::Index, with in b'!'..=b'~',
    ) {
        let mut sent = signed_by_the_sdk("/", &[], b"{}", true, Some("token"));
        let mut value = sent.get(name).as_bytes().to_vec();
        let at = at.index(value.len());
        prop_assume!(value[at] != with);
        value[at] = with;
        sent.headers.insert(name, HeaderValue::from_bytes(&value).unwrap());
        prop_assert!(sent.verify(now()).is_err());
    }

    #[test]
    fn no_byte_of_the_authorization_may_change(at: prop::sample::Index, with in b' '..=b'~') {
        let mut sent = plain();
        let mut value = sent.get("authorization").as_bytes().to_vec();
        let at = at.index(value.len());
        // The blanks around its parts are the only bytes without a meaning.
        prop_assume!(value[at] != with && value[at] != b' ' && with != b' ');
        value[at] = with;
        sent.headers.insert("authorization", HeaderValue::from_bytes(&value).unwrap());
        prop_assert!(sent.verify(now()).is_err());
    }

    #[test]
    fn no_byte_of_the_path_may_change(at: prop::sample::Index, with in b'a'..=b'z') {
        let mut sent = signed_by_the_sdk("/ABC/DEF", &[], b"{}", false, None);
        let mut path = sent.path.clone().into_bytes();
        let at = at.index(path.len());
        path[at] = with;
        sent.path = String::from_utf8(path).unwrap();
        prop_assert!(sent.verify(now()).is_err());
    }

    #[test]
    fn arbitrary_text_never_verifies(text in "[ -~]{0,120}") {
        let mut sent = plain();
        sent.headers.insert("authorization", HeaderValue::from_str(&text).unwrap());
        prop_assert!(sent.verify(now()).is_err());
    }
}

#[test]
fn an_expired_signature_and_one_from_the_future() {
    let minutes = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(plain().verify(minutes("2026-03-04T05:21:07Z")), Ok("alice"));
    assert!(matches!(plain().verify(minutes("2026-03-04T05:21:08Z")), Err(AuthError::Expired { .. })));
    assert_eq!(plain().verify(minutes("2026-03-04T04:51:07Z")), Ok("alice"));
    assert!(matches!(plain().verify(minutes("2026-03-04T04:51:06Z")), Err(AuthError::NotYetCurrent { .. })));
}

#[test]
fn an_unknown_key_is_named() {
    let mut sent = plain();
    let other = sent.get("authorization").replace(ID, "PROTONZZZZZZZZZZZZZZ");
    sent.set("authorization", &other);
    assert_eq!(sent.verify(now()), Err(AuthError::UnknownKey("PROTONZZZZZZZZZZZZZZ".to_owned())));
}

#[test]
fn another_region_or_service_is_said() {
    for (from, to) in [("eu-west-1", "us-east-1"), ("/proton/", "/s3/")] {
        let mut sent = plain();
        let other = sent.get("authorization").replace(from, to);
        sent.set("authorization", &other);
        let error = sent.verify(now()).unwrap_err();
        assert!(matches!(error, AuthError::Scope(_)), "{error:?}");
        assert!(error.to_string().contains(to.trim_matches('/')), "{error}");
    }
}

#[test]
fn a_header_added_on_the_way_must_be_signed() {
    let mut sent = plain();
    sent.set("x-amz-meta", "smuggled");
    let error = sent.verify(now()).unwrap_err();
    assert!(error.to_string().contains("x-amz-meta"), "{error}");
    let mut sent = plain();
    sent.set("via", "a proxy may add this");
    assert_eq!(sent.verify(now()), Ok("alice"));
}

#[test]
fn a_second_value_of_a_signed_header_is_noticed() {
    let mut sent = plain();
    sent.headers.append("x-amz-target", HeaderValue::from_static("AwsProton20200720.DeleteEnvironment"));
    assert!(matches!(sent.verify(now()), Err(AuthError::Mismatch(_))));
}

#[test]
fn unsigned_payloads_are_refused() {
    for claimed in ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"] {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("localhost"));
        let parts = RequestParts { method: "POST", path: "/", query: None, headers: &headers, body: b"{}" };
        let keys = ClientKeys { access_key_id: ID, secret_access_key: SECRET, session_token: None };
        let headers = sign(&parts, keys, REGION, now()).unwrap();
        let mut sent = Sent { path: "/".to_owned(), headers, body: b"{}".to_vec() };
        sent.set("x-amz-content-sha256", claimed);
        assert!(matches!(sent.verify(now()), Err(AuthError::Body(_))));
    }
}

#[test]
fn without_a_signature_or_with_a_query() {
    let mut sent = plain();
    sent.headers.remove("authorization");
    assert_eq!(sent.verify(now()), Err(AuthError::Missing));
    let sent = plain();
    let request = RequestParts {
        method: "POST",
        path: "/",
        query: Some("X-Amz-Algorithm=AWS4-HMAC-SHA256"),
        headers: &sent.headers,
        body: b"{}",
    };
    assert!(matches!(verify(&request, REGION, lookup, now()), Err(AuthError::Incomplete(_))));
}

#[test]
fn no_message_shows_the_secret() {
    let mut sent = plain();
    sent.body.push(b' ');
    assert!(!sent.verify(now()).unwrap_err().to_string().contains(SECRET));
}
