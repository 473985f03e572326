//! Comparing the wanted state with a deployed one: parsed values, never text.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::proton::{EnvironmentState, EnvironmentView};

use super::document;

/// A state that is wanted. `None` members are left open: any deployed value is right.
#[derive(Clone, PartialEq)]
pub struct Wanted {
    /// Template name.
    pub template_name: String,
    /// Major version.
    pub major: String,
    /// Minor version.
    pub minor: Option<String>,
    /// Values of the inputs, without those that others own.
    pub inputs: Option<Map<String, Value>>,
    /// Top-level inputs left out of comparison.
    pub external: Vec<String>,
    /// Whether the minor counts in the hash: it was named, or it is followed. A pinned one is memory, not a wish.
    pub minor_is_wish: bool,
}

impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wanted({} {}.{:?})", self.template_name, self.major, self.minor)
    }
}

/// A state that is, or is being, deployed.
#[derive(Clone, PartialEq)]
pub struct Actual {
    /// Template name.
    pub template_name: String,
    /// Major version.
    pub major: String,
    /// Minor version.
    pub minor: String,
    /// Values of the inputs; `None` if the document cannot be read.
    pub inputs: Option<Map<String, Value>>,
}

impl Actual {
    /// The deployed state that GetEnvironment shows; `None` before the first success.
    pub fn deployed(environment: &EnvironmentView) -> Option<Self> {
        Some(Self {
            template_name: environment.template_name.clone(),
            major: environment.template_major_version.clone()?,
            minor: environment.template_minor_version.clone()?,
            inputs: values(environment.spec.as_ref().map(|spec| spec.as_str())),
        })
    }

    /// The initial or target state of a deployment.
    pub fn of_state(state: &EnvironmentState) -> Self {
        Self {
            template_name: state.template_name.clone(),
            major: state.template_major_version.clone(),
            minor: state.template_minor_version.clone(),
            inputs: values(state.spec.as_ref().map(|spec| spec.as_str())),
        }
    }

    /// `major.minor`.
    pub fn version(&self) -> String {
        format!("{}.{}", self.major, self.minor)
    }
}

/// An absent document has no inputs; an unreadable one has none that could be compared.
fn values(text: Option<&str>) -> Option<Map<String, Value>> {
    text.map_or_else(|| Some(Map::new()), |text| document::parse(text).ok())
}

impl Wanted {
    /// The paths at which `actual` is not what is wanted, sorted as the members stand. Empty: it is the same.
    pub fn differences(&self, actual: &Actual) -> Vec<String> {
        let mut paths = Vec::new();
        let versions = [
            ("templateName", &self.template_name, &actual.template_name),
            ("templateMajorVersion", &self.major, &actual.major),
            ("templateMinorVersion", self.minor.as_ref().unwrap_or(&actual.minor), &actual.minor),
        ];
        paths.extend(versions.iter().filter(|(_, wanted, is)| wanted != is).map(|(path, ..)| (*path).to_owned()));
        match (&self.inputs, &actual.inputs) {
            (None, _) => {}
            (Some(_), None) => paths.push("spec".to_owned()),
            (Some(wanted), Some(is)) => self.input_differences(wanted, is, &mut paths),
        }
        paths
    }

    fn input_differences(&self, wanted: &Map<String, Value>, is: &Map<String, Value>, paths: &mut Vec<String>) {
        let own = |values: &Map<String, Value>| Value::Object(without(values, &self.external));
        different(&own(wanted), &own(is), "inputs", paths);
    }

    /// Hash of what is wanted, the same for the same wishes whatever is deployed.
    pub fn hash(&self) -> String {
        let minor = self.minor.as_ref().filter(|_| self.minor_is_wish);
        let inputs = self.inputs.as_ref().map(|values| without(values, &self.external));
        digest(&self.template_name, &self.major, minor, inputs)
    }
}

/// Whether a state could have been deployed for a wish with this hash: members that a wish may leave open are tried both ways.
pub fn explains(hash: &str, actual: &Actual, external: &[String]) -> bool {
    let own = actual.inputs.as_ref().map(|values| without(values, external));
    let candidates = [
        (Some(&actual.minor), own.clone()),
        (None, own),
        (Some(&actual.minor), actual.inputs.clone()),
        (Some(&actual.minor), None),
        (None, None),
    ];
    candidates.into_iter().any(|(minor, inputs)| digest(&actual.template_name, &actual.major, minor, inputs) == hash)
}

/// Values without the named members.
pub fn without(values: &Map<String, Value>, names: &[String]) -> Map<String, Value> {
    values.iter().filter(|(name, _)| !names.contains(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn digest(template: &str, major: &str, minor: Option<&String>, inputs: Option<Map<String, Value>>) -> String {
    let state = json!([template, major, minor, inputs.map(|values| canonical(&Value::Object(values)))]);
    hex::encode(Sha256::digest(state.to_string()))
}

/// The same value for everything that compares equal: sorted members, whole numbers without a fraction.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().map(|(name, value)| (name.clone(), canonical(value))).collect();
            sorted.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Number(number) => number.as_f64().and_then(whole).map_or_else(|| value.clone(), Value::from),
        _ => value.clone(),
    }
}

/// The integer that a float of moderate size stands for.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation, reason = "whole and within the range in which f64 is exact")]
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// Collects the paths at which two values differ: the deepest member that both could have, whole lists.
fn different(wanted: &Value, is: &Value, path: &str, paths: &mut Vec<String>) {
    match (wanted, is) {
        (Value::Object(wanted), Value::Object(is)) => {
            for (name, value) in wanted {
                match is.get(name) {
                    Some(other) => different(value, other, &format!("{path}.{name}"), paths),
                    None => paths.push(format!("{path}.{name}")),
                }
            }
            paths.extend(is.keys().filter(|name| !wanted.contains_key(*name)).map(|name| format!("{path}.{name}")));
        }
        _ if canonical(wanted) == canonical(is) => {}
        _ => paths.push(path.to_owned()),
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
