//! Templates of both kinds, behind the operations that are named after them: load, decide, commit.

use proton_model::{Sensitive, Tag as ModelTag};

use super::{ApiError, Engine, tags};
use crate::bundle::TemplateKind;
use crate::domain::idempotency::{self, Creation, Verdict};
use crate::domain::paging::Page;
use crate::domain::quota;
use crate::domain::tags::merged;
use crate::domain::template::{self, Template, absent, managed_tags, words};
use crate::domain::version::{VersionNumber, recommended};
use crate::store::{Reader, Writer};

/// A template and what is shown beside it.
pub(super) struct Shown {
    pub(super) template: Template,
    pub(super) recommended: Option<VersionNumber>,
}

/// A request to create a template.
pub(super) struct NewTemplate {
    pub(super) kind: TemplateKind,
    pub(super) name: String,
    pub(super) display_name: Option<Sensitive>,
    pub(super) description: Option<Sensitive>,
    pub(super) encryption_key: Option<String>,
    pub(super) customer_managed: bool,
    pub(super) tags: Option<Vec<ModelTag>>,
    /// Of the whole request.
    pub(super) fingerprint: String,
}

/// Which templates to list.
pub(super) struct Listing {
    pub(super) kind: TemplateKind,
    pub(super) operation: &'static str,
    pub(super) next_token: Option<String>,
    pub(super) max_results: Option<i32>,
}

/// Creates a template, or shows the one that the same request created before.
pub(super) async fn create(engine: &Engine, new: NewTemplate) -> Result<Shown, ApiError> {
    let arn = template::arn(&engine.arns, new.kind, &new.name);
    let mut writer = engine.store.write().await?;
    if let Some(stored) = writer.template(&arn).await? {
        let what = format!("{} {}", words(new.kind), new.name);
        if idempotency::decide(Some(&stored.creation), &new.fingerprint, &what)? == Verdict::Replay {
            return shown(&mut writer, stored).await;
        }
    }
    check_quota(engine, &mut writer).await?;
    let all = merged(&managed_tags(&engine.arns, new.kind, &new.name), &tags::given(new.tags.as_deref()))?;
    let template = record(engine, new, arn);
    writer.put_template(&template).await?;
    writer.put_tags(&template.arn, &all).await?;
    engine.commit(writer).await?;
    Ok(Shown { template, recommended: None })
}

fn record(engine: &Engine, new: NewTemplate, arn: String) -> Template {
    let now = engine.now();
    Template {
        arn,
        kind: new.kind,
        name: new.name,
        display_name: new.display_name.map(String::from),
        description: new.description.map(String::from),
        encryption_key: new.encryption_key,
        customer_managed: new.customer_managed,
        created_at: now,
        modified_at: now,
        creation: Creation { fingerprint: new.fingerprint, modified: false },
    }
}

async fn check_quota(engine: &Engine, writer: &mut Writer) -> Result<(), ApiError> {
    let count = writer.count_templates().await?;
    Ok(quota::check(count, engine.config.quotas.templates, "templates", "templates")?)
}

/// A template by its name.
pub(super) async fn get(engine: &Engine, kind: TemplateKind, name: &str) -> Result<Shown, ApiError> {
    let mut reader = engine.store.read().await?;
    let template = existing(engine, &mut reader, kind, name).await?;
    shown(&mut reader, template).await
}

/// A page of templates, by name.
pub(super) async fn list(engine: &Engine, listing: Listing) -> Result<(Vec<Shown>, Option<String>), ApiError> {
    let Listing { kind, operation, next_token, max_results } = listing;
    let page = Page::new(operation, &serde_json::Value::Null, next_token.as_deref(), max_results.map(i64::from))?;
    let mut reader = engine.store.read().await?;
    let rows = reader.templates(kind, page.after.as_deref(), page.limit()).await?;
    let (rows, next_token) = page.cut(rows, |template| template.name.clone());
    let mut list = Vec::with_capacity(rows.len());
    for template in rows {
        list.push(shown(&mut reader, template).await?);
    }
    Ok((list, next_token))
}

/// Changes what is said about a template.
pub(super) async fn update(
    engine: &Engine,
    kind: TemplateKind,
    name: &str,
    display_name: Option<Sensitive>,
    description: Option<Sensitive>,
) -> Result<Shown, ApiError> {
    let mut writer = engine.store.write().await?;
    let stored = existing(engine, &mut writer, kind, name).await?;
    let template = stored.updated(display_name.map(String::from), description.map(String::from), engine.now());
    writer.put_template(&template).await?;
    let shown = shown(&mut writer, template).await?;
    engine.commit(writer).await?;
    Ok(shown)
}

/// Deletes a template that has no versions. None when there was none: a repeated deletion succeeds.
pub(super) async fn delete(engine: &Engine, kind: TemplateKind, name: &str) -> Result<Option<Template>, ApiError> {
    let mut writer = engine.store.write().await?;
    let Some(template) = writer.template(&template::arn(&engine.arns, kind, name)).await? else {
        return Ok(None);
    };
    template.check_deletion(&writer.offers(&template.arn).await?)?;
    writer.delete_template(&template.arn).await?;
    engine.commit(writer).await?;
    Ok(Some(template))
}

/// The template of that name, which must be there.
pub(super) async fn existing(engine: &Engine, reader: &mut Reader, kind: TemplateKind, name: &str) -> Result<Template, ApiError> {
    let template = reader.template(&template::arn(&engine.arns, kind, name)).await?;
    Ok(template.ok_or_else(|| absent(kind, name))?)
}

async fn shown(reader: &mut Reader, template: Template) -> Result<Shown, ApiError> {
    let offers = reader.offers(&template.arn).await?;
    Ok(Shown { template, recommended: recommended(&offers) })
}
