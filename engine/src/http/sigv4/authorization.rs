//! The `Authorization` header: `AWS4-HMAC-SHA256 Credential=…/scope, SignedHeaders=a;b, Signature=hex`.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::error::AuthError;
use super::{ALGORITHM, TERMINATOR};

/// What the header says, checked for form only.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authorization {
    pub(super) access_key_id: String,
    pub(super) day: String,
    pub(super) region: String,
    pub(super) service: String,
    /// Lower-case names, in strictly ascending order.
    pub(super) signed_headers: Vec<String>,
    /// 64 lower-case hexadecimal digits.
    pub(super) signature: String,
}

impl Authorization {
    /// Reads the header of a request.
    pub(super) fn from_headers(headers: &HeaderMap) -> Result<Self, AuthError> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let value = values.next().ok_or(AuthError::Missing)?;
        if values.next().is_some() {
            return Err(incomplete("the Authorization header is there more than once; send it once"));
        }
        let text = value.to_str().map_err(|_| incomplete("the Authorization header is not plain ASCII text"))?;
        Self::parse(text)
    }

    fn parse(text: &str) -> Result<Self, AuthError> {
        let text = text.trim();
        let (algorithm, rest) = text.split_once(' ').unwrap_or((text, ""));
        if algorithm != ALGORITHM {
            return Err(incomplete(&format!(
                "the Authorization header must begin with '{ALGORITHM}'; Signature Version 4 is the only accepted scheme"
            )));
        }
        let fields = Fields::parse(rest)?;
        let [access_key_id, day, region, service] = split_scope(fields.credential)?;
        Ok(Self {
            access_key_id,
            day,
            region,
            service,
            signed_headers: signed_headers(fields.signed_headers)?,
            signature: signature(fields.signature)?,
        })
    }
}

struct Fields<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Fields<'a> {
    fn parse(text: &'a str) -> Result<Self, AuthError> {
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for field in text.split(',').map(str::trim) {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => {
                    return Err(incomplete(
                        "the Authorization header has a part that is not Credential=, SignedHeaders= or Signature=",
                    ));
                }
            };
            if place.replace(value).is_some() {
                return Err(incomplete(&format!("the Authorization header has '{name}' more than once")));
            }
        }
        let required = |value: Option<&'a str>, name: &str| {
            value
                .filter(|value| !value.is_empty())
                .ok_or_else(|| incomplete(&format!("Authorization header requires '{name}' parameter")))
        };
        Ok(Self {
            credential: required(credential, "Credential")?,
            signed_headers: required(signed_headers, "SignedHeaders")?,
            signature: required(signature, "Signature")?,
        })
    }
}

fn split_scope(credential: &str) -> Result<[String; 4], AuthError> {
    let parts: Vec<&str> = credential.split('/').collect();
    match parts.as_slice() {
        [id, day, region, service, last] if *last == TERMINATOR && !id.is_empty() => {
            Ok([id, day, region, service].map(|part| (*part).to_owned()))
        }
        _ => Err(incomplete(
            "Credential must have exactly 5 slash-delimited elements, as in <access key id>/<yyyymmdd>/<region>/proton/aws4_request",
        )),
    }
}

fn signed_headers(text: &str) -> Result<Vec<String>, AuthError> {
    let names: Vec<String> = text.split(';').map(str::to_owned).collect();
    let ascending = names.is_sorted_by(|one, next| one < next);
    if ascending && names.iter().all(|name| !name.is_empty() && *name == name.to_ascii_lowercase()) {
        Ok(names)
    } else {
        Err(incomplete("SignedHeaders must be lower-case header names in ascending order, each once, separated by ';'"))
    }
}

fn signature(text: &str) -> Result<String, AuthError> {
    let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if text.len() == 64 && is_hex {
        Ok(text.to_owned())
    } else {
        Err(incomplete("Signature must be 64 lower-case hexadecimal digits"))
    }
}

fn incomplete(text: &str) -> AuthError {
    AuthError::Incomplete(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn reads_every_part() {
        let text = format!(
            "AWS4-HMAC-SHA256 Credential=AK/20260102/eu-west-1/proton/aws4_request, SignedHeaders=host;x-amz-date, Signature={HEX}"
        );
        let read = Authorization::parse(&text).unwrap();
        assert_eq!(read.access_key_id, "AK");
        assert_eq!((read.day.as_str(), read.region.as_str(), read.service.as_str()), ("20260102", "eu-west-1", "proton"));
        assert_eq!(read.signed_headers, ["host", "x-amz-date"]);
        assert_eq!(read.signature, HEX);
    }

    #[test]
    fn spaces_after_commas_are_optional() {
        let text = format!("AWS4-HMAC-SHA256 Credential=AK/20260102/r/proton/aws4_request,SignedHeaders=host,Signature={HEX}");
        assert!(Authorization::parse(&text).is_ok());
    }

    #[rstest]
    #[case("Basic abc", "must begin with 'AWS4-HMAC-SHA256'")]
    #[case("AWS4-ECDSA-P256-SHA256 Credential=a", "must begin with 'AWS4-HMAC-SHA256'")]
    #[case("AWS4-HMAC-SHA256 ", "a part that is not")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/aws4_request, SignedHeaders=host", "requires 'Signature'")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/aws4_request, Signature=HEX", "requires 'SignedHeaders'")]
    #[case("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=HEX", "requires 'Credential'")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/aws4_request, SignedHeaders=host, Signature=HEX", "exactly 5")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/other, SignedHeaders=host, Signature=HEX", "exactly 5")]
    #[case("AWS4-HMAC-SHA256 Credential=/d/r/s/aws4_request, SignedHeaders=host, Signature=HEX", "exactly 5")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/aws4_request, SignedHeaders=x;host, Signature=HEX", "ascending")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/aws4_request, SignedHeaders=host;host, Signature=HEX", "ascending")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/aws4_request, SignedHeaders=Host, Signature=HEX", "lower-case")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/aws4_request, SignedHeaders=host, Signature=abc", "64")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/aws4_request, Credential=AK/d/r/s/aws4_request", "more than once")]
    #[case("AWS4-HMAC-SHA256 Credential=AK/d/r/s/aws4_request, Signed=x", "a part that is not")]
    fn names_what_is_wrong(#[case] text: &str, #[case] says: &str) {
        let error = Authorization::parse(&text.replace("HEX", HEX)).unwrap_err();
        assert!(matches!(error, AuthError::Incomplete(_)), "{error:?}");
        assert!(error.to_string().contains(says), "{error}");
    }
}
