//! One rendering child, as its parent has it.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::process::{Child as Process, ChildStdin, ChildStdout, Command};

use super::frame;
use super::message::{Reply, read_reply};
use super::verdict::{Exchange, describe};

/// How long a child that has closed its output may take to end before it is killed.
const LAST_BREATH: Duration = Duration::from_secs(2);

/// A running child that is doing nothing. It is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Child {
    process: Process,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    renderings: u32,
}

impl Child {
    /// Starts one. It gets no environment variables, and what it says on standard error, which may quote values, goes
    /// nowhere.
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg("render-worker").env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // A Ctrl-C in the terminal is for the engine, which then lets its renderings end.
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command.spawn()?;
        let (input, output) = process.stdin.take().zip(process.stdout.take()).ok_or_else(|| io::Error::other("no pipes"))?;
        Ok(Self { process, input, output: BufReader::new(output), renderings: 0 })
    }

    /// How many renderings it has answered.
    pub(super) fn renderings(&self) -> u32 {
        self.renderings
    }

    /// Sends a request and waits for the reply until `deadline` is over. Only a child that answered is handed back.
    pub(super) async fn exchange(mut self, request: &[u8], deadline: Duration) -> (Exchange, Option<Self>) {
        match tokio::time::timeout(deadline, self.ask(request)).await {
            Ok(Ok(reply)) => {
                self.renderings = self.renderings.saturating_add(1);
                (Exchange::Answered(reply), Some(self))
            }
            Ok(Err(error)) => (Exchange::Ended(self.ending(&error).await), None),
            Err(_) => {
                // It is killed and waited for here, so that the place that it had is really free.
                let _ = self.process.kill().await;
                (Exchange::OutOfTime, None)
            }
        }
    }

    async fn ask(&mut self, request: &[u8]) -> io::Result<Reply> {
        self.input.write_all(request).await?;
        read_reply(frame::receive(&mut self.output).await?)
    }

    async fn ending(mut self, error: &io::Error) -> String {
        drop(self.input);
        match tokio::time::timeout(LAST_BREATH, self.process.wait()).await {
            Ok(Ok(status)) => describe(status),
            _ => error.to_string(),
        }
    }
}
