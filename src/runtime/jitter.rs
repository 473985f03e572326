//! Spreading of intervals without randomness: the same object always gets the same place, so that a restart does not bunch
//! what was spread before, and tests know what to expect.

use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::time::Duration;

/// `interval`, moved by up to a tenth to either side as the hash of `by` says.
pub fn spread(interval: Duration, by: &impl Hash) -> Duration {
    let mut hasher = DefaultHasher::new();
    by.hash(&mut hasher);
    let per_mille = u32::try_from(hasher.finish() % 201).unwrap_or(100);
    interval.saturating_mul(900 + per_mille) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_a_tenth_and_differs_between_objects() {
        let spread_out: Vec<_> = (0..1000).map(|n| spread(Duration::from_secs(600), &n)).collect();
        assert!(spread_out.iter().all(|d| (540..=660).contains(&d.as_secs())));
        let (least, greatest) = (spread_out.iter().min(), spread_out.iter().max());
        assert!(greatest.zip(least).is_some_and(|(g, l)| *g - *l > Duration::from_secs(100)));
        assert_eq!(spread(Duration::from_secs(600), &7), spread(Duration::from_secs(600), &7));
    }
}
