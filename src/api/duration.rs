//! Durations as users write them: `90s`, `10m`, `1h30m`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the schema admits: one or more numbers with a unit of h, m, s or ms.
pub const PATTERN: &str = "^([0-9]{1,9}(h|m|s|ms))+$";

/// A duration in the notation of Kubernetes tools: whole numbers with the units h, m, s and ms, added up. The text is kept as it was
/// written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Span(#[schemars(regex(pattern = PATTERN), length(min = 2, max = 40))] pub String);

impl Span {
    /// The duration, or `None` if the text is not one or is longer than ten years (the schema refuses the first; nobody waits for the
    /// second).
    pub fn to_duration(&self) -> Option<Duration> {
        let mut rest = self.0.as_str();
        let mut total = Duration::ZERO;
        while !rest.is_empty() {
            let (part, after) = leading(rest)?;
            total = total.checked_add(part)?;
            rest = after;
        }
        (!self.0.is_empty() && total <= LONGEST).then_some(total)
    }
}

const LONGEST: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

/// Reads one number with its unit and gives what follows.
fn leading(text: &str) -> Option<(Duration, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at_checked(digits)?;
    let unit_end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
    let (unit, after) = rest.split_at_checked(unit_end)?;
    let number: u64 = number.parse().ok()?;
    let millis = match unit {
        "h" => 3_600_000,
        "m" => 60_000,
        "s" => 1_000,
        "ms" => 1,
        _ => return None,
    };
    Some((Duration::from_millis(number.checked_mul(millis)?), after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("10m", Some(600_000))]
    #[case("1h30m", Some(5_400_000))]
    #[case("250ms", Some(250))]
    #[case("1s5ms", Some(1_005))]
    #[case("", None)]
    #[case("m", None)]
    #[case("10", None)]
    #[case("1d", None)]
    #[case("-1s", None)]
    #[case("999999999h", None)]
    fn reads(#[case] text: &str, #[case] millis: Option<u64>) {
        assert_eq!(Span(text.into()).to_duration(), millis.map(Duration::from_millis));
    }
}
