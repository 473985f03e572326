//! `--quota`: how many resources of a kind there may be.

use std::str::FromStr;

use crate::ops::Quotas;

/// The kinds of resources with a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Environments,
    Templates,
    TemplateVersions,
    Services,
    ServiceInstances,
    Components,
    AccountConnections,
    Repositories,
    TemplateSyncs,
    ServiceSyncs,
}

impl Kind {
    const ALL: [(&str, Self); 10] = [
        ("environments", Self::Environments),
        ("templates", Self::Templates),
        ("template-versions", Self::TemplateVersions),
        ("services", Self::Services),
        ("service-instances", Self::ServiceInstances),
        ("components", Self::Components),
        ("environment-account-connections", Self::AccountConnections),
        ("repositories", Self::Repositories),
        ("template-sync-configs", Self::TemplateSyncs),
        ("service-sync-configs", Self::ServiceSyncs),
    ];
}

/// One quota that is not the default: `KIND=NUMBER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    kind: Kind,
    limit: u32,
}

impl FromStr for Quota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, number) = text.split_once('=').ok_or("it must be KIND=NUMBER, as in environments=200")?;
        let kind = Kind::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        let kind = kind.ok_or_else(|| {
            let known: Vec<&str> = Kind::ALL.iter().map(|(known, _)| *known).collect();
            format!("'{name}' has no quota; known are {}", known.join(", "))
        })?;
        let limit = number.parse().map_err(|_| format!("'{number}' is not a number from 0 to {}", u32::MAX))?;
        Ok(Self { kind, limit })
    }
}

/// The defaults with what was set; of the same kind the last one counts.
pub(super) fn quotas(settings: &[Quota]) -> Quotas {
    let mut quotas = Quotas::default();
    for Quota { kind, limit } in settings {
        let limit = i64::from(*limit);
        match kind {
            Kind::Environments => quotas.environments = limit,
            Kind::Templates => quotas.templates = limit,
            Kind::TemplateVersions => quotas.template_versions = limit,
            Kind::Services => quotas.services = limit,
            Kind::ServiceInstances => quotas.service_instances = limit,
            Kind::Components => quotas.components = limit,
            Kind::AccountConnections => quotas.account_connections = limit,
            Kind::Repositories => quotas.repositories = limit,
            Kind::TemplateSyncs => quotas.template_syncs = limit,
            Kind::ServiceSyncs => quotas.service_syncs = limit,
        }
    }
    quotas
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn what_is_set_replaces_the_default() {
        let set = ["environments=2", "template-versions=7", "environments=3"].map(|text| text.parse().unwrap());
        let expected = Quotas { environments: 3, template_versions: 7, ..Quotas::default() };
        assert_eq!(quotas(&set), expected);
        assert_eq!(quotas(&["templates=0".parse().unwrap()]).templates, 0);
        assert_eq!(quotas(&[]), Quotas::default());
    }

    #[rstest]
    #[case("environments", "KIND=NUMBER")]
    #[case("clusters=1", "environments, templates, template-versions, services, service-instances, components")]
    #[case("environments=-1", "'-1' is not a number")]
    #[case("environments=many", "'many' is not a number")]
    #[case("environments=4294967296", "not a number from 0 to 4294967295")]
    fn what_is_wrong_is_said(#[case] text: &str, #[case] says: &str) {
        let error = text.parse::<Quota>().unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}
