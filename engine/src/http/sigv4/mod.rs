//! AWS Signature Version 4, the verifying side and the small signer that `register` uses.
//!
//! Everything here is a pure function of its arguments: the clock is the parameter `now`, the keys come from a
//! lookup. A request is accepted only if its signature covers the body's hash, the host, the date and every
//! `x-amz-…` header that it carries; there is no unsigned-payload mode and no authentication by query string.
//!
//! Source: AWS General Reference, "Create a signed AWS API request".

mod authorization;
mod canonical;
mod date;
mod error;
mod key;
mod sign;
mod verify;

#[cfg(test)]
mod oracle_tests;

pub use date::SigningDate;
pub use error::AuthError;
pub use sign::{ClientKeys, sign};
pub use verify::{Claim, Identity, MAX_SKEW, verify};

use http::HeaderMap;

/// The name of the only algorithm that is accepted.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The service name in the scope of every signature (API model, `signingName`).
pub const SERVICE: &str = "proton";

/// The last part of every credential scope.
const TERMINATOR: &str = "aws4_request";

/// The parts of a request that a signature covers.
#[derive(Clone, Copy)]
pub struct RequestParts<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path as it stands on the request line, percent-encoded.
    pub path: &'a str,
    /// The query string, if there is one.
    pub query: Option<&'a str>,
    /// All headers of the request.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}
