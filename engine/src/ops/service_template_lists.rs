//! `compatibleEnvironmentTemplates` and `supportedComponentSources` of service template versions.

use proton_model::{CompatibleEnvironmentTemplateInput, ServiceTemplateSupportedComponentSourceType};

use super::{ApiError, Engine};
use crate::bundle::TemplateKind;
use crate::domain::refusal::Refusal;
use crate::domain::template::{arn, words};
use crate::domain::template_version::CompatibleTemplate;
use crate::domain::version::parse_part;
use crate::store::Reader;

/// The list of a request. A number that no version can have is refused as one that does not exist.
pub(super) fn compatible(list: Vec<CompatibleEnvironmentTemplateInput>) -> Result<Vec<CompatibleTemplate>, ApiError> {
    let entry = |input: CompatibleEnvironmentTemplateInput| {
        let template_name = input.template_name.unwrap_or_default();
        let major = input.major_version.unwrap_or_default();
        match parse_part(&major) {
            Some(major) => Ok(CompatibleTemplate { template_name, major }),
            None => Err(absent(&template_name, &major).into()),
        }
    };
    list.into_iter().map(entry).collect()
}

/// The sources as the engine keeps them.
pub(super) fn sources(list: Vec<ServiceTemplateSupportedComponentSourceType>) -> Vec<String> {
    list.iter().map(|source| source.as_str().to_owned()).collect()
}

/// Refuses entries that name an environment template, or a major version of one, which does not exist: instances could
/// run nowhere, and a misspelt name would only be noticed then.
pub(super) async fn check_compatible(engine: &Engine, reader: &mut Reader, list: &[CompatibleTemplate]) -> Result<(), ApiError> {
    for entry in list {
        let template = arn(&engine.arns, TemplateKind::Environment, &entry.template_name);
        let offers = reader.offers(&template).await?;
        if !offers.iter().any(|offer| offer.number.major == entry.major) {
            return Err(absent(&entry.template_name, &entry.major.to_string()).into());
        }
    }
    Ok(())
}

fn absent(template: &str, major: &str) -> Refusal {
    Refusal::NotFound(format!(
        "compatibleEnvironmentTemplates names major version {major} of the {} {template}, which does not exist. \
         Register it first, or correct the entry.",
        words(TemplateKind::Environment)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_beyond_any_version_does_not_exist() {
        let entry = |major: &str| CompatibleEnvironmentTemplateInput {
            major_version: Some(major.to_owned()),
            template_name: Some("vpc".to_owned()),
        };
        let list = compatible(vec![entry("12")]).unwrap();
        assert_eq!(list, [CompatibleTemplate { template_name: "vpc".to_owned(), major: 12 }]);
        let error = compatible(vec![entry("99999999999999999999")]).unwrap_err();
        assert!(error.message.contains("vpc") && error.message.contains("does not exist"), "{}", error.message);
    }
}
