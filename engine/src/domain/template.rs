//! Environment and service templates: the records that versions belong to (AWS Proton User Guide, pages
//! template-create, template-update, template-delete).

use std::fmt;

use jiff::Timestamp;

use super::arn::Arns;
use super::idempotency::Creation;
use super::refusal::Refusal;
use super::tags::{self, Tag};
use super::version::{Offer, VersionNumber};
use crate::bundle::TemplateKind;

/// A template. Display name and description are sensitive and not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    /// Its ARN.
    pub arn: String,
    /// What it describes.
    pub kind: TemplateKind,
    /// Unique among the templates of its kind.
    pub name: String,
    /// For people.
    pub display_name: Option<String>,
    /// For people.
    pub description: Option<String>,
    /// The key that a customer wants the data encrypted with; kept and shown, not used.
    pub encryption_key: Option<String>,
    /// `provisioning`, of service templates `pipelineProvisioning`, is CUSTOMER_MANAGED.
    pub customer_managed: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last created or updated.
    pub modified_at: Timestamp,
    /// The request that created it.
    pub creation: Creation,
}

impl fmt::Debug for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Template").field("arn", &self.arn).finish_non_exhaustive()
    }
}

impl Template {
    /// The template after an update: members that are given replace the old ones, others stay.
    #[must_use]
    pub fn updated(self, display_name: Option<String>, description: Option<String>, now: Timestamp) -> Self {
        Self {
            display_name: display_name.or(self.display_name),
            description: description.or(self.description),
            modified_at: now,
            creation: Creation { modified: true, ..self.creation },
            ..self
        }
    }

    /// The ARN of one of its versions.
    pub fn version_arn(&self, number: VersionNumber) -> String {
        format!("{}:{number}", self.arn)
    }

    /// Whether it may be deleted: only without versions (API model, DeleteEnvironmentTemplate).
    pub fn check_deletion(&self, versions: &[Offer]) -> Result<(), Refusal> {
        match versions.first() {
            None => Ok(()),
            Some(first) => Err(Refusal::Conflict(format!(
                "The {} {} still has {} version(s), the first is {}. Delete its versions before it.",
                words(self.kind),
                self.name,
                versions.len(),
                first.number
            ))),
        }
    }
}

/// What a kind of template is called in messages.
pub fn words(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::Environment => "environment template",
        TemplateKind::Service => "service template",
    }
}

/// The ARN of a template.
pub fn arn(arns: &Arns, kind: TemplateKind, name: &str) -> String {
    match kind {
        TemplateKind::Environment => arns.environment_template(name),
        TemplateKind::Service => arns.service_template(name),
    }
}

/// The AWS-managed tags of a template and of its versions.
pub fn managed_tags(arns: &Arns, kind: TemplateKind, name: &str) -> Vec<Tag> {
    match kind {
        TemplateKind::Environment => tags::of_environment_template(arns, name),
        TemplateKind::Service => vec![
            Tag { key: "aws:proton:account".to_owned(), value: arns.account_id().to_owned() },
            Tag { key: "aws:proton:template".to_owned(), value: arns.service_template(name) },
        ],
    }
}

/// Says that there is no such template.
pub fn absent(kind: TemplateKind, name: &str) -> Refusal {
    Refusal::NotFound(format!("The {} {name} does not exist.", words(kind)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::version::VersionStatus;

    fn template() -> Template {
        Template {
            arn: "arn:aws:proton:us-east-1:123456789012:environment-template/vpc".to_owned(),
            kind: TemplateKind::Environment,
            name: "vpc".to_owned(),
            display_name: Some("Network".to_owned()),
            description: Some("the quiet one".to_owned()),
            encryption_key: None,
            customer_managed: false,
            created_at: Timestamp::UNIX_EPOCH,
            modified_at: Timestamp::UNIX_EPOCH,
            creation: Creation { fingerprint: "f".to_owned(), modified: false },
        }
    }

    #[test]
    fn an_update_replaces_what_is_given() {
        let now = Timestamp::from_second(60).unwrap();
        let updated = template().updated(None, Some("new".to_owned()), now);
        assert_eq!(updated.display_name.as_deref(), Some("Network"));
        assert_eq!(updated.description.as_deref(), Some("new"));
        assert!(updated.creation.modified);
        assert_eq!((updated.created_at, updated.modified_at), (Timestamp::UNIX_EPOCH, now));
    }

    #[test]
    fn versions_keep_a_template() {
        assert_eq!(template().check_deletion(&[]), Ok(()));
        let offer = Offer { number: VersionNumber { major: 1, minor: 0 }, status: VersionStatus::RegistrationFailed };
        assert!(matches!(template().check_deletion(&[offer]), Err(Refusal::Conflict(message)) if message.contains("1.0")));
    }

    #[test]
    fn debug_shows_nothing_for_people() {
        let shown = format!("{:?}", template());
        assert!(shown.contains("vpc") && !shown.contains("quiet") && !shown.contains("Network"));
    }

    #[test]
    fn both_kinds_are_tagged_alike() {
        let arns = Arns::new("123456789012", "us-east-1");
        for kind in [TemplateKind::Environment, TemplateKind::Service] {
            let tags = managed_tags(&arns, kind, "web");
            assert_eq!(tags[0].value, "123456789012");
            assert_eq!(tags[1].value, arn(&arns, kind, "web"));
            assert!(tags.iter().all(Tag::is_managed));
        }
    }
}
