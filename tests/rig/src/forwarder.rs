//! A way to the engine on which a request can be held up, so that something else can happen between two calls of a client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use tokio::sync::oneshot;

use crate::process::free_port;

/// The largest request.
const LIMIT: usize = 1 << 20;

/// Passes every request on as it is, headers included: signatures stay right.
#[derive(Debug)]
pub struct Forwarder {
    endpoint: String,
    gates: Gates,
    server: tokio::task::JoinHandle<()>,
}

type Gates = Arc<Mutex<HashMap<String, Gate>>>;

#[derive(Debug)]
struct Gate {
    arrived: oneshot::Sender<()>,
    opened: oneshot::Receiver<()>,
}

/// A request that is held up. It goes on when this is let go.
#[derive(Debug)]
pub struct Held {
    arrived: oneshot::Receiver<()>,
    open: oneshot::Sender<()>,
}

impl Held {
    /// Waits until it is there.
    pub async fn arrived(&mut self) -> Result<()> {
        (&mut self.arrived).await.context("the forwarder ended")
    }

    /// Lets it go on.
    pub fn release(self) {
        let _ = self.open.send(());
    }
}

#[derive(Clone)]
struct Way {
    to: String,
    http: reqwest::Client,
    gates: Gates,
}

impl Forwarder {
    /// Starts one to the endpoint `to`.
    pub async fn start(to: &str) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let listener = tokio::net::TcpListener::bind(&address).await?;
        let gates = Gates::default();
        let way = Way { to: to.to_owned(), http: reqwest::Client::builder().no_proxy().build()?, gates: gates.clone() };
        let routes = Router::new().fallback(pass).with_state(way);
        let server = tokio::spawn(async move {
            // It ends with the test.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { endpoint: format!("http://{address}"), gates, server })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Holds up the next request for an operation.
    pub fn hold(&self, operation: &str) -> Held {
        let ((here, arrived), (open, opened)) = (oneshot::channel(), oneshot::channel());
        let gate = Gate { arrived: here, opened };
        self.gates.lock().unwrap_or_else(PoisonError::into_inner).insert(operation.to_owned(), gate);
        Held { arrived, open }
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass(State(way): State<Way>, request: Request) -> Response {
    match forward(&way, request).await {
        Ok(response) => response,
        Err(error) => (axum::http::StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

async fn forward(way: &Way, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LIMIT).await?;
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let gate = way.gates.lock().unwrap_or_else(PoisonError::into_inner).remove(operation);
    if let Some(gate) = gate {
        let _ = gate.arrived.send(());
        // Also let go when nobody can release it any more.
        let _ = gate.opened.await;
    }
    let url = format!("{}{}", way.to, parts.uri);
    let answer = way.http.request(parts.method, url).headers(parts.headers).body(body).send().await?;
    let mut response = Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.extend(answer.headers().clone());
    }
    Ok(response.body(Body::from(answer.bytes().await?))?)
}
