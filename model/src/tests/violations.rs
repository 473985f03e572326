//! All violations of a request, in AWS's words.

use serde_json::json;

use crate::*;

fn violations<R: Request>(json: serde_json::Value) -> Vec<String> {
    serde_json::from_value::<R>(json).unwrap().violations().iter().map(ToString::to_string).collect()
}

#[test]
fn required_members() {
    let expected = ["name", "spec", "templateMajorVersion", "templateName"]
        .map(|name| format!("Value at '{name}' failed to satisfy constraint: Member must not be null"));
    assert_eq!(violations::<CreateEnvironmentInput>(json!({})), expected);
}

#[test]
fn a_good_request_has_none() {
    let input = json!({
        "name": "dev", "spec": "proton: EnvironmentSpec", "templateName": "vpc", "templateMajorVersion": "1",
        "protonServiceRoleArn": "arn:aws:iam::123456789012:role/proton", "tags": [{"key": "a", "value": ""}],
        "provisioningRepository": {"branch": "main", "name": "acme/infra", "provider": "GITHUB"},
    });
    assert_eq!(violations::<CreateEnvironmentInput>(input), [""; 0]);
    assert_eq!(violations::<GetAccountSettingsInput>(json!({})), [""; 0]);
}

#[test]
fn text_that_is_not_sensitive_is_repeated() {
    assert_eq!(
        violations::<GetEnvironmentInput>(json!({"name": ""})),
        [
            "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
            "Value '' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: \
             ^[0-9A-Za-z]+[0-9A-Za-z_\\-]*$"
        ]
    );
}

#[test]
fn long_text_is_shortened() {
    let found = violations::<GetEnvironmentInput>(json!({"name": "ä".repeat(5000)}));
    assert!(found[0].starts_with(&format!("Value '{}…' at 'name'", "ä".repeat(256))), "{found:?}");
}

#[test]
fn sensitive_text_is_not_repeated() {
    let input = json!({"name": "dev", "description": "hunter2".repeat(100), "deploymentType": "NONE"});
    assert_eq!(
        violations::<UpdateEnvironmentInput>(input),
        ["Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 500"]
    );
}

#[test]
fn members_of_a_sensitive_structure_are_not_repeated() {
    let input = json!({
        "resourceArn": "arn:aws:proton:us-east-1:123456789012:environment/dev",
        "outputs": [{"key": "a", "valueString": "b"}, {"key": "Password", "valueString": "hunter2".repeat(200)}],
    });
    assert_eq!(
        violations::<NotifyResourceDeploymentStatusChangeInput>(input),
        ["Value at 'outputs.2.member.valueString' failed to satisfy constraint: \
          Member must have length less than or equal to 1024"]
    );
}

#[test]
fn enumerations_name_their_values() {
    let input = json!({"name": "dev", "deploymentType": "PATCH_VERSION"});
    assert_eq!(
        violations::<UpdateEnvironmentInput>(input),
        ["Value 'PATCH_VERSION' at 'deploymentType' failed to satisfy constraint: Member must satisfy enum value set: \
          [NONE, CURRENT_VERSION, MINOR_VERSION, MAJOR_VERSION]"]
    );
    let input = json!({"requestedBy": "MANAGEMENT_ACCOUNT", "statuses": ["PENDING", "LOST"]});
    assert_eq!(
        violations::<ListEnvironmentAccountConnectionsInput>(input),
        ["Value 'LOST' at 'statuses.2.member' failed to satisfy constraint: Member must satisfy enum value set: \
          [PENDING, CONNECTED, REJECTED]"]
    );
}

#[test]
fn numbers_and_lists_have_limits() {
    let most = violations::<ListEnvironmentsInput>(json!({"maxResults": 101}));
    assert_eq!(
        most,
        ["Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100"]
    );
    let least = violations::<ListEnvironmentsInput>(json!({"maxResults": 0}));
    assert_eq!(
        least,
        ["Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"]
    );
    let arn = "arn:aws:proton:us-east-1:123456789012:environment/dev";
    let tags = vec![json!({"key": "a", "value": "b"}); 51];
    assert_eq!(
        violations::<TagResourceInput>(json!({"resourceArn": arn, "tags": tags})),
        ["Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50"]
    );
    assert_eq!(
        violations::<UntagResourceInput>(json!({"resourceArn": arn, "tagKeys": ["a", ""]})),
        ["Value '' at 'tagKeys.2.member' failed to satisfy constraint: Member must have length greater than or equal to 1"]
    );
}

#[test]
fn paths_of_nested_members() {
    let input = json!({
        "templateName": "web", "source": {"s3": {"bucket": "bundles"}},
        "compatibleEnvironmentTemplates": [{"templateName": "-vpc", "majorVersion": "1"}],
    });
    assert_eq!(
        violations::<CreateServiceTemplateVersionInput>(input),
        [
            "Value '-vpc' at 'compatibleEnvironmentTemplates.1.member.templateName' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: ^[0-9A-Za-z]+[0-9A-Za-z_\\-]*$",
            "Value at 'source.s3.key' failed to satisfy constraint: Member must not be null",
        ]
    );
}

#[test]
fn an_unknown_union_member_is_a_violation() {
    let input = json!({"templateName": "vpc", "source": {"git": {}}});
    assert_eq!(
        violations::<CreateEnvironmentTemplateVersionInput>(input),
        ["Value at 'source' failed to satisfy constraint: Member must have exactly one of these members set: [s3]"]
    );
}
