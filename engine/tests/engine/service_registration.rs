//! `register --kind service` with the built program, for every real service bundle.
//!
//! The bundles are no part of the project; where the folder is missing the test says so and skips.

#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::path::{Path, PathBuf};

use aws_sdk_proton::Client;
use aws_sdk_proton::config::retry::RetryConfig;
use aws_sdk_proton::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_proton::types::{ServiceTemplateSupportedComponentSourceType, TemplateVersionStatus};
use proton_rig::{Engine, EngineOptions, shared};

fn client(engine: &Engine) -> Client {
    let (id, secret) = engine.keys();
    let config = aws_sdk_proton::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(engine.endpoint())
        .credentials_provider(Credentials::new(id, secret, None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(proton_engine::aws::http_client());
    Client::from_conf(config.build())
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_str().unwrap().to_owned()
}

/// What the bundle says it works with, `name:major` in each line.
fn compatible(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(".compatible-envs")).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn every_real_service_bundle_is_registered_with_its_environments_and_components() {
    let Some(shared) = shared() else {
        println!("skipped: the real template bundles are not on this machine");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let args = ["--provisioner", "simulate"].map(str::to_owned).to_vec();
    let engine = Engine::start(&data.path().join("engine"), EngineOptions { args, ..EngineOptions::default() }).await.unwrap();
    for folder in folders(&shared.join("bundles/environments")) {
        engine.register(&folder, &name(&folder)).await.unwrap().ok().unwrap();
    }
    let services = folders(&shared.join("bundles/services"));
    assert!(!services.is_empty());
    for folder in services {
        let (template, compatible) = (name(&folder), compatible(&folder));
        let path = folder.display().to_string();
        let mut args = vec!["register", &path, "--template", &template, "--kind", "service", "--publish", "--component-sources"];
        for entry in &compatible {
            args.extend(["--compatible", entry]);
        }
        engine.command(&args).await.unwrap().ok().unwrap();
        let get = client(&engine).get_service_template_version().template_name(&template);
        let found = get.major_version("1").minor_version("0").send().await.unwrap().service_template_version.unwrap();
        assert_eq!(found.status, TemplateVersionStatus::Published, "{template}");
        assert_eq!(found.supported_component_sources(), [ServiceTemplateSupportedComponentSourceType::DirectlyDefined]);
        let listed = found.compatible_environment_templates.iter();
        let listed: Vec<String> = listed.map(|entry| format!("{}:{}", entry.template_name, entry.major_version)).collect();
        assert_eq!(listed, compatible, "{template}");
        println!("{template:30} {}", listed.join(" "));
    }
    let path = shared.join("bundles/services/service-crud").display().to_string();
    let done = engine.command(&["register", &path, "--template", "x", "--kind", "service", "--compatible", "nothing:1"]).await;
    let done = done.unwrap();
    assert!(done.code != 0 && done.err.contains("nothing"), "{}", done.err);
}
