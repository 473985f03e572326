//! For tests: a registered template without the operations that register one.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::transaction::Store;
use crate::bundle::{Files, archive};
use crate::domain::arn::Arns;
use crate::domain::version::VersionNumber;

pub(crate) const SCHEMA: &str = "\
schema:
  format: {openapi: 3.0.0}
  environment_input_type: Input
  types:
    Input:
      type: object
      properties:
        cidr: {type: string, default: 10.0.0.0/16}
        size: {type: integer, minimum: 1, default: 1}
";
const MANIFEST: &str = "infrastructure:\n  templates:\n    - file: cloudformation.yaml\n      rendering_engine: jinja\n      template_language: cloudformation\n";
pub(crate) const TEMPLATE: &str = "Description: {{ environment.name }} {{ environment.inputs.cidr }}\nResources: {}\n";

/// A version of the environment template `vpc` with this infrastructure file.
pub(crate) async fn register(store: &Store, arns: &Arns, number: (i64, i64), status: &str, infrastructure: &str) {
    let files = [
        ("schema/schema.yaml", SCHEMA),
        ("infrastructure/manifest.yaml", MANIFEST),
        ("infrastructure/cloudformation.yaml", infrastructure),
    ];
    let bundle = archive::pack_files(&Files::from(files)).unwrap();
    let hash = hex::encode(Sha256::digest(&bundle));
    put_template(store, arns, "vpc", false).await;
    let number = VersionNumber { major: number.0, minor: number.1 };
    let mut writer = store.write().await.unwrap();
    writer.put_bundle(&hash, &bundle).await.unwrap();
    const SQL: &str = "INSERT INTO template_versions (arn, template_arn, major, minor, status, schema_text, bundle, source, created_at, modified_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', 0, 0)";
    sqlx::query(SQL)
        .bind(arns.environment_template_version("vpc", number))
        .bind(arns.environment_template("vpc"))
        .bind(number.major)
        .bind(number.minor)
        .bind(status)
        .bind(SCHEMA)
        .bind(hash)
        .execute(writer.connection())
        .await
        .unwrap();
    writer.commit().await.unwrap();
}

/// Turns the template into one that customers provision themselves.
pub(crate) async fn make_customer_managed(store: &Store, arns: &Arns) {
    put_template(store, arns, "vpc", true).await;
}

async fn put_template(store: &Store, arns: &Arns, name: &str, customer_managed: bool) {
    const SQL: &str = "INSERT INTO templates (arn, kind, name, customer_managed, created_at, modified_at, fingerprint, modified) \
         VALUES ($1, 'ENVIRONMENT', $2, $3, $4, $4, '', 0) ON CONFLICT (arn) DO UPDATE SET customer_managed = excluded.customer_managed";
    let mut writer = store.write().await.unwrap();
    sqlx::query(SQL)
        .bind(arns.environment_template(name))
        .bind(name)
        .bind(i64::from(customer_managed))
        .bind(Timestamp::UNIX_EPOCH.as_millisecond())
        .execute(writer.connection())
        .await
        .unwrap();
    writer.commit().await.unwrap();
}

const SERVICE_SCHEMA: &str = "\
schema:
  format: {openapi: 3.0.0}
  service_input_type: Service
  pipeline_input_type: Pipeline
  types:
    Service:
      type: object
      properties:
        port: {type: integer, minimum: 1, default: 80}
        image: {type: string, default: none}
    Pipeline:
      type: object
      properties:
        command: {type: string, default: make}
";
const PIPELINE_MANIFEST: &str = MANIFEST;
pub(crate) const INSTANCE: &str = "Description: {{ service.name }}/{{ service_instance.name }} {{ service_instance.inputs.port }} {{ service_instance.inputs.image }} in {{ environment.name }} {{ environment.outputs.VpcId }}\nResources: {}\n";
pub(crate) const PIPELINE: &str = "Description: {{ pipeline.inputs.command }} {{ service.repository_id | default('-') }}\nResources:\n{% for service_instance in service_instances %}  {{ service_instance.name }}: {{ service_instance.inputs.port }} {{ service_instance.environment.name }} {{ service_instance.environment.account_id }} {{ service_instance.outputs | length }}\n{% endfor %}";

/// A version of a service template that works in environments of `vpc` 1; `web` has a pipeline, others have none.
pub(crate) async fn register_service(store: &Store, arns: &Arns, name: &str, number: (i64, i64), infrastructure: &str) {
    let has_pipeline = name == "web";
    let mut files = vec![
        ("schema/schema.yaml", SERVICE_SCHEMA.to_owned()),
        ("instance_infrastructure/manifest.yaml", MANIFEST.to_owned()),
        ("instance_infrastructure/cloudformation.yaml", infrastructure.to_owned()),
    ];
    if has_pipeline {
        files.push(("pipeline_infrastructure/manifest.yaml", PIPELINE_MANIFEST.to_owned()));
        files.push(("pipeline_infrastructure/cloudformation.yaml", PIPELINE.to_owned()));
    } else if let Some((_, schema)) = files.first_mut() {
        *schema = schema.replace("  pipeline_input_type: Pipeline\n", "");
    }
    let schema = files.first().map(|(_, schema)| schema.clone()).unwrap_or_default();
    let listed: std::collections::BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(file, text)| (file.to_owned(), text.into_bytes())).collect();
    let bundle = archive::pack_files(&Files(listed)).unwrap();
    let hash = hex::encode(Sha256::digest(&bundle));
    const TEMPLATE_SQL: &str = "INSERT INTO templates (arn, kind, name, customer_managed, created_at, modified_at, fingerprint, modified) \
         VALUES ($1, 'SERVICE', $2, $3, 0, 0, '', 0) ON CONFLICT (arn) DO NOTHING";
    const SQL: &str = "INSERT INTO template_versions (arn, template_arn, major, minor, status, schema_text, bundle, source, \
         compatible_environment_templates, supported_component_sources, created_at, modified_at) \
         VALUES ($1, $2, $3, $4, 'PUBLISHED', $5, $6, '{\"bucket\":\"b\",\"key\":\"k\"}', '[{\"templateName\":\"vpc\",\"major\":1}]', '[\"DIRECTLY_DEFINED\"]', 0, 0)";
    let mut writer = store.write().await.unwrap();
    writer.put_bundle(&hash, &bundle).await.unwrap();
    let template = sqlx::query(TEMPLATE_SQL).bind(arns.service_template(name)).bind(name).bind(i64::from(!has_pipeline));
    template.execute(writer.connection()).await.unwrap();
    sqlx::query(SQL)
        .bind(arns.service_template_version(name, VersionNumber { major: number.0, minor: number.1 }))
        .bind(arns.service_template(name))
        .bind(number.0)
        .bind(number.1)
        .bind(schema)
        .bind(hash)
        .execute(writer.connection())
        .await
        .unwrap();
    writer.commit().await.unwrap();
}
