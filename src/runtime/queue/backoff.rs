//! How long a key waits after passes that failed: doubled each time, kept per key until a pass succeeds.

use std::collections::HashMap;
use std::time::Duration;

use crate::runtime::jitter::spread;
use crate::runtime::key::Key;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);

/// Failures in a row by key.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: HashMap<Key, u32>,
}

impl Backoff {
    /// Counts a failure and tells how long to wait: 1 s, 2 s, 4 s … 5 min, spread by a tenth so that objects which failed
    /// together do not come back together.
    pub fn failed(&mut self, key: &Key) -> Duration {
        let count = self.failures.entry(key.clone()).or_default();
        let wait = FIRST.saturating_mul(1 << (*count).min(16)).min(LONGEST);
        *count = count.saturating_add(1);
        spread(wait, &(key, *count))
    }

    /// Forgets the failures of a key.
    pub fn succeeded(&mut self, key: &Key) {
        self.failures.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_success_resets_them() {
        let (key, mut backoff) = (Key::environment("a", "x"), Backoff::default());
        let waits: Vec<_> = (0..12).map(|_| backoff.failed(&key).as_secs_f64()).collect();
        for (n, wait) in waits.iter().enumerate() {
            let exact = (1_u64 << n).min(300) as f64;
            assert!((exact * 0.89..=exact * 1.11).contains(wait), "failure {n}: {wait}");
        }
        backoff.succeeded(&key);
        assert!(backoff.failed(&key) < Duration::from_secs(2));
    }
}
