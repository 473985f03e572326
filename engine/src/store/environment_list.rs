//! Environments by the page.

use super::environment::{from_row, select};
use super::error::StoreError;
use super::sqlite::Backend;
use super::transaction::Reader;
use crate::domain::environment::Environment;

/// Environments that were deployed from a major version of a template (API model, shape EnvironmentTemplateFilter).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFilter {
    /// The template.
    pub template_name: String,
    /// The major version of what is deployed.
    pub major: i64,
}

impl Reader {
    /// Environments by name, behind the one named `after`: all, or those that match one of `filters`.
    pub async fn environments(
        &mut self,
        filters: Option<&[TemplateFilter]>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Environment>, StoreError> {
        let mut query = sqlx::QueryBuilder::<Backend>::new(select());
        query.push(" WHERE e.name > ").push_bind(after.unwrap_or_default());
        if let Some(filters) = filters {
            query.push(" AND (1 = 0");
            for filter in filters {
                query.push(" OR (e.template_name = ").push_bind(&filter.template_name);
                query.push(" AND d.template_major = ").push_bind(filter.major).push(")");
            }
            query.push(")");
        }
        query.push(" ORDER BY e.name LIMIT ").push_bind(limit);
        let rows = query.build().fetch_all(self.connection()).await?;
        rows.iter().map(from_row).collect()
    }
}
