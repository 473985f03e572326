//! Keeps a plan from repeating a step that has just failed, or that works and changes nothing.

use std::time::Duration;

use jiff::Timestamp;

use crate::api::Reason;

use super::conditions::Phase;
use super::decision::{Act, ActKind, Requeue, Step};
use super::desired::Desired;
use super::failure::{self, Pace};
use super::memory::{Failure, LastAct, Memory};

/// How often the same step may work in a row without a pause.
const FREE: u32 = 2;
/// After how many it is said openly that it leads nowhere.
const HOPELESS: u32 = 8;

/// Lets a step through, or replaces it with a pause.
pub fn pass(step: Step, desired: &Desired, memory: &Memory, now: Timestamp) -> Step {
    let Some(key) = step.act.key() else {
        return step;
    };
    let same = memory.last.as_ref().filter(|last| {
        last.key == key
            && last.generation == desired.identity.generation
            && last.requests == (desired.requests.reconcile.clone(), desired.requests.retry.clone())
    });
    match same.map(|last| (last, &last.result)) {
        None => step,
        Some((last, Err(failure))) => after_failure(step, desired, last, failure, now),
        Some((last, Ok(()))) => after_success(step, last, now),
    }
}

fn after_failure(step: Step, desired: &Desired, last: &LastAct, failure: &Failure, now: Timestamp) -> Step {
    let kind = last.key.kind;
    let Some((standing, reason, pace)) = failure::classify(failure.class, kind) else {
        return step;
    };
    let left = remaining(last.at, pace.pause(last.consecutive), now);
    if left.is_zero() {
        return step;
    }
    let phase = match kind {
        ActKind::DeleteDeployment => step.phase,
        _ => failure::phase(standing, reason, desired.resource.call(kind), &failure.message),
    };
    Step { act: Act::None, phase, requeue: Requeue::After(left) }
}

fn after_success(step: Step, last: &LastAct, now: Timestamp) -> Step {
    let left = remaining(last.at, Pace::Fast.pause(last.consecutive), now);
    if last.consecutive <= FREE || left.is_zero() {
        return step;
    }
    let phase = if last.consecutive >= HOPELESS {
        let what = last.key.kind.name();
        let message = format!("{what} was accepted {} times, but the API does not show its effect.", last.consecutive);
        Phase::stalled(Reason::NotConverging, message)
    } else {
        step.phase
    };
    Step { act: Act::None, phase, requeue: Requeue::After(left) }
}

/// What is left of a pause; nothing if the clock went back behind its begin by more than the pause.
pub fn remaining(since: Timestamp, pause: Duration, now: Timestamp) -> Duration {
    let passed = now.duration_since(since);
    match Duration::try_from(passed) {
        Ok(passed) => pause.saturating_sub(passed),
        Err(_) => pause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::decision::ActKey;
    use crate::plan::fixture::{at, desired};
    use crate::proton::ErrorClass;
    use rstest::rstest;

    fn step() -> Step {
        Step::act(Act::Delete { name: "e".into(), retries: 0 }, Phase::working(Reason::Deleting, "x"))
    }

    fn memory(result: Result<(), ErrorClass>, consecutive: u32) -> Memory {
        let key = step().act.key().unwrap();
        let result = result.map_err(|class| Failure { class, message: "no".into() });
        let last = LastAct { consecutive, ..LastAct::after(None, key, result, &desired(), at(0)) };
        Memory { last: Some(last), ..Memory::default() }
    }

    #[rstest]
    #[case::first_success(Ok(()), 1, 0, true)]
    #[case::often(Ok(()), 3, 1, false)]
    #[case::often_and_long_ago(Ok(()), 3, 4, true)]
    #[case::just_failed(Err(ErrorClass::Internal), 1, 0, false)]
    #[case::failed_a_second_ago(Err(ErrorClass::Internal), 1, 1, true)]
    #[case::blocked(Err(ErrorClass::Conflict), 1, 9, false)]
    #[case::blocked_for_long(Err(ErrorClass::Conflict), 1, 10, true)]
    fn a_pause_replaces_a_repetition(
        #[case] result: Result<(), ErrorClass>,
        #[case] times: u32,
        #[case] now: i64,
        #[case] through: bool,
    ) {
        let passed = pass(step(), &desired(), &memory(result, times), at(now));
        assert_eq!(passed.act != Act::None, through);
        assert!(through || matches!(passed.requeue, Requeue::After(left) if !left.is_zero()));
    }

    #[test]
    fn a_new_generation_or_request_ends_the_pause() {
        let memory = memory(Err(ErrorClass::Unsupported), 5);
        let mut edited = desired();
        edited.identity.generation += 1;
        assert_ne!(pass(step(), &edited, &memory, at(0)).act, Act::None);
        let mut asked = desired();
        asked.requests.retry = Some("now".into());
        assert_ne!(pass(step(), &asked, &memory, at(0)).act, Act::None);
    }

    #[test]
    fn endless_success_is_called_by_its_name() {
        let passed = pass(step(), &desired(), &memory(Ok(()), HOPELESS), at(0));
        assert_eq!(passed.phase.reason, Reason::NotConverging);
    }

    #[test]
    fn outcomes_in_a_row_are_counted() {
        let key = ActKey::observe();
        let fail = || Err(Failure { class: ErrorClass::Internal, message: String::new() });
        let one = LastAct::after(None, key.clone(), fail(), &desired(), at(0));
        let two = LastAct::after(Some(&one), key.clone(), fail(), &desired(), at(1));
        let done = LastAct::after(Some(&two), key, Ok(()), &desired(), at(2));
        assert_eq!((one.consecutive, two.consecutive, done.consecutive), (1, 2, 1));
    }
}
