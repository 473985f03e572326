//! Table `environments`, with the deployable half of each and what is deployed of it.

use super::decode::{Row, flag, json_or_null, text, text_or_null, to_json_or_null};
use super::error::StoreError;
use super::target;
use super::transaction::{Reader, Writer};
use crate::domain::environment::Environment;
use crate::domain::environment_members::Members;
use crate::domain::idempotency::Creation;
use crate::domain::state::DeployedState;

/// What an environment is selected by; WHERE, ORDER BY and LIMIT follow.
pub(super) fn select() -> String {
    format!(
        "SELECT e.name, e.template_name, e.customer_managed, e.description, e.service_role_arn, e.codebuild_role_arn, \
         e.component_role_arn, e.connection_id, e.repository, e.account_id, e.fingerprint, e.modified, \
         d.wanted_state AS deployed_state, {} \
         FROM environments e JOIN targets t ON t.arn = e.arn LEFT JOIN deployments d ON d.id = t.succeeded_id",
        target::COLUMNS
    )
}

impl Reader {
    /// An environment by its name.
    pub async fn environment(&mut self, name: &str) -> Result<Option<Environment>, StoreError> {
        let sql = format!("{} WHERE e.name = $1", select());
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(name).fetch_optional(self.connection()).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// How many environments there are.
    pub async fn count_environments(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM environments").fetch_one(self.connection()).await?)
    }
}

impl Writer {
    /// Writes an environment, new or changed. Its target is written by [`Writer::apply`], and before it.
    pub async fn put_environment(&mut self, environment: &Environment) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO environments (name, arn, template_name, customer_managed, description, \
             service_role_arn, codebuild_role_arn, component_role_arn, connection_id, repository, account_id, fingerprint, modified) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
             ON CONFLICT (name) DO UPDATE SET description = excluded.description, \
             service_role_arn = excluded.service_role_arn, codebuild_role_arn = excluded.codebuild_role_arn, \
             component_role_arn = excluded.component_role_arn, connection_id = excluded.connection_id, \
             repository = excluded.repository, account_id = excluded.account_id, modified = excluded.modified";
        let members = &environment.members;
        sqlx::query(SQL)
            .bind(&environment.name)
            .bind(&environment.target.arn)
            .bind(&environment.template_name)
            .bind(i64::from(environment.customer_managed))
            .bind(&environment.description)
            .bind(&members.service_role_arn)
            .bind(&members.codebuild_role_arn)
            .bind(&members.component_role_arn)
            .bind(&members.connection_id)
            .bind(to_json_or_null(members.repository.as_ref(), "repository")?)
            .bind(&environment.account_id)
            .bind(&environment.creation.fingerprint)
            .bind(i64::from(environment.creation.modified))
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

/// Reads what [`select`] selects.
pub(super) fn from_row(row: &Row) -> Result<Environment, StoreError> {
    let deployed = json_or_null::<DeployedState>(row, "deployed_state")?;
    Ok(Environment {
        name: text(row, "name")?,
        template_name: text(row, "template_name")?,
        customer_managed: flag(row, "customer_managed")?,
        description: text_or_null(row, "description")?,
        members: Members {
            service_role_arn: text_or_null(row, "service_role_arn")?,
            codebuild_role_arn: text_or_null(row, "codebuild_role_arn")?,
            component_role_arn: text_or_null(row, "component_role_arn")?,
            connection_id: text_or_null(row, "connection_id")?,
            repository: json_or_null(row, "repository")?,
        },
        account_id: text(row, "account_id")?,
        creation: Creation { fingerprint: text(row, "fingerprint")?, modified: flag(row, "modified")? },
        target: target::from_row(row)?,
        deployed: deployed.as_ref().and_then(DeployedState::as_environment).cloned(),
    })
}
