//! What a connection Secret says.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;

use crate::proton::Sensitive;

/// The keys that a connection Secret may hold.
const KNOWN: [&str; 6] = ["endpoint", "region", "accessKeyId", "secretAccessKey", "sessionToken", "roleArn"];

/// Endpoint, region and keys of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// Region to sign for; the operator's own when absent.
    pub region: Option<String>,
    /// With what the calls are signed, and where they go.
    pub keys: Keys,
}

/// Either keys of the connection's own, which alone may go with an endpoint of its own, or a role that the operator assumes and
/// uses at its own endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Static keys.
    Static {
        /// The endpoint's URL; the operator's own when absent.
        endpoint: Option<String>,
        /// Key id.
        access_key_id: Sensitive,
        /// Key.
        secret_access_key: Sensitive,
        /// Token of temporary keys.
        session_token: Option<Sensitive>,
    },
    /// A role, assumed with the external id `cluster name/namespace`.
    Role {
        /// Its ARN.
        arn: String,
    },
}

impl ConnectionSettings {
    /// Reads a Secret's data.
    ///
    /// # Errors
    /// A text that names the key and says what to do; it quotes no value but an endpoint's.
    pub fn parse(data: &BTreeMap<String, ByteString>) -> Result<Self, String> {
        if let Some(unknown) = data.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(format!("key '{unknown}' is not known; a connection has the keys {}", KNOWN.join(", ")));
        }
        let region = text(data, "region")?;
        let (id, key) = (text(data, "accessKeyId")?, text(data, "secretAccessKey")?);
        let keys = match (text(data, "roleArn")?, id, key) {
            (Some(arn), None, None) => role(data, arn)?,
            (None, Some(id), Some(key)) => Keys::Static {
                endpoint: text(data, "endpoint")?.map(endpoint).transpose()?,
                access_key_id: id.into(),
                secret_access_key: key.into(),
                session_token: text(data, "sessionToken")?.map(Sensitive::from),
            },
            _ => return Err("set either accessKeyId and secretAccessKey, or roleArn".to_owned()),
        };
        Ok(Self { region, keys })
    }
}

/// A role is used at the operator's endpoint only: elsewhere its signed requests would be in a stranger's hands.
fn role(data: &BTreeMap<String, ByteString>, arn: String) -> Result<Keys, String> {
    if data.contains_key("endpoint") {
        return Err("key 'endpoint' needs keys of its own: use accessKeyId and secretAccessKey instead of roleArn".to_owned());
    }
    if !arn.starts_with("arn:") || !arn.contains(":role/") {
        return Err("key 'roleArn' is not the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME".to_owned());
    }
    Ok(Keys::Role { arn })
}

fn endpoint(url: String) -> Result<String, String> {
    let fits = url.starts_with("https://") || url.starts_with("http://");
    let fits = fits && url.chars().all(|c| c.is_ascii_graphic()) && !url.contains('@');
    if fits { Ok(url) } else { Err("key 'endpoint' is not a URL that begins with https:// or http://".to_owned()) }
}

/// Values often end in a line break because of how they were typed; none of ours can hold one.
fn text(data: &BTreeMap<String, ByteString>, key: &str) -> Result<Option<String>, String> {
    let Some(bytes) = data.get(key) else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes.0).map_err(|_| format!("key '{key}' is not text"))?.trim();
    if text.is_empty() {
        return Err(format!("key '{key}' is empty; leave it out or give it a value"));
    }
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn parse(pairs: &[(&str, &str)]) -> Result<ConnectionSettings, String> {
        let data = pairs.iter().map(|(key, value)| ((*key).to_owned(), ByteString(value.as_bytes().to_vec()))).collect();
        ConnectionSettings::parse(&data)
    }

    #[test]
    fn keys_with_an_endpoint() {
        let settings = parse(&[
            ("endpoint", "http://engine:8210\n"),
            ("region", "eu-west-1"),
            ("accessKeyId", "AKIA1"),
            ("secretAccessKey", "s3cr3t"),
        ])
        .unwrap();
        assert_eq!(settings.region.as_deref(), Some("eu-west-1"));
        assert!(matches!(&settings.keys, Keys::Static { endpoint: Some(url), .. } if url == "http://engine:8210"));
        let shown = format!("{settings:?}");
        assert!(!shown.contains("s3cr3t") && !shown.contains("AKIA1"), "{shown}");
    }

    #[test]
    fn a_role_stands_alone() {
        let settings = parse(&[("roleArn", "arn:aws:iam::123456789012:role/proton")]).unwrap();
        assert!(matches!(settings.keys, Keys::Role { .. }));
    }

    #[rstest]
    #[case(&[], "set either")]
    #[case(&[("accessKeyId", "a")], "set either")]
    #[case(&[("roleArn", "arn:aws:iam::1:role/x"), ("accessKeyId", "a"), ("secretAccessKey", "b")], "set either")]
    #[case(&[("roleArn", "arn:aws:iam::1:role/x"), ("endpoint", "http://x")], "key 'endpoint'")]
    #[case(&[("roleArn", "proton")], "key 'roleArn'")]
    #[case(&[("accessKeyId", "a"), ("secretAccessKey", "b"), ("endpoint", "engine:8210")], "key 'endpoint'")]
    #[case(&[("accessKeyId", "a"), ("secretAccessKey", " ")], "key 'secretAccessKey' is empty")]
    #[case(&[("AWS_ACCESS_KEY_ID", "a")], "key 'AWS_ACCESS_KEY_ID'")]
    fn what_is_wrong_is_named(#[case] pairs: &[(&str, &str)], #[case] problem: &str) {
        let error = parse(pairs).unwrap_err();
        assert!(error.contains(problem), "{error}");
    }
}
