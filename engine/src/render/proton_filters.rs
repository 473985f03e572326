//! The four filters that AWS Proton adds to Jinja2 (AWS Proton User Guide, page "CloudFormation parameter
//! filters").

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, ValueKind};
use minijinja::{Environment, Error, State, Value};

use super::arguments::{Arguments, Signature, add_filter};
use super::containers::pairs_of;
use super::error::refuse;
use super::python_format::to_text;

/// Lines of YAML that are to be indented like the expression that prints them.
///
/// An object, so that only printing puts markers around it: `| trim`, `| replace` and `| length` see plain text.
pub(super) struct Block {
    text: String,
}

impl Block {
    fn value(lines: &[String]) -> Value {
        Value::from_object(Self { text: lines.join("\n") })
    }

    /// The lines, joined.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("lines of a proton_cfn filter")
    }
}

impl Object for Block {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.text.is_empty()
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

const ECS: Signature =
    Signature { name: "proton_cfn_ecs_task_definition_formatted_env_vars", required: 1, parameters: &["value", "raw"] };
const LAMBDA: Signature =
    Signature { name: "proton_cfn_lambda_function_formatted_env_vars", required: 1, parameters: &["value", "raw"] };
const POLICIES: Signature = Signature { name: "proton_cfn_iam_policy_arns", required: 1, parameters: &["value"] };
const SANITIZE: Signature = Signature { name: "proton_cfn_sanitize", required: 1, parameters: &["value"] };

/// Adds the four filters.
pub(super) fn install(environment: &mut Environment<'_>) {
    add_filter(environment, &ECS, ecs_variables);
    add_filter(environment, &LAMBDA, lambda_variables);
    add_filter(environment, &POLICIES, policy_arns);
    add_filter(environment, &SANITIZE, sanitize);
}

fn ecs_variables(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let lines: Vec<String> =
        variables(state, arguments)?.into_iter().map(|(name, value)| format!("- Name: {name}\n  Value: {value}")).collect();
    Ok(Block::value(&lines))
}

fn lambda_variables(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let lines: Vec<String> = variables(state, arguments)?.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    Ok(Block::value(&lines))
}

/// The pairs as text; with `raw=False` every value is checked.
fn variables(state: &State<'_, '_>, arguments: &Arguments) -> Result<Vec<(String, String)>, Error> {
    let raw = arguments.flag(state, 1, true)?;
    let mut found = Vec::new();
    for (key, value) in map_of(state, arguments)? {
        let value = to_text(&value)?;
        if !raw && !is_plain(&value) {
            return Err(refuse(format!(
                "Illegal character(s) detected in a value given to {}. With raw=False every value must match regex ^[a-zA-Z0-9_-]*$",
                arguments.name()
            )));
        }
        found.push((to_text(&key)?, value));
    }
    Ok(found)
}

fn map_of(state: &State<'_, '_>, arguments: &Arguments) -> Result<Vec<(Value, Value)>, Error> {
    let value = arguments.defined(state)?;
    if value.kind() != ValueKind::Map {
        return Err(arguments.wrong(0, "a map of names and values, such as the outputs of a component,"));
    }
    pairs_of(state, &value)
}

fn policy_arns(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let mut lines = Vec::new();
    for (_, value) in map_of(state, arguments)? {
        let value = to_text(&value)?;
        if is_policy_arn(&value) {
            lines.push(format!("- {value}"));
        }
    }
    Ok(Block::value(&lines))
}

fn sanitize(state: &mut State<'_, '_>, arguments: &Arguments) -> Result<Value, Error> {
    let text = arguments.text(state, 0, "")?;
    if is_plain(&text) || is_arn(&text) {
        return Ok(Value::from(text));
    }
    Err(refuse(
        "Illegal character(s) detected in the value given to proton_cfn_sanitize. Must match regex ^[a-zA-Z0-9_-]*$ or be a valid ARN",
    ))
}

/// `^[a-zA-Z0-9_-]*$`, anchored at both ends: a newline at the end does not match.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// `arn:partition:service:region:account:resource`; region and account may be empty.
fn is_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next().unwrap_or("");
    let (arn, partition, service, region, account, resource) = (next(), next(), next(), next(), next(), next());
    let word = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let resource_char = |c: char| c.is_ascii_alphanumeric() || "_-/:.+=,@*".contains(c);
    arn == "arn"
        && !partition.is_empty()
        && word(partition)
        && !service.is_empty()
        && word(service)
        && word(region)
        && (account.is_empty() || account == "aws" || is_account(account))
        && !resource.is_empty()
        && resource.chars().all(resource_char)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `^arn:[a-zA-Z-]+:iam::\d{12}:policy/`
fn is_policy_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next().unwrap_or("");
    let (arn, partition, service, region, account, resource) = (next(), next(), next(), next(), next(), next());
    arn == "arn"
        && !partition.is_empty()
        && partition.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
        && (service, region) == ("iam", "")
        && is_account(account)
        && resource.starts_with("policy/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sanitize_takes_names_and_arns() {
        for good in ["", "a-b_C9", "arn:aws:some-service::123456789012:some-resource/resource-name"] {
            assert!(is_plain(good) || is_arn(good), "{good}");
        }
        for bad in ["this::is::incorrect", "a b", "a\n", "arn:aws:s3", "arn:aws:s3:::x\n", "arn:aws:iam::12:x"] {
            assert!(!is_plain(bad) && !is_arn(bad), "{bad}");
        }
    }

    #[test]
    fn policy_arns_are_told_from_others() {
        assert!(is_policy_arn("arn:aws-cn:iam::123456789012:policy/a"));
        assert!(!is_policy_arn("arn:aws:iam::123456789012:role/a"));
        assert!(!is_policy_arn("arn:aws:iam::aws:policy/a"));
        assert!(!is_policy_arn("x arn:aws:iam::123456789012:policy/a"));
    }
}
