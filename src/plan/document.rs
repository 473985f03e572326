//! EnvironmentSpec documents: reading them, and writing one from inputs.
//!
//! Source: AWS Proton User Guide, page ag-create-env: `proton: EnvironmentSpec` and `spec:` with the inputs, at most 51,200 characters.

use serde_json::{Map, Value};

/// Longest document, in characters (API model, SpecContents).
pub const LIMIT: usize = 51_200;
/// "Keep the deployed value", in an imperative document; without meaning in a declaration.
pub const CURRENT_VALUE: &str = "${Proton::CURRENT_VAL}";

/// The inputs that an object asks for.
#[derive(Clone, PartialEq)]
pub enum Inputs {
    /// Neither inputs nor specYaml: whatever is deployed stays.
    Unmanaged,
    /// `inputs`.
    Values(Map<String, Value>),
    /// `specYaml`, with its parsed values.
    Document {
        /// The text, sent as it is.
        text: String,
        /// The values under `spec:`.
        values: Map<String, Value>,
    },
}

impl Inputs {
    /// The values, unless unmanaged.
    pub fn values(&self) -> Option<&Map<String, Value>> {
        match self {
            Self::Unmanaged => None,
            Self::Values(values) | Self::Document { values, .. } => Some(values),
        }
    }
}

impl std::fmt::Debug for Inputs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inputs(redacted)")
    }
}

/// Reads what the spec holds. The error says which member is wrong, where, and what to do.
pub fn read(inputs: Option<&Map<String, Value>>, document: Option<&String>) -> Result<Inputs, String> {
    match (inputs, document) {
        (Some(_), Some(_)) => Err("inputs and specYaml exclude each other: move the values into one of them".to_owned()),
        (None, None) => Ok(Inputs::Unmanaged),
        (Some(values), None) => {
            let composed = Inputs::Values(values.clone());
            refuse_current_value("inputs", values)?;
            within_limit("inputs", &compose(values))?;
            Ok(composed)
        }
        (None, Some(text)) => {
            within_limit("specYaml", text)?;
            let values = parse(text).map_err(|problem| format!("specYaml {problem}"))?;
            refuse_current_value("specYaml: spec", &values)?;
            Ok(Inputs::Document { text: text.clone(), values })
        }
    }
}

/// The values under `spec:` of a document. The error completes a sentence that begins with the document's name.
pub fn parse(text: &str) -> Result<Map<String, Value>, String> {
    let broken = |error: String| format!("is not a YAML document: {error}. Correct it at that place");
    // By way of YAML's own value, which refuses keys that occur twice.
    let document: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| broken(error.to_string()))?;
    let document = serde_json::to_value(document).map_err(|error| broken(error.to_string()))?;
    let Value::Object(mut document) = document else {
        return Err("is not a mapping: begin it with `proton: EnvironmentSpec` and `spec:`".to_owned());
    };
    if document.get("proton").and_then(Value::as_str) != Some("EnvironmentSpec") {
        return Err("lacks `proton: EnvironmentSpec`: write that as its first line".to_owned());
    }
    match document.shift_remove("spec") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(values)) => Ok(values),
        Some(_) => Err("has a `spec:` that is not a mapping: write the inputs under it as `name: value`".to_owned()),
    }
}

/// A document with these inputs. Values are written in flow style with quoted strings, so that no YAML version reads them as anything
/// else; the same values always give the same text.
pub fn compose(values: &Map<String, Value>) -> String {
    if values.is_empty() {
        return "proton: EnvironmentSpec\nspec: {}\n".to_owned();
    }
    let lines: Vec<String> = values.iter().map(|(name, value)| format!("  {}: {value}\n", key(name))).collect();
    format!("proton: EnvironmentSpec\nspec:\n{}", lines.concat())
}

/// A key, quoted unless every YAML version reads it as that text.
fn key(name: &str) -> String {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && !WORDS.contains(&name.to_ascii_lowercase().as_str());
    if plain { name.to_owned() } else { Value::from(name).to_string() }
}

fn within_limit(member: &str, text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length <= LIMIT {
        return Ok(());
    }
    Err(format!(
        "{member} makes a document of {length} characters and the API takes {LIMIT}: shorten it, or move large values into the template"
    ))
}

fn refuse_current_value(member: &str, values: &Map<String, Value>) -> Result<(), String> {
    let found = values.iter().find_map(|(name, value)| placeholder(value, format!("{member}.{name}")));
    found.map_or(Ok(()), |path| {
        Err(format!("{path} is {CURRENT_VALUE}: write the value, or name the input in externalInputs to keep the deployed one"))
    })
}

/// Where a value holds the placeholder.
fn placeholder(value: &Value, path: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains(CURRENT_VALUE).then_some(path),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| placeholder(item, format!("{path}[{at}]"))),
        Value::Object(members) => members.iter().find_map(|(name, item)| placeholder(item, format!("{path}.{name}"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn inputs_become_a_document_that_people_can_read() {
        let values = map(json!({"cidr": "10.0.0.0/16", "count": 2, "on": true, "zones": ["a", "b"], "empty": null}));
        insta::assert_snapshot!(compose(&values), @r#"
        proton: EnvironmentSpec
        spec:
          cidr: "10.0.0.0/16"
          count: 2
          "on": true
          zones: ["a","b"]
          empty: null
        "#);
        assert_eq!(parse(&compose(&values)), Ok(values));
        assert_eq!(parse(&compose(&Map::new())), Ok(Map::new()));
    }

    #[rstest]
    #[case("a: [", "is not a YAML document")]
    #[case("- a", "is not a mapping")]
    #[case("spec: {}", "lacks `proton: EnvironmentSpec`")]
    #[case("proton: ServiceSpec\nspec: {}", "lacks `proton: EnvironmentSpec`")]
    #[case("proton: EnvironmentSpec\nspec: [1]", "not a mapping")]
    #[case("proton: EnvironmentSpec\nspec:\n  a: 1\n  a: 2", "is not a YAML document")]
    fn broken_documents_are_explained(#[case] text: &str, #[case] says: &str) {
        let problem = read(None, Some(&text.to_owned())).unwrap_err();
        assert!(problem.starts_with("specYaml ") && problem.contains(says), "{problem}");
    }

    #[test]
    fn placeholders_are_found_anywhere() {
        let values = map(json!({"a": {"b": [1, "x ${Proton::CURRENT_VAL}"]}}));
        let problem = read(Some(&values), None).unwrap_err();
        assert!(problem.starts_with("inputs.a.b[1] is"), "{problem}");
        let text = "proton: EnvironmentSpec\nspec: {a: \"${Proton::CURRENT_VAL}\"}".to_owned();
        assert!(read(None, Some(&text)).unwrap_err().starts_with("specYaml: spec.a is"));
    }

    #[test]
    fn too_long_is_refused_before_the_api_does() {
        let values = map(json!({"a": "x".repeat(LIMIT)}));
        assert!(read(Some(&values), None).unwrap_err().contains("51200"));
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[ -~é✓]{0,12}".prop_map(Value::from),
            Just(Value::from("yes")),
            Just(Value::from("0123")),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z:# -]{1,6}", inner, 0..4).prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_composed_document_reads_back(values in prop::collection::btree_map("[ -~]{1,8}", json_value(), 0..5)) {
            let values: Map<String, Value> = values.into_iter().filter(|(name, _)| name != "<<").collect();
            prop_assert_eq!(parse(&compose(&values)), Ok(values));
        }
    }
}
