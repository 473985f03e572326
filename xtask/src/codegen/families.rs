//! Which file a structure goes to: one per family of resources.

/// Parts of shape names and the file they lead to; the first that is contained decides.
const FAMILIES: &[(&str, &str)] = &[
    ("EnvironmentAccountConnection", "environment_account_connection"),
    ("EnvironmentTemplate", "environment_template"),
    ("ServiceTemplate", "service_template"),
    ("TemplateVersionSource", "template_source"),
    ("S3ObjectSource", "template_source"),
    ("TemplateSync", "template_sync"),
    ("ServiceSync", "service_sync"),
    ("SyncBlocker", "service_sync"),
    ("ServiceInstanceSync", "service_sync"),
    ("RepositorySync", "repository_sync"),
    ("ResourceSync", "repository_sync"),
    ("Revision", "repository_sync"),
    ("Repositor", "repository"),
    ("NotifyResourceDeployment", "provisioned"),
    ("ServiceInstance", "service_instance"),
    ("ServicePipeline", "service_pipeline"),
    ("Component", "component"),
    ("Environment", "environment"),
    ("Service", "service"),
    ("Deployment", "deployment"),
    ("ProvisionedResource", "provisioned"),
    ("Tag", "tag"),
    ("Account", "account"),
    ("Counts", "account"),
    ("ResourcesSummary", "account"),
];

/// The family of a shape.
pub fn of(shape: &str) -> &'static str {
    let found = FAMILIES.iter().find(|(part, _)| shape.contains(part));
    found.map_or("provisioned", |(_, family)| family)
}
