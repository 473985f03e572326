//! The key pair that a client command signs with.

use std::path::Path;

use anyhow::Context as _;

use crate::http::Credentials;
use crate::http::credentials::Secret;
use crate::http::sigv4::ClientKeys;

/// A key pair of this process.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Names the pair.
    pub access_key_id: String,
    /// Never sent.
    pub secret_access_key: Secret,
    /// Of a temporary pair.
    pub session_token: Option<Secret>,
}

impl Keys {
    /// The first admin pair of the file, if one is given, or else the standard AWS variables.
    pub fn find(file: Option<&Path>) -> anyhow::Result<Self> {
        match file {
            Some(file) => Self::from_file(file),
            None => Self::from_variables(|name| std::env::var(name).ok().filter(|value| !value.is_empty())),
        }
    }

    fn from_file(file: &Path) -> anyhow::Result<Self> {
        let credentials = Credentials::load(file)?;
        let pair = credentials
            .first_admin()
            .with_context(|| format!("the credentials file {} has no entry with the role admin", file.display()))?;
        Ok(Self {
            access_key_id: pair.access_key_id.clone(),
            secret_access_key: pair.secret_access_key.clone(),
            session_token: None,
        })
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let pair = variable("AWS_ACCESS_KEY_ID").zip(variable("AWS_SECRET_ACCESS_KEY"));
        let (access_key_id, secret) = pair.context(
            "there are no keys to sign with: give the engine's credentials file (--credentials FILE), or set \
             AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )?;
        let session_token = variable("AWS_SESSION_TOKEN").map(Secret::from);
        Ok(Self { access_key_id, secret_access_key: Secret::from(secret), session_token })
    }

    /// In the form that the signer takes.
    pub fn borrow(&self) -> ClientKeys<'_> {
        ClientKeys {
            access_key_id: &self.access_key_id,
            secret_access_key: self.secret_access_key.reveal(),
            session_token: self.session_token.as_ref().map(Secret::reveal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_gives_its_first_admin() {
        let dir = tempfile::tempdir().unwrap();
        let made = crate::http::first_start::provide(None, dir.path()).unwrap();
        let keys = Keys::find(Some(&made.path)).unwrap();
        assert_eq!(keys.access_key_id, made.credentials.first_admin().unwrap().access_key_id);
    }

    #[test]
    fn a_file_without_an_admin_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.yaml");
        let entry = "- {accessKeyId: PROTONAAAAAAAAAAAAAA, secretAccessKey: secret-secret-secret, principal: p, role: read-only}";
        std::fs::write(&file, entry).unwrap();
        assert!(Keys::find(Some(&file)).unwrap_err().to_string().contains("no entry with the role admin"));
    }

    #[test]
    fn the_variables_come_as_a_pair() {
        let keys = Keys::from_variables(|name| Some(format!("value of {name}"))).unwrap();
        assert_eq!(keys.borrow().secret_access_key, "value of AWS_SECRET_ACCESS_KEY");
        assert!(!format!("{keys:?}").contains("value of AWS_SECRET"));
        let half = Keys::from_variables(|name| (name == "AWS_ACCESS_KEY_ID").then(|| "x".to_owned()));
        assert!(half.unwrap_err().to_string().contains("--credentials"));
    }
}
