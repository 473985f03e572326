//! Which resource an operation belongs to.

use anyhow::{Context as _, Result};

/// The headings in their order on the page.
pub const HEADINGS: [&str; 14] = [
    "Environment templates",
    "Service templates",
    "Environments",
    "Services",
    "Service instances",
    "Service pipelines",
    "Components",
    "Deployments",
    "Tags",
    "Environment account connections",
    "Repositories",
    "Template sync",
    "Service sync",
    "Account",
];

/// A part of an operation's name and its heading. The first row that fits counts, so the longer names come first.
const RULES: [(&str, &str); 17] = [
    ("EnvironmentAccountConnection", "Environment account connections"),
    ("EnvironmentTemplate", "Environment templates"),
    ("ServiceTemplate", "Service templates"),
    ("TemplateSync", "Template sync"),
    ("ServiceSync", "Service sync"),
    ("ServiceInstanceSync", "Service sync"),
    ("ServiceInstance", "Service instances"),
    ("ServicePipeline", "Service pipelines"),
    ("Component", "Components"),
    ("Environment", "Environments"),
    ("Service", "Services"),
    ("Repositor", "Repositories"),
    ("Deployment", "Deployments"),
    ("Tag", "Tags"),
    ("UntagResource", "Tags"),
    ("AccountSettings", "Account"),
    ("ResourcesSummary", "Account"),
];

/// The heading of an operation.
pub fn of(operation: &str) -> Result<&'static str> {
    let rule = RULES.iter().find(|(part, _)| operation.contains(part));
    let (_, heading) =
        rule.with_context(|| format!("{operation} belongs to no resource: add a rule in xtask/src/coverage/group.rs"))?;
    Ok(heading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_goes_where_a_reader_looks_for_it() {
        for (operation, heading) in [
            ("CreateEnvironmentTemplateVersion", "Environment templates"),
            ("ListEnvironmentOutputs", "Environments"),
            ("CancelEnvironmentDeployment", "Environments"),
            ("AcceptEnvironmentAccountConnection", "Environment account connections"),
            ("GetServiceInstanceSyncStatus", "Service sync"),
            ("GetServiceSyncBlockerSummary", "Service sync"),
            ("GetTemplateSyncStatus", "Template sync"),
            ("CancelServicePipelineDeployment", "Service pipelines"),
            ("UpdateServicePipeline", "Service pipelines"),
            ("ListServices", "Services"),
            ("ListRepositorySyncDefinitions", "Repositories"),
            ("ListRepositories", "Repositories"),
            ("NotifyResourceDeploymentStatusChange", "Deployments"),
            ("UntagResource", "Tags"),
            ("ListTagsForResource", "Tags"),
            ("GetResourcesSummary", "Account"),
        ] {
            assert_eq!(of(operation).unwrap(), heading, "{operation}");
        }
        assert!(of("MakeCoffee").unwrap_err().to_string().contains("MakeCoffee"));
    }

    #[test]
    fn every_rule_has_a_heading_and_every_heading_a_rule() {
        for (_, heading) in RULES {
            assert!(HEADINGS.contains(&heading), "{heading}");
        }
        for heading in HEADINGS {
            assert!(RULES.iter().any(|(_, of)| *of == heading), "{heading}");
        }
    }
}
