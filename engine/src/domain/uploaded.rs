//! Bundles that were uploaded to the engine itself, in the words of `source.s3`: a reserved bucket name, and the digest in
//! the key.

/// The bucket name that stands for the engine's own store.
pub const BUCKET: &str = "proton-engine-bundles";

/// What follows the digest in a key.
const SUFFIX: &str = ".tar.gz";

/// The key of a bundle by its SHA-256 in lower-case hexadecimal digits.
pub fn key(sha256: &str) -> String {
    format!("{sha256}{SUFFIX}")
}

/// The digest in a key. None for keys that no uploaded bundle has.
pub fn digest(key: &str) -> Option<&str> {
    let digest = key.strip_suffix(SUFFIX)?;
    let is_hex = digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (digest.len() == 64 && is_hex).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_digest() {
        let sha256 = "0123456789abcdef".repeat(4);
        assert_eq!(digest(&key(&sha256)), Some(sha256.as_str()));
        for other in ["vpc.tar.gz", &sha256, &key(&sha256.to_uppercase()), &format!("a/{}", key(&sha256))] {
            assert_eq!(digest(other), None, "{other}");
        }
    }
}
