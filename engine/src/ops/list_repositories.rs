//! ListRepositories: by provider and name.

use proton_model::{ListRepositoriesInput, ListRepositoriesOutput, RepositorySummary};

use super::{ApiError, Engine};
use crate::domain::paging::Page;
use crate::domain::repository::Repository;

pub(super) async fn handle(engine: &Engine, input: ListRepositoriesInput) -> Result<ListRepositoriesOutput, ApiError> {
    let filter = serde_json::Value::Null;
    let page = Page::new("ListRepositories", &filter, input.next_token.as_deref(), input.max_results.map(i64::from))?;
    let rows = engine.store.read().await?.repositories(page.after.as_deref(), page.limit()).await?;
    let (rows, next_token) = page.cut(rows, |repository| repository.arn.clone());
    Ok(ListRepositoriesOutput { next_token, repositories: Some(rows.into_iter().map(summary).collect()) })
}

fn summary(repository: Repository) -> RepositorySummary {
    RepositorySummary {
        arn: Some(repository.arn),
        connection_arn: Some(repository.connection_arn),
        name: Some(repository.name),
        provider: Some(repository.provider.as_str().into()),
    }
}
