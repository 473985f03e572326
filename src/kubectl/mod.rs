//! `kubectl proton`: what a person asks of these objects, and what they may ask the operator to do.
//!
//! Verbs act on the custom resources only: they set fields and annotations and read status, so a kubeconfig is all they need. What a
//! status cannot hold, the states of deployments, is read from the Proton API. Each verb is a thin driver around a pure function that
//! decides or renders: [`request`] what is patched, [`wait`] when it is done, [`tree`], [`history`], [`diff`] and [`why`] what is shown.

mod act;
mod args;
mod cluster;
mod complete;
mod diff;
mod endpoint;
mod failure;
mod get;
mod history;
mod item;
mod outputs;
mod page;
mod print;
mod prune;
mod request;
mod resource;
mod state;
mod table;
mod tree;
mod wait;
mod watch;
mod why;

use std::process::ExitCode;

pub use args::Cli;
use args::{HistoryAction, Verb};
use cluster::Cluster;
use failure::{Failure, Outcome};
use print::Printer;

impl Cli {
    /// Does what the command line says and gives the exit code that `docs/kubectl-plugin.md` lists. Errors go to standard error.
    pub async fn execute(self) -> ExitCode {
        match self.run().await {
            Ok(outcome) => ExitCode::from(outcome.code()),
            Err(Failure::Unread) => ExitCode::SUCCESS,
            Err(failure) => {
                eprintln!("kubectl-proton: {failure}");
                ExitCode::from(failure.code())
            }
        }
    }

    async fn run(self) -> Result<Outcome, Failure> {
        let printer = Printer::new(&self.global);
        match &self.verb {
            Verb::Completion { shell } => return complete::script(*shell, &printer),
            Verb::Complete { words } => return complete::run(&self.global, words, &printer).await,
            _ => {}
        }
        let cluster = Cluster::open(&self.global).await?;
        let global = &self.global;
        match &self.verb {
            Verb::Get(args) => get::run(&cluster, args, &printer).await,
            Verb::History(args) => match &args.action {
                Some(HistoryAction::Prune(args)) => prune::run(&cluster, global, args, &printer).await,
                None => history::run(&cluster, global, args, &printer).await,
            },
            Verb::Diff(args) => diff::run(&cluster, global, args, &printer).await,
            Verb::Why(args) => why::run(&cluster, global, args, &printer).await,
            Verb::Outputs(args) => outputs::run(&cluster, args, &printer).await,
            Verb::Cancel(args) => act::run(&cluster, args, request::cancel, &printer).await,
            Verb::Retry(args) => act::run(&cluster, args, request::retry, &printer).await,
            Verb::Redeploy(args) => act::run(&cluster, args, request::redeploy, &printer).await,
            Verb::Rollback(args) if args.clear => act::run(&cluster, &args.act, request::clear_rollback, &printer).await,
            Verb::Rollback(args) => act::run(&cluster, &args.act, request::rollback, &printer).await,
            Verb::Suspend(args) => act::run(&cluster, args, request::suspend, &printer).await,
            Verb::Resume(args) => act::run(&cluster, args, request::resume, &printer).await,
            Verb::Reconcile(args) => act::run(&cluster, args, request::reconcile, &printer).await,
            Verb::Completion { .. } | Verb::Complete { .. } => Ok(Outcome::Done),
        }
    }
}
