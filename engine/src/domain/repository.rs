//! Linked repositories: a provider's repository and the connection that reaches it (AWS Proton User Guide, pages
//! ag-create-repo and ag-repo-delete). A link is data only; nothing happens in the repository.
//!
//! | a create names | decision |
//! |---|---|
//! | a repository that is not linked | Create |
//! | a linked one, with the same connection and key | Replay |
//! | a linked one, with another connection or key | ConflictException |

use super::idempotency::Verdict;
use super::refusal::Refusal;

/// A linked repository (API model, shape Repository).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its ARN, which has provider and name in it.
    pub arn: String,
    /// GITHUB, GITHUB_ENTERPRISE or BITBUCKET.
    pub provider: String,
    /// `owner/repository`.
    pub name: String,
    /// The connection.
    pub connection_arn: String,
    /// The key that the customer wants the data encrypted with; kept and shown, not used.
    pub encryption_key: Option<String>,
}

impl Repository {
    /// How messages call it.
    pub fn what(&self) -> String {
        what(&self.provider, &self.name)
    }
}

/// How messages call a repository, linked or not.
pub fn what(provider: &str, name: &str) -> String {
    format!("{provider} repository {name}")
}

/// How messages say that a repository is not linked.
pub fn not_linked(provider: &str, name: &str) -> String {
    format!("The {} is not linked. Link it with CreateRepository.", what(provider, name))
}

/// Decides about a create.
pub fn create(stored: Option<&Repository>, new: &Repository) -> Result<Verdict, Refusal> {
    match stored {
        None => Ok(Verdict::Create),
        Some(stored) if stored == new => Ok(Verdict::Replay),
        Some(stored) => Err(Refusal::Conflict(format!(
            "The {} is linked already, with another connectionArn or encryptionKey. Delete that link first.",
            stored.what()
        ))),
    }
}

/// Refuses to delete a link that `users`, named by their ARNs or in words, refer to.
pub fn check_unused(repository: &Repository, users: &[String]) -> Result<(), Refusal> {
    if users.is_empty() {
        return Ok(());
    }
    Err(Refusal::Conflict(format!("The {} is used by {}. Remove that first.", repository.what(), users.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn linked(connection: &str, key: Option<&str>) -> Repository {
        Repository {
            arn: "arn".to_owned(),
            provider: "GITHUB".to_owned(),
            name: "acme/infra".to_owned(),
            connection_arn: connection.to_owned(),
            encryption_key: key.map(str::to_owned),
        }
    }

    #[rstest]
    #[case(None, Some(Verdict::Create))]
    #[case(Some(linked("one", None)), Some(Verdict::Replay))]
    #[case(Some(linked("two", None)), None)]
    #[case(Some(linked("one", Some("key"))), None)]
    fn the_table(#[case] stored: Option<Repository>, #[case] expected: Option<Verdict>) {
        match create(stored.as_ref(), &linked("one", None)) {
            Ok(verdict) => assert_eq!(Some(verdict), expected),
            Err(refusal) => assert!(expected.is_none() && matches!(refusal, Refusal::Conflict(_)), "{refusal}"),
        }
    }

    #[test]
    fn users_keep_a_link_and_are_named() {
        assert_eq!(check_unused(&linked("one", None), &[]), Ok(()));
        let refused = check_unused(&linked("one", None), &["arn:a".to_owned(), "arn:b".to_owned()]).unwrap_err();
        assert!(matches!(&refused, Refusal::Conflict(why) if why.contains("arn:a, arn:b")), "{refused}");
    }
}
