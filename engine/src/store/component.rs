//! Table `components`, with the deployable half of each and what is deployed of it.

use super::decode::{Row, json_or_null, text, text_or_null, time};
use super::error::StoreError;
use super::target;
use super::transaction::{Reader, Writer};
use crate::domain::component::Component;
use crate::domain::component_state::Attachment;
use crate::domain::service_target::ServiceInstance;
use crate::domain::state::DeployedState;

/// Which components a list shows: those that have all the names which are given.
#[derive(Clone, Debug, Default)]
pub struct ComponentFilter {
    /// Of this environment, attached or not.
    pub environment: Option<String>,
    /// Attached to an instance of this service.
    pub service: Option<String>,
    /// Attached to this instance.
    pub service_instance: Option<String>,
}

/// What components need to know of the template version of an instance. The schema is sensitive and not for logs.
#[derive(Clone, PartialEq, Eq)]
pub struct InstanceVersion {
    /// The text of its schema file.
    pub schema_text: String,
    /// Its supportedComponentSources.
    pub component_sources: Vec<String>,
}

/// What a component is selected by; WHERE, ORDER BY and LIMIT follow.
fn select() -> String {
    format!(
        "SELECT c.name, c.environment_name, c.service_name, c.service_instance_name, c.description, c.manifest, \
         c.last_client_token, c.modified_at, d.wanted_state AS deployed_state, {} \
         FROM components c JOIN targets t ON t.arn = c.arn LEFT JOIN deployments d ON d.id = t.succeeded_id",
        target::COLUMNS
    )
}

impl Reader {
    /// A component by its name.
    pub async fn component(&mut self, name: &str) -> Result<Option<Component>, StoreError> {
        let sql = format!("{} WHERE c.name = $1", select());
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(name).fetch_optional(self.connection()).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// The component that is attached to an instance.
    pub async fn component_of_instance(&mut self, service: &str, instance: &str) -> Result<Option<Component>, StoreError> {
        let sql = format!("{} WHERE c.service_name = $1 AND c.service_instance_name = $2", select());
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(service).bind(instance);
        row.fetch_optional(self.connection()).await?.as_ref().map(from_row).transpose()
    }

    /// Components by name, behind the one named `after`.
    pub async fn components(
        &mut self,
        filter: &ComponentFilter,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Component>, StoreError> {
        let sql = format!(
            "{} WHERE c.name > $1 AND ($2 IS NULL OR c.environment_name = $2) AND ($3 IS NULL OR c.service_name = $3) \
             AND ($4 IS NULL OR c.service_instance_name = $4) ORDER BY c.name LIMIT $5",
            select()
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(after.unwrap_or_default())
            .bind(&filter.environment)
            .bind(&filter.service)
            .bind(&filter.service_instance)
            .bind(limit)
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(from_row).collect()
    }

    /// Names of the components of an environment; some of them where there are many.
    pub async fn components_in(&mut self, environment: &str) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "SELECT name FROM components WHERE environment_name = $1 ORDER BY name LIMIT 10";
        Ok(sqlx::query_scalar(SQL).bind(environment).fetch_all(self.connection()).await?)
    }

    /// How many components there are.
    pub async fn count_components(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM components").fetch_one(self.connection()).await?)
    }

    /// The template version that an instance is deployed from, or before the first success was tried with.
    pub async fn instance_version(&mut self, instance: &ServiceInstance) -> Result<Option<InstanceVersion>, StoreError> {
        const SQL: &str = "SELECT v.schema_text, v.supported_component_sources FROM deployments d \
             JOIN templates t ON t.kind = 'SERVICE' AND t.name = d.template_name \
             JOIN template_versions v ON v.template_arn = t.arn AND v.major = d.template_major AND v.minor = d.template_minor \
             WHERE d.id = $1";
        let last = instance.target.succeeded.as_ref().or(instance.target.attempted.as_ref());
        let Some(last) = last else {
            return Ok(None);
        };
        let row = sqlx::query(SQL).bind(&last.id).fetch_optional(self.connection()).await?;
        row.as_ref()
            .map(|row| {
                Ok(InstanceVersion {
                    schema_text: text_or_null(row, "schema_text")?.unwrap_or_default(),
                    component_sources: json_or_null(row, "supported_component_sources")?.unwrap_or_default(),
                })
            })
            .transpose()
    }
}

impl Writer {
    /// Writes a component, new or changed. Its target is written by [`Writer::apply`], and before it.
    pub async fn put_component(&mut self, component: &Component) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO components (name, arn, environment_name, service_name, service_instance_name, \
             description, manifest, last_client_token, modified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (name) DO UPDATE SET service_name = excluded.service_name, \
             service_instance_name = excluded.service_instance_name, description = excluded.description, \
             last_client_token = excluded.last_client_token, modified_at = excluded.modified_at";
        let attachment = component.attachment.as_ref();
        sqlx::query(SQL)
            .bind(&component.name)
            .bind(&component.target.arn)
            .bind(&component.environment)
            .bind(attachment.map(|attachment| &attachment.service))
            .bind(attachment.map(|attachment| &attachment.instance))
            .bind(&component.description)
            .bind(&component.manifest)
            .bind(&component.last_client_token)
            .bind(component.modified_at.as_millisecond())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}

fn from_row(row: &Row) -> Result<Component, StoreError> {
    let deployed = json_or_null::<DeployedState>(row, "deployed_state")?;
    let names = text_or_null(row, "service_name")?.zip(text_or_null(row, "service_instance_name")?);
    Ok(Component {
        name: text(row, "name")?,
        environment: text(row, "environment_name")?,
        attachment: names.map(|(service, instance)| Attachment { service, instance }),
        description: text_or_null(row, "description")?,
        manifest: text(row, "manifest")?,
        last_client_token: text_or_null(row, "last_client_token")?,
        modified_at: time(row, "modified_at")?,
        target: target::from_row(row)?,
        deployed: deployed.as_ref().and_then(DeployedState::as_component).cloned(),
    })
}
