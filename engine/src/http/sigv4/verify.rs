//! The decision whether a request is who it says it is.

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use super::authorization::Authorization;
use super::canonical::{canonical_request, sha256_hex, string_to_sign};
use super::date::SigningDate;
use super::error::AuthError;
use super::key::signature;
use super::{RequestParts, SERVICE};

/// [`MAX_SKEW`] in minutes, for messages.
pub(super) const MAX_SKEW_MINUTES: i64 = 15;

/// How far the date of a signature may be from the engine's clock, both ways.
pub const MAX_SKEW: SignedDuration = SignedDuration::from_mins(MAX_SKEW_MINUTES);

/// A key pair as the verifier needs it.
#[derive(Clone, Copy)]
pub struct Identity<'a, C> {
    /// The secret that the signature must have been made with.
    pub secret: &'a str,
    /// Whoever holds it; handed back when the signature is right.
    pub caller: C,
}

/// Checks the signature of a request that was sent to an engine of `region` at the moment `now`: [`Claim::of`], then
/// [`Claim::verify`].
pub fn verify<'k, C>(
    request: &RequestParts<'_>,
    region: &str,
    lookup: impl FnOnce(&str) -> Option<Identity<'k, C>>,
    now: Timestamp,
) -> Result<C, AuthError> {
    Claim::of(request, region, lookup, now)?.verify(request, region)
}

/// A signature whose form, scope, date and key pair are acceptable. Whether it is right, only the body can tell: so a
/// request that could never be authenticated is refused before its body is kept.
pub struct Claim<'k, C> {
    authorization: Authorization,
    date: SigningDate,
    identity: Identity<'k, C>,
}

impl<'k, C> Claim<'k, C> {
    /// Reads the claim out of the headers; the body is not looked at. The first thing that is wrong is the error.
    ///
    /// `lookup` finds the key pair of an access key id.
    pub fn of(
        request: &RequestParts<'_>,
        region: &str,
        lookup: impl FnOnce(&str) -> Option<Identity<'k, C>>,
        now: Timestamp,
    ) -> Result<Self, AuthError> {
        refuse_query(request)?;
        let authorization = Authorization::from_headers(request.headers)?;
        let date = signing_date(request.headers)?;
        check_scope(&authorization, date, region)?;
        check_signed_headers(request.headers, &authorization.signed_headers)?;
        check_clock(date, now)?;
        let identity =
            lookup(&authorization.access_key_id).ok_or_else(|| AuthError::UnknownKey(authorization.access_key_id.clone()))?;
        Ok(Self { authorization, date, identity })
    }

    /// Compares the signature, in a time that does not depend on how much of it is right, and gives the caller of the key
    /// pair. The session token, which this engine does not issue, is ignored but must be signed.
    pub fn verify(self, request: &RequestParts<'_>, region: &str) -> Result<C, AuthError> {
        let Self { authorization, date, identity } = self;
        let body_hash = body_hash(request)?;
        let canonical = canonical_request(request, &authorization.signed_headers, &body_hash)?;
        let expected = signature(identity.secret, date, region, &string_to_sign(date, region, &canonical));
        if bool::from(expected.as_bytes().ct_eq(authorization.signature.as_bytes())) {
            Ok(identity.caller)
        } else {
            Err(AuthError::Mismatch(authorization.access_key_id))
        }
    }
}

fn refuse_query(request: &RequestParts<'_>) -> Result<(), AuthError> {
    match request.query {
        None | Some("") => Ok(()),
        Some(_) => Err(AuthError::Incomplete(
            "the request has a query string; this API takes none, and signatures only in the Authorization header".to_owned(),
        )),
    }
}

fn signing_date(headers: &HeaderMap) -> Result<SigningDate, AuthError> {
    let mut values = headers.get_all("x-amz-date").iter();
    let (value, more) = (values.next(), values.next());
    value
        .filter(|_| more.is_none())
        .and_then(|value| value.to_str().ok())
        .and_then(SigningDate::parse)
        .ok_or_else(|| AuthError::Incomplete("the request needs one header x-amz-date of the form 20260102T030405Z".to_owned()))
}

fn check_scope(authorization: &Authorization, date: SigningDate, region: &str) -> Result<(), AuthError> {
    let Authorization { day, region: signed_region, service, .. } = authorization;
    if *day != date.day() {
        return Err(AuthError::Scope(format!(
            "Date in Credential scope does not match YYYYMMDD from x-amz-date: '{day}' and '{date}'"
        )));
    }
    if signed_region != region {
        return Err(AuthError::Scope(format!(
            "Credential should be scoped to a valid region: this engine serves '{region}' and the request is signed for \
             '{signed_region}'. Set the client's region (AWS_REGION={region}) or the engine's --region"
        )));
    }
    if service != SERVICE {
        return Err(AuthError::Scope(format!(
            "Credential should be scoped to correct service: '{SERVICE}', not '{service}'. Check that the client's endpoint \
             is set for Proton only (AWS_ENDPOINT_URL_PROTON)"
        )));
    }
    Ok(())
}

/// `host`, `x-amz-date` and every other `x-amz-…` header that is there must be covered.
fn check_signed_headers(headers: &HeaderMap, signed: &[String]) -> Result<(), AuthError> {
    let present = headers.keys().map(http::HeaderName::as_str).filter(|name| name.starts_with("x-amz-"));
    let missing = ["host"].into_iter().chain(present).find(|name| !signed.iter().any(|signed| signed == name));
    match missing {
        None => Ok(()),
        Some(name) => Err(AuthError::Incomplete(format!("the header '{name}' must be among the SignedHeaders"))),
    }
}

fn check_clock(date: SigningDate, now: Timestamp) -> Result<(), AuthError> {
    let age = now.duration_since(date.timestamp());
    if age > MAX_SKEW {
        Err(AuthError::Expired { signed: date, now })
    } else if age < -MAX_SKEW {
        Err(AuthError::NotYetCurrent { signed: date, now })
    } else {
        Ok(())
    }
}

/// The hash of the body as it arrived; a header that claims another one is refused.
fn body_hash(request: &RequestParts<'_>) -> Result<String, AuthError> {
    let actual = sha256_hex(request.body);
    for claimed in request.headers.get_all("x-amz-content-sha256") {
        if claimed.as_bytes() != actual.as_bytes() {
            return Err(AuthError::Body(
                "The header x-amz-content-sha256 must be the SHA-256 of the body that was received, in lower-case \
                 hexadecimal; unsigned and streamed payloads are not accepted. Check that nothing rewrites the body"
                    .to_owned(),
            ));
        }
    }
    Ok(actual)
}
