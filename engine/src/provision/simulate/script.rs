//! The simulate script's file: read again at the start of every deployment.
//!
//! A script that is broken when the engine starts stops the start. One that breaks later, or whose file goes away,
//! leaves the last good version in force: that is logged once per change, and deployments that this version decides
//! say so in their status message.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::rule::{self, Rule};

/// A script in a file.
pub struct Script {
    path: PathBuf,
    last: Mutex<Version>,
}

/// What the file held when it was last looked at.
#[derive(Clone)]
struct Version {
    /// The text, or why it couldn't be read, by which a change is seen.
    seen: Result<String, String>,
    rules: Arc<[Rule]>,
    problem: Option<String>,
}

/// The script can't be used.
#[derive(Debug, thiserror::Error)]
#[error("simulate script {path}: {problem}. Correct the file that --simulate-script names")]
pub struct ScriptError {
    path: String,
    problem: String,
}

/// The rules in force.
pub struct Rules {
    /// In the script's order.
    pub rules: Arc<[Rule]>,
    /// Why the file as it is now could not be used, if these rules are of an earlier version.
    pub problem: Option<String>,
}

impl Script {
    /// Opens a script.
    ///
    /// # Errors
    /// The file can't be read or isn't a list of rules; the message says where.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, ScriptError> {
        let path = path.into();
        let fail = |problem| ScriptError { path: path.display().to_string(), problem };
        let text = read(&path).map_err(fail)?;
        let rules = rule::parse(&text).map_err(|error| fail(error.to_string()))?;
        let last = Version { seen: Ok(text), rules: rules.into(), problem: None };
        Ok(Self { path, last: Mutex::new(last) })
    }

    /// The rules in force now. Reads the file; parses it only if its content has changed.
    pub fn rules(&self) -> Rules {
        let seen = read(&self.path);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.seen != seen {
            *last = next(&last, seen);
            self.log(&last);
        }
        Rules { rules: Arc::clone(&last.rules), problem: last.problem.clone() }
    }

    fn log(&self, version: &Version) {
        let path = self.path.display();
        match &version.problem {
            Some(problem) => tracing::error!(%path, %problem, "simulate script is broken; its last good version stays"),
            None => tracing::info!(%path, rules = version.rules.len(), "simulate script was read again"),
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

/// The version after a change of the file. Pure.
fn next(last: &Version, seen: Result<String, String>) -> Version {
    let parsed = match &seen {
        Ok(text) => rule::parse(text).map_err(|error| error.to_string()),
        Err(problem) => Err(problem.clone()),
    };
    match parsed {
        Ok(rules) => Version { seen, rules: rules.into(), problem: None },
        Err(problem) => Version { seen, rules: Arc::clone(&last.rules), problem: Some(problem) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("script.yaml");
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    #[test]
    fn is_read_again_when_it_changes() {
        let (_dir, path) = script("- target: a\n");
        let script = Script::open(&path).unwrap();
        assert_eq!(script.rules().rules[0].target, "a");
        std::fs::write(&path, "- target: b\n").unwrap();
        assert_eq!(script.rules().rules[0].target, "b");
    }

    #[test]
    fn the_last_good_version_stays_in_force() {
        let (_dir, path) = script("- target: a\n");
        let script = Script::open(&path).unwrap();
        std::fs::write(&path, "- target: [\n").unwrap();
        let rules = script.rules();
        assert_eq!(rules.rules[0].target, "a");
        assert!(rules.problem.is_some());
        std::fs::remove_file(&path).unwrap();
        assert!(script.rules().problem.unwrap().contains("No such file"));
        std::fs::write(&path, "- target: c\n").unwrap();
        let rules = script.rules();
        assert_eq!((rules.rules[0].target.as_str(), rules.problem), ("c", None));
    }

    #[test]
    fn a_broken_script_stops_the_start() {
        let (_dir, path) = script("- target: a\n  cancel: maybe\n");
        let message = Script::open(&path).err().unwrap().to_string();
        assert!(message.contains("script.yaml") && message.contains("unknown variant `maybe`"), "{message}");
        assert!(Script::open(path.with_file_name("other")).is_err());
    }
}
