//! UntagResource: removes tags by key; keys that are not there are ignored.

use proton_model::{Operation, UntagResourceInput, UntagResourceOutput};

use super::caller_account::check_arn;
use super::tags::{check_resource, check_role, check_stays};
use super::{ApiError, Engine};
use crate::domain::tags::without;
use crate::http::Caller;

pub(super) async fn handle(engine: &Engine, caller: &Caller, input: UntagResourceInput) -> Result<UntagResourceOutput, ApiError> {
    let arn = input.resource_arn.unwrap_or_default();
    check_role(caller, &arn)?;
    check_arn(engine, caller, Operation::UntagResource, &arn)?;
    let mut writer = engine.store.write().await?;
    check_resource(engine, &mut writer, &arn).await?;
    check_stays(&mut writer, &arn).await?;
    let tags = without(&writer.tags(&arn).await?, &input.tag_keys.unwrap_or_default())?;
    writer.put_tags(&arn, &tags).await?;
    engine.commit(writer).await?;
    Ok(UntagResourceOutput::default())
}
