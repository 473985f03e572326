//! What a simulated deployment does next. Pure and total.
//!
//! | time | rule.fail | cancel wanted | rule.cancel | then |
//! |---|---|---|---|---|
//! | running | any | no | any | wait |
//! | running | any | yes | honoured | cancelled |
//! | running | any | yes | too-late | wait |
//! | running | any | yes | fails | cancel failed |
//! | over | absent | any | any | succeeded |
//! | over | present | any | any | failed |
//!
//! The time is that of the cancellation, if one came: it has its end when `rule.cancelDuration` is over, and until then
//! the next step is to wait. A deletion can't be cancelled: there the cancellation counts as not wanted.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::rule::{Cancel, Rule};

/// One simulated deployment, as its journal keeps it: the rule as it was when the deployment began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) rule: Rule,
    /// When it began, in milliseconds since the epoch.
    pub(super) started_at: i64,
    /// When a cancellation was first seen, in the same unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cancelled_at: Option<i64>,
    /// Why the script as it was then could not be used, if an earlier version decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Wait(Duration),
    Succeed,
    Fail(String),
    Cancel,
    CancelFailed,
}

/// The longest wait, so that a cancellation is seen soon.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Decides.
pub(super) fn plan(run: &Run, now: i64) -> Next {
    let left = left(run.rule.duration, run.started_at, run.cancelled_at.map_or(now, |at| at.min(now)));
    match (left.is_zero(), &run.rule.fail, run.cancelled_at, run.rule.cancel) {
        (false, _, Some(at), Cancel::Honoured) => after_cancellation(run, at, now, Next::Cancel),
        (false, _, Some(at), Cancel::Fails) => after_cancellation(run, at, now, Next::CancelFailed),
        (false, _, Some(_), Cancel::TooLate) => to_the_end(run, now),
        (false, _, None, _) => Next::Wait(left.min(LONGEST_WAIT)),
        (true, _, _, _) => end(run),
    }
}

fn after_cancellation(run: &Run, since: i64, now: i64, end: Next) -> Next {
    let left = left(run.rule.cancel_duration, since, now);
    if left.is_zero() { end } else { Next::Wait(left.min(LONGEST_WAIT)) }
}

/// As if no cancellation had come.
fn to_the_end(run: &Run, now: i64) -> Next {
    let left = left(run.rule.duration, run.started_at, now);
    if left.is_zero() { end(run) } else { Next::Wait(left.min(LONGEST_WAIT)) }
}

fn end(run: &Run) -> Next {
    run.rule.fail.clone().map_or(Next::Succeed, Next::Fail)
}

/// What is left of a duration; a clock that was set back can't make it longer than the duration itself.
fn left(duration: Duration, since: i64, now: i64) -> Duration {
    let passed = u64::try_from(now.saturating_sub(since)).unwrap_or(0);
    duration.saturating_sub(Duration::from_millis(passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(fail: bool, cancel: Cancel) -> Run {
        let fail = fail.then(|| "boom".to_owned());
        let rule = Rule { duration: Duration::from_secs(5), fail, cancel, ..Rule::default() };
        Run { rule, started_at: 1_000, cancelled_at: None, problem: None }
    }

    fn cancelled(run: Run, at: i64) -> Run {
        Run { cancelled_at: Some(at), ..run }
    }

    fn word(next: &Next) -> &'static str {
        match next {
            Next::Wait(_) => "wait",
            Next::Succeed => "succeeded",
            Next::Fail(_) => "failed",
            Next::Cancel => "cancelled",
            Next::CancelFailed => "cancel failed",
        }
    }

    fn rows() -> Vec<Vec<&'static str>> {
        let lines = include_str!("plan.rs").lines().filter_map(|line| line.strip_prefix("//! |"));
        lines.skip(2).map(|line| line.trim_end_matches('|').split('|').map(str::trim).collect()).collect()
    }

    /// The values of a table's cell.
    fn values<T: Copy>(cell: &str, all: &[(&str, T)]) -> Vec<T> {
        all.iter().filter(|(name, _)| cell == "any" || cell == *name).map(|(_, value)| *value).collect()
    }

    #[test]
    fn the_table_is_the_code() {
        let mut checked = 0;
        for row in rows() {
            for now in values(row[0], &[("running", 3_000), ("over", 6_000)]) {
                for fail in values(row[1], &[("absent", false), ("present", true)]) {
                    for wanted in values(row[2], &[("no", false), ("yes", true)]) {
                        let ways = [("honoured", Cancel::Honoured), ("too-late", Cancel::TooLate), ("fails", Cancel::Fails)];
                        for cancel in values(row[3], &ways) {
                            let run = if wanted { cancelled(run(fail, cancel), now) } else { run(fail, cancel) };
                            assert_eq!(word(&plan(&run, now)), row[4], "{row:?}");
                            checked += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(checked, 2 * 2 * 2 * 3, "every case stands in the table once");
    }

    #[test]
    fn waits_for_what_is_left_but_never_long() {
        assert_eq!(plan(&run(false, Cancel::Honoured), 5_900), Next::Wait(Duration::from_millis(100)));
        assert_eq!(plan(&run(false, Cancel::Honoured), 1_000), Next::Wait(LONGEST_WAIT));
        assert_eq!(plan(&run(false, Cancel::Honoured), -9_000), Next::Wait(LONGEST_WAIT));
    }

    #[test]
    fn a_cancellation_takes_its_time_and_is_not_overtaken_by_the_end() {
        let mut run = cancelled(run(false, Cancel::Honoured), 5_500);
        run.rule.cancel_duration = Duration::from_secs(2);
        assert_eq!(plan(&run, 5_500), Next::Wait(LONGEST_WAIT));
        assert_eq!(plan(&run, 7_400), Next::Wait(Duration::from_millis(100)));
        assert_eq!(plan(&run, 7_500), Next::Cancel);
        run.rule.cancel = Cancel::TooLate;
        assert_eq!(plan(&run, 5_900), Next::Wait(Duration::from_millis(100)));
        assert_eq!(plan(&run, 6_000), Next::Succeed);
    }
}
