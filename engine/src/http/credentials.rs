//! The credentials file: who may call, with which key pair, in which role.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use super::role::Role;
use super::sigv4::Identity;

/// A secret access key; its `Debug` form never shows it.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for computing a signature.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("<redacted>")
    }
}

/// One entry of the credentials file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credential {
    /// Names the pair; sent with each request.
    pub access_key_id: String,
    /// Never sent.
    pub secret_access_key: Secret,
    /// Who holds the pair, in whatever form the owner of the engine likes.
    pub principal: String,
    /// What the holder may do.
    pub role: Role,
    /// The AWS account that the holder acts in, twelve digits; absent: the engine's own. Another account may ask for
    /// environment account connections, and nothing else.
    #[serde(default)]
    pub account_id: Option<String>,
    /// Whether the pair is refused, while whoever still uses it can be told so. For rotating keys.
    #[serde(default)]
    pub disabled: bool,
}

/// Whoever made a request, after its signature was found to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The key pair that signed.
    pub access_key_id: String,
    /// Its holder.
    pub principal: String,
    /// What the holder may do.
    pub role: Role,
    /// The holder's account; absent: the engine's own.
    pub account_id: Option<String>,
}

/// A credentials file that cannot be used.
#[derive(Debug, Error)]
pub enum CredentialsError {
    /// It cannot be read or written.
    #[error("credentials file {path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It is not the list that it should be.
    #[error(
        "credentials file {path}: {cause}. It must be a YAML list of {{accessKeyId, secretAccessKey, principal, role: \
         admin|deployer|read-only}}, each optionally with `accountId` and `disabled: true`"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column where they are known.
        cause: String,
    },
}

/// All key pairs, by access key id.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    pairs: BTreeMap<String, Credential>,
}

impl Credentials {
    /// Reads a credentials file.
    pub fn load(path: &Path) -> Result<Self, CredentialsError> {
        let text = std::fs::read_to_string(path).map_err(|cause| CredentialsError::Io { path: path.to_owned(), cause })?;
        Self::parse(&text).map_err(|cause| CredentialsError::Malformed { path: path.to_owned(), cause })
    }

    /// Reads the text of a credentials file. The error never quotes a value, for it may be a secret.
    pub fn parse(text: &str) -> Result<Self, String> {
        let list: Vec<Credential> = serde_yaml::from_str(text).map_err(|error| without_values(&error, text))?;
        let mut pairs = BTreeMap::new();
        for (index, pair) in list.into_iter().enumerate() {
            check(&pair).map_err(|rule| format!("entry {}: {rule}", index + 1))?;
            let id = pair.access_key_id.clone();
            if pairs.insert(id.clone(), pair).is_some() {
                return Err(format!("entry {}: accessKeyId '{id}' is already used by an earlier entry", index + 1));
            }
        }
        if pairs.is_empty() {
            return Err("the list is empty, so that nobody could call the engine".to_owned());
        }
        Ok(Self { pairs })
    }

    /// The secret and the caller of an access key id, in the form that [`super::sigv4::verify`] asks for.
    pub fn identity(&self, access_key_id: &str) -> Option<Identity<'_, Caller>> {
        self.pairs.get(access_key_id).map(|pair| Identity {
            secret: pair.secret_access_key.reveal(),
            caller: Caller {
                access_key_id: pair.access_key_id.clone(),
                principal: pair.principal.clone(),
                role: pair.role,
                account_id: pair.account_id.clone(),
            },
        })
    }

    /// Whether the pair is in the file and disabled there.
    pub fn is_disabled(&self, access_key_id: &str) -> bool {
        self.pairs.get(access_key_id).is_some_and(|pair| pair.disabled)
    }

    /// The first pair, in the order of access key ids, whose role is admin and which may be used.
    pub fn first_admin(&self) -> Option<&Credential> {
        self.pairs.values().find(|pair| pair.role == Role::Admin && !pair.disabled)
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

impl FromIterator<Credential> for Credentials {
    fn from_iter<T: IntoIterator<Item = Credential>>(pairs: T) -> Self {
        let pairs = pairs.into_iter().map(|pair| (pair.access_key_id.clone(), pair)).collect();
        Self { pairs }
    }
}

fn check(pair: &Credential) -> Result<(), String> {
    let id = &pair.access_key_id;
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !(16..=128).contains(&id.len()) || !id.bytes().all(is_word) {
        return Err("accessKeyId must be 16 to 128 letters, digits or underscores, as AWS clients expect".to_owned());
    }
    if pair.secret_access_key.reveal().len() < 16 {
        return Err(format!("secretAccessKey of '{id}' must have at least 16 characters"));
    }
    if pair.principal.is_empty() {
        return Err(format!("principal of '{id}' must not be empty: it names the caller in messages and logs"));
    }
    let is_account = |account: &String| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if !pair.account_id.as_ref().is_none_or(is_account) {
        return Err(format!("accountId of '{id}' must have twelve digits, in quotes: \"210987654321\""));
    }
    Ok(())
}

/// The parser's message may quote a scalar; only its place and the field names are kept.
fn without_values(error: &serde_yaml::Error, text: &str) -> String {
    let place = error.location().map_or_else(String::new, |at| format!("line {}, column {}: ", at.line(), at.column()));
    let message = error.to_string();
    let known = ["missing field", "unknown field", "unknown variant", "duplicate entry", "duplicate field"];
    let harmless = known.iter().any(|part| message.contains(part));
    if harmless && !quotes_a_secret(&message, text) {
        return format!("{place}{}", message.split(" at line ").next().unwrap_or_default());
    }
    format!("{place}this is not the expected YAML")
}

fn quotes_a_secret(message: &str, text: &str) -> bool {
    text.lines()
        .filter_map(|line| line.split_once("secretAccessKey:"))
        .map(|(_, value)| value.trim().trim_matches(['"', '\'']))
        .any(|value| !value.is_empty() && message.contains(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const GOOD: &str = "\
- {accessKeyId: PROTONAAAAAAAAAAAAAA, secretAccessKey: secret-secret-secret, principal: ci, role: deployer}
- accessKeyId: PROTONBBBBBBBBBBBBBB
  secretAccessKey: secret-secret-another
  principal: alice
  role: admin
- {accessKeyId: PROTONCCCCCCCCCCCCCC, secretAccessKey: secret-secret-portal, principal: portal, role: read-only}
";

    #[test]
    fn reads_the_documented_form() {
        let credentials = Credentials::parse(GOOD).unwrap();
        assert_eq!(credentials.len(), 3);
        let identity = credentials.identity("PROTONAAAAAAAAAAAAAA").unwrap();
        assert_eq!(identity.secret, "secret-secret-secret");
        assert_eq!(identity.caller.role, Role::Deployer);
        assert_eq!(credentials.first_admin().unwrap().principal, "alice");
        assert!(credentials.identity("nobody").is_none());
    }

    #[test]
    fn a_disabled_pair_is_known_and_not_the_first_admin() {
        let credentials = Credentials::parse(&GOOD.replace("role: admin", "role: admin\n  disabled: true")).unwrap();
        assert!(credentials.is_disabled("PROTONBBBBBBBBBBBBBB"));
        assert!(!credentials.is_disabled("PROTONAAAAAAAAAAAAAA") && !credentials.is_disabled("nobody"));
        assert!(credentials.identity("PROTONBBBBBBBBBBBBBB").is_some(), "its signature is still verified");
        assert!(credentials.first_admin().is_none());
    }

    #[test]
    fn a_pair_may_belong_to_another_account() {
        let text = GOOD.replace("principal: alice", "principal: alice\n  accountId: \"210987654321\"");
        let credentials = Credentials::parse(&text).unwrap();
        let account = |id: &str| credentials.identity(id).unwrap().caller.account_id;
        assert_eq!(account("PROTONBBBBBBBBBBBBBB").as_deref(), Some("210987654321"));
        assert_eq!(account("PROTONAAAAAAAAAAAAAA"), None);
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", Credentials::parse(GOOD).unwrap()).contains("secret-secret"));
    }

    #[rstest]
    #[case(&GOOD.replace("role: admin", "role: boss"), &["line ", "unknown variant"])]
    #[case(&GOOD.replace("  principal: alice\n", ""), &["line ", "missing field `principal`"])]
    #[case(&GOOD.replace("principal: alice", "owner: alice"), &["line ", "unknown field `owner`"])]
    #[case(&GOOD.replace("PROTONBBBBBBBBBBBBBB", "PROTONAAAAAAAAAAAAAA"), &["entry 2", "already used"])]
    #[case(&GOOD.replace("PROTONBBBBBBBBBBBBBB", "short"), &["entry 2", "16 to 128"])]
    #[case(&GOOD.replace("secret-secret-another", "short"), &["entry 2", "at least 16"])]
    #[case(&GOOD.replace("principal: alice", "principal: alice\n  accountId: '123'"), &["entry 2", "twelve digits"])]
    #[case("[]", &["the list is empty"])]
    #[case("accessKeyId: x", &["not the expected YAML"])]
    #[case("- a: [", &["line "])]
    fn says_what_is_wrong_and_where(#[case] text: &str, #[case] says: &[&str]) {
        let error = Credentials::parse(text).unwrap_err();
        for part in says {
            assert!(error.contains(part), "{error}");
        }
        assert!(!error.contains("secret-secret"), "{error}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Credentials::load(Path::new("/nonexistent/credentials.yaml")).unwrap_err();
        assert!(error.to_string().contains("/nonexistent/credentials.yaml"));
    }
}
