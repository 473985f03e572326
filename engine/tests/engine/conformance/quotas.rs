//! ServiceQuotaExceededException, on an engine whose quotas are one of each.

use aws_sdk_proton::types::{CompatibleEnvironmentTemplateInput, RepositoryProvider, TemplateType};
use proton_model::ErrorKind;

use super::bundle::{SPEC, service_archive};
use super::record::Record;
use super::repositories::CONNECTION;
use super::stage::{Stage, TEMPLATE, source};

/// What makes every second resource one too many. A template of each kind is needed, so there may be two.
const ONE_OF_EACH: &str = "environments=1,templates=2,template-versions=1,components=1,repositories=1,\
     template-sync-configs=1,service-sync-configs=0";
const GITHUB: RepositoryProvider = RepositoryProvider::Github;
const MANIFEST: &str =
    "infrastructure:\n  templates:\n    - {file: t.yaml, rendering_engine: jinja, template_language: cloudformation}\n";

pub async fn run(record: &Record) {
    let stage = Stage::with_template(&["--quota", ONE_OF_EACH]).await;
    templates(&stage, record).await;
    deployed(&stage, record).await;
    links(&stage, record).await;
}

/// Every message says which quota it is, and so how it can be raised.
fn says(kind: &str, message: &str) {
    assert!(message.contains("quota") && message.contains(&format!("--quota {kind}=N")), "{message}");
}

async fn templates(stage: &Stage, record: &Record) {
    let client = stage.admin();
    client.create_service_template().name("web").send().await.unwrap();
    let second = client.create_environment_template().name("second").send().await;
    says("templates", &record.refusal(ErrorKind::ServiceQuotaExceeded, second));
    let second = client.create_service_template().name("second").send().await;
    says("templates", &record.refusal(ErrorKind::ServiceQuotaExceeded, second));

    let version = client.create_environment_template_version().template_name(TEMPLATE).source(stage.source().await);
    says("template-versions", &record.refusal(ErrorKind::ServiceQuotaExceeded, version.send().await));
    let archive = source("proton-engine-bundles", &stage.raw().upload(service_archive()).await);
    let compatible = CompatibleEnvironmentTemplateInput::builder().template_name(TEMPLATE).major_version("1").build().unwrap();
    let version = || {
        let version = client.create_service_template_version().template_name("web").source(archive.clone());
        version.compatible_environment_templates(compatible.clone())
    };
    version().send().await.unwrap();
    says("template-versions", &record.refusal(ErrorKind::ServiceQuotaExceeded, version().send().await));
}

async fn deployed(stage: &Stage, record: &Record) {
    let client = stage.admin();
    stage.deploy("first").await;
    let second = client.create_environment().name("second").template_name(TEMPLATE).template_major_version("1").spec(SPEC);
    says("environments", &record.refusal(ErrorKind::ServiceQuotaExceeded, second.send().await));
    let component = |name: &str| {
        let component = client.create_component().name(name).environment_name("first").manifest(MANIFEST);
        component.template_file("Resources: {}")
    };
    component("one").send().await.unwrap();
    says("components", &record.refusal(ErrorKind::ServiceQuotaExceeded, component("two").send().await));
}

async fn links(stage: &Stage, record: &Record) {
    let client = stage.admin();
    let link = |name: &str| client.create_repository().name(name).provider(GITHUB).connection_arn(CONNECTION);
    link("acme/one").send().await.unwrap();
    says("repositories", &record.refusal(ErrorKind::ServiceQuotaExceeded, link("acme/two").send().await));
    let sync = |name: &str, kind: TemplateType| {
        let sync = client.create_template_sync_config().template_name(name).template_type(kind).branch("main");
        sync.repository_provider(GITHUB).repository_name("acme/one")
    };
    sync(TEMPLATE, TemplateType::Environment).send().await.unwrap();
    let second = sync("web", TemplateType::Service).send().await;
    says("template-sync-configs", &record.refusal(ErrorKind::ServiceQuotaExceeded, second));
    services(stage, record).await;
}

/// A service without instances and pipeline costs nothing; its template still needs a version, and has it.
async fn services(stage: &Stage, record: &Record) {
    let client = stage.admin();
    stage.publish_service("web").await;
    let spec = "proton: ServiceSpec\npipeline: {}\ninstances: []\n";
    let service = client.create_service().name("shop").template_name("web").template_major_version("1").spec(spec);
    service.send().await.unwrap();
    let sync = client.create_service_sync_config().service_name("shop").file_path("ops.yaml").branch("main");
    let sync = sync.repository_provider(GITHUB).repository_name("acme/one").send().await;
    says("service-sync-configs", &record.refusal(ErrorKind::ServiceQuotaExceeded, sync));
}
