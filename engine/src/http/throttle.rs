//! How often a key pair may call: a token bucket for each, where `--request-rate` is set.
//!
//! A bucket holds [`BURST_SECONDS`] seconds' worth of calls and fills at the rate. All that is kept of a bucket is the
//! instant at which it will be full again: a call moves it on by the time of one call, and is refused when that would
//! put it further ahead than a whole bucket takes to fill. Only pairs of the credentials file get a bucket, so the
//! memory is bounded by that file.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many seconds' worth of calls may come at once.
pub const BURST_SECONDS: u32 = 2;

/// A limit in calls per second, for each access key of its own.
#[derive(Debug)]
pub struct Throttle {
    rate: NonZeroU32,
    full_again: Mutex<BTreeMap<String, Instant>>,
}

/// A call that came too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFast {
    /// The limit, in calls per second.
    pub rate: NonZeroU32,
    /// When the same call would be let through, if no other comes before it.
    pub wait: Duration,
}

impl Throttle {
    /// A limit of `rate` calls per second.
    pub fn new(rate: NonZeroU32) -> Self {
        Self { rate, full_again: Mutex::default() }
    }

    /// Takes a token out of the bucket of an access key that was authenticated.
    pub fn admit(&self, access_key_id: &str, now: Instant) -> Result<(), TooFast> {
        // A panic elsewhere cannot leave the map half changed: each change is one insert.
        let mut full_again = self.full_again.lock().unwrap_or_else(PoisonError::into_inner);
        let next = take(full_again.get(access_key_id).copied(), now, self.rate);
        let next = next.map_err(|wait| TooFast { rate: self.rate, wait })?;
        full_again.insert(access_key_id.to_owned(), next);
        Ok(())
    }
}

/// When the bucket is full again after a call at `now`, or how long it lacks a token.
fn take(full_again: Option<Instant>, now: Instant, rate: NonZeroU32) -> Result<Instant, Duration> {
    let one = Duration::from_secs(1) / rate.get();
    let whole = one * rate.get().saturating_mul(BURST_SECONDS);
    let next = full_again.map_or(now, |instant| instant.max(now)) + one;
    let lacks = next.duration_since(now).saturating_sub(whole);
    if lacks.is_zero() { Ok(next) } else { Err(lacks) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn rate(calls: u32) -> NonZeroU32 {
        NonZeroU32::new(calls).unwrap()
    }

    /// How many of `calls` at one instant are let through.
    fn burst(throttle: &Throttle, key: &str, now: Instant, calls: u32) -> usize {
        (0..calls).filter(|_| throttle.admit(key, now).is_ok()).count()
    }

    #[rstest]
    #[case(1, 2)]
    #[case(7, 14)]
    #[case(100, 200)]
    fn a_burst_of_two_seconds_then_the_rate(#[case] calls: u32, #[case] at_once: usize) {
        let throttle = Throttle::new(rate(calls));
        let start = Instant::now();
        assert_eq!(burst(&throttle, "a", start, 1000), at_once);
        for second in 1..5 {
            let later = start + Duration::from_secs(second);
            assert_eq!(burst(&throttle, "a", later, 1000), calls as usize, "after {second} s");
        }
        assert_eq!(burst(&throttle, "a", start + Duration::from_secs(60), 1000), at_once, "after a rest");
    }

    #[test]
    fn the_wait_that_is_named_is_enough_and_no_more() {
        let throttle = Throttle::new(rate(4));
        let start = Instant::now();
        burst(&throttle, "a", start, 8);
        let refused = throttle.admit("a", start).unwrap_err();
        assert_eq!(refused, TooFast { rate: rate(4), wait: Duration::from_millis(250) });
        assert!(throttle.admit("a", start + refused.wait - Duration::from_nanos(1)).is_err());
        assert!(throttle.admit("a", start + refused.wait).is_ok());
    }

    #[test]
    fn each_key_has_its_own_bucket() {
        let throttle = Throttle::new(rate(1));
        let now = Instant::now();
        assert_eq!(burst(&throttle, "a", now, 5), 2);
        assert_eq!(burst(&throttle, "b", now, 5), 2);
        assert_eq!(throttle.full_again.lock().unwrap().len(), 2);
    }

    proptest! {
        /// Whatever the pauses, no span of time sees more calls than a full bucket and what flowed in.
        #[test]
        fn never_more_than_burst_and_rate(calls in 1u32..50, pauses in proptest::collection::vec(0u64..400, 1..300)) {
            let throttle = Throttle::new(rate(calls));
            let start = Instant::now();
            let (mut now, mut passed) = (start, 0.0);
            for pause in pauses {
                now += Duration::from_millis(pause);
                passed += f64::from(u8::from(throttle.admit("a", now).is_ok()));
                let allowed = f64::from(calls) * (f64::from(BURST_SECONDS) + now.duration_since(start).as_secs_f64());
                prop_assert!(passed <= allowed + 1e-3, "{passed} calls, {allowed} allowed");
            }
        }
    }
}
