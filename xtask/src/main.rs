//! Tasks of this workspace that are more than one command: `cargo run -p xtask -- <task>`.

mod codegen;
mod coverage;
mod demo;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of this workspace.
#[derive(Parser)]
#[command(name = "xtask", about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Writes model/src/generated from the API model of AWS Proton.
    Codegen(codegen::Arguments),
    /// Writes the README's table of operations from docs/coverage.json.
    Coverage(coverage::Arguments),
    /// Shows a running system on this machine; KEEP=1 leaves it up.
    Demo(demo::Arguments),
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Codegen(arguments) => codegen::run(&arguments),
        Task::Coverage(arguments) => coverage::run(&arguments),
        Task::Demo(arguments) => demo::run(&arguments),
    }
}
