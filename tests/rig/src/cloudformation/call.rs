//! The record of calls.

/// One call, as a test asserts on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The action, for example `CreateChangeSet`; for S3 `PutObject` or `GetObject`.
    pub action: String,
    /// The stack's name (not its ARN); for S3 the bucket and key; for STS the role's ARN.
    pub stack: String,
    /// The change set's name.
    pub change_set: Option<String>,
    /// `ClientRequestToken` (or a change set's `ClientToken`).
    pub token: Option<String>,
    /// The access key that signed it.
    pub access_key: String,
    /// The role whose session that key belongs to, if the double gave it out.
    pub role: Option<String>,
    /// The error's code, if it was refused; a refused call had no effect.
    pub error: Option<String>,
}

impl Call {
    /// True if the call had its effect.
    pub fn succeeded(&self) -> bool {
        self.error.is_none()
    }
}
