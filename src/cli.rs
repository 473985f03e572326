//! The commands of `proton-operator`.

use std::io::Write as _;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::api::crd;
use crate::runtime::settings::Settings;
use crate::runtime::{start, telemetry};

/// Keeps environments of the AWS Proton API as Kubernetes resources, at any endpoint that speaks the API
///
/// Endpoint, region and keys are the AWS SDK's standard variables: AWS_ENDPOINT_URL_PROTON, AWS_REGION, AWS_ACCESS_KEY_ID and
/// their relatives.
#[derive(Debug, Parser)]
#[command(name = "proton-operator", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch custom resources and reconcile them
    Run(Box<Settings>),
    /// Print the CustomResourceDefinitions
    Crds,
    /// Print the effective settings of `run` with these flags and variables
    Config(Box<Settings>),
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// What keeps the command from doing it.
    pub async fn execute(self) -> anyhow::Result<()> {
        match self.command {
            Command::Run(settings) => {
                telemetry::start(settings.log_format);
                start::run(*settings).await
            }
            Command::Crds => print(&crds()?),
            Command::Config(settings) => print(&serde_yaml::to_string(&settings).context("cannot print the settings")?),
        }
    }
}

fn crds() -> anyhow::Result<String> {
    let documents = crd::crds().iter().map(crd::to_yaml).collect::<Result<Vec<_>, _>>();
    Ok(documents.context("cannot print the CustomResourceDefinitions")?.concat())
}

/// A closed pipe, as `| head` leaves it, is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error).context("cannot write to standard output"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn crds_are_yaml_documents() {
        let text = crds().unwrap();
        assert!(text.contains("protonenvironments.proton-operator.dev"), "{text}");
    }
}
