//! `POST /`: one operation of the API.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use proton_model::Operation;

use super::body::API_LIMIT;
use super::credentials::Caller;
use super::role::Role;
use super::service::{Record, Service};
use super::wire_error::WireError;
use super::{extension, protocol, service};

/// Answers one API request.
pub(super) async fn handle(State(service): State<Arc<Service>>, request: Request) -> Response {
    let mut record = Record::begin();
    let result = answer(&service, request, &mut record).await;
    record.finish(&service, &result)
}

/// Answers what no route takes.
pub(super) async fn unknown(State(service): State<Arc<Service>>, request: Request) -> Response {
    Record::begin().finish(&service, &Err(service::no_such_route(&request)))
}

async fn answer(service: &Arc<Service>, request: Request, record: &mut Record) -> Result<Vec<u8>, WireError> {
    let (parts, body) = request.into_parts();
    let operation = protocol::operation(&parts.headers);
    if let Ok(operation) = operation {
        record.asks_for(operation.name());
    }
    let authentic = service.authenticate(&parts, body, API_LIMIT).await?;
    record.is_from(&authentic.caller);
    let operation = operation?;
    permit(&authentic.caller, operation)?;
    let expected_spec = extension::expected_spec(&parts.headers, operation);
    call(service, operation, authentic, expected_spec).await
}

/// Runs the operation in its own task, so that it ends even if the client hangs up, and a panic is an answer.
async fn call(
    service: &Arc<Service>,
    operation: Operation,
    authentic: service::Authentic,
    expected_spec: Option<String>,
) -> Result<Vec<u8>, WireError> {
    let api = Arc::clone(&service.api);
    let task = tokio::spawn(async move {
        match expected_spec {
            Some(expected) => api.update_service_if(&authentic.caller, &expected, &authentic.body).await,
            None => api.call(operation, &authentic.caller, &authentic.body).await,
        }
    });
    match task.await {
        Ok(result) => result.map_err(WireError::from),
        Err(error) => {
            tracing::error!(operation = operation.name(), %error, "the operation ended without an answer");
            Err(WireError::internal())
        }
    }
}

fn permit(caller: &Caller, operation: Operation) -> Result<(), WireError> {
    if caller.role.permits(operation) {
        return Ok(());
    }
    let needed = Role::needed_for(operation);
    Err(WireError::new(
        400,
        "AccessDeniedException",
        format!(
            "principal '{}' (role {}) is not authorized to perform proton:{}: it needs the role {needed}",
            caller.principal,
            caller.role,
            operation.name()
        ),
    ))
}
