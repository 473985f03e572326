//! Services, instances and components through custom resources, on the real wire, with a real service bundle.

use anyhow::Result;
use proton_rig::shared;
use serde_json::Value;

use crate::system::{PATIENCE, Setup, System, text};

const ENVIRONMENT: &str = "fargate-env";
const SERVICE: &str = "backend-fargate-svc";

/// The whole of it in one document; the namespace is put in by kubectl.
const PLATFORM: &str = r#"
apiVersion: proton-operator.dev/v1alpha1
kind: Component
metadata: {name: bucket}
spec:
  manifest: |
    MANIFEST
  templateFile: |
    Resources:
      Topic:
        Type: AWS::SNS::Topic
    Outputs:
      TopicName:
        Value: !GetAtt Topic.TopicName
  serviceRef: {name: shop}
  serviceInstanceRef: {name: front}
---
apiVersion: proton-operator.dev/v1alpha1
kind: ServiceInstance
metadata: {name: front}
spec:
  serviceRef: {name: shop}
  environmentRef: {name: shared}
  templateMajorVersion: "1"
  inputs: {}
---
apiVersion: proton-operator.dev/v1alpha1
kind: ServiceInstance
metadata: {name: back}
spec:
  serviceRef: {name: shop}
  environmentRef: {name: shared}
  templateMajorVersion: "1"
  inputs: {}
---
apiVersion: proton-operator.dev/v1alpha1
kind: ProtonService
metadata: {name: shop}
spec:
  templateName: backend-fargate-svc
  templateMajorVersion: "1"
  repository: {connectionArn: "arn:aws:codestar-connections:eu-west-1:123456789012:connection/c", id: team/shop, branch: main}
  pipeline:
    inputs: {service_dir: ecs-backend, dockerfile: Dockerfile, unit_test_command: "true"}
---
apiVersion: proton-operator.dev/v1alpha1
kind: ProtonEnvironment
metadata: {name: shared}
spec:
  templateName: fargate-env
  templateMajorVersion: "1"
  specYaml: |
    SPEC
"#;

const OBJECTS: [&str; 5] = [
    "protonservices.proton-operator.dev/shop",
    "serviceinstances.proton-operator.dev/front",
    "serviceinstances.proton-operator.dev/back",
    "components.proton-operator.dev/bucket",
    "protonenvironments.proton-operator.dev/shared",
];

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n    ")
}

async fn wait_for_all(system: &System) -> Result<()> {
    let limit = format!("--timeout={}s", PATIENCE.as_secs());
    for object in OBJECTS {
        if let Err(error) = system.kubectl(&["wait", "--for=condition=Ready", object, &limit]).await {
            return Err(error.context(system.kubectl(&["get", "proton", "-o", "wide"]).await?));
        }
    }
    Ok(())
}

async fn instances(system: &System) -> Result<Vec<String>> {
    let listed = system.engine.aws().proton(&["list-service-instances", "--service-name", "shop"]).await?;
    let rows = listed.pointer("/serviceInstances").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut names: Vec<String> = rows.iter().map(|row| text(row, "/name").to_owned()).collect();
    names.sort();
    Ok(names)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_platform_comes_and_goes() -> Result<()> {
    let Some(shared) = shared().map(|folder| folder.join("bundles")) else {
        println!("skipped: the real template bundles are not on this machine");
        return Ok(());
    };
    let system = System::start(Setup::default()).await?;
    system.engine.register(&shared.join("environments").join(ENVIRONMENT), ENVIRONMENT).await?.ok()?;
    let bundle = shared.join("services").join(SERVICE).display().to_string();
    let register = ["register", &bundle, "--template", SERVICE, "--kind", "service", "--compatible", "fargate-env:1"];
    let more = ["--component-sources", "--publish"];
    system.engine.command(&[register.as_slice(), more.as_slice()].concat()).await?.ok()?;

    let spec = std::fs::read_to_string(shared.join("environments").join(ENVIRONMENT).join("spec/spec.yaml"))?;
    let manifest = std::fs::read_to_string(shared.join("components/s3-bucket-component/manifest.yaml"))?;
    let yaml = PLATFORM.replace("SPEC", &indented(&spec)).replace("MANIFEST", &indented(&manifest));
    let file = system.folder.path().join("platform.yaml");
    std::fs::write(&file, yaml)?;
    let file = file.display().to_string();
    system.kubectl(&["apply", "-f", &file]).await?;
    wait_for_all(&system).await?;
    assert_eq!(instances(&system).await?, ["back", "front"]);

    system.kubectl(&["delete", "serviceinstances.proton-operator.dev/back", "--timeout=90s"]).await?;
    assert_eq!(instances(&system).await?, ["front"]);
    system.kubectl(&["delete", "-f", &file, "--ignore-not-found", "--timeout=120s"]).await?;
    let services = system.engine.aws().proton(&["list-services"]).await?;
    assert_eq!(services.pointer("/services").and_then(Value::as_array).map(Vec::len), Some(0), "{services}");
    Ok(())
}
