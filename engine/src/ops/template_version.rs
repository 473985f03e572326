//! Reading, changing and deleting versions of templates of both kinds, behind the operations that are named after them.

use proton_model::{Sensitive, TemplateVersionStatus};

use super::service_template_lists::check_compatible;
use super::{ApiError, Engine, template};
use crate::bundle::TemplateKind;
use crate::domain::paging::Page;
use crate::domain::template::{Template, words};
use crate::domain::template_deletion;
use crate::domain::template_version::{CompatibleTemplate, Event, TemplateVersion};
use crate::domain::version::{Offer, VersionNumber, parse_part, recommended_in};
use crate::store::Reader;

/// A version and what is shown beside it.
pub(super) struct Shown {
    pub(super) version: TemplateVersion,
    pub(super) template_name: String,
    pub(super) recommended_minor: i64,
}

/// The version that a request names.
pub(super) struct Named {
    pub(super) kind: TemplateKind,
    pub(super) template: String,
    pub(super) major: String,
    pub(super) minor: String,
}

/// What an update changes; what is absent stays.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) description: Option<Sensitive>,
    pub(super) status: Option<TemplateVersionStatus>,
    pub(super) compatible: Option<Vec<CompatibleTemplate>>,
    pub(super) component_sources: Option<Vec<String>>,
}

/// Which versions to list.
pub(super) struct Listing {
    pub(super) kind: TemplateKind,
    pub(super) operation: &'static str,
    pub(super) template: String,
    pub(super) major: Option<String>,
    pub(super) next_token: Option<String>,
    pub(super) max_results: Option<i32>,
}

impl Named {
    fn number(&self) -> Option<VersionNumber> {
        parse_part(&self.major).zip(parse_part(&self.minor)).map(|(major, minor)| VersionNumber { major, minor })
    }

    fn absent(&self, template: &Template) -> ApiError {
        let Self { kind, major, minor, .. } = self;
        let kind = words(*kind);
        ApiError::not_found(format!("The requested {kind} version does not exist: {}:{major}.{minor}", template.arn))
    }
}

/// A version with its schema.
pub(super) async fn get(engine: &Engine, named: &Named) -> Result<Shown, ApiError> {
    let mut reader = engine.store.read().await?;
    let (template, version) = existing(engine, &mut reader, named).await?;
    let offers = reader.offers(&template.arn).await?;
    Ok(shown(&template, &offers, version))
}

/// The minor versions of a major; without one, of each major the version that stands for it: the recommended one, or else
/// the highest. Lowest first.
pub(super) async fn list(engine: &Engine, listing: Listing) -> Result<(Vec<Shown>, Option<String>), ApiError> {
    let filter = serde_json::json!([listing.template, listing.major]);
    let max_results = listing.max_results.map(i64::from);
    let page = Page::new(listing.operation, &filter, listing.next_token.as_deref(), max_results)?;
    let mut reader = engine.store.read().await?;
    let template = template::existing(engine, &mut reader, listing.kind, &listing.template).await?;
    let versions = reader.template_versions(&template.arn).await?;
    let offers: Vec<Offer> = versions.iter().map(TemplateVersion::offer).collect();
    let after = page.after.as_deref().and_then(number);
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let wanted = versions.into_iter().filter(|version| is_listed(version.number, listing.major.as_deref(), &offers));
    let rows: Vec<TemplateVersion> = wanted.filter(|version| Some(version.number) > after).take(limit).collect();
    let (rows, next_token) = page.cut(rows, |version| version.number.to_string());
    Ok((rows.into_iter().map(|version| shown(&template, &offers, version)).collect(), next_token))
}

fn is_listed(number: VersionNumber, major: Option<&str>, offers: &[Offer]) -> bool {
    match major {
        Some(major) => parse_part(major) == Some(number.major),
        None => recommended_in(offers, number.major).or_else(|| highest_in(offers, number.major)) == Some(number),
    }
}

fn highest_in(offers: &[Offer], major: i64) -> Option<VersionNumber> {
    offers.iter().map(|offer| offer.number).filter(|number| number.major == major).max()
}

fn number(text: &str) -> Option<VersionNumber> {
    let (major, minor) = text.split_once('.')?;
    Some(VersionNumber { major: parse_part(major)?, minor: parse_part(minor)? })
}

/// Changes what is said about a version, publishes it, or both.
pub(super) async fn update(engine: &Engine, named: &Named, changes: Changes) -> Result<Shown, ApiError> {
    let mut writer = engine.store.write().await?;
    let (template, version) = existing(engine, &mut writer, named).await?;
    let event = changes.status.map(event).transpose()?;
    check_compatible(engine, &mut writer, changes.compatible.as_deref().unwrap_or_default()).await?;
    let version = version.updated(changes.description.map(String::from), event, engine.now())?;
    let version = version.with_lists(changes.compatible, changes.component_sources);
    writer.put_template_version(&version).await?;
    let offers = writer.offers(&template.arn).await?;
    engine.commit(writer).await?;
    Ok(shown(&template, &offers, version))
}

fn event(status: TemplateVersionStatus) -> Result<Event, ApiError> {
    match status {
        TemplateVersionStatus::Published => Ok(Event::Publish),
        TemplateVersionStatus::Draft => Ok(Event::ToDraft),
        other => Err(ApiError::invalid(format!("status must be PUBLISHED: {} is set by registration alone.", other.as_str()))),
    }
}

/// Deletes a version. None when it, or its template, was not there: a repeated deletion succeeds.
pub(super) async fn delete(engine: &Engine, named: &Named) -> Result<Option<Shown>, ApiError> {
    let mut writer = engine.store.write().await?;
    let found = find(engine, &mut writer, named).await?;
    let Some((template, version)) = found else {
        return Ok(None);
    };
    let offers = writer.offers(&template.arn).await?;
    let users = writer.version_users(&template, version.number).await?;
    template_deletion::check(&version.arn, version.number, &offers, &users)?;
    writer.delete_template_version(&version.arn).await?;
    engine.commit(writer).await?;
    Ok(Some(shown(&template, &offers, version)))
}

async fn existing(engine: &Engine, reader: &mut Reader, named: &Named) -> Result<(Template, TemplateVersion), ApiError> {
    let template = template::existing(engine, reader, named.kind, &named.template).await?;
    let version = version_of(reader, &template, named).await?;
    version.map(|version| (template.clone(), version)).ok_or_else(|| named.absent(&template))
}

async fn find(engine: &Engine, reader: &mut Reader, named: &Named) -> Result<Option<(Template, TemplateVersion)>, ApiError> {
    let arn = crate::domain::template::arn(&engine.arns, named.kind, &named.template);
    let Some(template) = reader.template(&arn).await? else {
        return Ok(None);
    };
    let version = version_of(reader, &template, named).await?;
    Ok(version.map(|version| (template, version)))
}

async fn version_of(reader: &mut Reader, template: &Template, named: &Named) -> Result<Option<TemplateVersion>, ApiError> {
    match named.number() {
        None => Ok(None),
        Some(number) => Ok(reader.template_version(&template.version_arn(number)).await?),
    }
}

/// The recommended minor version of a major of which nothing is published is its lowest: public samples show 0 on a
/// draft 1.0 (AWS Proton User Guide, page ag-template-versions).
pub(super) fn shown(template: &Template, offers: &[Offer], version: TemplateVersion) -> Shown {
    let major = version.number.major;
    let lowest = offers.iter().map(|offer| offer.number).filter(|number| number.major == major).min();
    let minor = recommended_in(offers, major).or(lowest).map_or(0, |number| number.minor);
    Shown { version, template_name: template.name.clone(), recommended_minor: minor }
}
