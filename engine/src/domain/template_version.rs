//! Template versions: the record, and the state machine of its status (AWS Proton User Guide, page
//! ag-template-versions; API model, shape TemplateVersionStatus).
//!
//! | status | registered | refused | publish | to draft |
//! |---|---|---|---|---|
//! | REGISTRATION_IN_PROGRESS | DRAFT | REGISTRATION_FAILED | - NotRegistered | - NotRegistered |
//! | REGISTRATION_FAILED | - Settled | - Settled | - NotRegistered | - NotRegistered |
//! | DRAFT | - Settled | - Settled | PUBLISHED | DRAFT |
//! | PUBLISHED | - Settled | - Settled | PUBLISHED | - Published |

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::version::{Offer, VersionNumber, VersionStatus};

/// A template version. Description, schema and status message are sensitive and not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct TemplateVersion {
    /// Its ARN, the template's with the number behind it.
    pub arn: String,
    /// The template's ARN.
    pub template_arn: String,
    /// Its number.
    pub number: VersionNumber,
    /// Where it stands.
    pub status: VersionStatus,
    /// Why registration failed; empty once it succeeded.
    pub status_message: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// The text of the schema file, once registered.
    pub schema_text: Option<String>,
    /// SHA-256 of the bundle, once registered.
    pub bundle: Option<String>,
    /// Where the bundle comes from; read once.
    pub source: BundleLocation,
    /// Environment templates that a service template version works with.
    pub compatible: Vec<CompatibleTemplate>,
    /// `supportedComponentSources` of a service template version.
    pub component_sources: Vec<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
}

/// `source.s3` of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleLocation {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key.
    pub key: String,
}

/// An entry of `compatibleEnvironmentTemplates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompatibleTemplate {
    /// The environment template.
    pub template_name: String,
    /// Its major version.
    pub major: i64,
}

/// What registration made of a bundle.
#[derive(Clone, PartialEq, Eq)]
pub enum Registration {
    /// It was accepted and is kept.
    Accepted {
        /// The text of its schema file.
        schema_text: String,
        /// SHA-256 of its bytes.
        bundle: String,
    },
    /// It was refused for this reason.
    Refused(String),
}

/// What happens to a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The bundle was accepted.
    Registered,
    /// The bundle was refused.
    Refused,
    /// An update asks for PUBLISHED.
    Publish,
    /// An update asks for DRAFT.
    ToDraft,
}

/// Why an event changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The version is not registered, so that it cannot be published.
    NotRegistered,
    /// Registration has already ended.
    Settled,
    /// A published version cannot be made a draft again.
    Published,
}

/// The state machine; the table is in the module's documentation.
pub fn step(status: VersionStatus, event: Event) -> Result<VersionStatus, Reason> {
    use VersionStatus as S;
    match (status, event) {
        (S::RegistrationInProgress, Event::Registered) => Ok(S::Draft),
        (S::RegistrationInProgress, Event::Refused) => Ok(S::RegistrationFailed),
        (S::RegistrationInProgress | S::RegistrationFailed, Event::Publish | Event::ToDraft) => Err(Reason::NotRegistered),
        (S::RegistrationFailed | S::Draft | S::Published, Event::Registered | Event::Refused) => Err(Reason::Settled),
        (S::Draft | S::Published, Event::Publish) => Ok(S::Published),
        (S::Draft, Event::ToDraft) => Ok(S::Draft),
        (S::Published, Event::ToDraft) => Err(Reason::Published),
    }
}

impl fmt::Debug for TemplateVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("TemplateVersion").field("arn", &self.arn).field("status", &self.status).finish_non_exhaustive()
    }
}

impl TemplateVersion {
    /// As far as choosing a version needs it.
    pub fn offer(&self) -> Offer {
        Offer { number: self.number, status: self.status }
    }

    /// The version after its registration has ended; `None` if it had ended before.
    pub fn registered(self, outcome: Registration, now: Timestamp) -> Option<Self> {
        let event = match outcome {
            Registration::Accepted { .. } => Event::Registered,
            Registration::Refused(_) => Event::Refused,
        };
        let status = step(self.status, event).ok()?;
        let (schema_text, bundle, message) = match outcome {
            Registration::Accepted { schema_text, bundle } => (Some(schema_text), Some(bundle), String::new()),
            Registration::Refused(message) => (None, None, message),
        };
        Some(Self { status, schema_text, bundle, status_message: Some(message), modified_at: now, ..self })
    }

    /// The version after an update of its description or its status.
    pub fn updated(self, description: Option<String>, event: Option<Event>, now: Timestamp) -> Result<Self, Refusal> {
        let status = match event {
            None => self.status,
            Some(event) => step(self.status, event).map_err(|reason| self.refusal(reason))?,
        };
        Ok(Self { status, description: description.or(self.description), modified_at: now, ..self })
    }

    /// The version with other lists, where they are given. What is deployed or attached already is not touched by them
    /// (AWS Proton User Guide, page ag-components).
    #[must_use]
    pub fn with_lists(self, compatible: Option<Vec<CompatibleTemplate>>, component_sources: Option<Vec<String>>) -> Self {
        Self {
            compatible: compatible.unwrap_or(self.compatible),
            component_sources: component_sources.unwrap_or(self.component_sources),
            ..self
        }
    }

    fn refusal(&self, reason: Reason) -> Refusal {
        Refusal::Conflict(match reason {
            Reason::NotRegistered => format!(
                "The version {} has the status {} and cannot be published. Only a DRAFT can be.",
                self.arn,
                self.status.name()
            ),
            Reason::Settled => format!("The registration of {} has already ended.", self.arn),
            Reason::Published => {
                format!("The version {} is published, which cannot be undone. Register another version instead.", self.arn)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [Event; 4] = [Event::Registered, Event::Refused, Event::Publish, Event::ToDraft];

    #[test]
    fn the_table_is_the_code() {
        let rows = include_str!("template_version.rs").lines().filter_map(|line| line.strip_prefix("//! | "));
        let mut checked = 0;
        for row in rows.skip(1) {
            let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
            let status: VersionStatus = cells[0].parse().unwrap();
            for (event, cell) in EVENTS.into_iter().zip(&cells[1..]) {
                let shown = match step(status, event) {
                    Ok(next) => next.name().to_owned(),
                    Err(reason) => format!("- {reason:?}"),
                };
                assert_eq!(shown, *cell, "{status:?} {event:?}");
                checked += 1;
            }
        }
        assert_eq!(checked, 16);
    }

    fn version(status: VersionStatus) -> TemplateVersion {
        TemplateVersion {
            arn: "arn:aws:proton:us-east-1:123456789012:environment-template/vpc:1.0".to_owned(),
            template_arn: "arn:aws:proton:us-east-1:123456789012:environment-template/vpc".to_owned(),
            number: VersionNumber { major: 1, minor: 0 },
            status,
            status_message: None,
            description: Some("first".to_owned()),
            schema_text: None,
            bundle: None,
            source: BundleLocation { bucket: "bundles".to_owned(), key: "vpc.tar.gz".to_owned() },
            compatible: Vec::new(),
            component_sources: Vec::new(),
            created_at: Timestamp::UNIX_EPOCH,
            modified_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn registration_ends_once() {
        let accepted = || Registration::Accepted { schema_text: "schema".to_owned(), bundle: "abc".to_owned() };
        let draft = version(VersionStatus::RegistrationInProgress).registered(accepted(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(draft.status, VersionStatus::Draft);
        assert_eq!((draft.status_message.as_deref(), draft.bundle.as_deref()), (Some(""), Some("abc")));
        assert_eq!(draft.registered(accepted(), Timestamp::UNIX_EPOCH), None);
        let refused = Registration::Refused("schema/schema.yaml:3: no".to_owned());
        let failed = version(VersionStatus::RegistrationInProgress).registered(refused, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(failed.status_message.as_deref(), Some("schema/schema.yaml:3: no"));
        assert_eq!((failed.schema_text, failed.bundle), (None, None));
    }

    #[test]
    fn publishing_needs_a_registered_version() {
        let now = Timestamp::from_second(60).unwrap();
        let published = version(VersionStatus::Draft).updated(None, Some(Event::Publish), now).unwrap();
        assert_eq!((published.status, published.description.as_deref()), (VersionStatus::Published, Some("first")));
        let failed = version(VersionStatus::RegistrationFailed);
        assert!(matches!(failed.clone().updated(None, Some(Event::Publish), now), Err(Refusal::Conflict(_))));
        let described = failed.updated(Some("second".to_owned()), None, now).unwrap();
        assert_eq!(described.description.as_deref(), Some("second"));
    }
}
