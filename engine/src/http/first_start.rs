//! The key pair that the engine makes for itself when it has none.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::credentials::{Credential, Credentials, CredentialsError, Secret};
use super::role::Role;

/// The name of the file in the data directory.
pub const FILE_NAME: &str = "credentials.yaml";

/// Credentials, and where they are.
#[derive(Debug)]
pub struct Provided {
    /// The pairs.
    pub credentials: Credentials,
    /// The file that holds them.
    pub path: PathBuf,
    /// Whether the file was made just now.
    pub created: bool,
}

/// Loads the file given, or else the data directory's, which is made with one admin pair if it is not there.
///
/// The new file has mode 0600 and appears whole or not at all.
pub fn provide(file: Option<&Path>, data_dir: &Path) -> Result<Provided, CredentialsError> {
    let path = file.map_or_else(|| data_dir.join(FILE_NAME), Path::to_owned);
    let created = file.is_none() && !path.exists();
    if created {
        let text = yaml(&new_admin());
        write(&path, &text).map_err(|cause| CredentialsError::Io { path: path.clone(), cause })?;
    }
    Ok(Provided { credentials: Credentials::load(&path)?, path, created })
}

fn new_admin() -> Credential {
    let id = Uuid::new_v4().simple().to_string().to_uppercase();
    Credential {
        access_key_id: format!("PROTON{}", id.chars().take(14).collect::<String>()),
        secret_access_key: new_secret(),
        principal: "admin".to_owned(),
        role: Role::Admin,
        account_id: None,
        disabled: false,
    }
}

/// 240 bits from the system's random source, 40 characters as AWS secrets have.
fn new_secret() -> Secret {
    let mut hash = Sha256::new();
    for _ in 0..4 {
        hash.update(Uuid::new_v4().as_bytes());
    }
    let digest = hash.finalize();
    Secret::from(base64::engine::general_purpose::STANDARD.encode(digest.iter().copied().take(30).collect::<Vec<u8>>()))
}

fn yaml(pair: &Credential) -> String {
    format!(
        "# Who may call this engine. Roles: admin, deployer, read-only. Keep this file private.\n\
         - accessKeyId: {}\n  secretAccessKey: {}\n  principal: {}\n  role: {}\n",
        pair.access_key_id,
        pair.secret_access_key.reveal(),
        pair.principal,
        pair.role,
    )
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let draft = path.with_extension("yaml.new");
    let _ = std::fs::remove_file(&draft);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_a_private_file_once() {
        let dir = tempfile::tempdir().unwrap();
        let first = provide(None, dir.path()).unwrap();
        assert!(first.created);
        let second = provide(None, dir.path()).unwrap();
        assert!(!second.created);
        let id = |provided: &Provided| provided.credentials.first_admin().unwrap().access_key_id.clone();
        assert_eq!(id(&first), id(&second));
        assert_eq!(id(&first).len(), 20);
        let secret = first.credentials.first_admin().unwrap().secret_access_key.reveal().to_owned();
        assert_eq!(secret.len(), 40);
        assert!(!format!("{first:?}").contains(&secret));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let made = provide(None, dir.path()).unwrap();
        assert_eq!(std::fs::metadata(made.path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_named_file_must_exist() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mine.yaml");
        assert!(provide(Some(&file), dir.path()).is_err());
        assert!(!file.exists());
    }
}
