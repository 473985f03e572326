//! Numbers and states of template versions.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// `major.minor`, ordered as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VersionNumber {
    /// Minor versions of one major are compatible with each other.
    pub major: i64,
    /// Counts from 0 in each major.
    pub minor: i64,
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)
    }
}

/// Reads a TemplateVersionPart. None for what cannot be the number of any version, because it is too large.
pub fn parse_part(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 0)
}

/// The life of a template version (API model, shape TemplateVersionStatus; AWS Proton User Guide, page
/// ag-template-versions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum VersionStatus {
    /// The bundle is being fetched and checked.
    RegistrationInProgress,
    /// The bundle was refused; the status message says why.
    RegistrationFailed,
    /// Usable when named explicitly, never recommended.
    Draft,
    /// Usable, and a candidate for the recommended version.
    Published,
}

impl VersionStatus {
    /// The API's word.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A version as far as choosing one needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its number.
    pub number: VersionNumber,
    /// Its status.
    pub status: VersionStatus,
}

/// The recommended version: the highest published one (AWS Proton User Guide, page ag-template-versions).
pub fn recommended(offers: &[Offer]) -> Option<VersionNumber> {
    published(offers).max()
}

/// The recommended minor version of a major.
pub fn recommended_in(offers: &[Offer], major: i64) -> Option<VersionNumber> {
    published(offers).filter(|number| number.major == major).max()
}

fn published(offers: &[Offer]) -> impl Iterator<Item = VersionNumber> {
    offers.iter().filter(|offer| offer.status == VersionStatus::Published).map(|offer| offer.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(major: i64, minor: i64, status: VersionStatus) -> Offer {
        Offer { number: VersionNumber { major, minor }, status }
    }

    #[test]
    fn only_published_versions_are_recommended_and_numbers_are_not_text() {
        let offers = [
            offer(1, 9, VersionStatus::Published),
            offer(1, 10, VersionStatus::Published),
            offer(1, 11, VersionStatus::Draft),
            offer(2, 0, VersionStatus::RegistrationFailed),
        ];
        assert_eq!(recommended(&offers), Some(VersionNumber { major: 1, minor: 10 }));
        assert_eq!(recommended_in(&offers, 2), None);
    }

    #[test]
    fn a_part_beyond_any_version_is_none() {
        assert_eq!(parse_part("0"), Some(0));
        assert_eq!(parse_part("99999999999999999999"), None);
    }
}
