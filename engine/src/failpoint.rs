//! Named points at which a test can kill the process, before and after every effect and commit.
//!
//! Compiled into debug builds only. `PROTON_ENGINE_FAILPOINT=name` or `name:3` aborts the process at the first
//! or third visit, as a power failure would; `PROTON_ENGINE_FAILPOINT_LOG=FILE` appends the name of every point
//! that is passed, so that a test can prove that each was visited.

use strum::{IntoStaticStr, VariantArray};

/// Every point of the engine at which it may be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Failpoint {
    /// A request's new state and effects are about to be committed.
    BeforeCommitRequest,
    /// They are committed; the response is not sent yet.
    AfterCommitRequest,
    /// The worker is about to perform an effect's next step.
    BeforeAdvance,
    /// The step is done; nothing of it is recorded yet.
    AfterAdvance,
    /// The worker is about to commit what the step gave.
    BeforeCommitStep,
    /// It is committed.
    AfterCommitStep,
    /// CloudFormation is about to be asked for `CreateStack`.
    BeforeCreateStack,
    /// It has answered `CreateStack`; nothing of it is recorded yet.
    AfterCreateStack,
    /// CloudFormation is about to be asked for `CreateChangeSet`.
    BeforeCreateChangeSet,
    /// It has answered `CreateChangeSet`; nothing of it is recorded yet.
    AfterCreateChangeSet,
    /// CloudFormation is about to be asked for `ExecuteChangeSet`.
    BeforeExecuteChangeSet,
    /// It has answered `ExecuteChangeSet`; nothing of it is recorded yet.
    AfterExecuteChangeSet,
    /// CloudFormation is about to be asked for `DeleteChangeSet`.
    BeforeDeleteChangeSet,
    /// It has answered `DeleteChangeSet`; nothing of it is recorded yet.
    AfterDeleteChangeSet,
    /// CloudFormation is about to be asked for `CancelUpdateStack`.
    BeforeCancelUpdateStack,
    /// It has answered `CancelUpdateStack`; nothing of it is recorded yet.
    AfterCancelUpdateStack,
    /// CloudFormation is about to be asked for `ContinueUpdateRollback`.
    BeforeContinueUpdateRollback,
    /// It has answered `ContinueUpdateRollback`; nothing of it is recorded yet.
    AfterContinueUpdateRollback,
    /// CloudFormation is about to be asked for `DeleteStack`.
    BeforeDeleteStack,
    /// It has answered `DeleteStack`; nothing of it is recorded yet.
    AfterDeleteStack,
    /// A large template is about to be put into the template bucket.
    BeforePutTemplate,
    /// It is there; CloudFormation has not been told.
    AfterPutTemplate,
}

impl Failpoint {
    /// The name that the environment variables use.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Passes the point: records the visit, and ends the process here if a test asked for it.
    pub fn hit(self) {
        #[cfg(debug_assertions)]
        armed::visit(self.name());
    }
}

#[cfg(debug_assertions)]
mod armed {
    use std::io::Write as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static TRIGGER: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static VISITS: AtomicU32 = AtomicU32::new(0);

    pub(super) fn visit(name: &str) {
        if let Ok(path) = std::env::var("PROTON_ENGINE_FAILPOINT_LOG") {
            log(&path, name);
        }
        let Some((wanted, nth)) = TRIGGER.get_or_init(trigger) else {
            return;
        };
        if wanted == name && VISITS.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
            std::process::abort();
        }
    }

    fn trigger() -> Option<(String, u32)> {
        let text = std::env::var("PROTON_ENGINE_FAILPOINT").ok()?;
        let (name, nth) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), nth.parse().unwrap_or(1)))
    }

    fn log(path: &str, name: &str) {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        if let Ok(mut file) = file {
            // A lost line makes the test that reads the log fail, which is what it is for.
            let _ = writeln!(file, "{name}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// The sources with their places below `src`, without tests and what only tests use.
    fn sources() -> Vec<(PathBuf, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let (mut folders, mut found) = (vec![root.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                match path.is_dir() {
                    true => folders.push(path),
                    false if name.ends_with("tests") || name == "sample" || name == "failpoint" => {}
                    false => {
                        let text = std::fs::read_to_string(&path).unwrap();
                        found.push((path.strip_prefix(&root).unwrap().to_owned(), text));
                    }
                }
            }
        }
        found
    }

    #[test]
    fn every_point_is_passed_somewhere() {
        let sources = sources();
        for point in Failpoint::VARIANTS {
            let passed = sources.iter().any(|(_, text)| text.contains(&format!("Failpoint::{point:?}.hit()")));
            assert!(passed, "{} is never passed", point.name());
        }
    }

    #[test]
    fn nothing_is_committed_or_sent_except_between_two_points() {
        // The store's own transactions are those of its schema, before anything is served.
        let elsewhere = |path: &Path| !path.starts_with("store");
        let mut committing: Vec<_> = sources()
            .into_iter()
            .filter(|(path, text)| elsewhere(path) && text.contains(".commit()"))
            .map(|(path, _)| path)
            .collect();
        committing.sort();
        assert_eq!(committing, [Path::new("ops/engine.rs"), Path::new("worker/commit.rs")]);
        for (path, text) in sources().iter().filter(|(path, _)| path.starts_with("provision/cloudformation/act.rs")) {
            let (sent, marked) = (text.matches(".send()").count(), text.matches("Failpoint::Before").count());
            assert_eq!(sent, marked, "{}", path.display());
        }
    }
}
