//! What `register` asks of the API, as pure functions of its flags.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::register_options::RegisterOptions;
use crate::bundle::{Files, TemplateKind, layout};
use crate::domain::uploaded;

/// The operations' names for a kind of template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    /// `EnvironmentTemplate` or `ServiceTemplate`, the middle of every operation's name.
    pub(super) noun: &'static str,
    /// The member that a version stands in.
    pub(super) version_member: &'static str,
    /// As words, for messages.
    pub(super) words: &'static str,
    /// As in the aws CLI's commands.
    pub(super) dashed: &'static str,
}

/// The names for `kind`.
pub(super) fn names(kind: TemplateKind) -> Names {
    match kind {
        TemplateKind::Environment => Names {
            noun: "EnvironmentTemplate",
            version_member: "environmentTemplateVersion",
            words: "environment template",
            dashed: "environment-template",
        },
        TemplateKind::Service => Names {
            noun: "ServiceTemplate",
            version_member: "serviceTemplateVersion",
            words: "service template",
            dashed: "service-template",
        },
    }
}

/// The input that creates the template: customer managed exactly if the bundle has no infrastructure (environments) or
/// no pipeline (services).
pub(super) fn create_template(options: &RegisterOptions, files: &Files) -> Value {
    let (folder, member) = match options.kind {
        TemplateKind::Environment => (layout::ENVIRONMENT, "provisioning"),
        TemplateKind::Service => (layout::PIPELINE, "pipelineProvisioning"),
    };
    let mut input = Map::new();
    input.insert("name".to_owned(), json!(options.template));
    if !files.has_folder(folder) {
        input.insert(member.to_owned(), json!("CUSTOMER_MANAGED"));
    }
    Value::Object(input)
}

/// The input that creates the version.
pub(super) fn create_version(options: &RegisterOptions, digest: &str) -> Value {
    let mut input = Map::new();
    input.insert("templateName".to_owned(), json!(options.template));
    input.insert("source".to_owned(), json!({"s3": {"bucket": uploaded::BUCKET, "key": uploaded::key(digest)}}));
    if let Some(major) = options.major {
        input.insert("majorVersion".to_owned(), json!(major.to_string()));
    }
    if !options.compatible.is_empty() {
        let pairs = options.compatible.iter();
        let list: Vec<Value> =
            pairs.map(|pair| json!({"templateName": pair.template, "majorVersion": pair.major.to_string()})).collect();
        input.insert("compatibleEnvironmentTemplates".to_owned(), json!(list));
    }
    if options.component_sources {
        input.insert("supportedComponentSources".to_owned(), json!(["DIRECTLY_DEFINED"]));
    }
    let token = token(options.kind, &Value::Object(input.clone()));
    input.insert("clientToken".to_owned(), json!(token));
    Value::Object(input)
}

/// The same for the same request, so that running the command again within eight hours registers nothing new.
fn token(kind: TemplateKind, input: &Value) -> String {
    hex::encode(Sha256::digest(format!("{} {input}", names(kind).noun)))
}

/// What the user would probably do next.
pub(super) fn next_command(options: &RegisterOptions, major: &str, minor: &str, published: bool) -> String {
    let RegisterOptions { template, kind, .. } = options;
    let dashed = names(*kind).dashed;
    if !published {
        return format!(
            "aws proton update-{dashed}-version --template-name {template} --major-version {major} --minor-version {minor} --status PUBLISHED"
        );
    }
    match kind {
        TemplateKind::Environment => format!(
            "aws proton create-environment --name my-environment --template-name {template} --template-major-version {major} --spec file://spec.yaml --proton-service-role-arn ROLE"
        ),
        TemplateKind::Service => format!(
            "aws proton create-service --name my-service --template-name {template} --template-major-version {major} --spec file://spec.yaml"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn options(kind: TemplateKind) -> RegisterOptions {
        RegisterOptions {
            dir: "bundle".into(),
            template: "web".to_owned(),
            kind,
            major: None,
            compatible: Vec::new(),
            component_sources: false,
            publish: false,
            endpoint: String::new(),
            ca: None,
            region: String::new(),
            credentials: None,
        }
    }

    fn files(paths: &[&str]) -> Files {
        Files(paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect::<BTreeMap<_, _>>())
    }

    #[test]
    fn a_version_names_the_upload_as_an_s3_object() {
        let mut service = options(TemplateKind::Service);
        service.major = Some(2);
        service.compatible = vec!["vpc:1".parse().unwrap()];
        service.component_sources = true;
        let input = create_version(&service, "abc");
        assert_eq!(input["source"], json!({"s3": {"bucket": "proton-engine-bundles", "key": "abc.tar.gz"}}));
        assert_eq!(input["majorVersion"], "2");
        assert_eq!(input["compatibleEnvironmentTemplates"], json!([{"templateName": "vpc", "majorVersion": "1"}]));
        assert_eq!(input["supportedComponentSources"], json!(["DIRECTLY_DEFINED"]));
    }

    #[test]
    fn the_token_is_the_same_for_the_same_request_only() {
        let token = |kind, digest| create_version(&options(kind), digest)["clientToken"].as_str().unwrap().to_owned();
        let one = token(TemplateKind::Environment, "abc");
        assert_eq!(one.len(), 64);
        assert_eq!(one, token(TemplateKind::Environment, "abc"));
        assert_ne!(one, token(TemplateKind::Environment, "abd"));
        assert_ne!(one, token(TemplateKind::Service, "abc"));
    }

    #[test]
    fn customer_managed_follows_from_the_folders() {
        let created = |kind, paths: &[&str]| create_template(&options(kind), &files(paths));
        let schema = "schema/schema.yaml";
        assert_eq!(created(TemplateKind::Environment, &[schema])["provisioning"], "CUSTOMER_MANAGED");
        let whole = created(TemplateKind::Environment, &[schema, "infrastructure/manifest.yaml"]);
        assert_eq!(whole, json!({"name": "web"}));
        assert_eq!(created(TemplateKind::Service, &[schema])["pipelineProvisioning"], "CUSTOMER_MANAGED");
        let whole = created(TemplateKind::Service, &[schema, "pipeline_infrastructure/manifest.yaml"]);
        assert_eq!(whole, json!({"name": "web"}));
    }

    #[test]
    fn a_draft_is_to_be_published_next() {
        let next = next_command(&options(TemplateKind::Environment), "1", "0", false);
        assert!(next.contains("update-environment-template-version --template-name web"), "{next}");
        assert!(next_command(&options(TemplateKind::Service), "1", "0", true).contains("create-service"));
    }
}
