//! Tasks of this workspace that are more than one command: `cargo run -p xtask -- <task>`.

mod codegen;
mod demo;

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
    /// Shows a running system on this machine; KEEP=1 leaves it up.
    Demo(demo::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().task {
        Task::Codegen(arguments) => codegen::run(&arguments),
        Task::Demo(arguments) => demo::run(&arguments),
    }
}
