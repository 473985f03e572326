//! `/metrics` for scrapes, `/healthz` and `/readyz` for probes.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::readiness::Readiness;

/// The content type of what `/metrics` returns.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone)]
struct Served {
    registry: Arc<Registry>,
    readiness: Readiness,
}

/// Binds the address, so that a wrong one is told before anything else starts.
///
/// # Errors
/// When the address cannot be bound.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    use anyhow::Context as _;
    TcpListener::bind(address)
        .await
        .with_context(|| format!("--metrics-listen {address}: cannot listen there; is the port in use?"))
}

/// Serves until `stop` is cancelled.
pub async fn serve(listener: TcpListener, registry: Registry, readiness: Readiness, stop: CancellationToken) {
    let routes = routes(Served { registry: Arc::new(registry), readiness });
    let serving = axum::serve(listener, routes).with_graceful_shutdown(async move { stop.cancelled().await });
    if let Err(error) = serving.await {
        tracing::error!(%error, "the metrics server ended");
    }
}

fn routes(served: Served) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(served)
}

async fn metrics(State(served): State<Served>) -> impl IntoResponse {
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, &served.registry) {
        Ok(()) => (StatusCode::OK, [(header::CONTENT_TYPE, OPENMETRICS)], text),
        Err(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain")], "cannot encode the metrics\n".to_owned())
        }
    }
}

async fn ready(State(served): State<Served>) -> (StatusCode, String) {
    let missing = served.readiness.missing();
    if missing.is_empty() {
        return (StatusCode::OK, "ok\n".to_owned());
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", missing.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::metrics::Metrics;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    async fn get(served: &Served, path: &str) -> (u16, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = routes(served.clone()).oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn readiness_names_what_is_missing_and_metrics_have_their_names() {
        let (metrics, readiness) = (Metrics::default(), Readiness::default());
        metrics.passed("ProtonEnvironment", "success", std::time::Duration::from_millis(3));
        metrics.set_depths(1, 2, 3);
        readiness.wait_for("crd", "protonenvironments.proton-operator.dev is not installed");
        let served = Served { registry: Arc::new(metrics.registry()), readiness: readiness.clone() };
        assert_eq!(get(&served, "/healthz").await, (200, "ok\n".into()));
        let (status, text) = get(&served, "/readyz").await;
        assert_eq!((status, text.trim()), (503, "crd: protonenvironments.proton-operator.dev is not installed"));
        readiness.met("crd");
        assert_eq!(get(&served, "/readyz").await.0, 200);
        let (_, text) = get(&served, "/metrics").await;
        assert!(
            text.contains("controller_runtime_reconcile_total{controller=\"ProtonEnvironment\",result=\"success\"} 1"),
            "{text}"
        );
        assert!(text.contains("workqueue_depth{lane=\"background\"} 2"), "{text}");
    }
}
