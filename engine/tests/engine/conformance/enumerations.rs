//! The enumerations of `proton-model` have the values that the SDK's have.

use aws_sdk_proton::types as sdk;

/// Compares each pair and gives their number. The SDK sorts its values.
macro_rules! same_values {
    ($($name:ident),+ $(,)?) => {{
        $(
            let mut values = proton_model::$name::VALUES.to_vec();
            values.sort_unstable();
            assert_eq!(values, sdk::$name::values(), stringify!($name));
        )+
        [$(stringify!($name)),+].len()
    }};
}

#[test]
fn values_are_those_of_the_sdk() {
    let compared = same_values![
        BlockerStatus,
        BlockerType,
        ComponentDeploymentUpdateType,
        DeploymentStatus,
        DeploymentTargetResourceType,
        DeploymentUpdateType,
        EnvironmentAccountConnectionRequesterAccountType,
        EnvironmentAccountConnectionStatus,
        ListServiceInstancesFilterBy,
        ListServiceInstancesSortBy,
        ProvisionedResourceEngine,
        Provisioning,
        RepositoryProvider,
        RepositorySyncStatus,
        ResourceDeploymentStatus,
        ResourceSyncStatus,
        ServiceStatus,
        ServiceTemplateSupportedComponentSourceType,
        SortOrder,
        SyncType,
        TemplateType,
        TemplateVersionStatus,
    ];
    let generated = std::fs::read_to_string(proton_rig::workspace().join("model/src/generated/enums.rs")).unwrap();
    assert_eq!(compared, generated.matches("\nenumeration! {").count(), "an enumeration is not compared");
}
