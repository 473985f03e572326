//! `serve`: from the flags to an orderly end.

use anyhow::bail;

use super::run::say;
use super::serve_options::ServeOptions;
use super::server::Server;
use super::signals::Signals;
use super::start_up::{Started, lines};

/// Serves until SIGTERM or SIGINT; a second one ends the process at once.
pub(super) async fn run(options: &ServeOptions) -> anyhow::Result<()> {
    let mut signals = Signals::take()?;
    let server = Server::start(options).await?;
    lines(options, &started(&server)).into_iter().for_each(say);
    let signal = signals.next().await;
    tracing::info!(signal, "stopping: no new requests; what is in flight is finished");
    tokio::select! {
        () = server.stop() => Ok(()),
        signal = signals.next() => bail!("stopped by a second {signal} before everything in flight was finished; nothing is lost, the next start goes on"),
    }
}

fn started(server: &Server) -> Started<'_> {
    Started {
        address: server.address,
        metrics: server.metrics,
        data_dir: &server.data_dir,
        credentials: &server.credentials,
        created: server.created,
    }
}
