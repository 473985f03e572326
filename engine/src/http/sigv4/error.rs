//! Why a request was not authenticated, in the exceptions that AWS clients know.

use jiff::Timestamp;
use thiserror::Error;

use super::date::SigningDate;
use super::verify::MAX_SKEW_MINUTES;

/// A request that carries no acceptable signature. Every message says what the sender should check.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AuthError {
    /// There is no `Authorization` header.
    #[error(
        "Missing Authentication Token: the request has no Authorization header. Sign it with AWS Signature Version 4 \
         for the service 'proton'; an AWS SDK or the aws CLI does so when it has an access key (AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY, or a profile)"
    )]
    Missing,
    /// A part of the signature is absent or malformed; the text names it.
    #[error("{0}")]
    Incomplete(String),
    /// The access key id is not in the credentials file.
    #[error(
        "The security token included in the request is invalid: the access key id '{0}' is not in this engine's \
         credentials file. Check AWS_ACCESS_KEY_ID or the profile of the client"
    )]
    UnknownKey(String),
    /// The credential scope is for another date, region or service.
    #[error("{0}")]
    Scope(String),
    /// The request was signed too long ago.
    #[error(
        "Signature expired: {signed} is now earlier than the engine's time {now} by more than {MAX_SKEW_MINUTES} \
         minutes. Check the clocks of both machines"
    )]
    Expired {
        /// When the client says that it signed.
        signed: SigningDate,
        /// The engine's clock.
        now: Timestamp,
    },
    /// The request is dated too far in the future.
    #[error(
        "Signature not yet current: {signed} is still later than the engine's time {now} by more than \
         {MAX_SKEW_MINUTES} minutes. Check the clocks of both machines"
    )]
    NotYetCurrent {
        /// When the client says that it signed.
        signed: SigningDate,
        /// The engine's clock.
        now: Timestamp,
    },
    /// The header `x-amz-content-sha256` says another hash than the body has.
    #[error("{0}")]
    Body(String),
    /// The signature is well-formed and wrong.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check the secret access key of \
         '{0}', and that nothing between client and engine rewrites the host, a signed header or the body"
    )]
    Mismatch(String),
}

impl AuthError {
    /// The exception's name on the wire.
    pub fn exception_name(&self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete(_) => "IncompleteSignatureException",
            Self::UnknownKey(_) => "UnrecognizedClientException",
            Self::Scope(_) | Self::Expired { .. } | Self::NotYetCurrent { .. } | Self::Body(_) | Self::Mismatch(_) => {
                "InvalidSignatureException"
            }
        }
    }

    /// The HTTP status: 400 for what cannot be read as a signature, 403 for what is refused.
    pub fn http_status(&self) -> u16 {
        match self {
            Self::Incomplete(_) => 400,
            _ => 403,
        }
    }
}
