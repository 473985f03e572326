//! `kubectl proton`: see `kubectl proton --help`.

use std::process::ExitCode;

use clap::Parser as _;
use proton_operator::kubectl::Cli;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    Cli::parse().execute().await
}
