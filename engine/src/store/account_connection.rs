//! Table `account_connections`, and the environments that use its rows.

use super::decode::{Row, text, text_or_null, time, word};
use super::error::StoreError;
use super::sqlite::Backend;
use super::transaction::{Reader, Writer};
use crate::domain::account_connection::{Connection, Roles, Status};

/// Which connections to list: all members that are given have to match.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFilter {
    /// The account that asked.
    pub environment_account: Option<String>,
    /// The account that is asked.
    pub management_account: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// One of these, unless there are none.
    pub statuses: Vec<String>,
}

impl Reader {
    /// A connection by its id.
    pub async fn account_connection(&mut self, id: &str) -> Result<Option<Connection>, StoreError> {
        let row = sqlx::query("SELECT * FROM account_connections WHERE id = $1").bind(id);
        row.fetch_optional(self.connection()).await?.as_ref().map(from_row).transpose()
    }

    /// Connections by environment and id, behind those of `after`.
    pub async fn account_connections(
        &mut self,
        filter: &ConnectionFilter,
        after: Option<(&str, &str)>,
        limit: i64,
    ) -> Result<Vec<Connection>, StoreError> {
        let (environment, id) = after.unwrap_or_default();
        let mut query = sqlx::QueryBuilder::<Backend>::new("SELECT * FROM account_connections WHERE (environment_name > ");
        query.push_bind(environment).push(" OR (environment_name = ").push_bind(environment);
        query.push(" AND id > ").push_bind(id).push("))");
        let members = [
            (" AND environment_account_id = ", &filter.environment_account),
            (" AND management_account_id = ", &filter.management_account),
            (" AND environment_name = ", &filter.environment),
        ];
        for (clause, value) in members.into_iter().filter_map(|(clause, value)| value.as_ref().map(|value| (clause, value))) {
            query.push(clause).push_bind(value);
        }
        if !filter.statuses.is_empty() {
            query.push(" AND status IN (");
            let mut statuses = query.separated(", ");
            for status in &filter.statuses {
                statuses.push_bind(status);
            }
            query.push(")");
        }
        query.push(" ORDER BY environment_name, id LIMIT ").push_bind(limit);
        let rows = query.build().fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }

    /// How many connections an environment account has.
    pub async fn count_account_connections(&mut self, environment_account: &str) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM account_connections WHERE environment_account_id = $1";
        Ok(sqlx::query_scalar(SQL).bind(environment_account).fetch_one(self.connection()).await?)
    }

    /// Whether an environment uses a connection.
    pub async fn is_account_connection_used(&mut self, id: &str) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT COUNT(*) FROM environments WHERE connection_id = $1";
        Ok(sqlx::query_scalar::<_, i64>(SQL).bind(id).fetch_one(self.connection()).await? > 0)
    }

    /// The targets whose running deployment goes through a connection; some of them where there are many.
    pub async fn deployments_through(&mut self, connection_id: &str) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT d.target_arn FROM deployments d JOIN environments e ON e.name = d.environment_name \
             WHERE e.connection_id = $1 AND d.completed_at IS NULL AND d.kind <> 'SERVICE_PIPELINE' \
             ORDER BY d.ordinal LIMIT 10";
        Ok(sqlx::query_scalar(SQL).bind(connection_id).fetch_all(self.connection()).await?)
    }
}

impl Writer {
    /// Writes a connection, new or changed.
    pub async fn put_account_connection(&mut self, connection: &Connection) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO account_connections (id, arn, environment_account_id, management_account_id, \
             environment_name, status, role_arn, codebuild_role_arn, component_role_arn, requested_at, modified_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO UPDATE SET \
             status = excluded.status, role_arn = excluded.role_arn, codebuild_role_arn = excluded.codebuild_role_arn, \
             component_role_arn = excluded.component_role_arn, modified_at = excluded.modified_at";
        sqlx::query(SQL)
            .bind(&connection.id)
            .bind(&connection.arn)
            .bind(&connection.environment_account_id)
            .bind(&connection.management_account_id)
            .bind(&connection.environment_name)
            .bind(connection.status.name())
            .bind(&connection.roles.role_arn)
            .bind(&connection.roles.codebuild_role_arn)
            .bind(&connection.roles.component_role_arn)
            .bind(connection.requested_at.as_millisecond())
            .bind(connection.modified_at.as_millisecond())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Deletes a connection and its tags. Environments that use it keep its id.
    pub async fn delete_account_connection(&mut self, connection: &Connection) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM account_connections WHERE id = $1").bind(&connection.id).execute(self.connection()).await?;
        self.put_tags(&connection.arn, &[]).await
    }
}

fn from_row(row: &Row) -> Result<Connection, StoreError> {
    Ok(Connection {
        id: text(row, "id")?,
        arn: text(row, "arn")?,
        environment_account_id: text(row, "environment_account_id")?,
        management_account_id: text(row, "management_account_id")?,
        environment_name: text(row, "environment_name")?,
        status: word::<Status>(row, "status")?,
        roles: Roles {
            role_arn: text_or_null(row, "role_arn")?,
            codebuild_role_arn: text_or_null(row, "codebuild_role_arn")?,
            component_role_arn: text_or_null(row, "component_role_arn")?,
        },
        requested_at: time(row, "requested_at")?,
        modified_at: time(row, "modified_at")?,
    })
}
