//! The whole store as text, for tests and for people who look for a fault.
//!
//! Every table in the order of its key, one `column=value` line per row. Sensitive columns are shown by their length
//! only. A snapshot of it shows every unintended change of state.

use std::fmt::Write as _;

use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use super::decode::Row;
use super::error::StoreError;
use super::transaction::Reader;

/// The tables, each with the order of its rows.
const TABLES: &[(&str, &str)] = &[
    ("templates", "SELECT * FROM templates ORDER BY arn"),
    ("template_versions", "SELECT * FROM template_versions ORDER BY arn"),
    ("environments", "SELECT * FROM environments ORDER BY name"),
    ("services", "SELECT * FROM services ORDER BY name"),
    ("service_instances", "SELECT * FROM service_instances ORDER BY arn"),
    ("service_pipelines", "SELECT * FROM service_pipelines ORDER BY arn"),
    ("components", "SELECT * FROM components ORDER BY name"),
    ("account_settings", "SELECT * FROM account_settings ORDER BY account_id"),
    ("repositories", "SELECT * FROM repositories ORDER BY arn"),
    ("account_connections", "SELECT * FROM account_connections ORDER BY id"),
    ("template_syncs", "SELECT * FROM template_syncs ORDER BY template_arn"),
    ("service_syncs", "SELECT * FROM service_syncs ORDER BY service_name"),
    ("sync_blockers", "SELECT * FROM sync_blockers ORDER BY id"),
    ("targets", "SELECT * FROM targets ORDER BY arn"),
    ("deployments", "SELECT * FROM deployments ORDER BY ordinal"),
    ("outbox", "SELECT * FROM outbox ORDER BY id"),
    ("tags", "SELECT * FROM tags ORDER BY arn, position"),
    ("bundles", "SELECT sha256 FROM bundles ORDER BY sha256"),
    ("client_tokens", "SELECT * FROM client_tokens ORDER BY operation, token"),
];

/// Columns whose values are shown by their length only.
const SENSITIVE: &[&str] = &[
    "description",
    "display_name",
    "initial_state",
    "manifest",
    "message",
    "outputs",
    "plan",
    "rendered_body",
    "schema_text",
    "spec",
    "status_message",
    "wanted_state",
];

impl Reader {
    /// All tables as text.
    pub async fn dump(&mut self) -> Result<String, StoreError> {
        let mut out = String::new();
        for (table, sql) in TABLES {
            let rows = sqlx::query(*sql).fetch_all(self.connection()).await?;
            let lines: String = rows.iter().map(|row| format!("  {}\n", line(row))).collect();
            // Writing to a String does not fail.
            let _ = write!(out, "{table} ({})\n{lines}", rows.len());
        }
        Ok(out)
    }
}

fn line(row: &Row) -> String {
    let cells: Vec<String> = row.columns().iter().filter_map(|column| cell(row, column.name())).collect();
    cells.join(" ")
}

/// `column=value`, or nothing where the value is NULL.
fn cell(row: &Row, name: &str) -> Option<String> {
    let raw = row.try_get_raw(name).ok()?;
    if raw.is_null() {
        return None;
    }
    let value = match raw.type_info().name() {
        "INTEGER" => row.try_get::<i64, _>(name).ok()?.to_string(),
        _ => row.try_get::<String, _>(name).ok()?,
    };
    let shown = if SENSITIVE.contains(&name) { format!("<{} characters>", value.chars().count()) } else { value };
    Some(format!("{name}={shown}"))
}
