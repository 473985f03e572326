//! Environment account connections: an environment account lets a management account provision an environment in it
//! (AWS Proton User Guide, page ag-env-account-connections).
//!
//! | status | accept | reject | update | use |
//! |---|---|---|---|---|
//! | PENDING | CONNECTED | REJECTED | PENDING | Conflict |
//! | CONNECTED | CONNECTED | REJECTED | CONNECTED | CONNECTED |
//! | REJECTED | Conflict | REJECTED | Conflict | Conflict |
//!
//! Accepting and rejecting is the management account's, everything else the environment account's. A connection that an
//! environment uses cannot be rejected; it can be deleted, and then the environment cannot be deployed until another one
//! for its name is accepted. While a deployment runs through a connection, the connection stays as it is.

use jiff::Timestamp;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::refusal::Refusal;

/// The status of a connection (API model, shape EnvironmentAccountConnectionStatus).
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Asked for.
    Pending,
    /// Accepted: an environment may use it.
    Connected,
    /// Refused, for good.
    Rejected,
}

impl Status {
    /// The API's word.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What happens to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The management account accepts it.
    Accept,
    /// The management account rejects it.
    Reject,
    /// The environment account changes its roles.
    Update,
    /// An environment is created with it, or changed to it.
    Use,
}

/// What a connection provisions with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// For environments and service instances.
    pub role_arn: Option<String>,
    /// For CodeBuild.
    pub codebuild_role_arn: Option<String>,
    /// For directly defined components.
    pub component_role_arn: Option<String>,
}

/// A connection (API model, shape EnvironmentAccountConnection).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// A UUID.
    pub id: String,
    /// Its ARN, in the environment account.
    pub arn: String,
    /// The account that the environment is provisioned in.
    pub environment_account_id: String,
    /// The account whose environment it is.
    pub management_account_id: String,
    /// The environment, which may not exist yet.
    pub environment_name: String,
    /// How far it got.
    pub status: Status,
    /// What it provisions with.
    pub roles: Roles,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it changed last.
    pub modified_at: Timestamp,
}

/// The next status, or why there is none.
pub fn step(status: Status, event: Event) -> Result<Status, &'static str> {
    match (status, event) {
        (Status::Rejected, Event::Reject) => Ok(Status::Rejected),
        (Status::Rejected, _) => Err("was rejected, which is final. Create a new one."),
        (Status::Pending, Event::Use) => Err("was not accepted yet. Accept it with AcceptEnvironmentAccountConnection."),
        (_, Event::Accept) => Ok(Status::Connected),
        (_, Event::Reject) => Ok(Status::Rejected),
        (status, Event::Update | Event::Use) => Ok(status),
    }
}

impl Connection {
    /// How messages call it.
    pub fn what(&self) -> String {
        format!("environment account connection {}", self.id)
    }

    /// Whether an account is one of its two.
    pub fn is_of(&self, account: &str) -> bool {
        self.environment_account_id == account || self.management_account_id == account
    }

    /// The connection after an event.
    pub fn after(self, event: Event, now: Timestamp) -> Result<Self, Refusal> {
        let status = step(self.status, event).map_err(|why| Refusal::Conflict(format!("The {} {why}", self.what())))?;
        let modified_at = if status == self.status { self.modified_at } else { now };
        Ok(Self { status, modified_at, ..self })
    }

    /// The connection with other roles; those that are absent stay.
    pub fn with_roles(self, given: Roles, now: Timestamp) -> Result<Self, Refusal> {
        let connection = self.after(Event::Update, now)?;
        let roles = Roles {
            role_arn: given.role_arn.or(connection.roles.role_arn),
            codebuild_role_arn: given.codebuild_role_arn.or(connection.roles.codebuild_role_arn),
            component_role_arn: given.component_role_arn.or(connection.roles.component_role_arn),
        };
        Ok(Self { roles, modified_at: now, ..connection })
    }

    /// Refuses to be what `environment` uses. `account` is the one in which it is provisioned already.
    pub fn check_use(&self, environment: &str, account: Option<&str>) -> Result<(), Refusal> {
        if self.environment_name != environment {
            return Err(Refusal::Invalid(format!(
                "The {} is for the environment {}, not for {environment}.",
                self.what(),
                self.environment_name
            )));
        }
        if let Some(account) = account.filter(|account| *account != self.environment_account_id) {
            return Err(Refusal::Invalid(format!(
                "The {} is of the account {}, but the environment is provisioned in {account} and stays there.",
                self.what(),
                self.environment_account_id
            )));
        }
        self.clone().after(Event::Use, self.modified_at).map(|_| ())
    }
}

/// Refuses a second connection of the same two accounts for the same environment. `others` are all for that environment.
pub fn check_new(new: &Connection, others: &[Connection]) -> Result<(), Refusal> {
    let same = |other: &&Connection| {
        other.status != Status::Rejected
            && other.environment_account_id == new.environment_account_id
            && other.management_account_id == new.management_account_id
    };
    others.iter().find(same).map_or(Ok(()), |other| Err(taken(other)))
}

/// Refuses to accept a second connection for the same environment. `others` are all for that environment.
pub fn check_accept(connection: &Connection, others: &[Connection]) -> Result<(), Refusal> {
    let rival = |other: &&Connection| {
        other.id != connection.id
            && other.status == Status::Connected
            && other.management_account_id == connection.management_account_id
    };
    others.iter().find(rival).map_or(Ok(()), |other| Err(taken(other)))
}

fn taken(other: &Connection) -> Refusal {
    Refusal::Conflict(format!(
        "For the environment {} there is already the {}, which is {}. Delete or reject that first.",
        other.environment_name,
        other.what(),
        other.status.name()
    ))
}

/// Refuses to reject what an environment uses.
pub fn check_reject(connection: &Connection, is_used: bool) -> Result<(), Refusal> {
    if !is_used {
        return Ok(());
    }
    Err(Refusal::Conflict(format!(
        "The {} is used by the environment {} and cannot be rejected. Delete the environment first.",
        connection.what(),
        connection.environment_name
    )))
}

/// Refuses to change or delete what a running deployment goes through.
pub fn check_quiet(connection: &Connection, running: &[String]) -> Result<(), Refusal> {
    if running.is_empty() {
        return Ok(());
    }
    Err(Refusal::Conflict(format!(
        "A deployment goes through the {}: {}. Wait until it has ended.",
        connection.what(),
        running.join(", ")
    )))
}

#[cfg(test)]
#[path = "account_connection_tests.rs"]
mod tests;
