//! Tables `service_instances` and `service_pipelines`, with the deployable half of each and what is deployed of it.

use super::decode::{Row, json_or_null, text, text_or_null};
use super::error::StoreError;
use super::target;
use super::transaction::{Reader, Writer};
use crate::domain::service_target::{ServiceInstance, ServicePipeline};
use crate::domain::state::DeployedState;

/// What an instance is selected by; WHERE and ORDER BY follow.
fn instances() -> String {
    format!(
        "SELECT i.service_name, i.name, i.environment_name, i.template_name, i.last_client_token, \
         d.wanted_state AS deployed_state, {} \
         FROM service_instances i JOIN targets t ON t.arn = i.arn LEFT JOIN deployments d ON d.id = t.succeeded_id",
        target::COLUMNS
    )
}

impl Reader {
    /// An instance by its service's name and its own.
    pub async fn service_instance(&mut self, service: &str, name: &str) -> Result<Option<ServiceInstance>, StoreError> {
        let sql = format!("{} WHERE i.service_name = $1 AND i.name = $2", instances());
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(service).bind(name).fetch_optional(self.connection()).await?;
        row.as_ref().map(instance).transpose()
    }

    /// The instances of a service, or of all, by service and name.
    pub async fn service_instances(&mut self, service: Option<&str>) -> Result<Vec<ServiceInstance>, StoreError> {
        let sql = format!("{} WHERE ($1 IS NULL OR i.service_name = $1) ORDER BY i.service_name, i.name", instances());
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(service).fetch_all(self.connection()).await?;
        rows.iter().map(instance).collect()
    }

    /// ARNs of instances that run in an environment; some of them where there are many.
    pub async fn instances_in(&mut self, environment: &str) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT arn FROM service_instances WHERE environment_name = $1 ORDER BY arn LIMIT 10";
        Ok(sqlx::query_scalar(SQL).bind(environment).fetch_all(self.connection()).await?)
    }

    /// ARNs of pipelines that are being deployed; some of them where there are many.
    pub async fn running_pipelines(&mut self) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT target_arn FROM deployments WHERE kind = 'SERVICE_PIPELINE' AND completed_at IS NULL \
             ORDER BY ordinal LIMIT 10";
        Ok(sqlx::query_scalar(SQL).fetch_all(self.connection()).await?)
    }

    /// The pipeline of a service.
    pub async fn service_pipeline(&mut self, service: &str) -> Result<Option<ServicePipeline>, StoreError> {
        let sql = format!(
            "SELECT p.service_name, p.template_name, d.wanted_state AS deployed_state, {} FROM service_pipelines p \
             JOIN targets t ON t.arn = p.arn LEFT JOIN deployments d ON d.id = t.succeeded_id WHERE p.service_name = $1",
            target::COLUMNS
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(service).fetch_optional(self.connection()).await?;
        row.as_ref().map(pipeline).transpose()
    }
}

impl Writer {
    /// Writes an instance, new or changed, and its target where that is new.
    pub async fn put_service_instance(&mut self, instance: &ServiceInstance) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO service_instances (arn, service_name, name, environment_name, template_name, last_client_token) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (arn) DO UPDATE SET last_client_token = excluded.last_client_token";
        if self.target(&instance.target.arn).await?.is_none() {
            self.put_target(&instance.target).await?;
        }
        sqlx::query(SQL)
            .bind(&instance.target.arn)
            .bind(&instance.service)
            .bind(&instance.name)
            .bind(&instance.environment)
            .bind(&instance.template_name)
            .bind(&instance.last_client_token)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Writes a new pipeline with its target, or a pipeline's target that changed without a deployment.
    pub async fn put_service_pipeline(&mut self, pipeline: &ServicePipeline) -> Result<(), StoreError> {
        const SQL: &str =
            "INSERT INTO service_pipelines (arn, service_name, template_name) VALUES ($1, $2, $3) ON CONFLICT (arn) DO NOTHING";
        self.put_target(&pipeline.target).await?;
        sqlx::query(SQL)
            .bind(&pipeline.target.arn)
            .bind(&pipeline.service)
            .bind(&pipeline.template_name)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

fn instance(row: &Row) -> Result<ServiceInstance, StoreError> {
    let deployed = json_or_null::<DeployedState>(row, "deployed_state")?;
    Ok(ServiceInstance {
        service: text(row, "service_name")?,
        name: text(row, "name")?,
        environment: text(row, "environment_name")?,
        template_name: text(row, "template_name")?,
        last_client_token: text_or_null(row, "last_client_token")?,
        target: target::from_row(row)?,
        deployed: deployed.as_ref().and_then(DeployedState::as_service_instance).cloned(),
    })
}

fn pipeline(row: &Row) -> Result<ServicePipeline, StoreError> {
    let deployed = json_or_null::<DeployedState>(row, "deployed_state")?;
    Ok(ServicePipeline {
        service: text(row, "service_name")?,
        template_name: text(row, "template_name")?,
        target: target::from_row(row)?,
        deployed: deployed.as_ref().and_then(DeployedState::as_service_pipeline).cloned(),
    })
}
