//! Signing, for the engine's own client (`register`).

use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;

use super::canonical::{canonical_request, sha256_hex, string_to_sign};
use super::date::SigningDate;
use super::error::AuthError;
use super::key::signature;
use super::{ALGORITHM, RequestParts, SERVICE, TERMINATOR};

/// What a client signs with.
#[derive(Clone, Copy)]
pub struct ClientKeys<'a> {
    /// Names the key pair.
    pub access_key_id: &'a str,
    /// Never sent.
    pub secret_access_key: &'a str,
    /// Sent along and signed, where the pair is a temporary one.
    pub session_token: Option<&'a str>,
}

/// Gives the headers that a signed request has: those of `request` (which must have `host`), the date, the body's
/// hash, the session token if there is one, and `authorization`.
///
/// Fails if a value cannot stand in a header.
pub fn sign(request: &RequestParts<'_>, keys: ClientKeys<'_>, region: &str, now: Timestamp) -> Result<HeaderMap, AuthError> {
    let date = SigningDate::of(now);
    let body_hash = sha256_hex(request.body);
    let mut headers = request.headers.clone();
    headers.insert("x-amz-date", value("the date", &date.to_string())?);
    headers.insert("x-amz-content-sha256", value("the body's hash", &body_hash)?);
    if let Some(token) = keys.session_token {
        headers.insert("x-amz-security-token", value("the session token", token)?);
    }
    let names = sorted_names(&headers);
    let canonical = canonical_request(&RequestParts { headers: &headers, ..*request }, &names, &body_hash)?;
    let signature = signature(keys.secret_access_key, date, region, &string_to_sign(date, region, &canonical));
    let authorization = format!(
        "{ALGORITHM} Credential={}/{}/{region}/{SERVICE}/{TERMINATOR}, SignedHeaders={}, Signature={signature}",
        keys.access_key_id,
        date.day(),
        names.join(";"),
    );
    headers.insert(header::AUTHORIZATION, value("the access key id or region", &authorization)?);
    Ok(headers)
}

fn sorted_names(headers: &HeaderMap) -> Vec<String> {
    let mut names: Vec<String> = headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.sort();
    names
}

fn value(what: &str, text: &str) -> Result<HeaderValue, AuthError> {
    HeaderValue::from_str(text).map_err(|_| AuthError::Incomplete(format!("{what} holds characters that no header may have")))
}
