//! The only way in which the worker makes something permanent.

use crate::failpoint::Failpoint;
use crate::store::{StoreError, Writer};

/// Commits what a step gave, between two points.
pub(super) async fn commit(writer: Writer) -> Result<(), StoreError> {
    Failpoint::BeforeCommitStep.hit();
    writer.commit().await?;
    Failpoint::AfterCommitStep.hit();
    Ok(())
}
