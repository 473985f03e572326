//! Points in time as AWS JSON 1.0 writes them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time with a precision of one millisecond.
///
/// The wire form is a JSON number: seconds since 1970-01-01T00:00:00Z, with a fraction where there
/// are milliseconds (AWS JSON protocol, timestamp format `epoch-seconds`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The point in time, for arithmetic.
    pub fn as_jiff(self) -> jiff::Timestamp {
        self.0
    }

    /// Milliseconds since the epoch.
    pub fn as_millisecond(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The time so many milliseconds after the epoch; `None` outside the years −9999 to 9999.
    pub fn from_millisecond(milliseconds: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(milliseconds).ok().map(Self)
    }
}

impl From<jiff::Timestamp> for Timestamp {
    /// Drops what is finer than a millisecond, so that a value equals its wire form read back.
    fn from(time: jiff::Timestamp) -> Self {
        Self::from_millisecond(time.as_millisecond()).unwrap_or(Self(time))
    }
}

impl From<Timestamp> for jiff::Timestamp {
    fn from(time: Timestamp) -> Self {
        time.0
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let milliseconds = self.as_millisecond();
        if milliseconds % 1000 == 0 {
            serializer.serialize_i64(milliseconds / 1000)
        } else {
            // Exact: the range of the type fits the 53 bits of the fraction.
            serializer.serialize_f64(milliseconds as f64 / 1000.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(EpochSeconds)
    }
}

/// Reads a JSON number of seconds, whole or with a fraction.
struct EpochSeconds;

impl EpochSeconds {
    fn time<E: de::Error>(milliseconds: Option<i64>) -> Result<Timestamp, E> {
        milliseconds.and_then(Timestamp::from_millisecond).ok_or_else(|| {
            E::custom("the timestamp is outside the years -9999 to 9999; send seconds since 1970, not milliseconds")
        })
    }
}

impl de::Visitor<'_> for EpochSeconds {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds since 1970-01-01T00:00:00Z")
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Timestamp, E> {
        Self::time(seconds.checked_mul(1000))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Timestamp, E> {
        Self::time(i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1000)))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Timestamp, E> {
        // The cast saturates, and what is saturated is out of the type's range.
        Self::time(Some((seconds * 1000.0).round() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    fn parse(json: &str) -> Result<Timestamp, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[rstest::rstest]
    #[case("0", "1970-01-01T00:00:00Z")]
    #[case("1694104385", "2023-09-07T16:33:05Z")]
    #[case("1694104385.123", "2023-09-07T16:33:05.123Z")]
    #[case("1.694104385123E9", "2023-09-07T16:33:05.123Z")]
    #[case("-0.5", "1969-12-31T23:59:59.5Z")]
    fn reads_numbers_of_seconds(#[case] json: &str, #[case] time: &str) {
        assert_eq!(parse(json).unwrap().to_string(), time);
    }

    #[rstest::rstest]
    #[case("\"2023-09-07T16:33:05Z\"")]
    #[case("1e300")]
    #[case("1694104385123")]
    #[case("true")]
    fn refuses_anything_else(#[case] json: &str) {
        assert!(parse(json).is_err());
    }

    #[test]
    fn writes_a_fraction_only_where_there_is_one() {
        let write = |time: &str| {
            let time: jiff::Timestamp = time.parse().unwrap();
            serde_json::to_string(&Timestamp::from(time)).unwrap()
        };
        assert_eq!(write("2023-09-07T16:33:05Z"), "1694104385");
        assert_eq!(write("2023-09-07T16:33:05.12Z"), "1694104385.12");
        assert_eq!(write("2023-09-07T16:33:05.001999999Z"), "1694104385.001");
        assert_eq!(write("1969-12-31T23:59:59.5Z"), "-0.5");
    }

    #[test]
    fn a_value_equals_its_wire_form_read_back() {
        let time = Timestamp::from("2023-09-07T16:33:05.123456789Z".parse::<jiff::Timestamp>().unwrap());
        assert_eq!(parse(&serde_json::to_string(&time).unwrap()).unwrap(), time);
    }
}
