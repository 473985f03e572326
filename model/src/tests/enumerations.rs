//! Enumerations equal their strings, and keep what they do not know.

use crate::{DeploymentStatus, Enumeration, ListServiceInstancesFilterBy, RepositoryProvider, ServiceStatus};

fn every_value_reads_back<T>()
where
    T: Enumeration + for<'a> From<&'a str> + PartialEq + std::fmt::Debug,
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    for value in T::VALUES {
        let parsed = T::from(value);
        assert!(parsed.is_known() && parsed.as_str() == *value, "{value}");
        let json = serde_json::to_string(&parsed).unwrap();
        assert_eq!(json, format!("\"{value}\""));
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), parsed);
        assert_ne!(format!("{parsed:?}"), format!("Unknown({value:?})"), "a variant must exist");
    }
}

#[test]
fn values_equal_their_strings() {
    every_value_reads_back::<DeploymentStatus>();
    every_value_reads_back::<ServiceStatus>();
    every_value_reads_back::<RepositoryProvider>();
    every_value_reads_back::<ListServiceInstancesFilterBy>();
    assert_eq!(DeploymentStatus::InProgress, "IN_PROGRESS");
    assert_eq!(DeploymentStatus::VALUES.len(), 8);
    assert_eq!(ServiceStatus::VALUES.len(), 14);
    assert_eq!(format!("[{:>9}]", DeploymentStatus::Failed), "[   FAILED]");
}

#[test]
fn an_unknown_value_is_kept() {
    let status: DeploymentStatus = serde_json::from_str("\"PAUSED\"").unwrap();
    assert_eq!(status, DeploymentStatus::Unknown("PAUSED".into()));
    assert!(!status.is_known());
    assert_eq!(serde_json::to_string(&status).unwrap(), "\"PAUSED\"");
    assert_eq!("in_progress".parse(), Ok(DeploymentStatus::Unknown("in_progress".into())), "case matters");
}

#[test]
fn another_json_type_is_an_error() {
    for json in ["1", "true", "{}", "[]"] {
        assert!(serde_json::from_str::<DeploymentStatus>(json).is_err(), "{json}");
    }
}
