//! Patterns and limits that the CRDs share. Source: the API model's shapes of the names given.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// ResourceName: environments, services, components.
pub const NAME: &str = r"^[0-9A-Za-z]+[0-9A-Za-z_\-]*$";
/// TemplateVersionPart: a major or a minor.
pub const VERSION_PART: &str = r"^(0|([1-9][0-9]*))$";
/// DeploymentId, EnvironmentAccountConnectionId: a UUID in lower case.
pub const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
/// RoleArn.
pub const ROLE_ARN: &str = "^arn:(aws|aws-cn|aws-us-gov):iam::[0-9]{12}:role/.+$";
/// RepositoryName: owner/repository, with subgroups.
pub const REPOSITORY: &str = r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$";
/// A Kubernetes object name (DNS subdomain).
pub const OBJECT_NAME: &str = r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

/// Schema of an object whose members are kept exactly as they were written, and which one writer replaces as a whole. Used as
/// `with = "Option<FreeObject>"`, because a bare schema would make the field required.
pub struct FreeObject;

impl JsonSchema for FreeObject {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "FreeObject".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "x-kubernetes-preserve-unknown-fields": true,
            "x-kubernetes-map-type": "atomic"
        })
    }
}

/// Schema of a user's tags: TagKey and TagValue. Two of the API's 50 are left to the operator.
pub struct Tags;

impl JsonSchema for Tags {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Tags".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "maxProperties": 48,
            "additionalProperties": { "type": "string", "maxLength": 256 }
        })
    }
}

/// Takes a type's own description out of its schema, so that the description of the field that uses it stands in the CRD: that one names
/// the default.
pub fn undescribed(schema: &mut Schema) {
    schema.remove("description");
}
