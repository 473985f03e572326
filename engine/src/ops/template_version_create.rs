//! Creating a version of a template of either kind: numbered at once, registered by the worker.

use proton_model::{Operation, Sensitive, Tag as ModelTag, TemplateVersionSourceInput};

use super::service_template_lists::check_compatible;
use super::template_version::{Shown, shown};
use super::{ApiError, Engine, tags, template};
use crate::bundle::TemplateKind;
use crate::domain::client_token::{self, Remembered};
use crate::domain::effect::EffectKind;
use crate::domain::idempotency::Verdict;
use crate::domain::refusal::Refusal;
use crate::domain::tags::{Tag, merged};
use crate::domain::template::{Template, managed_tags, words};
use crate::domain::template_numbering;
use crate::domain::template_version::{BundleLocation, CompatibleTemplate, TemplateVersion};
use crate::domain::version::{Offer, VersionNumber, VersionStatus};
use crate::store::Writer;

/// A request to create a version.
pub(super) struct NewVersion {
    pub(super) kind: TemplateKind,
    pub(super) operation: Operation,
    pub(super) template: String,
    pub(super) major: Option<String>,
    pub(super) source: Option<TemplateVersionSourceInput>,
    pub(super) description: Option<Sensitive>,
    pub(super) compatible: Vec<CompatibleTemplate>,
    pub(super) component_sources: Vec<String>,
    pub(super) tags: Option<Vec<ModelTag>>,
    pub(super) client_token: Option<String>,
    /// Of the request without its client token.
    pub(super) fingerprint: String,
}

/// Creates a version, or shows the one that the same request created before.
pub(super) async fn create(engine: &Engine, mut new: NewVersion) -> Result<Shown, ApiError> {
    let mut writer = engine.store.write().await?;
    if let Some(version) = replayed(engine, &mut writer, &new).await? {
        let template = template::existing(engine, &mut writer, new.kind, &new.template).await?;
        let offers = writer.offers(&template.arn).await?;
        return Ok(shown(&template, &offers, version));
    }
    let template = template::existing(engine, &mut writer, new.kind, &new.template).await?;
    let mut offers = writer.offers(&template.arn).await?;
    check_quota(engine, &template, &offers)?;
    check_compatible(engine, &mut writer, &new.compatible).await?;
    let number = template_numbering::next(&offers, new.major.as_deref(), &what(&template))?;
    let tags = all_tags(engine, &mut writer, &template, &new).await?;
    let version = record(engine, &template, number, &mut new)?;
    write(engine, &mut writer, &new, &version, &tags).await?;
    engine.commit(writer).await?;
    offers.push(version.offer());
    Ok(shown(&template, &offers, version))
}

fn what(template: &Template) -> String {
    format!("{} {}", words(template.kind), template.name)
}

/// What the request's token created before, if it is still there.
async fn replayed(engine: &Engine, writer: &mut Writer, new: &NewVersion) -> Result<Option<TemplateVersion>, ApiError> {
    let Some(token) = new.client_token.as_deref().filter(|token| !token.is_empty()) else {
        return Ok(None);
    };
    let known = writer.client_token(new.operation.name(), token).await?;
    let version = match &known {
        Some(known) => writer.template_version(&known.resource).await?,
        None => None,
    };
    let verdict = client_token::decide(known.as_ref(), &new.fingerprint, version.is_some(), engine.now())?;
    Ok(version.filter(|_| verdict == Verdict::Replay))
}

fn check_quota(engine: &Engine, template: &Template, offers: &[Offer]) -> Result<(), Refusal> {
    let quota = engine.config.quotas.template_versions;
    if i64::try_from(offers.len()).is_ok_and(|count| count < quota) {
        return Ok(());
    }
    Err(Refusal::Quota(format!(
        "The {} has {quota} versions already, which is the quota. Delete one first, or raise it with --quota template-versions=N.",
        what(template)
    )))
}

/// The managed tags, the template's own tags, and those of the request (AWS Proton User Guide, page resources).
async fn all_tags(engine: &Engine, writer: &mut Writer, template: &Template, new: &NewVersion) -> Result<Vec<Tag>, ApiError> {
    let inherited: Vec<Tag> = writer.tags(&template.arn).await?.into_iter().filter(|tag| !tag.is_managed()).collect();
    let managed = managed_tags(&engine.arns, template.kind, &template.name);
    let all = merged(&managed, &inherited)?;
    Ok(merged(&all, &tags::given(new.tags.as_deref()))?)
}

fn record(
    engine: &Engine,
    template: &Template,
    number: VersionNumber,
    new: &mut NewVersion,
) -> Result<TemplateVersion, ApiError> {
    let now = engine.now();
    Ok(TemplateVersion {
        arn: template.version_arn(number),
        template_arn: template.arn.clone(),
        number,
        status: VersionStatus::RegistrationInProgress,
        status_message: None,
        description: new.description.take().map(String::from),
        schema_text: None,
        bundle: None,
        source: location(new.source.take())?,
        compatible: std::mem::take(&mut new.compatible),
        component_sources: std::mem::take(&mut new.component_sources),
        created_at: now,
        modified_at: now,
    })
}

fn location(source: Option<TemplateVersionSourceInput>) -> Result<BundleLocation, ApiError> {
    match source {
        Some(TemplateVersionSourceInput::S3(object)) => {
            Ok(BundleLocation { bucket: object.bucket.unwrap_or_default(), key: object.key.unwrap_or_default() })
        }
        _ => Err(ApiError::invalid("source must have the member s3 with bucket and key.")),
    }
}

async fn write(
    engine: &Engine,
    writer: &mut Writer,
    new: &NewVersion,
    version: &TemplateVersion,
    tags: &[Tag],
) -> Result<(), ApiError> {
    let now = engine.now();
    writer.put_template_version(version).await?;
    writer.put_tags(&version.arn, tags).await?;
    if let Some(token) = new.client_token.as_deref().filter(|token| !token.is_empty()) {
        let remembered = Remembered::new(new.fingerprint.clone(), version.arn.clone(), now);
        writer.put_client_token(new.operation.name(), token, &remembered, now).await?;
    }
    Ok(writer.enqueue(EffectKind::Registration, &version.arn, now).await?)
}
