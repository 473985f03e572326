//! The number that a new template version gets (API model, CreateEnvironmentTemplateVersion.majorVersion).
//!
//! | majorVersion | versions so far | new version |
//! |---|---|---|
//! | absent | none | 1.0 |
//! | absent | highest major is M | (M+1).0 |
//! | M | of M, the highest is M.m | M.(m+1) |
//! | 1 | none | 1.0 |
//! | M | none of M | ResourceNotFoundException |
//! | M | one of M is being registered | ConflictException: the next one has to be compatible with it |
//!
//! Naming major version 1 on a template without versions is what some public tools do; any other major version that
//! is not there would leave a gap, and is refused.

use super::refusal::Refusal;
use super::version::{Offer, VersionNumber, VersionStatus, parse_part};

/// The number of the next version of the template called `what`.
pub fn next(versions: &[Offer], major: Option<&str>, what: &str) -> Result<VersionNumber, Refusal> {
    let Some(text) = major else {
        let highest = versions.iter().map(|offer| offer.number.major).max().unwrap_or(0);
        return Ok(VersionNumber { major: highest.saturating_add(1), minor: 0 });
    };
    let wanted = parse_part(text);
    let registering =
        |offer: &&Offer| Some(offer.number.major) == wanted && offer.status == VersionStatus::RegistrationInProgress;
    if let Some(first) = versions.iter().find(registering) {
        return Err(Refusal::Conflict(format!(
            "The version {} of the {what} is being registered, and the next one has to be compatible with it. Wait until that has ended.",
            first.number
        )));
    }
    let of_major = versions.iter().map(|offer| offer.number).filter(|number| Some(number.major) == wanted);
    match (of_major.max(), wanted) {
        (Some(highest), _) => Ok(VersionNumber { minor: highest.minor.saturating_add(1), ..highest }),
        (None, Some(1)) if versions.is_empty() => Ok(VersionNumber { major: 1, minor: 0 }),
        (None, _) => Err(Refusal::NotFound(format!(
            "The {what} has no major version {text}. Leave majorVersion out to make a new major version."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, &[], "1.0")]
    #[case(None, &[(1, 0), (1, 1)], "2.0")]
    #[case(None, &[(3, 4)], "4.0")]
    #[case(Some("1"), &[(1, 0)], "1.1")]
    #[case(Some("1"), &[(1, 0), (1, 9), (1, 10), (2, 0)], "1.11")]
    #[case(Some("1"), &[], "1.0")]
    #[case(Some("2"), &[], "not found")]
    #[case(Some("2"), &[(1, 0)], "not found")]
    #[case(Some("1"), &[(2, 0)], "not found")]
    #[case(Some("99999999999999999999"), &[(1, 0)], "not found")]
    fn the_table(#[case] major: Option<&str>, #[case] versions: &[(i64, i64)], #[case] expected: &str) {
        let offer = |(major, minor): &(i64, i64)| Offer {
            number: VersionNumber { major: *major, minor: *minor },
            status: VersionStatus::RegistrationFailed,
        };
        let versions: Vec<Offer> = versions.iter().map(offer).collect();
        let shown = match next(&versions, major, "environment template vpc") {
            Ok(number) => number.to_string(),
            Err(Refusal::NotFound(_)) => "not found".to_owned(),
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(shown, expected);
    }

    #[rstest]
    #[case(Some("1"), true)]
    #[case(Some("2"), false)]
    #[case(None, false)]
    fn a_registration_is_waited_for(#[case] major: Option<&str>, #[case] refused: bool) {
        let offer = |major, minor, status| Offer { number: VersionNumber { major, minor }, status };
        let versions = [
            offer(1, 0, VersionStatus::Published),
            offer(1, 1, VersionStatus::RegistrationInProgress),
            offer(2, 0, VersionStatus::Draft),
        ];
        let next = next(&versions, major, "environment template vpc");
        assert_eq!(matches!(&next, Err(Refusal::Conflict(why)) if why.contains("1.1")), refused, "{next:?}");
    }
}
