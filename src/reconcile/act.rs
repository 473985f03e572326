//! Performs one remote step. The lease is checked just before, and a test can end the process before and after.

use std::future::Future;

use crate::failpoint::Failpoint;
use crate::plan::Act;
use crate::proton::{Proton, ProtonError};
use crate::runtime::fence::{Fence, NotLeader};

/// Why a step did not work.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// This replica may not act; nothing was called.
    #[error(transparent)]
    NotLeader(#[from] NotLeader),
    /// What the call was made out of has changed meanwhile, and it had no effect: observe again at once.
    #[error("the remote side has changed since it was read")]
    Outdated,
    /// The call failed; whether it had an effect is told by the next observation.
    #[error(transparent)]
    Proton(#[from] ProtonError),
}

/// Performs a step on the remote side. Steps on the object itself are none of its business and do nothing here.
///
/// # Errors
/// See [`ActError`].
pub async fn perform(proton: &dyn Proton, fence: &dyn Fence, act: &Act) -> Result<(), ActError> {
    use Failpoint as At;
    match act {
        Act::None | Act::AddFinalizer | Act::RemoveFinalizer => Ok(()),
        Act::Create(request) => {
            let call = proton.create_environment(request);
            marked(fence, At::BeforeCreateEnvironment, At::AfterCreateEnvironment, call).await
        }
        Act::Update { request, .. } => {
            let call = proton.update_environment(request);
            marked(fence, At::BeforeUpdateEnvironment, At::AfterUpdateEnvironment, call).await
        }
        Act::Cancel { name, .. } => {
            let call = proton.cancel_environment_deployment(name);
            marked(fence, At::BeforeCancelEnvironment, At::AfterCancelEnvironment, call).await
        }
        Act::Delete { name, .. } => {
            let call = proton.delete_environment(name);
            marked(fence, At::BeforeDeleteEnvironment, At::AfterDeleteEnvironment, call).await
        }
        Act::Tag { arn, tags } => marked(fence, At::BeforeTagResource, At::AfterTagResource, proton.tag(arn, tags)).await,
        Act::Untag { arn, keys } => marked(fence, At::BeforeUntagResource, At::AfterUntagResource, proton.untag(arn, keys)).await,
        Act::DeleteDeployment { id } => {
            let call = proton.delete_deployment(id);
            marked(fence, At::BeforeDeleteDeployment, At::AfterDeleteDeployment, call).await
        }
    }
}

/// Makes one mutating call if this replica may, between two points.
///
/// # Errors
/// See [`ActError`].
pub async fn marked<T>(
    fence: &dyn Fence,
    before: Failpoint,
    after: Failpoint,
    call: impl Future<Output = Result<T, ProtonError>>,
) -> Result<(), ActError> {
    fence.check()?;
    before.hit();
    let result = call.await;
    after.hit();
    result.map(drop).map_err(ActError::from)
}
