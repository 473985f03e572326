//! Which service instances a list shows, and in which order (API model, ListServiceInstances).
//!
//! An instance is shown when it matches all filters. Times are RFC 3339, with an offset or in UTC without one. The values
//! of deployedTemplateVersionStatus are not in the API model; here they are the words of its resource counts:
//!
//! | value | the deployed version is |
//! |---|---|
//! | UP_TO_DATE | the recommended one, or a higher one |
//! | BEHIND_MINOR | of the recommended major version, and lower |
//! | BEHIND_MAJOR | of a lower major version |

use jiff::{Timestamp, civil, tz::TimeZone};
use strum::{EnumString, VariantNames};

use super::refusal::Refusal;
use super::service_target::ServiceInstance;
use super::version::VersionNumber;

/// How old a deployed version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum Staleness {
    /// Nothing newer is recommended.
    UpToDate,
    /// A higher minor version is recommended.
    BehindMinor,
    /// A higher major version is recommended.
    BehindMajor,
}

/// One filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// The instance's name.
    Name(String),
    /// The API's DeploymentStatus.
    Status(String),
    /// The service template.
    Template(String),
    /// The service.
    Service(String),
    /// The environment.
    Environment(String),
    /// How old the deployed version is.
    Version(Staleness),
    /// The last attempt lies before or after an instant.
    Attempted(Side, Timestamp),
    /// The creation lies before or after an instant.
    Created(Side, Timestamp),
}

/// On which side of an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Earlier.
    Before,
    /// Later.
    After,
}

impl Side {
    fn holds(self, at: Timestamp, limit: Timestamp) -> bool {
        match self {
            Self::Before => at < limit,
            Self::After => at > limit,
        }
    }
}

impl Filter {
    /// Reads a filter of a request.
    pub fn parse(key: &str, value: &str) -> Result<Self, Refusal> {
        let text = value.to_owned();
        match key {
            "name" => Ok(Self::Name(text)),
            "deploymentStatus" => Ok(Self::Status(text)),
            "templateName" => Ok(Self::Template(text)),
            "serviceName" => Ok(Self::Service(text)),
            "environmentName" => Ok(Self::Environment(text)),
            "deployedTemplateVersionStatus" => staleness(value).map(Self::Version),
            "lastDeploymentAttemptedAtBefore" => instant(key, value).map(|at| Self::Attempted(Side::Before, at)),
            "lastDeploymentAttemptedAtAfter" => instant(key, value).map(|at| Self::Attempted(Side::After, at)),
            "createdAtBefore" => instant(key, value).map(|at| Self::Created(Side::Before, at)),
            "createdAtAfter" => instant(key, value).map(|at| Self::Created(Side::After, at)),
            other => Err(Refusal::Invalid(format!("filters: the key '{other}' is not known."))),
        }
    }

    /// Whether it shows the instance. `recommended` is the recommended version of the instance's template.
    pub fn matches(&self, instance: &ServiceInstance, recommended: Option<VersionNumber>) -> bool {
        match self {
            Self::Name(name) => instance.name == *name,
            Self::Status(status) => instance.target.state.status() == status,
            Self::Template(name) => instance.template_name == *name,
            Self::Service(name) => instance.service == *name,
            Self::Environment(name) => instance.environment == *name,
            Self::Version(wanted) => {
                let deployed = instance.deployed.as_ref().map(|state| state.version);
                deployed.is_some_and(|deployed| age(deployed, recommended) == *wanted)
            }
            Self::Attempted(side, limit) => {
                instance.target.attempted.as_ref().is_some_and(|attempt| side.holds(attempt.at, *limit))
            }
            Self::Created(side, limit) => side.holds(instance.target.created_at, *limit),
        }
    }
}

fn staleness(value: &str) -> Result<Staleness, Refusal> {
    value.parse().map_err(|_| {
        let known = Staleness::VARIANTS.join(", ");
        Refusal::Invalid(format!("filters: deployedTemplateVersionStatus must be one of {known}."))
    })
}

fn instant(key: &str, value: &str) -> Result<Timestamp, Refusal> {
    let with_offset = value.parse::<Timestamp>().ok();
    let in_utc = || value.parse::<civil::DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    with_offset
        .or_else(in_utc)
        .ok_or_else(|| Refusal::Invalid(format!("filters: {key} must be a time like 1985-04-12T23:20:50.52.")))
}

/// How old a deployed version is beside the recommended one.
pub fn age(deployed: VersionNumber, recommended: Option<VersionNumber>) -> Staleness {
    match recommended {
        Some(better) if better.major > deployed.major => Staleness::BehindMajor,
        Some(better) if better > deployed => Staleness::BehindMinor,
        _ => Staleness::UpToDate,
    }
}

/// The key that a list is sorted by, with service and name behind it so that it is unique. None for a word that the API
/// does not have; absent: service, then name (API model, ListServiceInstances).
pub fn sort_key(instance: &ServiceInstance, by: Option<&str>) -> String {
    let millisecond = |at: Timestamp| format!("{:020}", at.as_millisecond());
    let first = match by {
        Some("name") => instance.name.clone(),
        Some("deploymentStatus") => instance.target.state.status().to_owned(),
        Some("templateName") => instance.template_name.clone(),
        Some("environmentName") => instance.environment.clone(),
        Some("lastDeploymentAttemptedAt") => {
            instance.target.attempted.as_ref().map(|attempt| millisecond(attempt.at)).unwrap_or_default()
        }
        Some("createdAt") => millisecond(instance.target.created_at),
        _ => instance.service.clone(),
    };
    // The separator is lower than every character of a name, so that the order is the one of the parts.
    format!("{first}\u{1f}{}\u{1f}{}", instance.service, instance.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::service_state::ServiceInstanceState;
    use crate::domain::service_target::absent;
    use crate::domain::target::{Attempt, TargetKind};
    use rstest::rstest;

    fn instance(service: &str, name: &str, second: i64) -> ServiceInstance {
        let at = Timestamp::from_second(second).unwrap();
        let mut target = absent(name.to_owned(), TargetKind::ServiceInstance, String::new(), at);
        target.attempted = Some(Attempt { id: "a".to_owned(), at });
        let version = VersionNumber { major: 1, minor: 1 };
        let deployed = ServiceInstanceState {
            template_name: "web".to_owned(),
            version,
            spec: String::new(),
            environment_deployment_id: None,
            component_deployment_ids: Vec::new(),
            pipeline_deployment_id: None,
        };
        ServiceInstance {
            service: service.to_owned(),
            name: name.to_owned(),
            environment: "prod".to_owned(),
            template_name: "web".to_owned(),
            last_client_token: None,
            target,
            deployed: Some(deployed),
        }
    }

    #[rstest]
    #[case("name", "one", true)]
    #[case("name", "on", false)]
    #[case("deploymentStatus", "IN_PROGRESS", true)]
    #[case("deploymentStatus", "FAILED", false)]
    #[case("templateName", "web", true)]
    #[case("serviceName", "shop", true)]
    #[case("environmentName", "beta", false)]
    #[case("deployedTemplateVersionStatus", "BEHIND_MINOR", true)]
    #[case("deployedTemplateVersionStatus", "up_to_date", false)]
    #[case("createdAtBefore", "1970-01-01T00:01:01", true)]
    #[case("createdAtBefore", "1970-01-01T00:01:00Z", false)]
    #[case("createdAtAfter", "1970-01-01T00:00:59.5", true)]
    #[case("lastDeploymentAttemptedAtAfter", "1970-01-01T02:00:00+02:00", true)]
    #[case("lastDeploymentAttemptedAtBefore", "1970-01-01T00:00:10Z", false)]
    fn filters(#[case] key: &str, #[case] value: &str, #[case] shown: bool) {
        let recommended = Some(VersionNumber { major: 1, minor: 2 });
        assert_eq!(Filter::parse(key, value).unwrap().matches(&instance("shop", "one", 60), recommended), shown);
    }

    #[rstest]
    #[case("createdAtAfter", "yesterday")]
    #[case("deployedTemplateVersionStatus", "OLD")]
    #[case("colour", "red")]
    fn refused(#[case] key: &str, #[case] value: &str) {
        assert!(matches!(Filter::parse(key, value), Err(Refusal::Invalid(_))));
    }

    #[test]
    fn order() {
        let mut rows = [instance("b", "one", 3), instance("a", "two", 1), instance("a", "one", 20), instance("ab", "one", 5)];
        let mut sorted = |by| {
            rows.sort_by_key(|row| sort_key(row, by));
            rows.iter().map(|row| format!("{}/{}", row.service, row.name)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(sorted(None), "a/one a/two ab/one b/one");
        assert_eq!(sorted(Some("name")), "a/one ab/one b/one a/two");
        assert_eq!(sorted(Some("createdAt")), "a/two b/one ab/one a/one");
    }
}
