//! States of a deployable target, wanted and deployed, and how they differ: by parsed values, never by the text of a document.

use serde_json::{Map, Value, json};

use super::resource::Kind;
use crate::plan::document;
use crate::plan::service_document::ServiceDocument;
use crate::proton::EnvironmentState;

/// The members of a state by their names in the API. One that is absent is left open and compared with nothing.
#[derive(Clone, Default, PartialEq)]
pub(super) struct State {
    members: Map<String, Value>,
    /// There is nothing, which is not the same as leaving everything open.
    nothing: bool,
}

/// One place at which two states differ. Absent on a side: it is not there.
#[derive(Clone, PartialEq)]
pub(super) struct Change {
    pub(super) path: String,
    pub(super) from: Option<Value>,
    pub(super) to: Option<Value>,
}

impl State {
    /// What a spec with inputs or a document wants.
    ///
    /// # Errors
    /// A sentence about what is wrong with the spec.
    pub(super) fn wish(
        template: Option<&str>,
        version: Option<(&str, Option<&str>)>,
        inputs: Option<&Map<String, Value>>,
        document: Option<&String>,
        kind: Kind,
    ) -> Result<Self, String> {
        let values = match (kind, document) {
            (_, None) => inputs.cloned(),
            (Kind::Instance, Some(text)) => Some(mapping("specYaml", text)?),
            (_, Some(text)) => Some(document::parse(text).map_err(|problem| format!("specYaml {problem}"))?),
        };
        let mut state = Self::default();
        state.set("templateName", template.map(Value::from));
        state.set("templateMajorVersion", version.map(|(major, _)| major.into()));
        state.set("templateMinorVersion", version.and_then(|(_, minor)| minor).map(Value::from));
        state.set("inputs", values.map(Value::Object));
        Ok(state)
    }

    /// What a component wants.
    ///
    /// # Errors
    /// A sentence about what is wrong with its service spec.
    pub(super) fn component(file: &str, service_spec: Option<&str>) -> Result<Self, String> {
        let mut state = Self::default();
        state.set("templateFile", Some(file.into()));
        state.set("serviceSpec", service_spec.map(|text| mapping("serviceSpec", text)).transpose()?.map(Value::Object));
        Ok(state)
    }

    /// The state of a target that is not there: every member that another state has is missing.
    pub(super) fn empty() -> Self {
        Self { members: Map::new(), nothing: true }
    }

    /// Names the service instance to which a component is attached, `None` for no one.
    pub(super) fn attached(mut self, to: Option<(&str, &str)>) -> Self {
        let (service, instance) = to.unzip();
        self.set("serviceName", Some(json!(service)));
        self.set("serviceInstanceName", Some(json!(instance)));
        self
    }

    /// The initial or target state of a deployment of the target `name`.
    ///
    /// # Errors
    /// A sentence about what is wrong with the state's document.
    pub(super) fn deployed(kind: Kind, name: &str, state: &EnvironmentState) -> Result<Self, String> {
        let text = state.spec.as_ref().map(|spec| spec.as_str());
        if kind == Kind::Component {
            return component(text.unwrap_or("{}"));
        }
        let inputs = match text {
            None => Map::new(),
            Some(text) => inputs(kind, name, text).map_err(|problem| format!("the deployed document {problem}"))?,
        };
        let version = (state.template_major_version.as_str(), Some(state.template_minor_version.as_str()));
        Self::wish(Some(&state.template_name), Some(version), Some(&inputs), None, kind)
    }

    /// Without the top-level inputs that others own.
    pub(super) fn without(mut self, external: &[String]) -> Self {
        if let Some(Value::Object(inputs)) = self.members.get_mut("inputs") {
            inputs.retain(|name, _| !external.contains(name));
        }
        self
    }

    /// What has to change in `self` to become `to`.
    pub(super) fn changes(&self, to: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let added = to.members.keys().filter(|name| !self.members.contains_key(*name));
        for name in self.members.keys().chain(added) {
            let (from, to_value) = (self.members.get(name), to.members.get(name));
            if (from.is_some() || self.nothing) && (to_value.is_some() || to.nothing) {
                compare(from, to_value, name, &mut changes);
            }
        }
        changes
    }

    fn set(&mut self, name: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.members.insert(name.to_owned(), value);
        }
    }
}

/// The inputs of the target in a document.
fn inputs(kind: Kind, name: &str, text: &str) -> Result<Map<String, Value>, String> {
    if kind == Kind::Environment {
        return document::parse(text);
    }
    let document = ServiceDocument::parse(text)?;
    if kind == Kind::Service {
        return Ok(document.pipeline.unwrap_or_default());
    }
    let entry = document.entry(name).ok_or_else(|| format!("has no instance '{name}'"))?;
    Ok(entry.inputs.clone())
}

/// A component's state comes as the JSON text of its members.
fn component(text: &str) -> Result<State, String> {
    let members: Value = serde_json::from_str(text).map_err(|error| format!("the deployed state cannot be read: {error}"))?;
    let member = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let state = State::component(member("templateFile").unwrap_or_default(), member("serviceSpec"))?;
    Ok(state.attached(member("serviceName").zip(member("serviceInstanceName"))))
}

fn mapping(member: &str, text: &str) -> Result<Map<String, Value>, String> {
    let broken = |error: String| format!("{member} is not a YAML mapping: {error}. Correct it at that place");
    let parsed: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| broken(error.to_string()))?;
    match serde_json::to_value(parsed).map_err(|error| broken(error.to_string()))? {
        Value::Object(values) => Ok(values),
        Value::Null => Ok(Map::new()),
        _ => Err(broken("write `name: value`".to_owned())),
    }
}

/// Collects the deepest places at which two values differ.
fn compare(from: Option<&Value>, to: Option<&Value>, path: &str, changes: &mut Vec<Change>) {
    match (from, to) {
        (Some(Value::Object(from)), Some(Value::Object(to))) => {
            let added = to.keys().filter(|name| !from.contains_key(*name));
            for name in from.keys().chain(added) {
                compare(from.get(name), to.get(name), &member(path, name), changes);
            }
        }
        (Some(Value::Array(from)), Some(Value::Array(to))) => {
            for at in 0..from.len().max(to.len()) {
                compare(from.get(at), to.get(at), &format!("{path}[{at}]"), changes);
            }
        }
        (Some(from), Some(to)) if same(from, to) => {}
        _ => changes.push(Change { path: path.to_owned(), from: from.cloned(), to: to.cloned() }),
    }
}

/// Numbers are the same by value: a document may say 2.0 where another says 2.
fn same(from: &Value, to: &Value) -> bool {
    match (from.as_f64(), to.as_f64()) {
        (Some(left), Some(right)) if !(from.is_i64() && to.is_i64()) => left == right,
        _ => from == to,
    }
}

/// `path.name`, quoted where the name would be read as more than a name.
fn member(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if plain { format!("{path}.{name}") } else { format!("{path}[{}]", Value::from(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn shown(changes: &[Change]) -> Vec<String> {
        let side = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
        changes.iter().map(|change| format!("{}: {} → {}", change.path, side(&change.from), side(&change.to))).collect()
    }

    fn state(inputs: Value) -> State {
        State::wish(Some("t"), Some(("1", None)), inputs.as_object(), None, Kind::Environment).unwrap()
    }

    #[rstest]
    #[case(json!({"a": 1}), json!({"a": 1.0}), &[])]
    #[case(json!({"size": 1}), json!({"size": 2}), &["inputs.size: 1 → 2"])]
    #[case(json!({"size": 1}), json!({"size": "1"}), &["inputs.size: 1 → \"1\""])]
    #[case(json!({"a": {"b": [1, 2]}}), json!({"a": {"b": [1, 3, 4]}}), &["inputs.a.b[1]: 2 → 3", "inputs.a.b[2]: - → 4"])]
    #[case(json!({"a.b": 1}), json!({"c": null}), &["inputs[\"a.b\"]: 1 → -", "inputs.c: - → null"])]
    fn values_are_compared_and_not_text(#[case] from: Value, #[case] to: Value, #[case] expected: &[&str]) {
        assert_eq!(shown(&state(from).changes(&state(to))), expected);
    }

    fn remote(minor: &str, spec: &str) -> EnvironmentState {
        EnvironmentState {
            spec: Some(spec.into()),
            template_name: "t".into(),
            template_major_version: "1".into(),
            template_minor_version: minor.into(),
        }
    }

    #[test]
    fn what_a_wish_leaves_open_is_not_compared() {
        let deployed =
            State::deployed(Kind::Environment, "e", &remote("3", "proton: EnvironmentSpec\nspec: {a: 1, image: x}\n")).unwrap();
        assert!(deployed.changes(&State::wish(Some("t"), Some(("1", None)), None, None, Kind::Environment).unwrap()).is_empty());
        let wish = state(json!({"a": 2})).without(&["image".to_owned()]);
        assert_eq!(shown(&deployed.clone().without(&["image".to_owned()]).changes(&wish)), ["inputs.a: 1 → 2"]);
        let newer =
            State::deployed(Kind::Environment, "e", &remote("4", "proton: EnvironmentSpec\nspec: {a: 1, image: x}\n")).unwrap();
        assert_eq!(shown(&deployed.changes(&newer)), ["templateMinorVersion: \"3\" → \"4\""]);
    }

    #[test]
    fn a_creation_adds_everything() {
        let changes = State::empty().changes(&state(json!({"a": 1})));
        assert_eq!(shown(&changes), ["templateName: - → \"t\"", "templateMajorVersion: - → \"1\"", "inputs: - → {\"a\":1}"]);
    }

    #[test]
    fn of_a_service_document_only_the_own_entry_counts() {
        let text = "proton: ServiceSpec\npipeline: {p: 1}\ninstances:\n- {name: a, environment: e, spec: {x: 1}}\n- {name: b, environment: e, spec: {x: 2}}\n";
        let of = |kind, name| State::deployed(kind, name, &remote("0", text));
        assert_eq!(shown(&of(Kind::Instance, "a").unwrap().changes(&of(Kind::Instance, "b").unwrap())), ["inputs.x: 1 → 2"]);
        let wish = State::wish(None, Some(("1", None)), None, Some(&"x: 5".to_owned()), Kind::Instance).unwrap();
        assert_eq!(shown(&of(Kind::Instance, "a").unwrap().changes(&wish)), ["inputs.x: 1 → 5"]);
        let pipeline = of(Kind::Service, "svc").unwrap();
        assert_eq!(shown(&pipeline.changes(&state(json!({"p": 2})))), ["inputs.p: 1 → 2"]);
        assert_eq!(of(Kind::Instance, "c").err().as_deref(), Some("the deployed document has no instance 'c'"));
    }

    #[test]
    fn a_component_is_its_file_and_what_it_is_attached_to() {
        let text =
            json!({"templateFile": "a: 1\n", "serviceName": "s", "serviceInstanceName": "i", "serviceSpec": null}).to_string();
        let deployed = State::deployed(Kind::Component, "c", &remote("", &text)).unwrap();
        let wish = State::component("a: 2\n", None).unwrap().attached(None);
        let paths: Vec<_> = deployed.changes(&wish).into_iter().map(|change| change.path).collect();
        assert_eq!(paths, ["templateFile", "serviceName", "serviceInstanceName"]);
    }

    #[test]
    fn broken_documents_are_named() {
        let wish = State::wish(None, None, None, Some(&"- a".to_owned()), Kind::Instance);
        assert!(wish.err().is_some_and(|problem| problem.starts_with("specYaml is not a YAML mapping")));
    }
}
