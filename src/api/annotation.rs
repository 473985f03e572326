//! Names that the operator writes or reads on objects and on remote resources.

/// Kept on a custom resource until its remote side is gone or let go.
pub const FINALIZER: &str = "proton-operator.dev/remote";

/// Look again now. Any new value counts; it is copied to `status.lastHandledReconcileAt`.
pub const RECONCILE_REQUESTED_AT: &str = "proton-operator.dev/reconcile-requested-at";
/// Deploy the same again. Any new value counts; it is copied to `status.lastHandledDeployAt`.
pub const DEPLOY_REQUESTED_AT: &str = "proton-operator.dev/deploy-requested-at";
/// Try again what failed, was cancelled or was refused. Any new value counts; it is copied to `status.lastHandledRetryAt`.
pub const RETRY_REQUESTED_AT: &str = "proton-operator.dev/retry-requested-at";
/// Cancel the deployment with this id, and leave it at that until the spec changes or a retry is asked for.
pub const CANCEL_REQUESTED: &str = "proton-operator.dev/cancel-requested";

/// Remote tag: `cluster name/namespace/name` of the object that owns the remote resource.
pub const OWNER_TAG: &str = "proton-operator.dev/owner";
/// Remote tag beside the owner's: the resource was there before the operator took it up. It makes Retain the default at deletion, and
/// stands on the remote side because a status does not survive a backup.
pub const ADOPTED_TAG: &str = "proton-operator.dev/adopted";
/// Prefix of the tags that the operator keeps to itself.
pub const TAG_PREFIX: &str = "proton-operator.dev/";
