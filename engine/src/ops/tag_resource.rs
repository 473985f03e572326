//! TagResource: sets tags; keys that are there get the new value.

use proton_model::{Operation, TagResourceInput, TagResourceOutput};

use super::caller_account::check_arn;
use super::tags::{check_resource, check_role, check_stays, given};
use super::{ApiError, Engine};
use crate::domain::tags::merged;
use crate::http::Caller;

pub(super) async fn handle(engine: &Engine, caller: &Caller, input: TagResourceInput) -> Result<TagResourceOutput, ApiError> {
    let arn = input.resource_arn.unwrap_or_default();
    check_role(caller, &arn)?;
    check_arn(engine, caller, Operation::TagResource, &arn)?;
    let mut writer = engine.store.write().await?;
    check_resource(engine, &mut writer, &arn).await?;
    check_stays(&mut writer, &arn).await?;
    let tags = merged(&writer.tags(&arn).await?, &given(input.tags.as_deref()))?;
    writer.put_tags(&arn, &tags).await?;
    engine.commit(writer).await?;
    Ok(TagResourceOutput::default())
}
