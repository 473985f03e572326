//! Reads the arguments and runs the command that they name.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

use super::check::{self, CheckOptions};
use super::register;
use super::register_options::RegisterOptions;
use super::render::{self, RenderOptions};
use super::serve;
use super::serve_options::ServeOptions;
use super::telemetry::{self, LogOptions};
use crate::render_pool;

/// A server that speaks the AWS Proton API and really provisions. Not affiliated with AWS
#[derive(Debug, Parser)]
#[command(name = "proton-engine", version, propagate_version = true)]
struct Arguments {
    #[command(flatten)]
    log: LogOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the API
    Serve(Box<ServeOptions>),
    /// Packs a bundle folder, uploads it to a running engine and registers it as a template version
    Register(Box<RegisterOptions>),
    /// Renders a bundle with a spec into files, offline
    Render(Box<RenderOptions>),
    /// Checks a bundle as registration would, offline
    Check(CheckOptions),
    /// Renders what comes on standard input; `serve` starts it and ends it
    #[command(hide = true)]
    RenderWorker,
}

/// Runs the process. What goes wrong is said on standard error, and the exit code is 1.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Command::RenderWorker) {
        return render_pool::serve_standard_streams();
    }
    match runtime().and_then(|runtime| runtime.block_on(dispatch(arguments))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nowhere left to report that standard error is closed.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_multi_thread().enable_all().build().context("the threads of the engine cannot be started")
}

async fn dispatch(arguments: Arguments) -> anyhow::Result<()> {
    let default_level = if matches!(arguments.command, Command::Serve(_)) { "info" } else { "warn" };
    telemetry::start(&arguments.log, default_level)?;
    match arguments.command {
        Command::Serve(options) => serve::run(&options).await,
        Command::Register(options) => register::run(&options, &mut say).await,
        Command::Render(options) => render::render(&options),
        Command::Check(options) => check::check(&options),
        Command::RenderWorker => Ok(()),
    }
}

/// Prints a line of a report. A reader that has gone away, as with `| head`, is no reason to fail.
pub(super) fn say(line: String) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_flag_of_serve_has_its_variable() {
        let command = Arguments::command();
        let serve = command.find_subcommand("serve").unwrap();
        for argument in serve.get_arguments() {
            let flag = argument.get_long().unwrap();
            let variable = argument.get_env().and_then(|name| name.to_str()).unwrap_or_default();
            assert_eq!(variable, format!("PROTON_ENGINE_{}", flag.to_uppercase().replace('-', "_")));
        }
    }
}
