//! Which template version a request deploys (AWS Proton User Guide, pages ag-env-update, ag-template-versions).
//!
//! | request | major | minor | deploys |
//! |---|---|---|---|
//! | create | required | given | that version |
//! | create | required | absent | the recommended minor of the major |
//! | NONE | absent or as now | absent or as now | nothing |
//! | CURRENT_VERSION | refused | refused | the version as now |
//! | MINOR_VERSION | absent or as now | given | that minor of the major as now |
//! | MINOR_VERSION | absent or as now | absent | the recommended minor of the major as now |
//! | MAJOR_VERSION | given, higher than now | given | that version |
//! | MAJOR_VERSION | given, higher than now | absent | the recommended minor of that major |
//! | MAJOR_VERSION | absent | absent | the recommended version of the template, if its major is higher than now |
//!
//! "As now" is the version of the last succeeded deployment, and before there is one, of the last attempted: so a
//! failed first deployment can be repaired; until one succeeds, MAJOR_VERSION takes any major. A version that is
//! named may be a draft.

use super::refusal::Refusal;
use super::version::{Offer, VersionNumber, VersionStatus, parse_part, recommended, recommended_in};

/// How an update is to be deployed (API model, shape DeploymentUpdateType).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeploymentType {
    /// No deployment, metadata only.
    None,
    /// The same version.
    CurrentVersion,
    /// Another minor version of the same major.
    MinorVersion,
    /// A higher major version.
    MajorVersion,
}

/// The version members of a request, as text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// templateMajorVersion.
    pub major: Option<&'a str>,
    /// templateMinorVersion.
    pub minor: Option<&'a str>,
}

/// What an update starts from.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// The version as now.
    pub version: VersionNumber,
    /// Whether a deployment ever succeeded.
    pub deployed: bool,
}

/// The template that is deployed from.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    /// What it is called in messages, e.g. `environment template`.
    pub kind: &'a str,
    /// Its ARN without a version.
    pub arn: &'a str,
    /// All its versions.
    pub offers: &'a [Offer],
}

/// The version that a create deploys.
pub fn for_create(template: &Template<'_>, wanted: Wanted<'_>) -> Result<VersionNumber, Refusal> {
    let major = wanted.major.ok_or_else(|| Refusal::Invalid("templateMajorVersion is required.".to_owned()))?;
    template.version_or_recommended(major, wanted.minor)
}

/// The version that an update deploys. None for NONE, which deploys nothing.
pub fn for_update(
    template: &Template<'_>,
    kind: DeploymentType,
    wanted: Wanted<'_>,
    now: Now,
) -> Result<Option<VersionNumber>, Refusal> {
    match kind {
        DeploymentType::None => unchanged(wanted, now).map(|()| None),
        DeploymentType::CurrentVersion => current(template, wanted, now).map(Some),
        DeploymentType::MinorVersion => minor(template, wanted, now).map(Some),
        DeploymentType::MajorVersion => major(template, wanted, now).map(Some),
    }
}

fn unchanged(wanted: Wanted<'_>, now: Now) -> Result<(), Refusal> {
    let same = |part: Option<&str>, number: i64| part.is_none_or(|text| parse_part(text) == Some(number));
    if same(wanted.major, now.version.major) && same(wanted.minor, now.version.minor) {
        return Ok(());
    }
    Err(Refusal::Invalid(format!(
        "deploymentType NONE deploys nothing, so the template version stays {}. Use MINOR_VERSION or MAJOR_VERSION to change it.",
        now.version
    )))
}

fn current(template: &Template<'_>, wanted: Wanted<'_>, now: Now) -> Result<VersionNumber, Refusal> {
    if wanted.major.is_some() || wanted.minor.is_some() {
        return Err(Refusal::Invalid(
            "templateMajorVersion and templateMinorVersion must be absent with deploymentType CURRENT_VERSION. Use MINOR_VERSION or MAJOR_VERSION to change the version."
                .to_owned(),
        ));
    }
    template.usable(now.version)
}

fn minor(template: &Template<'_>, wanted: Wanted<'_>, now: Now) -> Result<VersionNumber, Refusal> {
    let major = now.version.major;
    if wanted.major.is_some_and(|text| parse_part(text) != Some(major)) {
        return Err(Refusal::Invalid(format!(
            "templateMajorVersion must be {major} with deploymentType MINOR_VERSION. Use MAJOR_VERSION to change the major version."
        )));
    }
    template.version_or_recommended(&major.to_string(), wanted.minor)
}

fn major(template: &Template<'_>, wanted: Wanted<'_>, now: Now) -> Result<VersionNumber, Refusal> {
    let number = match (wanted.major, wanted.minor) {
        (Some(major), minor) => template.version_or_recommended(major, minor)?,
        (None, Some(_)) => {
            return Err(Refusal::Invalid(
                "templateMinorVersion needs templateMajorVersion with deploymentType MAJOR_VERSION.".to_owned(),
            ));
        }
        (None, None) => recommended(template.offers).ok_or_else(|| template.nothing_published(""))?,
    };
    if now.deployed && number.major <= now.version.major {
        return Err(Refusal::Invalid(format!(
            "deploymentType MAJOR_VERSION needs a major version higher than {}, which is deployed; {number} is not. Use MINOR_VERSION or CURRENT_VERSION.",
            now.version.major
        )));
    }
    Ok(number)
}

impl Template<'_> {
    fn version_or_recommended(&self, major: &str, minor: Option<&str>) -> Result<VersionNumber, Refusal> {
        match minor {
            Some(minor) => {
                let number = parse_part(major).zip(parse_part(minor));
                let (major, minor) = number.ok_or_else(|| self.no_version(&format!("{major}.{minor}")))?;
                self.usable(VersionNumber { major, minor })
            }
            None => parse_part(major)
                .and_then(|number| recommended_in(self.offers, number))
                .ok_or_else(|| self.nothing_published(&format!(" in major version {major}"))),
        }
    }

    /// The version, if it is there and registered.
    fn usable(&self, number: VersionNumber) -> Result<VersionNumber, Refusal> {
        let offer = self.offers.iter().find(|offer| offer.number == number);
        match offer.map(|offer| offer.status) {
            None => Err(self.no_version(&number.to_string())),
            Some(VersionStatus::Draft | VersionStatus::Published) => Ok(number),
            Some(status) => Err(Refusal::Invalid(format!(
                "The version {number} of {} {} cannot be deployed: its status is {}.",
                self.kind,
                self.arn,
                status.name()
            ))),
        }
    }

    fn no_version(&self, number: &str) -> Refusal {
        Refusal::NotFound(format!("The requested {} version does not exist: {}:{number}", self.kind, self.arn))
    }

    fn nothing_published(&self, place: &str) -> Refusal {
        Refusal::NotFound(format!(
            "The {} {} has no published version{place}. Publish one, or name a draft by its major and minor version.",
            self.kind, self.arn
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ARN: &str = "arn:aws:proton:us-east-1:123456789012:environment-template/vpc";

    /// 1.0 and 1.1 published, 1.2 draft, 2.0 published, 3.0 failed, 4.0 in progress.
    fn offers() -> Vec<Offer> {
        let offer = |major, minor, status| Offer { number: VersionNumber { major, minor }, status };
        vec![
            offer(1, 0, VersionStatus::Published),
            offer(1, 1, VersionStatus::Published),
            offer(1, 2, VersionStatus::Draft),
            offer(2, 0, VersionStatus::Published),
            offer(3, 0, VersionStatus::RegistrationFailed),
            offer(4, 0, VersionStatus::RegistrationInProgress),
        ]
    }

    fn part(text: &str) -> Option<&str> {
        (text != "-").then_some(text)
    }

    fn shown(result: Result<Option<VersionNumber>, Refusal>) -> String {
        match result {
            Ok(Some(number)) => number.to_string(),
            Ok(None) => "nothing".to_owned(),
            Err(Refusal::Invalid(_)) => "invalid".to_owned(),
            Err(Refusal::NotFound(message)) => {
                assert!(message.contains(ARN), "{message}");
                "not found".to_owned()
            }
            Err(other) => format!("{other:?}"),
        }
    }

    #[rstest]
    #[case("1", "-", "1.1")]
    #[case("1", "0", "1.0")]
    #[case("1", "2", "1.2")]
    #[case("2", "-", "2.0")]
    #[case("1", "9", "not found")]
    #[case("9", "-", "not found")]
    #[case("3", "0", "invalid")]
    #[case("3", "-", "not found")]
    #[case("4", "0", "invalid")]
    #[case("-", "-", "invalid")]
    #[case("99999999999999999999", "0", "not found")]
    fn create(#[case] major: &str, #[case] minor: &str, #[case] expected: &str) {
        let offers = offers();
        let template = Template { kind: "environment template", arn: ARN, offers: &offers };
        let wanted = Wanted { major: part(major), minor: part(minor) };
        assert_eq!(shown(for_create(&template, wanted).map(Some)), expected);
    }

    #[rstest]
    #[case(DeploymentType::None, "-", "-", "nothing")]
    #[case(DeploymentType::None, "1", "0", "nothing")]
    #[case(DeploymentType::None, "1", "1", "invalid")]
    #[case(DeploymentType::CurrentVersion, "-", "-", "1.0")]
    #[case(DeploymentType::CurrentVersion, "1", "-", "invalid")]
    #[case(DeploymentType::CurrentVersion, "-", "0", "invalid")]
    #[case(DeploymentType::MinorVersion, "-", "-", "1.1")]
    #[case(DeploymentType::MinorVersion, "1", "2", "1.2")]
    #[case(DeploymentType::MinorVersion, "-", "0", "1.0")]
    #[case(DeploymentType::MinorVersion, "2", "0", "invalid")]
    #[case(DeploymentType::MinorVersion, "-", "7", "not found")]
    #[case(DeploymentType::MajorVersion, "-", "-", "2.0")]
    #[case(DeploymentType::MajorVersion, "2", "-", "2.0")]
    #[case(DeploymentType::MajorVersion, "2", "0", "2.0")]
    #[case(DeploymentType::MajorVersion, "1", "1", "invalid")]
    #[case(DeploymentType::MajorVersion, "-", "1", "invalid")]
    #[case(DeploymentType::MajorVersion, "5", "-", "not found")]
    fn update_from_1_0(#[case] kind: DeploymentType, #[case] major: &str, #[case] minor: &str, #[case] expected: &str) {
        let offers = offers();
        let template = Template { kind: "environment template", arn: ARN, offers: &offers };
        let now = Now { version: VersionNumber { major: 1, minor: 0 }, deployed: true };
        let wanted = Wanted { major: part(major), minor: part(minor) };
        assert_eq!(shown(for_update(&template, kind, wanted, now)), expected);
    }

    #[test]
    fn before_the_first_success_any_major_will_do() {
        let offers = offers();
        let template = Template { kind: "environment template", arn: ARN, offers: &offers };
        let now = Now { version: VersionNumber { major: 2, minor: 0 }, deployed: false };
        let wanted = Wanted { major: Some("1"), minor: None };
        assert_eq!(shown(for_update(&template, DeploymentType::MajorVersion, wanted, now)), "1.1");
    }

    #[test]
    fn the_current_version_may_have_been_deleted() {
        let template = Template { kind: "environment template", arn: ARN, offers: &[] };
        let now = Now { version: VersionNumber { major: 1, minor: 0 }, deployed: true };
        let shown = shown(for_update(&template, DeploymentType::CurrentVersion, Wanted::default(), now));
        assert_eq!(shown, "not found");
    }
}
