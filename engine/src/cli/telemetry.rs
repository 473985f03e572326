//! The log: to standard error, as text for people or as JSON for collectors.

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum};
use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Flags about logging, on every command.
#[derive(Args, Clone, Debug)]
pub struct LogOptions {
    /// Form of the log on standard error
    #[arg(long, value_enum, default_value_t = LogFormat::Text, env = "PROTON_ENGINE_LOG_FORMAT", global = true)]
    pub log_format: LogFormat,

    /// What is logged: a level, or directives as in `info,sqlx=warn`; RUST_LOG is used when this is not given
    #[arg(long, value_name = "FILTER", env = "PROTON_ENGINE_LOG_LEVEL", global = true)]
    pub log_level: Option<String>,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One readable line.
    Text,
    /// One JSON document.
    Json,
}

/// Starts logging. A second start in one process changes nothing.
pub fn start(options: &LogOptions, default_level: &str) -> anyhow::Result<()> {
    let filter = filter(options, default_level)?;
    let colours = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    let discreet = filter_fn(|metadata| is_discreet(metadata.target(), *metadata.level()));
    let started = match options.log_format {
        LogFormat::Text => builder.finish().with(discreet).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).finish().with(discreet).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was already started");
    }
    Ok(())
}

/// Below the level of information the AWS SDK prints whole requests and answers, which hold templates and outputs: no
/// filter lets that through.
fn is_discreet(target: &str, level: Level) -> bool {
    !target.starts_with("aws_") || level <= Level::INFO
}

fn filter(options: &LogOptions, default_level: &str) -> anyhow::Result<EnvFilter> {
    let from_env = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|text| !text.is_empty());
    let text = options.log_level.clone().or(from_env);
    let directives = text.as_deref().unwrap_or(default_level);
    EnvFilter::try_new(directives).map_err(|error| {
        anyhow::anyhow!("--log-level (or RUST_LOG) '{directives}' is no filter: {error}. Use for example info or debug,sqlx=warn")
    })
}
