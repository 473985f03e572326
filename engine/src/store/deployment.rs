//! Table `deployments`.

use super::decode::{Row, json, json_or_null, number, text, text_or_null, time, time_or_null, to_json, to_json_or_null, word};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::state::DeployedState;
use crate::domain::target::{Deployment, Prepared, Rendered, TargetNames};

/// Which deployments a list shows: those that have all the names which are given.
#[derive(Clone, Debug, Default)]
pub struct DeploymentFilter {
    /// In or of this environment.
    pub environment: Option<String>,
    /// Of this service.
    pub service: Option<String>,
    /// Of this instance.
    pub service_instance: Option<String>,
    /// Of this component.
    pub component: Option<String>,
}

impl Reader {
    /// A deployment by its id.
    pub async fn deployment(&mut self, id: &str) -> Result<Option<Deployment>, StoreError> {
        let row = sqlx::query("SELECT * FROM deployments WHERE id = $1");
        let row = row.bind(id).fetch_optional(self.connection()).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// Deployments with their ordinals, newest first, behind the one with ordinal `before`.
    pub async fn deployments(
        &mut self,
        filter: &DeploymentFilter,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<(i64, Deployment)>, StoreError> {
        const SQL: &str = "SELECT * FROM deployments WHERE ordinal < $1 \
             AND ($2 IS NULL OR environment_name = $2) AND ($3 IS NULL OR service_name = $3) \
             AND ($4 IS NULL OR service_instance_name = $4) AND ($5 IS NULL OR component_name = $5) \
             ORDER BY ordinal DESC LIMIT $6";
        let rows = sqlx::query(SQL)
            .bind(before.unwrap_or(i64::MAX))
            .bind(&filter.environment)
            .bind(&filter.service)
            .bind(&filter.service_instance)
            .bind(&filter.component)
            .bind(limit)
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(|row| Ok((number(row, "ordinal")?, from_row(row)?))).collect()
    }
}

impl Writer {
    /// Writes a new deployment.
    pub(super) async fn insert_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO deployments (id, ordinal, target_arn, kind, environment_name, service_name, \
             service_instance_name, component_name, target_created_at, operation, state, message, created_at, modified_at, \
             completed_at, initial_state, wanted_state, template_name, template_major, template_minor, last_succeeded_id, outputs) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
        let ordinal = self.next_number("deployments").await?;
        let version = deployment.wanted.as_ref().and_then(DeployedState::version);
        sqlx::query(SQL)
            .bind(&deployment.id)
            .bind(ordinal)
            .bind(&deployment.target_arn)
            .bind(deployment.kind.name())
            .bind(&deployment.names.environment)
            .bind(&deployment.names.service)
            .bind(&deployment.names.service_instance)
            .bind(&deployment.names.component)
            .bind(deployment.target_created_at.as_millisecond())
            .bind(deployment.operation.name())
            .bind(deployment.state.name())
            .bind(&deployment.message)
            .bind(deployment.created_at.as_millisecond())
            .bind(deployment.modified_at.as_millisecond())
            .bind(deployment.completed_at.map(|at| at.as_millisecond()))
            .bind(to_json_or_null(deployment.initial.as_ref(), "initial_state")?)
            .bind(to_json_or_null(deployment.wanted.as_ref(), "wanted_state")?)
            .bind(version.map(|(template, _)| template))
            .bind(version.map(|(_, number)| number.major))
            .bind(version.map(|(_, number)| number.minor))
            .bind(&deployment.last_succeeded_id)
            .bind(to_json(&deployment.outputs, "outputs")?)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Writes what a running deployment may change.
    pub(super) async fn update_deployment(&mut self, deployment: &Deployment) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE deployments SET state = $2, message = $3, modified_at = $4, completed_at = $5, \
             last_succeeded_id = $6, outputs = $7 WHERE id = $1 AND completed_at IS NULL";
        sqlx::query(SQL)
            .bind(&deployment.id)
            .bind(deployment.state.name())
            .bind(&deployment.message)
            .bind(deployment.modified_at.as_millisecond())
            .bind(deployment.completed_at.map(|at| at.as_millisecond()))
            .bind(&deployment.last_succeeded_id)
            .bind(to_json(&deployment.outputs, "outputs")?)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Keeps what a deployment hands to its provisioner.
    pub async fn keep_prepared(&mut self, id: &str, prepared: &Prepared) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE deployments SET method = $2, rendered_file = $3, rendered_body = $4 WHERE id = $1";
        let rendered = prepared.rendered.as_ref();
        sqlx::query(SQL)
            .bind(id)
            .bind(prepared.method.name())
            .bind(rendered.map(|rendered| &rendered.file))
            .bind(rendered.map(|rendered| &rendered.body))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Removes the record of an ended deployment.
    pub async fn delete_deployment(&mut self, id: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM deployments WHERE id = $1").bind(id).execute(self.connection()).await?;
        Ok(())
    }
}

fn from_row(row: &Row) -> Result<Deployment, StoreError> {
    Ok(Deployment {
        id: text(row, "id")?,
        target_arn: text(row, "target_arn")?,
        kind: word(row, "kind")?,
        names: TargetNames {
            environment: text(row, "environment_name")?,
            service: text_or_null(row, "service_name")?,
            service_instance: text_or_null(row, "service_instance_name")?,
            component: text_or_null(row, "component_name")?,
        },
        target_created_at: time(row, "target_created_at")?,
        operation: word(row, "operation")?,
        state: word(row, "state")?,
        message: text_or_null(row, "message")?,
        created_at: time(row, "created_at")?,
        modified_at: time(row, "modified_at")?,
        completed_at: time_or_null(row, "completed_at")?,
        initial: json_or_null(row, "initial_state")?,
        wanted: json_or_null(row, "wanted_state")?,
        last_succeeded_id: text_or_null(row, "last_succeeded_id")?,
        outputs: json(row, "outputs")?,
        prepared: prepared(row)?,
    })
}

fn prepared(row: &Row) -> Result<Option<Prepared>, StoreError> {
    if text_or_null(row, "method")?.is_none() {
        return Ok(None);
    }
    let rendered = text_or_null(row, "rendered_file")?.zip(text_or_null(row, "rendered_body")?);
    let rendered = rendered.map(|(file, body)| Rendered { file, body });
    Ok(Some(Prepared { method: word(row, "method")?, rendered }))
}
