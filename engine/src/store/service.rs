//! Table `services`.

use super::decode::{Row, flag, json, json_or_null, number, text, text_or_null, time, to_json, to_json_or_null, word};
use super::error::StoreError;
use super::transaction::{Reader, Writer};
use crate::domain::idempotency::Creation;
use crate::domain::service::Service;
use crate::domain::version::VersionNumber;

impl Reader {
    /// A service by its name.
    pub async fn service(&mut self, name: &str) -> Result<Option<Service>, StoreError> {
        let row = sqlx::query("SELECT * FROM services WHERE name = $1").bind(name);
        row.fetch_optional(self.connection()).await?.as_ref().map(from_row).transpose()
    }

    /// Services by name, behind the one named `after`.
    pub async fn services(&mut self, after: Option<&str>, limit: i64) -> Result<Vec<Service>, StoreError> {
        let rows = sqlx::query("SELECT * FROM services WHERE name > $1 ORDER BY name LIMIT $2");
        let rows = rows.bind(after.unwrap_or_default()).bind(limit).fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }

    /// How many services there are.
    pub async fn count_services(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM services").fetch_one(self.connection()).await?)
    }
}

impl Writer {
    /// Writes a service, new or changed.
    pub async fn put_service(&mut self, service: &Service) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO services (name, arn, template_name, template_major, template_minor, description, repository, \
             spec, stage, message, plan, created_at, modified_at, fingerprint, modified) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
             ON CONFLICT (name) DO UPDATE SET description = excluded.description, spec = excluded.spec, stage = excluded.stage, \
             message = excluded.message, plan = excluded.plan, modified_at = excluded.modified_at, modified = excluded.modified";
        sqlx::query(SQL)
            .bind(&service.name)
            .bind(&service.arn)
            .bind(&service.template_name)
            .bind(service.version.major)
            .bind(service.version.minor)
            .bind(&service.description)
            .bind(to_json_or_null(service.repository.as_ref(), "repository")?)
            .bind(&service.spec)
            .bind(service.stage.name())
            .bind(&service.message)
            .bind(to_json(&service.plan, "plan")?)
            .bind(service.created_at.as_millisecond())
            .bind(service.modified_at.as_millisecond())
            .bind(&service.creation.fingerprint)
            .bind(i64::from(service.creation.modified))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Drops a service without instances, with its pipeline's record and its tags.
    pub async fn drop_service(&mut self, service: &Service) -> Result<(), StoreError> {
        let pipeline: Option<String> = sqlx::query_scalar("SELECT arn FROM service_pipelines WHERE service_name = $1")
            .bind(&service.name)
            .fetch_optional(self.connection())
            .await?;
        if let Some(arn) = pipeline {
            self.drop_target(&arn).await?;
        }
        self.put_tags(&service.arn, &[]).await?;
        sqlx::query("DELETE FROM services WHERE name = $1").bind(&service.name).execute(self.connection()).await?;
        Ok(())
    }
}

fn from_row(row: &Row) -> Result<Service, StoreError> {
    Ok(Service {
        name: text(row, "name")?,
        arn: text(row, "arn")?,
        template_name: text(row, "template_name")?,
        version: VersionNumber { major: number(row, "template_major")?, minor: number(row, "template_minor")? },
        description: text_or_null(row, "description")?,
        repository: json_or_null(row, "repository")?,
        spec: text(row, "spec")?,
        stage: word(row, "stage")?,
        message: text_or_null(row, "message")?,
        plan: json(row, "plan")?,
        created_at: time(row, "created_at")?,
        modified_at: time(row, "modified_at")?,
        creation: Creation { fingerprint: text(row, "fingerprint")?, modified: flag(row, "modified")? },
    })
}
