//! What to do about the errors that template authors really meet.
//!
//! Templates written before AWS Proton's general availability read inputs without `.inputs`
//! (`service_instance.port`) and use `service_name`, `source.branch` and others; many were never migrated.

use minijinja::ErrorKind;

/// The members that exist beside `inputs`, per object of the namespace.
const MEMBERS: [(&str, &[&str]); 4] = [
    ("environment", &["name", "account_id", "inputs", "outputs"]),
    ("service_instance", &["name", "inputs", "outputs", "components", "environment"]),
    ("pipeline", &["inputs"]),
    ("component", &["name"]),
];

/// Names of before general availability, and what they are called since.
const RENAMED: [(&str, &str); 5] = [
    ("service_name", "service.name"),
    ("service_instance_name", "service_instance.name"),
    ("source.repository", "service.repository_id"),
    ("source.branch", "service.branch_name"),
    ("source.connection_arn", "service.repository_connection_arn"),
];

/// What to do about an undefined `name`, for example `environment.vpc_cidr`.
pub(super) fn undefined_hint(name: &str) -> String {
    if let Some((_, now)) = RENAMED.iter().find(|(old, _)| is_or_starts(name, old)) {
        return format!("it is called {now}");
    }
    if is_or_starts(name, "source") {
        return "repository data are read as service.repository_id, service.branch_name and service.repository_connection_arn"
            .to_owned();
    }
    if let Some(hint) = member_hint(name) {
        return hint;
    }
    format!(
        "check the spelling, the schema and the environment's outputs; for a value that may be missing use `{name} | default(...)` or `{name} is defined`"
    )
}

fn is_or_starts(name: &str, old: &str) -> bool {
    name.strip_prefix(old).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// `environment.vpc_cidr` → `environment.inputs.vpc_cidr`, also for `.spec.` of early pipelines.
fn member_hint(name: &str) -> Option<String> {
    let mut parts = name.split('.');
    let object = parts.next()?;
    let member = parts.next()?;
    let (object, members) = MEMBERS.iter().find(|(known, _)| *known == object)?;
    let plain = member.split('[').next().unwrap_or(member);
    if plain == "spec" {
        return Some(format!("what was under {object}.spec is read as {object}.inputs or {object}.outputs"));
    }
    if members.contains(&plain) || parts.next().is_some() {
        return None;
    }
    match *object {
        "component" => {
            Some("a component has no inputs of its own; attached to an instance it reads service_instance.inputs".to_owned())
        }
        _ => Some(format!("inputs are read as {object}.inputs.{member}")),
    }
}

/// What to do about a CloudFormation dynamic reference, which collides with Jinja2's delimiters.
pub(super) fn resolve_hint(line: &str) -> Option<&'static str> {
    let found = line.split("{{").skip(1).any(|rest| rest.trim_start().starts_with("resolve:"));
    found.then_some(
        "a CloudFormation dynamic reference must be escaped: {% raw %}{{resolve:...}}{% endraw %} or {{ '{{resolve:...}}' }}",
    )
}

/// What to do about an unknown filter, test, function or method.
pub(super) fn call_hint(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::UnknownFilter => Some("only Jinja2's own filters and the four proton_cfn filters exist"),
        ErrorKind::UnknownTest => Some("only Jinja2's own tests exist"),
        ErrorKind::UnknownFunction => {
            Some("only range, dict, namespace, cycler and joiner, and macros defined above, can be called")
        }
        ErrorKind::UnknownMethod => Some("only methods of Python's str, list, tuple and dict exist"),
        _ => None,
    }
}
