//! Service templates and their versions in the shapes of the API.

use proton_model as model;

use super::template::Shown;
use super::template_version;
use crate::domain::template::Template;
use crate::domain::template_version::CompatibleTemplate;

/// A template. `recommendedVersion` is absent until a version is published.
pub(super) fn template(shown: Shown) -> model::ServiceTemplate {
    let recommended = shown.recommended.map(|number| number.to_string());
    model::ServiceTemplate { recommended_version: recommended, ..plain(shown.template) }
}

/// A template without its recommended version, as it is shown when it has none.
pub(super) fn plain(template: Template) -> model::ServiceTemplate {
    model::ServiceTemplate {
        arn: Some(template.arn),
        created_at: Some(template.created_at.into()),
        description: template.description.map(Into::into),
        display_name: template.display_name.map(Into::into),
        encryption_key: template.encryption_key,
        last_modified_at: Some(template.modified_at.into()),
        name: Some(template.name),
        pipeline_provisioning: template.customer_managed.then_some(model::Provisioning::CustomerManaged),
        recommended_version: None,
    }
}

/// A template in a list.
pub(super) fn template_summary(shown: Shown) -> model::ServiceTemplateSummary {
    let full = template(shown);
    model::ServiceTemplateSummary {
        arn: full.arn,
        created_at: full.created_at,
        description: full.description,
        display_name: full.display_name,
        last_modified_at: full.last_modified_at,
        name: full.name,
        pipeline_provisioning: full.pipeline_provisioning,
        recommended_version: full.recommended_version,
    }
}

/// A version.
pub(super) fn version(shown: template_version::Shown) -> model::ServiceTemplateVersion {
    let version = shown.version;
    model::ServiceTemplateVersion {
        arn: Some(version.arn),
        created_at: Some(version.created_at.into()),
        description: version.description.map(Into::into),
        last_modified_at: Some(version.modified_at.into()),
        major_version: Some(version.number.major.to_string()),
        minor_version: Some(version.number.minor.to_string()),
        recommended_minor_version: Some(shown.recommended_minor.to_string()),
        compatible_environment_templates: Some(version.compatible.into_iter().map(compatible).collect()),
        schema: version.schema_text.map(Into::into),
        status: Some(version.status.name().into()),
        status_message: version.status_message.map(Into::into),
        supported_component_sources: Some(version.component_sources.iter().map(|source| source.as_str().into()).collect()),
        template_name: Some(shown.template_name),
    }
}

fn compatible(entry: CompatibleTemplate) -> model::CompatibleEnvironmentTemplate {
    model::CompatibleEnvironmentTemplate {
        major_version: Some(entry.major.to_string()),
        template_name: Some(entry.template_name),
    }
}

/// A version in a list: without its schema and its lists.
pub(super) fn version_summary(shown: template_version::Shown) -> model::ServiceTemplateVersionSummary {
    let full = version(shown);
    model::ServiceTemplateVersionSummary {
        arn: full.arn,
        created_at: full.created_at,
        description: full.description,
        last_modified_at: full.last_modified_at,
        major_version: full.major_version,
        minor_version: full.minor_version,
        recommended_minor_version: full.recommended_minor_version,
        status: full.status,
        status_message: full.status_message,
        template_name: full.template_name,
    }
}
