//! Ends the process in order: SIGTERM or SIGINT stops the taking of new work, passes under way finish.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long passes may take to finish after a signal. Shorter than the 30 s that Kubernetes grants by default.
pub const GRACE: Duration = Duration::from_secs(25);

/// A token that the first SIGTERM or SIGINT cancels.
///
/// # Errors
/// When the process cannot install signal handlers.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let cancel = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new work is taken, passes under way finish");
        cancel.cancel();
    });
    Ok(token)
}
