//! Service templates and their versions: Create, Get, List, Update, Delete, and the waiter for their registration.

use aws_sdk_proton::client::Waiters as _;
use aws_sdk_proton::operation::create_service_template_version::builders::CreateServiceTemplateVersionFluentBuilder;
use aws_sdk_proton::types::{CompatibleEnvironmentTemplateInput, TemplateVersionStatus};
use proton_model::ErrorKind;

use super::bundle;
use super::record::Record;
use super::stage::{PATIENCE, Stage, TEMPLATE, source};

/// The template that services are made from; it has a pipeline.
pub const SERVICE_TEMPLATE: &str = "web";

pub async fn run(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let create = || client.create_service_template();
    record.success(create().name(SERVICE_TEMPLATE).send().await);
    record.refusal(ErrorKind::Validation, create().name(SERVICE_TEMPLATE).description("other").send().await);
    record.success(client.update_service_template().name(SERVICE_TEMPLATE).description("new").send().await);
    record.refusal(ErrorKind::Conflict, create().name(SERVICE_TEMPLATE).send().await);
    record.refusal(ErrorKind::ResourceNotFound, client.update_service_template().name("nothing").send().await);
    let long = client.update_service_template().name(SERVICE_TEMPLATE).display_name("x".repeat(101));
    record.refusal(ErrorKind::Validation, long.send().await);
    versions(stage, record).await;
    let get = |name: &str| client.get_service_template().name(name);
    let found = record.success(get(SERVICE_TEMPLATE).send().await).service_template.unwrap();
    assert_eq!(found.recommended_version.as_deref(), Some("1.0"));
    record.refusal(ErrorKind::ResourceNotFound, get("nothing").send().await);
    record.refusal(ErrorKind::Validation, get("").send().await);
    record.refusal(ErrorKind::Validation, client.list_service_templates().max_results(101).send().await);
    let listed = record.success(client.list_service_templates().send().await).templates;
    assert_eq!(listed.len(), 1);
    let delete = |name: &str| client.delete_service_template().name(name);
    record.refusal(ErrorKind::Conflict, delete(SERVICE_TEMPLATE).send().await);
    record.success(delete("nothing").send().await);
    record.refusal(ErrorKind::Validation, delete("no spaces").send().await);
}

async fn creating(stage: &Stage) -> CreateServiceTemplateVersionFluentBuilder {
    let key = stage.raw().upload(bundle::service_archive()).await;
    let compatible = CompatibleEnvironmentTemplateInput::builder().template_name(TEMPLATE).major_version("1").build().unwrap();
    let create = stage.admin().create_service_template_version().template_name(SERVICE_TEMPLATE);
    create.compatible_environment_templates(compatible).source(source("proton-engine-bundles", &key))
}

async fn versions(stage: &Stage, record: &Record) {
    let client = stage.admin();
    for minor in ["0", "1"] {
        let create = creating(stage).await.set_major_version((minor == "1").then(|| "1".to_owned()));
        let version = record.success(create.send().await).service_template_version.unwrap();
        assert_eq!((version.major_version.as_str(), version.minor_version.as_str()), ("1", minor));
        let wait = client.wait_until_service_template_version_registered().template_name(SERVICE_TEMPLATE);
        wait.major_version("1").minor_version(minor).wait(PATIENCE).await.unwrap();
    }
    record.refusal(ErrorKind::ResourceNotFound, creating(stage).await.template_name("nothing").send().await);
    let message = record.refusal(ErrorKind::Validation, creating(stage).await.major_version("01").send().await);
    assert!(message.contains("majorVersion"), "{message}");
    let update = |minor: &str| {
        let update = client.update_service_template_version().template_name(SERVICE_TEMPLATE).major_version("1");
        update.minor_version(minor).status(TemplateVersionStatus::Published)
    };
    record.success(update("0").send().await);
    record.refusal(ErrorKind::ResourceNotFound, update("7").send().await);
    record.refusal(ErrorKind::Validation, update("x").send().await);
    record.refusal(ErrorKind::Conflict, update("0").status(TemplateVersionStatus::Draft).send().await);
    let get = |minor: &str| {
        client.get_service_template_version().template_name(SERVICE_TEMPLATE).major_version("1").minor_version(minor)
    };
    let found = record.success(get("0").send().await).service_template_version.unwrap();
    assert_eq!(found.status, TemplateVersionStatus::Published);
    assert_eq!(found.compatible_environment_templates[0].template_name, TEMPLATE);
    record.refusal(ErrorKind::ResourceNotFound, get("7").send().await);
    record.refusal(ErrorKind::Validation, get("x").send().await);
    let list = |template: &str| client.list_service_template_versions().template_name(template).major_version("1");
    assert_eq!(record.success(list(SERVICE_TEMPLATE).send().await).template_versions.len(), 2);
    record.refusal(ErrorKind::ResourceNotFound, list("nothing").send().await);
    record.refusal(ErrorKind::Validation, list(SERVICE_TEMPLATE).max_results(0).send().await);
    let delete = |minor: &str| {
        client.delete_service_template_version().template_name(SERVICE_TEMPLATE).major_version("1").minor_version(minor)
    };
    record.refusal(ErrorKind::Conflict, delete("0").send().await);
    record.success(delete("1").send().await);
    record.refusal(ErrorKind::Validation, delete("x").send().await);
    let pending = || async { creating(stage).await.major_version("1").source(source("out-of-reach", "bundle.tar.gz")) };
    record.success(pending().await.send().await);
    record.refusal(ErrorKind::Conflict, pending().await.send().await);
}
