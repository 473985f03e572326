//! CEL rules of the CRDs. They stand on `spec` and use `has()` on both sides, because a rule on a field is skipped when the field is
//! added or taken away. Every message says what to do instead.

use kube::core::cel::{Reason, Rule};

/// Message for a changed name.
pub const FIXED_NAME: &str =
    "cannot be changed: the API cannot rename. Create a new object with the new name, then delete this one";
/// Message for a changed template.
pub const FIXED_TEMPLATE: &str = "cannot be changed: the API cannot move a resource to another template. Create a new object from the other template, then delete this one";
/// Message for a connection added or taken away.
pub const FIXED_CONNECTION: &str = "can be neither added nor removed later: the API fixes it at creation. Create a new object that has it (or not), then delete this one";
/// Message for a repository added or taken away.
pub const FIXED_REPOSITORY: &str = "can be neither added nor removed later: the API fixes the way of provisioning at creation. Create a new object, then delete this one";
/// Message for another service of an instance.
pub const FIXED_SERVICE: &str = "cannot be changed: the API cannot move an instance to another service. Create a new object for the other service, then delete this one";
/// Message for another environment.
pub const FIXED_ENVIRONMENT: &str =
    "cannot be changed: the API cannot move a resource to another environment. Create a new object there, then delete this one";
/// Message for another environment of a component.
pub const FIXED_PLACE: &str = "cannot be changed, taken away, or added to a component that has a place: the API cannot move a component to another environment. Create a new object there, then delete this one";
/// Message for a service's version.
pub const FIXED_SERVICE_VERSION: &str =
    "cannot be changed: the API uses it at creation only. Set the version of the ServiceInstance objects, or under pipeline";
/// Message for a service's repository.
pub const FIXED_SERVICE_REPOSITORY: &str =
    "cannot be changed: the API fixes it at creation. Create a new service with the other repository, then delete this one";
/// Message for a component's manifest.
pub const FIXED_MANIFEST: &str =
    "cannot be changed: UpdateComponent takes no manifest. Create a new component with the other manifest, then delete this one";

fn rule(expression: String, field: &str, message: &str, reason: Reason) -> Rule {
    let rule = Rule::new(expression).message(message).reason(reason);
    if field.is_empty() { rule } else { rule.field_path(format!(".{field}")) }
}

/// A required member that stays as it is.
pub fn fixed(field: &str, message: &str) -> Rule {
    rule(format!("self.{field} == oldSelf.{field}"), field, &format!("{field} {message}"), Reason::FieldValueForbidden)
}

/// An optional member that stays as it is, present or absent.
pub fn fixed_optional(field: &str, message: &str) -> Rule {
    let expression = format!(
        "has(self.{field}) == has(oldSelf.{field}) && (!has(self.{field}) || !has(oldSelf.{field}) || self.{field} == oldSelf.{field})"
    );
    rule(expression, field, &format!("{field} {message}"), Reason::FieldValueForbidden)
}

/// An optional member whose value may change, but that is neither added nor removed.
pub fn fixed_presence(field: &str, message: &str) -> Rule {
    rule(format!("has(self.{field}) == has(oldSelf.{field})"), field, &format!("{field} {message}"), Reason::FieldValueForbidden)
}

/// An optional member that may be added and changed, but not removed.
pub fn not_removed(field: &str) -> Rule {
    let message = format!("{field} cannot be removed: the API can only replace it. Set another value, or put the old one back");
    rule(format!("!has(oldSelf.{field}) || has(self.{field})"), field, &message, Reason::FieldValueForbidden)
}

/// At most one of role, connection and repository.
pub fn one_way_to_provision() -> Rule {
    let (role, connection, repository) =
        ("has(self.protonServiceRoleArn)", "has(self.environmentAccountConnectionId)", "has(self.provisioningRepository)");
    rule(
        format!("!({role} && {connection}) && !({role} && {repository}) && !({connection} && {repository})"),
        "",
        "protonServiceRoleArn, environmentAccountConnectionId and provisioningRepository exclude each other: keep the one with which the environment shall be provisioned",
        Reason::FieldValueInvalid,
    )
}

/// Inputs or a whole document.
pub fn inputs_or_document() -> Rule {
    rule(
        "!(has(self.inputs) && has(self.specYaml))".to_owned(),
        "",
        "inputs and specYaml exclude each other: move the values into one of them",
        Reason::FieldValueInvalid,
    )
}

/// The placeholder for "keep the deployed value" has no place in a declaration. In `inputs`, which CEL cannot see into, the plan refuses it.
pub fn no_current_value(field: &str) -> Rule {
    rule(
        format!("!has(self.{field}) || !self.{field}.contains('${{Proton::CURRENT_VAL}}')"),
        field,
        &format!(
            "{field} must not contain ${{Proton::CURRENT_VAL}}: write the value, or name the input in externalInputs to keep the deployed one"
        ),
        Reason::FieldValueInvalid,
    )
}

/// A name or a reference, and not both.
pub fn exactly_one(name: &str, reference: &str) -> Rule {
    rule(
        format!("has(self.{name}) != has(self.{reference})"),
        "",
        &format!(
            "set one of {name} and {reference}: {name} is a remote name, {reference} an object of this namespace that is waited for"
        ),
        Reason::FieldValueInvalid,
    )
}

/// A name or a reference or neither.
pub fn at_most_one(name: &str, reference: &str) -> Rule {
    rule(
        format!("!(has(self.{name}) && has(self.{reference}))"),
        "",
        &format!("{name} and {reference} exclude each other: keep one of them"),
        Reason::FieldValueInvalid,
    )
}

/// A component is attached to an instance of a service, or to nothing.
pub fn service_with_instance() -> Rule {
    rule(
        "(has(self.serviceName) || has(self.serviceRef)) == (has(self.serviceInstanceName) || has(self.serviceInstanceRef))"
            .to_owned(),
        "",
        "a service and a service instance go together: set both to attach the component, or take both away to detach it",
        Reason::FieldValueInvalid,
    )
}

/// A component's environment, by name or ref: it stays as it is. It may be added only while the component has no place at all, neither an
/// environment nor an instance, for without one it cannot be created; the plan refuses an environment in which the component is not.
pub fn fixed_place(field: &str) -> Rule {
    let nowhere = ["environmentName", "environmentRef", "serviceName", "serviceRef"].map(|name| format!("!has(oldSelf.{name})"));
    let expression = format!(
        "has(self.{field}) == has(oldSelf.{field}) ? (!has(self.{field}) || self.{field} == oldSelf.{field}) : (has(self.{field}) && {})",
        nowhere.join(" && ")
    );
    rule(expression, field, &format!("{field} {FIXED_PLACE}"), Reason::FieldValueForbidden)
}

/// Inputs for an instance need one.
pub fn spec_when_attached() -> Rule {
    rule(
        "!has(self.serviceSpec) || has(self.serviceInstanceName) || has(self.serviceInstanceRef)".to_owned(),
        "serviceSpec",
        "serviceSpec holds inputs for the attached service instance: attach the component to one, or take serviceSpec away",
        Reason::FieldValueInvalid,
    )
}

/// A component has no template, so no versions.
pub fn component_types() -> Rule {
    rule(
        "!has(self.deploymentType) || self.deploymentType in ['Auto', 'CurrentVersion', 'None']".to_owned(),
        "deploymentType",
        "a component has no template version: set deploymentType to Auto, CurrentVersion or None",
        Reason::FieldValueInvalid,
    )
}

/// Keys that are not for users, or too long.
pub fn tag_keys() -> Rule {
    rule(
        "!has(self.tags) || self.tags.all(k, size(k) >= 1 && size(k) <= 128 && !k.startsWith('aws:') && !k.startsWith('proton-operator.dev/'))"
            .to_owned(),
        "tags",
        "tag keys have 1 to 128 characters and do not begin with aws: (reserved by AWS) or proton-operator.dev/ (used by the operator): choose other keys",
        Reason::FieldValueInvalid,
    )
}

/// An observed resource is not ours to delete.
pub fn observe_never_deletes() -> Rule {
    rule(
        "!(has(self.adoptionPolicy) && self.adoptionPolicy == 'Observe' && has(self.deletionPolicy) && self.deletionPolicy == 'Delete')"
            .to_owned(),
        "deletionPolicy",
        "deletionPolicy Delete contradicts adoptionPolicy Observe, which changes nothing remote: leave deletionPolicy out, or choose adoptionPolicy Adopt",
        Reason::FieldValueInvalid,
    )
}
