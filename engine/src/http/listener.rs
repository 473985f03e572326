//! Accepting connections: HTTP/1.1, with or without TLS, a bounded number of them, slow clients cut off, an orderly end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use super::tls::Tls;

/// How long requests in flight may take after the end was asked for.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// What clients may cost, before anything is known about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many connections are served at once; more wait in the system's queue.
    pub connections: usize,
    /// How long a client may take until the headers of a request are complete, counted from the end of the answer before:
    /// so it is also how long an idle connection is kept. A TLS handshake gets as much.
    pub headers: Duration,
    /// How long a client may take to accept the next piece of an answer.
    pub write: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { connections: 1024, headers: Duration::from_secs(30), write: Duration::from_secs(30) }
    }
}

/// A bound address that is not served yet.
pub struct Listener {
    tcp: TcpListener,
    bounds: Bounds,
    tls: Option<Arc<Tls>>,
}

impl Listener {
    /// Binds the address; port 0 takes a free one.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self { tcp: TcpListener::bind(address).await?, bounds: Bounds::default(), tls: None })
    }

    /// The address that is really bound.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Changes what clients may cost.
    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Speaks TLS only, if there is a certificate.
    pub fn tls(mut self, tls: Option<Tls>) -> Self {
        self.tls = tls.map(Arc::new);
        self
    }

    /// Serves until `stop` is cancelled, then finishes the requests in flight, for at most half a minute.
    pub async fn serve(self, router: Router, stop: CancellationToken) {
        let connections = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(self.bounds.connections));
        while let Some((stream, place)) = self.accept(&places, &stop).await {
            let connection = Connection { router: router.clone(), bounds: self.bounds, place };
            tokio::spawn(connection.run(stream, self.tls.clone(), connections.watcher(), stop.clone()));
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

/// A connection and the place that it takes until it ends.
struct Connection {
    router: Router,
    bounds: Bounds,
    place: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(self, stream: TcpStream, tls: Option<Arc<Tls>>, watcher: Watcher, stop: CancellationToken) {
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.bounds.write));
        let stream = Box::pin(stream);
        let Some(tls) = tls else {
            return self.serve(stream, watcher).await;
        };
        let shaken = tokio::select! {
            () = stop.cancelled() => return,
            shaken = tokio::time::timeout(self.bounds.headers, tls.acceptor().accept(stream)) => shaken,
        };
        match shaken {
            Ok(Ok(stream)) => self.serve(stream, watcher).await,
            Ok(Err(error)) => tracing::debug!(%error, "a client did not agree on TLS"),
            Err(_) => tracing::debug!("a client did not agree on TLS in time"),
        }
    }

    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, watcher: Watcher) {
        let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
        builder.http1().timer(TokioTimer::new()).header_read_timeout(self.bounds.headers);
        let service = TowerToHyperService::new(self.router);
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(self.place);
    }
}
