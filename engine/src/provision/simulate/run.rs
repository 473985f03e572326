//! The simulating provisioner: takes the rule up in the journal, then asks the plan at each pass.

use serde::Deserialize as _;

use super::plan::{Next, Run, plan};
use super::rule::Rule;
use super::{Script, outputs};
use crate::provision::{Job, JobOperation, Journal, Outcome, ProvisionError, Provisioner, Step};

/// Provisions nothing and says so.
pub struct Simulate {
    script: Option<Script>,
}

/// Stands at the end of every status message.
const REMARK: &str = "Simulated: nothing was provisioned.";

impl Simulate {
    /// Simulates by `script`; what no rule matches succeeds at once.
    pub fn new(script: Option<Script>) -> Self {
        Self { script }
    }

    /// The journal with which a job begins if a rule of the script is for it.
    ///
    /// # Errors
    /// None in practice: a rule can always be written down.
    pub fn begin(&self, job: &Job, now: jiff::Timestamp) -> Result<Option<Journal>, ProvisionError> {
        self.find(job, now).map(|run| serde_json::to_value(run).map_err(unreadable)).transpose()
    }

    fn find(&self, job: &Job, now: jiff::Timestamp) -> Option<Run> {
        let script = self.script.as_ref()?.rules();
        let rule = script.rules.iter().find(|rule| rule.is_for(job))?.clone();
        Some(Run { rule, started_at: now.as_millisecond(), cancelled_at: None, problem: script.problem })
    }

    fn run(&self, job: &Job, journal: &Journal, now: jiff::Timestamp) -> Result<Run, ProvisionError> {
        if !journal.is_null() {
            return Run::deserialize(journal).map_err(unreadable);
        }
        let succeed = || Run { rule: Rule::default(), started_at: now.as_millisecond(), cancelled_at: None, problem: None };
        Ok(self.find(job, now).unwrap_or_else(succeed))
    }
}

#[async_trait::async_trait]
impl Provisioner for Simulate {
    async fn advance(&self, job: &Job, journal: &Journal, now: jiff::Timestamp) -> Result<Step, ProvisionError> {
        let mut run = self.run(job, journal, now)?;
        if job.cancel_requested && job.operation != JobOperation::Delete {
            run.cancelled_at.get_or_insert(now.as_millisecond());
        }
        match plan(&run, now.as_millisecond()) {
            Next::Wait(after) => {
                let journal = serde_json::to_value(&run).map_err(unreadable)?;
                Ok(Step::Waiting { journal, after })
            }
            next => Ok(Step::Finished(outcome(&run, job, next))),
        }
    }
}

fn outcome(run: &Run, job: &Job, next: Next) -> Outcome {
    let failed = |text: &str| Outcome::Failed { message: remark(run, text), resources: Vec::new() };
    match next {
        Next::Fail(text) => failed(&text),
        Next::CancelFailed => failed("The cancellation failed."),
        Next::Cancel => Outcome::Cancelled { message: Some(remark(run, "User initiated cancellation.")) },
        Next::Succeed | Next::Wait(_) => match outputs::of(job, &run.rule) {
            Ok(outputs) => Outcome::Succeeded { outputs, resources: Vec::new(), message: Some(remark(run, "")) },
            Err(problem) => failed(&problem),
        },
    }
}

/// `text`, then that it was simulated, then what is wrong with the script.
fn remark(run: &Run, text: &str) -> String {
    let problem = run
        .problem
        .as_ref()
        .map(|problem| format!("The simulate script is broken and its last good version decided: {problem}."));
    let text = (!text.is_empty()).then(|| if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") });
    let parts: Vec<&str> = text.as_deref().into_iter().chain([REMARK]).chain(problem.as_deref()).collect();
    parts.join(" ")
}

fn unreadable(error: serde_json::Error) -> ProvisionError {
    ProvisionError::permanent(format!(
        "the simulated deployment's journal can't be read ({error}); it was written by another version of the engine. \
         Deploy again."
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::provision::simulate::testing::job;

    fn simulate(text: &str) -> (tempfile::TempDir, Simulate) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("script.yaml");
        std::fs::write(&path, text).unwrap();
        (dir, Simulate::new(Some(Script::open(path).unwrap())))
    }

    fn at(second: i64) -> jiff::Timestamp {
        jiff::Timestamp::from_second(second).unwrap()
    }

    async fn pass(simulate: &Simulate, job: &Job, journal: &Journal, second: i64) -> Step {
        simulate.advance(job, journal, at(second)).await.unwrap()
    }

    fn journal(step: Step) -> Journal {
        match step {
            Step::Waiting { journal, .. } => journal,
            Step::Finished(outcome) => panic!("finished: {outcome:?}"),
        }
    }

    #[tokio::test]
    async fn what_no_rule_matches_succeeds_at_once_and_says_that_it_is_simulated() {
        let step = pass(&Simulate::new(None), &job(), &Journal::Null, 0).await;
        let Step::Finished(Outcome::Succeeded { outputs, message, .. }) = step else { panic!("{step:?}") };
        assert_eq!(outputs, [("Name".to_owned(), "literal".to_owned())]);
        assert_eq!(message.as_deref(), Some(REMARK));
    }

    #[tokio::test]
    async fn the_rule_of_the_beginning_decides_to_the_end() {
        let (dir, simulate) = simulate("- target: '*'\n  duration: 2s\n  fail: boom\n");
        let first = pass(&simulate, &job(), &Journal::Null, 10).await;
        assert!(matches!(first, Step::Waiting { after, .. } if after == Duration::from_secs(1)));
        let journal = journal(first);
        std::fs::write(dir.path().join("script.yaml"), "- target: '*'\n").unwrap();
        assert!(matches!(pass(&simulate, &job(), &journal, 11).await, Step::Waiting { .. }));
        let last = pass(&simulate, &job(), &journal, 12).await;
        let Step::Finished(Outcome::Failed { message, .. }) = last else { panic!("{last:?}") };
        assert_eq!(message, format!("boom. {REMARK}"));
    }

    #[tokio::test]
    async fn a_broken_script_shows_in_the_status_message() {
        let (dir, simulate) = simulate("- target: '*'\n  outputs: {A: 1}\n");
        std::fs::write(dir.path().join("script.yaml"), "- target: '*'\n  cancel: maybe\n").unwrap();
        let step = pass(&simulate, &job(), &Journal::Null, 0).await;
        let Step::Finished(Outcome::Succeeded { outputs, message, .. }) = step else { panic!("{step:?}") };
        assert!(outputs.contains(&("A".to_owned(), "1".to_owned())));
        assert!(message.unwrap().contains("unknown variant `maybe`"));
    }

    #[tokio::test]
    async fn cancellation_is_honoured_but_not_for_deletions() {
        let (_dir, simulate) = simulate("- target: '*'\n  duration: 2s\n");
        let update = Job { cancel_requested: true, ..job() };
        let step = pass(&simulate, &update, &Journal::Null, 0).await;
        let Step::Finished(Outcome::Cancelled { message }) = step else { panic!("{step:?}") };
        assert!(message.unwrap().starts_with("User initiated cancellation."));
        let delete = Job { operation: JobOperation::Delete, template: None, ..update };
        assert!(matches!(pass(&simulate, &delete, &Journal::Null, 0).await, Step::Waiting { .. }));
    }
}
