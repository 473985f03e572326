//! Environments that are provisioned in another account.

use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::{ACCOUNT, Rig, create};
use crate::worker::scripted::Answer;

const OTHER: &str = "210987654321";
const THIRD: &str = "333333333333";
const ROLE: &str = "arn:aws:iam::210987654321:role/proton";

async fn from(rig: &Rig, account: &str, operation: Operation, body: Value) -> Result<Value, (String, String)> {
    let answer = rig.call_from(Some(account), operation, body).await?;
    Ok(answer["environmentAccountConnection"].clone())
}

fn asking(environment: &str) -> Value {
    json!({"managementAccountId": ACCOUNT, "environmentName": environment, "roleArn": ROLE})
}

/// A connection for `environment` that `OTHER` offers and the engine's account accepts.
async fn connected(rig: &Rig, environment: &str) -> Value {
    let asked = from(rig, OTHER, Operation::CreateEnvironmentAccountConnection, asking(environment)).await.unwrap();
    assert_eq!(asked["status"], "PENDING");
    let body = json!({"id": asked["id"]});
    from(rig, ACCOUNT, Operation::AcceptEnvironmentAccountConnection, body).await.unwrap()
}

async fn refused(rig: &Rig, account: &str, operation: Operation, body: Value, expected: &str, says: &str) {
    let (name, message) = from(rig, account, operation, body).await.unwrap_err();
    assert!(name == expected && message.contains(says), "{name}: {message}");
}

/// `prod` in the account `OTHER`.
async fn deployed() -> (Rig, Value) {
    let rig = Rig::new().await;
    let connection = connected(&rig, "prod").await;
    let mut body = create("prod");
    body["environmentAccountConnectionId"] = connection["id"].clone();
    rig.call(Operation::CreateEnvironment, body).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.status("prod").await, "SUCCEEDED");
    (rig, connection)
}

#[tokio::test]
async fn an_environment_is_provisioned_in_the_account_that_offered_itself() {
    let (rig, connection) = deployed().await;
    let id = connection["id"].as_str().unwrap();
    assert_eq!(connection["arn"], format!("arn:aws:proton:us-east-1:{OTHER}:environment-account-connection/{id}"));
    let shown = rig.environment("prod").await;
    assert_eq!((&shown["environmentAccountId"], &shown["environmentAccountConnectionId"]), (&json!(OTHER), &json!(id)));
    let (job, _) = rig.script.asked().pop().unwrap();
    assert_eq!((job.role_arn.as_deref(), job.account_id.as_str()), (Some(ROLE), OTHER));
    rig.register_service_file("job", (1, 0), "Account: {{ environment.account_id }}\nResources: {}\n").await;
    let spec = "proton: ServiceSpec\ninstances:\n  - {name: one, environment: prod, spec: {}}\n";
    let service = json!({"name": "shop", "templateName": "job", "templateMajorVersion": "1", "spec": spec});
    rig.call(Operation::CreateService, service).await.unwrap();
    rig.settle().await;
    let (job, _) = rig.script.asked().pop().unwrap();
    assert_eq!((job.role_arn.as_deref(), job.account_id.as_str()), (Some(ROLE), OTHER));
    assert_eq!(job.template.unwrap().body, format!("Account: {OTHER}\nResources: {{}}"));
}

#[tokio::test]
async fn a_component_needs_the_connections_role_for_components() {
    let (rig, connection) = deployed().await;
    let manifest =
        "infrastructure:\n  templates:\n    - {file: t.yaml, rendering_engine: jinja, template_language: cloudformation}\n";
    let body = json!({"name": "table", "environmentName": "prod", "manifest": manifest, "templateFile": "Resources: {}\n"});
    let (name, message) = rig.call(Operation::CreateComponent, body.clone()).await.unwrap_err();
    assert!(name == "ValidationException" && message.contains("UpdateEnvironmentAccountConnection"), "{message}");
    let role = format!("{ROLE}-components");
    let roles = json!({"id": connection["id"], "componentRoleArn": role});
    refused(&rig, ACCOUNT, Operation::UpdateEnvironmentAccountConnection, roles.clone(), "AccessDeniedException", OTHER).await;
    from(&rig, OTHER, Operation::UpdateEnvironmentAccountConnection, roles).await.unwrap();
    rig.call(Operation::CreateComponent, body).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.script.asked().pop().unwrap().0.role_arn, Some(role));
}

#[tokio::test]
async fn each_account_sees_and_does_its_own_side() {
    let rig = Rig::new().await;
    let asked = from(&rig, OTHER, Operation::CreateEnvironmentAccountConnection, asking("prod")).await.unwrap();
    let id = json!({"id": asked["id"]});
    for account in [ACCOUNT, OTHER] {
        assert_eq!(from(&rig, account, Operation::GetEnvironmentAccountConnection, id.clone()).await.unwrap(), asked);
    }
    let get = Operation::GetEnvironmentAccountConnection;
    refused(&rig, THIRD, get, id.clone(), "ResourceNotFoundException", "does not exist").await;
    let accept = Operation::AcceptEnvironmentAccountConnection;
    refused(&rig, OTHER, accept, id.clone(), "AccessDeniedException", ACCOUNT).await;
    let list = async |account: &str, by: &str, status: &str| {
        let body = json!({"requestedBy": by, "environmentName": "prod", "statuses": [status]});
        let answer = rig.call_from(Some(account), Operation::ListEnvironmentAccountConnections, body).await.unwrap();
        answer["environmentAccountConnections"].as_array().unwrap().len()
    };
    assert_eq!(list(ACCOUNT, "MANAGEMENT_ACCOUNT", "PENDING").await, 1);
    assert_eq!(list(OTHER, "ENVIRONMENT_ACCOUNT", "PENDING").await, 1);
    assert_eq!(list(OTHER, "MANAGEMENT_ACCOUNT", "PENDING").await, 0);
    assert_eq!(list(ACCOUNT, "MANAGEMENT_ACCOUNT", "CONNECTED").await, 0);
    refused(&rig, OTHER, Operation::ListEnvironments, json!({}), "AccessDeniedException", ACCOUNT).await;
    let tags = json!({"resourceArn": asked["arn"], "tags": [{"key": "team", "value": "net"}]});
    rig.call_from(Some(OTHER), Operation::TagResource, tags.clone()).await.unwrap();
    refused(&rig, THIRD, Operation::TagResource, tags, "AccessDeniedException", "another account").await;
    let shown = rig.call(Operation::ListTagsForResource, json!({"resourceArn": asked["arn"]})).await.unwrap();
    assert_eq!(shown["tags"], json!([{"key": "team", "value": "net"}]), "connections have no AWS-managed tags");
}

#[tokio::test]
async fn only_an_accepted_connection_of_that_environment_can_be_used() {
    let rig = Rig::new().await;
    let asked = from(&rig, OTHER, Operation::CreateEnvironmentAccountConnection, asking("prod")).await.unwrap();
    let with = |name: &str| {
        let mut body = create(name);
        body["environmentAccountConnectionId"] = asked["id"].clone();
        body
    };
    let environment = Operation::CreateEnvironment;
    refused(&rig, ACCOUNT, environment, with("prod"), "ConflictException", "not accepted").await;
    refused(&rig, ACCOUNT, environment, with("beta"), "ValidationException", "for the environment prod").await;
    let id = json!({"id": asked["id"]});
    from(&rig, ACCOUNT, Operation::RejectEnvironmentAccountConnection, id.clone()).await.unwrap();
    refused(&rig, ACCOUNT, Operation::AcceptEnvironmentAccountConnection, id, "ConflictException", "final").await;
    refused(&rig, ACCOUNT, environment, with("prod"), "ConflictException", "final").await;
    connected(&rig, "prod").await;
    let again = asking("prod");
    refused(&rig, OTHER, Operation::CreateEnvironmentAccountConnection, again, "ConflictException", "prod").await;
    let elsewhere = json!({"managementAccountId": THIRD, "environmentName": "prod"});
    refused(&rig, OTHER, Operation::CreateEnvironmentAccountConnection, elsewhere, "ValidationException", ACCOUNT).await;
}

#[tokio::test]
async fn a_connection_in_use_can_be_deleted_and_the_next_one_takes_its_place() {
    let (rig, connection) = deployed().await;
    let id = json!({"id": connection["id"]});
    refused(&rig, ACCOUNT, Operation::RejectEnvironmentAccountConnection, id.clone(), "ConflictException", "prod").await;
    rig.script.then([Answer::Wait(60)]);
    rig.update(json!({})).await.unwrap();
    rig.step().await;
    let delete = Operation::DeleteEnvironmentAccountConnection;
    refused(&rig, OTHER, delete, id.clone(), "ConflictException", "environment/prod").await;
    rig.settle().await;
    let deleted = from(&rig, OTHER, delete, id.clone()).await.unwrap();
    assert_eq!(deleted["status"], "CONNECTED");
    assert_eq!(from(&rig, OTHER, delete, id).await.unwrap(), Value::Null);
    let asked = rig.script.asked().len();
    rig.update(json!({})).await.unwrap();
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert_eq!(shown["deploymentStatus"], "FAILED");
    assert!(shown["deploymentStatusMessage"].as_str().unwrap().contains("was deleted"), "{shown}");
    assert_eq!(rig.script.asked().len(), asked, "nothing was tried with other credentials");
    let next = connected(&rig, "prod").await;
    assert_eq!(rig.environment("prod").await["environmentAccountConnectionId"], next["id"]);
    rig.update(json!({"environmentAccountConnectionId": next["id"]})).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.status("prod").await, "SUCCEEDED");
}

#[tokio::test]
async fn without_a_role_nothing_is_tried_and_what_never_was_can_be_deleted() {
    let rig = Rig::new().await;
    let body = json!({"managementAccountId": ACCOUNT, "environmentName": "prod", "clientToken": "one"});
    let create_connection = Operation::CreateEnvironmentAccountConnection;
    let asked = from(&rig, OTHER, create_connection, body.clone()).await.unwrap();
    assert_eq!(from(&rig, OTHER, create_connection, body).await.unwrap(), asked, "the same token is the same connection");
    from(&rig, ACCOUNT, Operation::AcceptEnvironmentAccountConnection, json!({"id": asked["id"]})).await.unwrap();
    let mut body = create("prod");
    body["environmentAccountConnectionId"] = asked["id"].clone();
    rig.call(Operation::CreateEnvironment, body).await.unwrap();
    rig.settle().await;
    let shown = rig.environment("prod").await;
    assert!(shown["deploymentStatusMessage"].as_str().unwrap().contains("has no roleArn"), "{shown}");
    assert!(rig.script.asked().is_empty());
    rig.call(Operation::DeleteEnvironment, json!({"name": "prod"})).await.unwrap();
    rig.settle().await;
    assert_eq!(rig.call(Operation::GetEnvironment, json!({"name": "prod"})).await.unwrap_err().0, "ResourceNotFoundException");
}

#[tokio::test]
async fn an_account_has_five_connections() {
    let rig = Rig::new().await;
    for environment in ["a", "b", "c", "d", "e"] {
        from(&rig, OTHER, Operation::CreateEnvironmentAccountConnection, asking(environment)).await.unwrap();
    }
    let create = Operation::CreateEnvironmentAccountConnection;
    refused(&rig, OTHER, create, asking("f"), "ServiceQuotaExceededException", "5 environment account connections").await;
    from(&rig, THIRD, create, asking("f")).await.unwrap();
    let page = json!({"requestedBy": "MANAGEMENT_ACCOUNT", "maxResults": 4});
    let first = rig.call(Operation::ListEnvironmentAccountConnections, page.clone()).await.unwrap();
    let mut rest = page;
    rest["nextToken"] = first["nextToken"].clone();
    let rest = rig.call(Operation::ListEnvironmentAccountConnections, rest).await.unwrap();
    let names = |page: &Value| -> Vec<String> {
        let rows = page["environmentAccountConnections"].as_array().unwrap();
        rows.iter().map(|row| row["environmentName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((names(&first).join(""), names(&rest).join("")), ("abcd".to_owned(), "ef".to_owned()));
}
