//! What follows from the end of an exchange with a child. The table is in the module's documentation above.

use std::process::ExitStatus;
use std::time::Duration;

use super::message::Reply;
use super::renderer::RenderingError;

/// How an exchange with a child ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Exchange {
    /// The child answered.
    Answered(Reply),
    /// It did not answer in time, and was killed.
    OutOfTime,
    /// It ended instead of answering; how.
    Ended(String),
    /// There is no child; what the system said.
    NotStarted(String),
}

/// Which try of a rendering it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// On any child.
    First,
    /// On a child that rendered nothing before, after another had ended.
    Repeated,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This is the result.
    Done(Result<String, RenderingError>),
    /// Try it once more, on a fresh child.
    Again,
}

/// Decides; `limit` is the deadline that was given.
pub(super) fn decide(attempt: Attempt, exchange: Exchange, file: &str, limit: Duration) -> Next {
    let failed = |error| Next::Done(Err(error));
    match (exchange, attempt) {
        (Exchange::Answered(reply), _) => Next::Done(reply.map_err(RenderingError::Template)),
        (Exchange::OutOfTime, _) => failed(RenderingError::OutOfTime { file: file.to_owned(), limit }),
        (Exchange::Ended(_), Attempt::First) => Next::Again,
        (Exchange::Ended(ending), Attempt::Repeated) => failed(RenderingError::Abnormal { file: file.to_owned(), ending }),
        (Exchange::NotStarted(why), _) => failed(RenderingError::Unavailable(why)),
    }
}

/// How a process ended, in words.
pub(super) fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let cause = match signal {
            6 => "it used up its stack or its memory",
            7 | 10 | 11 => "it used up its stack",
            9 => "it was killed",
            24 => "it used up its processor time",
            _ => "a signal ended it",
        };
        return format!("{cause}: signal {signal}");
    }
    status.code().map_or_else(|| "for an unknown reason".to_owned(), |code| format!("exit code {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const LIMIT: Duration = Duration::from_secs(10);

    fn done(attempt: Attempt, exchange: Exchange) -> Result<String, RenderingError> {
        match decide(attempt, exchange, "t.yaml", LIMIT) {
            Next::Done(result) => result,
            Next::Again => Err(RenderingError::Template("again".to_owned())),
        }
    }

    #[rstest]
    fn the_table(#[values(Attempt::First, Attempt::Repeated)] attempt: Attempt) {
        assert_eq!(done(attempt, Exchange::Answered(Ok("text".to_owned()))), Ok("text".to_owned()));
        let wrong = RenderingError::Template("t.yaml:1: no".to_owned());
        assert_eq!(done(attempt, Exchange::Answered(Err("t.yaml:1: no".to_owned()))), Err(wrong));
        let late = RenderingError::OutOfTime { file: "t.yaml".to_owned(), limit: LIMIT };
        assert_eq!(done(attempt, Exchange::OutOfTime), Err(late));
        let none = RenderingError::Unavailable("no memory".to_owned());
        assert_eq!(done(attempt, Exchange::NotStarted("no memory".to_owned())), Err(none));
        let ended = decide(attempt, Exchange::Ended("signal 6".to_owned()), "t.yaml", LIMIT);
        let abnormal = RenderingError::Abnormal { file: "t.yaml".to_owned(), ending: "signal 6".to_owned() };
        assert_eq!(ended, if attempt == Attempt::First { Next::Again } else { Next::Done(Err(abnormal)) });
    }

    #[test]
    fn messages_name_the_file_the_cause_and_what_to_do() {
        let abnormal = done(Attempt::Repeated, Exchange::Ended("signal 6".to_owned())).unwrap_err().to_string();
        assert!(abnormal.starts_with("t.yaml: rendering ended abnormally (signal 6)"), "{abnormal}");
        let late = done(Attempt::First, Exchange::OutOfTime).unwrap_err().to_string();
        assert!(late.starts_with("t.yaml: rendering did not end within 10s"), "{late}");
    }

    #[cfg(unix)]
    #[rstest]
    #[case(6, "stack or its memory: signal 6")]
    #[case(9, "was killed: signal 9")]
    #[case(11, "stack: signal 11")]
    #[case(24, "processor time: signal 24")]
    #[case(15, "a signal ended it: signal 15")]
    #[case(0x100, "exit code 1")]
    fn endings(#[case] raw: i32, #[case] says: &str) {
        let status = std::os::unix::process::ExitStatusExt::from_raw(raw);
        assert!(describe(status).contains(says), "{}", describe(status));
    }
}
