//! The date of a signature: `x-amz-date`, to the second, in UTC.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// The moment at which a request says that it was signed, as `x-amz-date` writes it (`20260102T030405Z`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningDate(Timestamp);

impl SigningDate {
    /// Reads the basic ISO 8601 form and nothing else; `None` if the text is anything different.
    pub fn parse(text: &str) -> Option<Self> {
        let civil = DateTime::strptime(FORMAT, text).ok()?;
        let date = Self(civil.to_zoned(TimeZone::UTC).ok()?.timestamp());
        // strptime forgives shorter numbers; the canonical text does not.
        (date.to_string() == text).then_some(date)
    }

    /// The date of a request that is signed now; fractions of a second are cut off.
    pub fn of(now: Timestamp) -> Self {
        Self(Timestamp::from_second(now.as_second()).unwrap_or(now))
    }

    /// The moment itself.
    pub fn timestamp(self) -> Timestamp {
        self.0
    }

    /// The day as the credential scope writes it (`20260102`).
    pub fn day(self) -> String {
        self.0.strftime("%Y%m%d").to_string()
    }
}

impl fmt::Display for SigningDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime(FORMAT).fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let date = SigningDate::parse("20260102T030405Z").unwrap();
        assert_eq!(date.to_string(), "20260102T030405Z");
        assert_eq!(date.day(), "20260102");
        assert_eq!(date.timestamp(), "2026-01-02T03:04:05Z".parse().unwrap());
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "20260102",
            "2026-01-02T03:04:05Z",
            "20260102T030405",
            "20261302T030405Z",
            "20260102T030405Z ",
            "2026012T030405Z",
        ] {
            assert_eq!(SigningDate::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn cuts_fractions_off() {
        let now: Timestamp = "2026-01-02T03:04:05.9Z".parse().unwrap();
        assert_eq!(SigningDate::of(now).to_string(), "20260102T030405Z");
    }
}
