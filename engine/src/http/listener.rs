//! Accepting connections: HTTP/1.1, a bounded number of them, slow clients cut off, an orderly end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// How many connections are served at once; more wait in the system's queue.
const MAX_CONNECTIONS: usize = 1024;

/// How long a client may take to send a request's headers, and how long an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(60);

/// How long requests in flight may take after the end was asked for.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// A bound address that is not served yet.
pub struct Listener {
    tcp: TcpListener,
    header_timeout: Duration,
}

impl Listener {
    /// Binds the address; port 0 takes a free one.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self { tcp: TcpListener::bind(address).await?, header_timeout: HEADER_TIMEOUT })
    }

    /// The address that is really bound.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Changes how long a client may take to send a request's headers.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.header_timeout = timeout;
        self
    }

    /// Serves until `stop` is cancelled, then finishes the requests in flight, for at most half a minute.
    pub async fn serve(self, router: Router, stop: CancellationToken) {
        let connections = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        while let Some((stream, place)) = self.accept(&places, &stop).await {
            let connection = Connection { router: router.clone(), header_timeout: self.header_timeout, place };
            tokio::spawn(connection.run(stream, connections.watcher()));
        }
        drop(self.tcp);
        if tokio::time::timeout(DRAIN_TIMEOUT, connections.shutdown()).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }

    /// The next connection and its place among those served; `None` once the end was asked for.
    async fn accept(&self, places: &Arc<Semaphore>, stop: &CancellationToken) -> Option<(TcpStream, OwnedSemaphorePermit)> {
        let next = async {
            let place = Arc::clone(places).acquire_owned().await.ok()?;
            Some((self.accept_stream().await, place))
        };
        tokio::select! {
            () = stop.cancelled() => None,
            next = next => next,
        }
    }

    async fn accept_stream(&self) -> TcpStream {
        loop {
            match self.tcp.accept().await {
                Ok((stream, _)) => return stream,
                Err(error) => {
                    // Out of file descriptors, or the client left: neither may end the engine or spin.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

struct Connection {
    router: Router,
    header_timeout: Duration,
    place: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(self, stream: TcpStream, watcher: Watcher) {
        let _ = stream.set_nodelay(true);
        let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
        builder.http1().timer(TokioTimer::new()).header_read_timeout(self.header_timeout);
        let service = TowerToHyperService::new(self.router);
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(self.place);
    }
}
