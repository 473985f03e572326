//! The canonical request and the string to sign.

use sha2::{Digest, Sha256};

use super::date::SigningDate;
use super::error::AuthError;
use super::{ALGORITHM, RequestParts, SERVICE, TERMINATOR};

/// The SHA-256 of some bytes in lower-case hexadecimal.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The canonical request over the named headers.
///
/// The query is always empty: requests with one are refused before. Paths of this API have no dot segments and no
/// empty segments, so that nothing has to be normalised; a client that normalises another path gets 404 anyway.
pub(super) fn canonical_request(
    request: &RequestParts<'_>,
    signed_headers: &[String],
    body_hash: &str,
) -> Result<String, AuthError> {
    let mut text = format!("{}\n{}\n\n", request.method, encode_path(request.path));
    for name in signed_headers {
        text.push_str(name);
        text.push(':');
        text.push_str(&canonical_value(request, name)?);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&signed_headers.join(";"));
    text.push('\n');
    text.push_str(body_hash);
    Ok(text)
}

/// What the signing key signs.
pub(super) fn string_to_sign(date: SigningDate, region: &str, canonical_request: &str) -> String {
    let day = date.day();
    let hash = sha256_hex(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{date}\n{day}/{region}/{SERVICE}/{TERMINATOR}\n{hash}")
}

/// The values of one header: trimmed, runs of spaces made one, several values joined by commas in their order.
fn canonical_value(request: &RequestParts<'_>, name: &str) -> Result<String, AuthError> {
    let mut values = Vec::new();
    for value in request.headers.get_all(name) {
        let text = std::str::from_utf8(value.as_bytes())
            .map_err(|_| AuthError::Incomplete(format!("the signed header '{name}' is not UTF-8 text")))?;
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        values.push(words.join(" "));
    }
    if values.is_empty() {
        return Err(AuthError::Incomplete(format!("SignedHeaders names '{name}', which the request does not have")));
    }
    Ok(values.join(","))
}

/// Percent-encodes the (already encoded) path once more, as every service but S3 does.
fn encode_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn parts<'a>(headers: &'a HeaderMap, path: &'a str) -> RequestParts<'a> {
        RequestParts { method: "POST", path, query: None, headers, body: b"{}" }
    }

    #[test]
    fn has_the_documented_shape() {
        let mut headers = HeaderMap::new();
        headers.insert("host", "example.com".parse().unwrap());
        headers.append("x-amz-meta", "  a   b ".parse().unwrap());
        headers.append("x-amz-meta", "c".parse().unwrap());
        let names = ["host".to_owned(), "x-amz-meta".to_owned()];
        let text = canonical_request(&parts(&headers, "/a%20b/"), &names, "HASH").unwrap();
        assert_eq!(text, "POST\n/a%2520b/\n\nhost:example.com\nx-amz-meta:a b,c\n\nhost;x-amz-meta\nHASH");
    }

    #[test]
    fn a_signed_header_must_be_there() {
        let headers = HeaderMap::new();
        let error = canonical_request(&parts(&headers, "/"), &["host".to_owned()], "HASH").unwrap_err();
        assert!(error.to_string().contains("'host'"), "{error}");
    }
}
