//! `proton-operator`: see `proton-operator --help`.

use std::process::ExitCode;

use clap::Parser as _;
use proton_operator::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().execute().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("proton-operator: {error:#}");
            ExitCode::FAILURE
        }
    }
}
