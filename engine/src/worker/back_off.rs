//! How long to wait before a failed step is made again.

use std::time::Duration;

/// The first delay.
const FIRST: Duration = Duration::from_secs(1);
/// The longest delay.
const LONGEST: Duration = Duration::from_secs(60);

/// The delay after the `attempts`-th failure in a row, from 1: doubling up to a minute, and moved by up to a quarter
/// either way by `seed`, so that what failed together does not come back together.
pub fn back_off(attempts: i64, seed: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 16)).unwrap_or(16);
    let delay = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    delay.mul_f64(0.75 + 0.5 * fraction(attempts, seed))
}

/// A number from 0 to 1 that looks random and is not.
fn fraction(attempts: i64, seed: i64) -> f64 {
    let mixed = seed.wrapping_mul(0x9E37_79B9).wrapping_add(attempts).wrapping_mul(0x85EB_CA6B);
    f64::from(u16::try_from((mixed >> 16) & 0xFFFF).unwrap_or(0)) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn delays_stay_within_a_quarter_of_the_schedule(attempts in 1i64..1_000_000, seed: i64) {
            let seconds = if attempts > 6 { 60.0 } else { f64::from(1u32 << (attempts - 1)).min(60.0) };
            let delay = back_off(attempts, seed).as_secs_f64();
            prop_assert!(delay >= seconds * 0.75 - 1e-6 && delay <= seconds * 1.25 + 1e-6, "{delay} for {seconds}");
        }
    }

    #[test]
    fn what_failed_together_comes_back_apart() {
        let delays: std::collections::BTreeSet<_> = (0..64).map(|seed| back_off(5, seed)).collect();
        assert!(delays.len() > 32);
    }
}
