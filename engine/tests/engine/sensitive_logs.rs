//! Nothing sensitive reaches the log of an engine that logs everything: values of specs, templates, descriptions,
//! messages and outputs, in calls that succeed, that fail, and that are no calls at all.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests, which clippy does not take for tests")]

use std::path::Path;
use std::time::Duration;

use http::HeaderMap;
use proton_rig::cloudformation::Double;
use proton_rig::{Engine, EngineOptions, until};
use serde_json::{Value, json};

use crate::started::{Answer, send};

const PATIENCE: Duration = Duration::from_secs(120);
/// Stands in every sensitive member; what follows names the member.
const MARK: &str = "S3NS1T1V3";
const SCHEMA: &str = "schema:\n  format: {openapi: 3.0.0}\n  environment_input_type: In\n  types:\n    In:\n      type: object\n      description: S3NS1T1V3-schema\n      properties:\n        text: {type: string, default: S3NS1T1V3-default}\n        number: {type: integer, default: 1}\n";
const MANIFEST: &str = "infrastructure:\n  templates:\n    - {file: cloudformation.yaml, rendering_engine: jinja, template_language: cloudformation}\n# S3NS1T1V3-manifest\n";
const TEMPLATE: &str = "Description: '{{ environment.inputs.text }} S3NS1T1V3-template'\nResources:\n  Bucket: {Type: 'AWS::S3::Bucket'}\nOutputs:\n  Out: {Value: '{{ environment.inputs.text }}'}\n";

struct Stage {
    engine: Engine,
    _double: Double,
}

impl Stage {
    async fn start(folder: &Path) -> Self {
        let double = Double::start().await.unwrap();
        let own = |name: &str| (format!("AWS_ENDPOINT_URL_{name}"), double.endpoint.clone());
        let mut env = vec![own("CLOUDFORMATION"), own("S3"), own("STS")];
        let fixed = [("AWS_ACCESS_KEY_ID", "AKIARIG"), ("AWS_SECRET_ACCESS_KEY", "S3NS1T1V3-aws-secret"), ("RUST_LOG", "trace")];
        env.extend(fixed.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let args = ["--cloudformation-poll", "20ms"].map(str::to_owned).to_vec();
        let engine = Engine::start(&folder.join("engine"), EngineOptions { args, env }).await.unwrap();
        Self { engine, _double: double }
    }

    async fn text(&self, operation: &str, body: String) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-target", format!("AwsProton20200720.{operation}").parse().unwrap());
        let address = self.engine.endpoint().trim_start_matches("http://").parse().unwrap();
        let (id, secret) = self.engine.keys();
        send(address, (id, secret, "us-east-1"), ("POST", "/"), headers, body.into_bytes()).await
    }

    async fn call(&self, operation: &str, body: Value) -> Answer {
        self.text(operation, body.to_string()).await
    }

    async fn succeeds(&self, operation: &str, body: Value) {
        let answer = self.call(operation, body).await;
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    }

    async fn fails(&self, operation: &str, body: Value, exception: &str) {
        let answer = self.call(operation, body).await;
        assert_eq!(answer.exception.as_deref(), Some(exception), "{operation}: {}", answer.body);
    }

    /// Waits until the deployment of an environment or component has ended thus.
    async fn ends(&self, kind: &str, name: &str, status: &str) -> Value {
        let probe = || async {
            let found = self.call(&format!("Get{kind}"), json!({"name": name})).await.body;
            let found = found[kind.to_lowercase()].clone();
            (found["deploymentStatus"] != "IN_PROGRESS").then_some(found)
        };
        let found = until(&format!("the deployment of {name}"), PATIENCE, probe).await.unwrap();
        assert_eq!(found["deploymentStatus"], status, "{found}");
        found
    }
}

fn spec(text: &str) -> String {
    format!("proton: EnvironmentSpec\nspec:\n  text: {text}\n# S3NS1T1V3-comment\n")
}

async fn templates(stage: &Stage, folder: &Path) {
    for (file, text) in [
        ("schema/schema.yaml", SCHEMA),
        ("infrastructure/manifest.yaml", MANIFEST),
        ("infrastructure/cloudformation.yaml", TEMPLATE),
    ] {
        let path = folder.join("bundle").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let named = json!({"name": "net", "description": "S3NS1T1V3-description", "displayName": "S3NS1T1V3-displayName"});
    stage.succeeds("CreateEnvironmentTemplate", named.clone()).await;
    stage.engine.register(&folder.join("bundle"), "net").await.unwrap().ok().unwrap();
    stage.succeeds("UpdateEnvironmentTemplate", named).await;
    let version = json!({"templateName": "net", "majorVersion": "1", "minorVersion": "0", "description": "S3NS1T1V3-version"});
    stage.succeeds("UpdateEnvironmentTemplateVersion", version).await;
    stage.call("GetEnvironmentTemplateVersion", json!({"templateName": "net", "majorVersion": "1", "minorVersion": "0"})).await;
}

async fn environments(stage: &Stage) {
    let create = json!({"name": "prod", "templateName": "net", "templateMajorVersion": "1", "spec": spec("S3NS1T1V3-spec"), "description": "S3NS1T1V3-description"});
    stage.succeeds("CreateEnvironment", create).await;
    let found = stage.ends("Environment", "prod", "SUCCEEDED").await;
    assert!(found["spec"].as_str().unwrap().contains(MARK));
    let update =
        |spec: String| json!({"name": "prod", "deploymentType": "CURRENT_VERSION", "spec": spec, "description": "S3NS1T1V3-new"});
    stage.succeeds("UpdateEnvironment", update(spec("S3NS1T1V3-again"))).await;
    stage.ends("Environment", "prod", "SUCCEEDED").await;
    for broken in [
        "  number: S3NS1T1V3-number",
        "  text: [S3NS1T1V3-list",
        "  text: *S3NS1T1V3-alias",
        "  S3NS1T1V3-key: 1\n  S3NS1T1V3-key: 2",
    ] {
        let wrong = format!("proton: EnvironmentSpec\nspec:\n{broken}\n");
        stage.fails("UpdateEnvironment", update(wrong), "ValidationException").await;
    }
}

async fn components(stage: &Stage) {
    let create = |name: &str, template: &str| json!({"name": name, "environmentName": "prod", "manifest": MANIFEST, "templateFile": template, "description": "S3NS1T1V3-component"});
    stage
        .succeeds("CreateComponent", create("good", "Resources: {Queue: {Type: 'AWS::SQS::Queue'}} # S3NS1T1V3-templateFile\n"))
        .await;
    stage.ends("Component", "good", "SUCCEEDED").await;
    for (name, template) in [
        ("undefined", "{{ S3NS1T1V3_name }}"),
        ("syntax", "{% S3NS1T1V3 %}"),
        ("filter", "{{ 1 | S3NS1T1V3 }}"),
        ("value", "{{ environment.outputs.Out + 1 }}"),
        ("rendered", "Resources: [S3NS1T1V3-rendered\n"),
    ] {
        stage.succeeds("CreateComponent", create(name, template)).await;
        stage.ends("Component", name, "FAILED").await;
    }
    let mut wrong = create("wrong", "x");
    wrong["manifest"] = json!("S3NS1T1V3: [manifest");
    stage.fails("CreateComponent", wrong, "ValidationException").await;
}

async fn the_rest(stage: &Stage) {
    let told = json!({"resourceArn": "arn:aws:proton:us-east-1:123456789012:environment/prod", "status": "FAILED", "statusMessage": "S3NS1T1V3-statusMessage", "outputs": [{"key": "a", "valueString": "S3NS1T1V3-output"}]});
    stage.fails("NotifyResourceDeploymentStatusChange", told, "ConflictException").await;
    let service = json!({"name": "shop", "templateName": "nobody", "templateMajorVersion": "1", "spec": "proton: ServiceSpec\ninstances: [{name: S3NS1T1V3, environment: prod, spec: {}}]\n", "description": "S3NS1T1V3-service"});
    stage.fails("CreateService", service, "ResourceNotFoundException").await;
    for nonsense in [
        r#"{"name": 1, "spec": "S3NS1T1V3-typed"}"#,
        r#"{"name": "prod", "spec": {"S3NS1T1V3-key": 1}}"#,
        r#"{"name": "prod", "spec": "S3NS1T1V3-open"#,
        r#"S3NS1T1V3"#,
    ] {
        let answer = stage.text("CreateEnvironment", nonsense.to_owned()).await;
        assert_eq!(answer.exception.as_deref(), Some("SerializationException"), "{}", answer.body);
    }
    stage.call("ListDeployments", json!({"environmentName": "prod"})).await;
    stage.call("ListEnvironmentOutputs", json!({"environmentName": "prod"})).await;
    stage.succeeds("DeleteComponent", json!({"name": "good"})).await;
}

#[tokio::test]
async fn nothing_sensitive_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = Stage::start(folder.path()).await;
    templates(&stage, folder.path()).await;
    environments(&stage).await;
    components(&stage).await;
    the_rest(&stage).await;
    let (_, secret) = stage.engine.keys();
    let log = std::fs::read_to_string(stage.engine.process().unwrap().log()).unwrap();
    assert!(log.contains(" TRACE ") || log.contains("TRACE"), "everything is logged");
    assert!(log.contains("CreateComponent"), "the calls are logged");
    let told: Vec<&str> = log.lines().filter(|line| line.contains(MARK) || line.contains(secret)).collect();
    assert!(told.is_empty(), "{} lines, such as\n{}", told.len(), told.iter().take(5).copied().collect::<Vec<_>>().join("\n"));
}
