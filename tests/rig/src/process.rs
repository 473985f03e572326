//! A child process that cannot outlive its owner.

use std::fs::File;
use std::future::Future;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Runs the command that follows, kills it when standard input closes, and ends with its status.
const GUARD: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- & child=$!
echo $child > "$PIDFILE"
(cat <&3 >/dev/null; kill -9 $child 2>/dev/null) >/dev/null 2>&1 & watch=$!
wait $child; code=$?
kill $watch 2>/dev/null
exit $code
"#;

/// Variables that this machine may set for its package registries and that mislead AWS clients and servers.
const CLEARED: [&str; 12] = [
    "AWS_CA_BUNDLE",
    "AWS_PROFILE",
    "AWS_ENDPOINT_URL",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// A running child process, its log file and its way to end.
#[derive(Debug)]
pub struct Process {
    name: String,
    guard: Child,
    log: PathBuf,
    pidfile: PathBuf,
}

impl Process {
    /// Starts `program`; both output streams go to `<folder>/<name>.log`.
    pub fn start(name: &str, folder: &Path, program: &Path, args: &[String], env: &[(String, String)]) -> Result<Self> {
        if !program.exists() {
            bail!("{} is missing: build it first (make test and make demo do)", program.display());
        }
        std::fs::create_dir_all(folder)?;
        let log = folder.join(format!("{name}.log"));
        let pidfile = folder.join(format!("{name}.pid"));
        let _ = std::fs::remove_file(&pidfile);
        let out = File::options().create(true).append(true).open(&log)?;
        let mut command = Command::new("sh");
        command.arg("-c").arg(GUARD).arg("sh").arg(program).args(args);
        for name in CLEARED {
            command.env_remove(name);
        }
        command.env("PIDFILE", &pidfile).envs(env.iter().map(|(k, v)| (k, v)));
        command.stdin(Stdio::piped()).stdout(out.try_clone()?).stderr(out);
        let guard = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        Ok(Self { name: name.to_owned(), guard, log, pidfile })
    }

    /// The child's process id, once it has started.
    pub fn pid(&self) -> Option<u32> {
        std::fs::read_to_string(&self.pidfile).ok()?.trim().parse().ok()
    }

    /// The file that holds everything the child printed.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// How the child ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.guard.try_wait().ok().flatten()
    }

    /// Ends the child as a power failure would, and waits until it is gone.
    pub fn kill(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }

    /// Sends a signal by name, such as `TERM`.
    pub fn signal(&self, signal: &str) -> Result<()> {
        let pid = self.pid().context("the process has no id yet")?;
        Command::new("kill").arg(format!("-{signal}")).arg(pid.to_string()).status()?;
        Ok(())
    }

    /// Waits until `ready` answers true; fails with the end of the log if the child ends or the time is up.
    pub async fn ready<F, Fut>(&mut self, limit: Duration, mut ready: F) -> Result<()>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = bool>,
    {
        let deadline = Instant::now() + limit;
        while !ready().await {
            if let Some(status) = self.ended() {
                bail!("{} ended with {status}:\n{}", self.name, self.tail());
            }
            if Instant::now() > deadline {
                bail!("{} was not ready after {limit:?}:\n{}", self.name, self.tail());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    fn tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port of the loopback address that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Asks `probe` again and again until it gives a value; fails with `what` when the time is up.
pub async fn until<T, F, Fut>(what: &str, limit: Duration, mut probe: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + limit;
    loop {
        if let Some(value) = probe().await {
            return Ok(value);
        }
        if Instant::now() > deadline {
            bail!("{what} did not happen within {limit:?}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
