//! Lists, their filters and pages.

use proton_model::Operation;
use serde_json::{Value, json};

use super::rig::{Rig, create};

async fn names(rig: &Rig, body: Value) -> Vec<String> {
    let listed = rig.call(Operation::ListEnvironments, body).await.unwrap();
    listed["environments"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn environments_are_listed_by_name_in_pages() {
    let rig = Rig::new().await;
    for name in ["c", "a", "b"] {
        rig.call(Operation::CreateEnvironment, create(name)).await.unwrap();
    }
    let first = rig.call(Operation::ListEnvironments, json!({"maxResults": 2})).await.unwrap();
    assert_eq!(first["environments"][1]["name"], "b");
    assert_eq!(first["environments"][0].get("spec"), None);
    let token = &first["nextToken"];
    let rest = rig.call(Operation::ListEnvironments, json!({"maxResults": 2, "nextToken": token})).await.unwrap();
    assert_eq!((&rest["environments"][0]["name"], rest.get("nextToken")), (&json!("c"), None));
    let other = json!({"nextToken": token, "environmentTemplates": [{"templateName": "vpc", "majorVersion": "1"}]});
    assert_eq!(rig.call(Operation::ListEnvironments, other).await.unwrap_err().0, "ValidationException");
    let deployments = rig.call(Operation::ListDeployments, json!({"nextToken": token})).await.unwrap_err();
    assert_eq!(deployments.0, "ValidationException");
}

/// A token is good for the same list only.
#[tokio::test]
async fn no_list_takes_a_token_that_is_not_its_own() {
    use Operation as Op;
    let rig = Rig::deployed().await;
    rig.call(Op::CreateEnvironment, create("later")).await.unwrap();
    let first = rig.call(Op::ListDeployments, json!({"maxResults": 1})).await.unwrap();
    let own = first["nextToken"].clone();
    assert!(rig.call(Op::ListDeployments, json!({"nextToken": own})).await.is_ok());
    let filtered = json!({"nextToken": own, "environmentName": "prod"});
    assert_eq!(rig.call(Op::ListDeployments, filtered).await.unwrap_err().0, "ValidationException");
    let lists = [
        (Op::ListComponents, json!({})),
        (Op::ListEnvironmentAccountConnections, json!({"requestedBy": "MANAGEMENT_ACCOUNT"})),
        (Op::ListEnvironmentTemplateVersions, json!({"templateName": "vpc"})),
        (Op::ListEnvironmentTemplates, json!({})),
        (Op::ListEnvironments, json!({})),
        (Op::ListRepositories, json!({})),
        (Op::ListServiceInstances, json!({})),
        (Op::ListServiceTemplateVersions, json!({"templateName": "web"})),
        (Op::ListServiceTemplates, json!({})),
        (Op::ListServices, json!({})),
        (Op::ListTagsForResource, json!({"resourceArn": "arn:aws:proton:us-east-1:123456789012:environment/prod"})),
    ];
    for (operation, mut body) in lists {
        body["nextToken"] = own.clone();
        let (name, message) = rig.call(operation, body).await.unwrap_err();
        assert!(name == "ValidationException" && message.contains("nextToken"), "{}: {name} {message}", operation.name());
    }
}

#[tokio::test]
async fn environments_are_filtered_by_what_is_deployed() {
    let rig = Rig::deployed().await;
    rig.call(Operation::CreateEnvironment, create("later")).await.unwrap();
    let filter = |major: &str| json!({"environmentTemplates": [{"templateName": "vpc", "majorVersion": major}]});
    assert_eq!(names(&rig, filter("1")).await, ["prod"]);
    assert!(names(&rig, filter("2")).await.is_empty());
    assert!(names(&rig, json!({"environmentTemplates": []})).await.is_empty());
    assert_eq!(names(&rig, json!({})).await, ["later", "prod"]);
}

#[tokio::test]
async fn deployments_are_listed_newest_first_in_pages() {
    let rig = Rig::deployed().await;
    rig.call(Operation::CreateEnvironment, create("other")).await.unwrap();
    for _ in 0..2 {
        rig.update(json!({})).await.unwrap();
        rig.settle().await;
    }
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let body = json!({"environmentName": "prod", "maxResults": 2, "nextToken": token});
        let page = rig.call(Operation::ListDeployments, body).await.unwrap();
        seen.extend(page["deployments"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.reverse();
    assert_eq!((seen.len(), &seen), (3, &sorted));
    let all = rig.call(Operation::ListDeployments, json!({})).await.unwrap();
    assert_eq!(all["deployments"].as_array().unwrap().len(), 4);
    assert_eq!(all["deployments"][0].get("targetState"), None);
    for unknown in [json!({"environmentName": "x"}), json!({"serviceName": "x"}), json!({"componentName": "x"})] {
        assert_eq!(rig.call(Operation::ListDeployments, unknown).await.unwrap_err().0, "ResourceNotFoundException");
    }
}
