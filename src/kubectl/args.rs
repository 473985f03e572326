//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::api::duration::Span;

/// See, explain and steer AWS Proton resources that proton-operator keeps
///
/// RESOURCE is written as for kubectl: penv/NAME, protonservices/NAME, psi NAME, components.proton-operator.dev/NAME. Deployments are
/// named by their id or the first 4 or more characters of it.
///
/// Exit codes: 0 done, 1 failed or refused, 2 usage, 3 not found, 4 not ready or not in time, 5 different (diff --exit-code).
#[derive(Debug, Parser)]
#[command(name = "kubectl-proton", bin_name = "kubectl proton", version)]
pub struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// Options of every verb.
#[derive(Clone, Debug, Args)]
pub(super) struct Global {
    /// Namespace; default: the kubeconfig's
    #[arg(short, long, global = true, value_name = "NAME")]
    pub(super) namespace: Option<String>,
    /// Path of a kubeconfig; default: $KUBECONFIG, ~/.kube/config
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) context: Option<String>,
    /// How to print
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Table)]
    pub(super) output: Format,
    /// When to use colours; auto: on a terminal unless $NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(super) color: Colour,
    /// Ask the Proton API with the AWS SDK's usual settings even where the object has a connectionRef
    #[arg(long, global = true)]
    pub(super) sdk_connection: bool,
    /// The operator's --cluster-name: part of the external id with which a connection's role is assumed
    #[arg(long, global = true, env = "PROTON_OPERATOR_CLUSTER_NAME", default_value = "default", value_name = "NAME")]
    pub(super) cluster_name: String,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Table,
    /// For people with wide terminals: messages whole.
    Wide,
    /// One JSON document.
    Json,
    /// One YAML document.
    Yaml,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Show environments with their services, instances and components
    Get(GetArgs),
    /// List the deployments of a resource, newest first
    History(HistoryArgs),
    /// Show what a deployment changed, how two deployments differ, or what is wanted but not deployed
    Diff(DiffArgs),
    /// Explain the state of a resource down to the first failed part, and what to do
    Why(ResourceArgs),
    /// Print the outputs of the last succeeded deployment, or the bare value of one
    Outputs(OutputsArgs),
    /// Cancel the running deployment
    Cancel(ActArgs),
    /// Try again what failed, was cancelled or was refused
    Retry(ActArgs),
    /// Deploy the same state again
    Redeploy(ActArgs),
    /// Deploy the state of an earlier deployment and stay there until --clear
    Rollback(RollbackArgs),
    /// Change nothing remote until resumed
    Suspend(ActArgs),
    /// Undo suspend
    Resume(ActArgs),
    /// Have the operator look again now
    Reconcile(ActArgs),
    /// Print a completion script
    Completion {
        /// bash, zsh or fish for kubectl-proton; kubectl: the file kubectl_complete-proton, with which kubectl completes `kubectl proton`
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print completions of the last word
    #[command(name = "__complete", hide = true)]
    Complete {
        /// The words after `kubectl proton`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
}

/// For what to print a completion script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
    Kubectl,
}

#[derive(Debug, Args)]
pub(super) struct GetArgs {
    /// Only this resource or kind, with what is above and below it
    #[arg(value_name = "RESOURCE", num_args = 0..=2)]
    pub(super) words: Vec<String>,
    /// In every namespace
    #[arg(short = 'A', long)]
    pub(super) all_namespaces: bool,
    /// Go on showing changes
    #[arg(short, long)]
    pub(super) watch: bool,
}

#[derive(Debug, Args)]
pub(super) struct ResourceArgs {
    /// The resource
    #[arg(value_name = "RESOURCE", num_args = 1..=2, required = true)]
    pub(super) words: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct OutputsArgs {
    /// The resource, then the name of one output
    #[arg(value_name = "RESOURCE [NAME]", num_args = 1..=3, required = true)]
    pub(super) words: Vec<String>,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct HistoryArgs {
    #[command(subcommand)]
    pub(super) action: Option<HistoryAction>,
    /// The resource
    #[arg(value_name = "RESOURCE", num_args = 1..=2, required = true)]
    pub(super) words: Vec<String>,
    /// How many to list; more than the status holds (10) are asked of the Proton API
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) limit: u16,
}

#[derive(Debug, Subcommand)]
pub(super) enum HistoryAction {
    /// Delete old deployment records through the Proton API; current ones are always kept
    Prune(PruneArgs),
}

#[derive(Debug, Args)]
pub(super) struct PruneArgs {
    /// The resource
    #[arg(value_name = "RESOURCE", num_args = 1..=2, required = true)]
    pub(super) words: Vec<String>,
    /// How many of the newest to keep
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(super) keep: u16,
    /// Only list what would be deleted
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The resource; then nothing (deployed against wanted), one deployment (what it changed), or two of: a deployment, deployed, wanted
    #[arg(value_name = "RESOURCE [DEPLOYMENT [DEPLOYMENT]]", num_args = 1..=4, required = true)]
    pub(super) words: Vec<String>,
    /// Exit with 5 if there are differences
    #[arg(long)]
    pub(super) exit_code: bool,
}

#[derive(Debug, Args)]
pub(super) struct ActArgs {
    /// The resource; cancel and rollback also take a deployment
    #[arg(value_name = "RESOURCE [DEPLOYMENT]", num_args = 1..=3, required = true)]
    pub(super) words: Vec<String>,
    /// Wait until it is done
    #[arg(short, long)]
    pub(super) wait: bool,
    /// How long to wait, for example 90s, 5m or 1h30m
    #[arg(long, default_value = "10m", value_parser = span, value_name = "TIME")]
    pub(super) timeout: Duration,
}

#[derive(Debug, Args)]
pub(super) struct RollbackArgs {
    #[command(flatten)]
    pub(super) act: ActArgs,
    /// End the rollback: the spec's own inputs and version are wanted again
    #[arg(long)]
    pub(super) clear: bool,
}

fn span(text: &str) -> Result<Duration, String> {
    Span(text.to_owned()).to_duration().ok_or_else(|| "write a time such as 90s, 5m or 1h30m".to_owned())
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
    fn prune_is_a_verb_of_history_and_not_a_resource() {
        let parsed = Cli::try_parse_from(["kubectl-proton", "history", "prune", "penv/a", "--keep", "3"]).unwrap();
        let Verb::History(HistoryArgs { action: Some(HistoryAction::Prune(args)), .. }) = parsed.verb else { panic!("no prune") };
        assert_eq!((args.words, args.keep), (vec!["penv/a".to_owned()], 3));
        let parsed = Cli::try_parse_from(["kubectl-proton", "history", "penv", "a", "-n", "x"]).unwrap();
        assert!(matches!(&parsed.verb, Verb::History(HistoryArgs { action: None, words, .. }) if words.len() == 2));
        assert_eq!(parsed.global.namespace.as_deref(), Some("x"));
    }

    #[test]
    fn times_are_those_of_the_spec() {
        assert_eq!(span("1h30m"), Ok(Duration::from_secs(5400)));
        assert!(span("soon").is_err());
    }
}
