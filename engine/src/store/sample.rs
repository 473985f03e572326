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
