//! The signing key of one day, region and service, and the signature that it makes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::date::SigningDate;
use super::{SERVICE, TERMINATOR};

/// Signs `text` with the key derived from `secret`; lower-case hexadecimal.
pub(super) fn signature(secret: &str, date: SigningDate, region: &str, text: &str) -> String {
    let mut key = mac(format!("AWS4{secret}").as_bytes(), date.day().as_bytes());
    for part in [region, SERVICE, TERMINATOR] {
        key = mac(&key, part.as_bytes());
    }
    hex::encode(mac(&key, text.as_bytes()))
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length: the constructor has no case in which it fails.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut hmac| {
            hmac.update(message);
            hmac.finalize().into_bytes().to_vec()
        },
    )
}
