//! Counts over all resources, grouped by what is counted apart.

use super::decode::{Row, number, number_or_null, text_or_null, word};
use super::error::StoreError;
use super::transaction::Reader;
use crate::bundle::TemplateKind;
use crate::domain::deployment::State;
use crate::domain::service_sequence::Stage;
use crate::domain::target::TargetKind;
use crate::domain::version::VersionNumber;

/// Targets of one kind in one state that are deployed from one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetGroup {
    /// Their kind.
    pub kind: TargetKind,
    /// Their state.
    pub state: State,
    /// The template and the version; absent where nothing is deployed, and of components.
    pub deployed: Option<(String, VersionNumber)>,
    /// How many.
    pub count: i64,
}

impl Reader {
    /// All targets in groups.
    pub async fn target_groups(&mut self) -> Result<Vec<TargetGroup>, StoreError> {
        const SQL: &str = "SELECT t.kind, t.state, d.template_name, d.template_major, d.template_minor, COUNT(*) AS members \
             FROM targets t LEFT JOIN deployments d ON d.id = t.succeeded_id \
             GROUP BY t.kind, t.state, d.template_name, d.template_major, d.template_minor";
        let rows = sqlx::query(SQL).fetch_all(self.connection()).await?;
        rows.iter().map(target_group).collect()
    }

    /// The services by their stage.
    pub async fn service_groups(&mut self) -> Result<Vec<(Stage, i64)>, StoreError> {
        let rows = sqlx::query("SELECT stage, COUNT(*) AS members FROM services GROUP BY stage");
        let rows = rows.fetch_all(self.connection()).await?;
        rows.iter().map(|row| Ok((word(row, "stage")?, number(row, "members")?))).collect()
    }

    /// How many templates of a kind there are.
    pub async fn count_templates_of(&mut self, kind: TemplateKind) -> Result<i64, StoreError> {
        let row = sqlx::query_scalar("SELECT COUNT(*) FROM templates WHERE kind = $1").bind(super::template::word(kind));
        Ok(row.fetch_one(self.connection()).await?)
    }
}

fn target_group(row: &Row) -> Result<TargetGroup, StoreError> {
    let number_of = number_or_null(row, "template_major")?.zip(number_or_null(row, "template_minor")?);
    let number_of = number_of.map(|(major, minor)| VersionNumber { major, minor });
    Ok(TargetGroup {
        kind: word(row, "kind")?,
        state: word(row, "state")?,
        deployed: text_or_null(row, "template_name")?.zip(number_of),
        count: number(row, "members")?,
    })
}
