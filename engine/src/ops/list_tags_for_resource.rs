//! ListTagsForResource: the customer's tags and the AWS-managed ones, by key.

use proton_model::{ListTagsForResourceInput, ListTagsForResourceOutput, Operation, Tag};

use super::caller_account::check_arn;
use super::tags::check_resource;
use super::{ApiError, Engine};
use crate::domain::paging::Page;
use crate::http::Caller;

pub(super) async fn handle(
    engine: &Engine,
    caller: &Caller,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceOutput, ApiError> {
    let arn = input.resource_arn.unwrap_or_default();
    check_arn(engine, caller, Operation::ListTagsForResource, &arn)?;
    let filter = serde_json::json!(arn);
    let max_results = input.max_results.map(i64::from);
    let page = Page::new("ListTagsForResource", &filter, input.next_token.as_deref(), max_results)?;
    let mut reader = engine.store.read().await?;
    check_resource(engine, &mut reader, &arn).await?;
    let mut tags = reader.tags(&arn).await?;
    tags.sort_by(|one, other| one.key.cmp(&other.key));
    tags.retain(|tag| page.after.as_ref().is_none_or(|after| tag.key > *after));
    tags.truncate(usize::try_from(page.limit()).unwrap_or(usize::MAX));
    let (tags, next_token) = page.cut(tags, |tag| tag.key.clone());
    let tags = tags.into_iter().map(|tag| Tag { key: Some(tag.key), value: Some(tag.value) }).collect();
    Ok(ListTagsForResourceOutput { next_token, tags: Some(tags) })
}
