//! What is to be synced from a linked repository: templates and services (AWS Proton User Guide, pages
//! ag-template-sync-configs and ag-service-sync-configs).
//!
//! The engine keeps and shows this configuration; nothing reads a repository yet, and every status says so.
//!
//! | a create for a template or service | decision |
//! |---|---|
//! | without a configuration | Create |
//! | with the same configuration | Replay |
//! | with another one | ConflictException |

use jiff::Timestamp;

use super::idempotency::Verdict;
use super::refusal::Refusal;

/// What the status of every sync says.
pub const NOT_WATCHED: &str = "proton-engine keeps this configuration but does not watch repositories yet, so nothing was synced. Register template versions with proton-engine register, and deploy services with UpdateServiceInstance.";
/// The type of the event that says it.
pub const NOT_WATCHED_TYPE: &str = "NOT_WATCHED";

/// A branch of a linked repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The link's ARN.
    pub repository_arn: String,
    /// GITHUB, GITHUB_ENTERPRISE or BITBUCKET.
    pub provider: String,
    /// `owner/repository`.
    pub repository: String,
    /// The branch.
    pub branch: String,
}

/// What is synced to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// The ARN of the template or the service.
    pub target_arn: String,
    /// The name of the template or the service.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
    /// The subdirectory of a template, the path of a service's OPS file.
    pub path: Option<String>,
    /// Since when it is configured so.
    pub created_at: Timestamp,
}

/// Decides about a create.
pub fn create(stored: Option<&Sync>, new: &Sync) -> Result<Verdict, Refusal> {
    match stored {
        None => Ok(Verdict::Create),
        Some(stored) if stored.source == new.source && stored.path == new.path => Ok(Verdict::Replay),
        Some(stored) => Err(Refusal::Conflict(format!(
            "{} is configured to be synced from the branch {} of {} already. Update or delete that configuration.",
            stored.target_arn, stored.source.branch, stored.source.repository
        ))),
    }
}

/// How messages say that there is no configuration.
pub fn absent(target_arn: &str) -> String {
    format!("There is no sync configuration of {target_arn}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn sync(branch: &str, path: Option<&str>) -> Sync {
        let source = Source {
            repository_arn: "arn:repository".to_owned(),
            provider: "GITHUB".to_owned(),
            repository: "acme/infra".to_owned(),
            branch: branch.to_owned(),
        };
        let path = path.map(str::to_owned);
        Sync { target_arn: "arn:vpc".to_owned(), name: "vpc".to_owned(), source, path, created_at: Timestamp::UNIX_EPOCH }
    }

    #[rstest]
    #[case(None, Some(Verdict::Create))]
    #[case(Some(sync("main", None)), Some(Verdict::Replay))]
    #[case(Some(sync("other", None)), None)]
    #[case(Some(sync("main", Some("templates"))), None)]
    fn the_table(#[case] stored: Option<Sync>, #[case] expected: Option<Verdict>) {
        match create(stored.as_ref(), &sync("main", None)) {
            Ok(verdict) => assert_eq!(Some(verdict), expected),
            Err(refusal) => assert!(expected.is_none() && matches!(refusal, Refusal::Conflict(_)), "{refusal}"),
        }
    }
}
