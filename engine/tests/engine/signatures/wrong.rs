//! Every way that a signature can be wrong, as a table.

#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not take for tests"
)]

use jiff::SignedDuration;
use rstest::rstest;

use super::requests::{Sent, Signing};
use crate::started::{ADMIN, DISABLED, OTHER, SECRET, Started};

/// A spoiled request: its name, what is done to a good one, the status and the exception.
type Case = (&'static str, fn(&mut Sent), u16, &'static str);

const INVALID: &str = "InvalidSignatureException";
const INCOMPLETE: &str = "IncompleteSignatureException";

const CASES: &[Case] = &[
    ("no Authorization", |sent| sent.remove("authorization"), 403, "MissingAuthenticationTokenException"),
    ("an empty Authorization", |sent| sent.set("authorization", ""), 400, INCOMPLETE),
    ("two Authorizations", |sent| sent.add("authorization", "AWS4-HMAC-SHA256 x"), 400, INCOMPLETE),
    ("the same Authorization twice", |sent| sent.repeat("authorization"), 400, INCOMPLETE),
    ("two Authorizations in one", |sent| sent.authorization(|text| format!("{text}, {text}")), 400, INCOMPLETE),
    ("another scheme", |sent| sent.set("authorization", "Basic dXNlcjpwYXNz"), 400, INCOMPLETE),
    ("an asymmetric scheme", |sent| sent.authorization(|text| text.replace("HMAC", "ECDSA-P256")), 400, INCOMPLETE),
    ("no Credential", |sent| sent.authorization(|text| without(&text, "Credential")), 400, INCOMPLETE),
    ("no SignedHeaders", |sent| sent.authorization(|text| without(&text, "SignedHeaders")), 400, INCOMPLETE),
    ("no Signature", |sent| sent.authorization(|text| without(&text, "Signature")), 400, INCOMPLETE),
    ("a part twice", |sent| sent.authorization(|text| format!("{text}, Signature={}", "0".repeat(64))), 400, INCOMPLETE),
    ("a part of its own", |sent| sent.authorization(|text| format!("{text}, Role=admin")), 400, INCOMPLETE),
    ("a short signature", |sent| sent.authorization(|text| cut(&text, 1)), 400, INCOMPLETE),
    ("a long signature", |sent| sent.authorization(|text| format!("{text}0")), 400, INCOMPLETE),
    ("a signature in capitals", |sent| sent.authorization(capitals), 400, INCOMPLETE),
    ("a signature of zeros", |sent| sent.authorization(|text| cut(&text, 64) + &"0".repeat(64)), 403, INVALID),
    ("the first digit flipped", |sent| sent.authorization(|text| flip(&text, 64)), 403, INVALID),
    ("a digit in the middle flipped", |sent| sent.authorization(|text| flip(&text, 32)), 403, INVALID),
    ("the last digit flipped", |sent| sent.authorization(|text| flip(&text, 1)), 403, INVALID),
    (
        "an unknown key",
        |sent| sent.authorization(|text| text.replace(ADMIN, "PROTONTESTNOBODY0000")),
        403,
        "UnrecognizedClientException",
    ),
    ("another one's key", |sent| sent.authorization(|text| text.replace(ADMIN, OTHER)), 403, INVALID),
    ("no key", |sent| sent.authorization(|text| text.replace(ADMIN, "")), 400, INCOMPLETE),
    ("another region", |sent| sent.authorization(|text| text.replace("/eu-west-1/", "/us-east-1/")), 403, INVALID),
    ("another service", |sent| sent.authorization(|text| text.replace("/proton/", "/s3/")), 403, INVALID),
    ("another end of the scope", |sent| sent.authorization(|text| text.replace("aws4_request", "aws4")), 400, INCOMPLETE),
    ("another day in the scope", |sent| sent.authorization(|text| text.replacen("/20", "/19", 1)), 403, INVALID),
    ("no date", |sent| sent.remove("x-amz-date"), 400, INCOMPLETE),
    ("a date of another form", |sent| sent.set("x-amz-date", "Wed, 25 Nov 2026 10:00:00 GMT"), 400, INCOMPLETE),
    ("two dates", |sent| sent.repeat("x-amz-date"), 400, INCOMPLETE),
    ("a date that was not signed", |sent| sent.authorization(|text| text.replace(";x-amz-date", "")), 400, INCOMPLETE),
    ("a target that was not signed", |sent| sent.authorization(|text| text.replace(";x-amz-target", "")), 400, INCOMPLETE),
    ("a host that was not signed", |sent| sent.authorization(|text| text.replace("host;", "")), 400, INCOMPLETE),
    ("a signed header that is gone", |sent| sent.remove("content-type"), 400, INCOMPLETE),
    ("a signed header that never was", |sent| sent.authorization(|text| text.replace("host;", "host;m;")), 400, INCOMPLETE),
    ("an x-amz header added", |sent| sent.add("x-amz-security-token", "t"), 400, INCOMPLETE),
    ("a signed header twice", |sent| sent.add("x-amz-target", "AwsProton20200720.DeleteEnvironment"), 403, INVALID),
    ("a signed header twice, the same", |sent| sent.add("content-type", "application/x-amz-json-1.0"), 403, INVALID),
    ("another target", |sent| sent.set("x-amz-target", "AwsProton20200720.DeleteEnvironment"), 403, INVALID),
    ("another type", |sent| sent.set("content-type", "application/json"), 403, INVALID),
    ("another host", |sent| sent.set("host", "proton.eu-west-1.amazonaws.com"), 403, INVALID),
    ("a tab in a signed header", |sent| sent.set("content-type", "application/x-amz-json-1.0\t;a"), 403, INVALID),
    ("a byte of the body", |sent| sent.body = b"[]".to_vec(), 403, INVALID),
    ("a byte more of the body", |sent| sent.body = b"{} ".to_vec(), 403, INVALID),
    ("no body", |sent| sent.body.clear(), 403, INVALID),
    ("a body with its new hash", |sent| rehashed(sent, b"[]"), 403, INVALID),
    ("an unsigned payload", |sent| sent.set("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), 403, INVALID),
    ("a streamed payload", |sent| sent.set("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), 403, INVALID),
    ("two hashes", |sent| sent.add("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), 403, INVALID),
    (
        "a hash in capitals",
        |sent| sent.set("x-amz-content-sha256", &sent.get("x-amz-content-sha256").to_uppercase()),
        403,
        INVALID,
    ),
    ("a query", |sent| sent.target = "/?Action=ListEnvironments".to_owned(), 400, INCOMPLETE),
    ("a presigned request", presigned, 400, INCOMPLETE),
    ("a presigned request beside a good header", |sent| sent.target = "/?X-Amz-Signature=0".to_owned(), 400, INCOMPLETE),
];

fn without(text: &str, part: &str) -> String {
    let (scheme, parts) = text.split_once(' ').unwrap();
    let parts: Vec<&str> = parts.split(", ").filter(|have| !have.starts_with(part)).collect();
    format!("{scheme} {}", parts.join(", "))
}

fn cut(text: &str, from_the_end: usize) -> String {
    text[..text.len() - from_the_end].to_owned()
}

/// Another hexadecimal digit in this place.
fn flip(text: &str, from_the_end: usize) -> String {
    let at = text.len() - from_the_end;
    let digit = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
    format!("{}{digit}{}", &text[..at], &text[at + 1..])
}

fn capitals(text: String) -> String {
    let at = text.len() - 64;
    let signature = text[at..].to_uppercase();
    // Digits have no capitals, but 64 of them in a row do not occur.
    format!("{}{signature}", &text[..at])
}

fn rehashed(sent: &mut Sent, body: &[u8]) {
    use sha2::Digest as _;
    sent.body = body.to_vec();
    sent.set("x-amz-content-sha256", &hex::encode(sha2::Sha256::digest(body)));
}

fn presigned(sent: &mut Sent) {
    let text = sent.get("authorization").to_owned();
    let part = |name: &str| text.split_once(&format!("{name}=")).unwrap().1.split(',').next().unwrap().replace('/', "%2F");
    let (credential, signature) = (part("Credential"), part("Signature"));
    let date = sent.get("x-amz-date").to_owned();
    sent.remove("authorization");
    sent.target = format!(
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
    );
}

#[tokio::test]
async fn every_way_to_be_wrong_is_refused() {
    let engine = Started::new().await;
    let good = Sent::signed(&engine, &Signing::default());
    assert_eq!(good.send(&engine).await.status, 200);
    let mut surprises = Vec::new();
    for (name, spoil, status, exception) in CASES {
        let mut sent = good.clone();
        spoil(&mut sent);
        let answer = sent.send(&engine).await;
        if (answer.status, answer.exception.as_deref()) != (*status, Some(*exception)) {
            surprises.push(format!("{name}: {}", answer.text));
        }
        assert!(!answer.text.contains(SECRET));
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n\n"));
}

#[rstest]
#[case::old(-14 * 60 - 30, None)]
#[case::too_old(-15 * 60 - 5, Some("Signature expired"))]
#[case::yesterday(-24 * 3600, Some("Signature expired"))]
#[case::ahead(14 * 60 + 30, None)]
#[case::too_far_ahead(15 * 60 + 60, Some("Signature not yet current"))]
#[tokio::test]
async fn clocks_may_differ_by_a_quarter_of_an_hour(#[case] seconds: i64, #[case] refused: Option<&str>) {
    let engine = Started::new().await;
    let signing = Signing { skew: SignedDuration::from_secs(seconds), ..Signing::default() };
    let answer = Sent::signed(&engine, &signing).send(&engine).await;
    match refused {
        None => assert_eq!(answer.status, 200, "{}", answer.text),
        Some(says) => {
            assert_eq!((answer.status, answer.exception.as_deref()), (403, Some(INVALID)));
            assert!(answer.text.contains(says), "{}", answer.text);
        }
    }
}

#[rstest]
#[case::wrong_secret(ADMIN, "another-secret-0123456789", 403, INVALID)]
#[case::disabled(DISABLED, SECRET, 400, "AccessDeniedException")]
#[case::disabled_and_wrong(DISABLED, "another-secret-0123456789", 403, INVALID)]
#[tokio::test]
async fn keys_that_do_not_open(#[case] id: &str, #[case] secret: &str, #[case] status: u16, #[case] exception: &str) {
    let engine = Started::new().await;
    let answer = Sent::signed(&engine, &Signing { id, secret, ..Signing::default() }).send(&engine).await;
    assert_eq!((answer.status, answer.exception.as_deref()), (status, Some(exception)));
}

#[tokio::test]
async fn a_header_cannot_be_smuggled_into_another() {
    let engine = Started::new().await;
    let good = Sent::signed(&engine, &Signing::default());
    // A line break inside of a value makes two headers of it, of which the second one was not signed.
    let mut split = good.clone();
    split.add("via", "proxy\r\nx-amz-target: AwsProton20200720.DeleteEnvironment");
    let answer = split.send(&engine).await;
    assert_eq!((answer.status, answer.exception.as_deref()), (403, Some(INVALID)));
    for broken in ["a\u{0}b", "a\nb", "a\r\n b"] {
        let mut sent = good.clone();
        sent.set("content-type", broken);
        assert_eq!(sent.send(&engine).await.status, 400, "{broken:?}");
    }
    let mut named = good.clone();
    named.headers.push(("x-amz-target ".to_owned(), "AwsProton20200720.DeleteEnvironment".to_owned()));
    assert_eq!(named.send(&engine).await.status, 400, "a blank before the colon");
}

#[tokio::test]
async fn a_replayed_request_is_the_same_request() {
    let engine = Started::new().await;
    let sent = Sent::signed(&engine, &Signing { extra: &[("x-amz-meta", "  a   b ")], ..Signing::default() });
    for _ in 0..2 {
        assert_eq!(sent.send(&engine).await.status, 200);
    }
}
