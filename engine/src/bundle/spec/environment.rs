//! `proton: EnvironmentSpec`.

use std::fmt;

use serde_json::{Map, Value};

use super::error::{self, SpecError};

/// The spec of an environment. `Debug` shows the number of inputs only.
#[derive(Clone, Default, PartialEq)]
pub struct EnvironmentSpec {
    /// The inputs below `spec:`, in their order; empty if there are none.
    pub inputs: Map<String, Value>,
}

impl EnvironmentSpec {
    /// Parses a document; its inputs are not validated against a schema here.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let document = error::document(text)?;
        let root = document.root();
        error::check_top(&root, "EnvironmentSpec", &["proton", "spec"])?;
        Ok(Self { inputs: error::inputs(&root, "spec")? })
    }
}

impl fmt::Debug for EnvironmentSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EnvironmentSpec({} inputs)", self.inputs.len())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_keep_order_and_types() {
        let spec = EnvironmentSpec::parse("proton: 'EnvironmentSpec'\nspec:\n  b: 1\n  a: '1'\n  c: [x, {d: false}]\n").unwrap();
        assert_eq!(Value::Object(spec.inputs.clone()), json!({"b": 1, "a": "1", "c": ["x", {"d": false}]}));
        assert_eq!(spec.inputs.keys().cloned().collect::<String>(), "bac");
        assert_eq!(format!("{spec:?}"), "EnvironmentSpec(3 inputs)");
    }

    #[rstest]
    #[case("proton: EnvironmentSpec\n")]
    #[case("proton: EnvironmentSpec\nspec:\n")]
    #[case("{\"proton\": \"EnvironmentSpec\", \"spec\": {}}")]
    fn without_inputs(#[case] text: &str) {
        assert_eq!(EnvironmentSpec::parse(text), Ok(EnvironmentSpec::default()));
    }

    #[rstest]
    #[case("spec:\n  a: 1\n", Some(1), "`proton` is missing: write `proton: EnvironmentSpec` at the top")]
    #[case("proton: ServiceSpec\ninstances: []\n", Some(1), "proton: this is the spec of another kind")]
    #[case("proton: Environment\n", Some(1), "not known")]
    #[case(
        "proton: EnvironmentSpec\nspce:\n  a: secret\n",
        Some(2),
        "spce: this key has no meaning here; allowed are proton, spec"
    )]
    #[case("proton: EnvironmentSpec\nspec:\n  - a\n", Some(2), "spec: must be a mapping, not a list")]
    #[case("proton: EnvironmentSpec\nspec:\n  a: secret\n  a: secret\n", Some(4), "the key `a` is given twice")]
    #[case("- a\n", Some(1), "must be a mapping, not a list")]
    #[case("", None, "the document is empty")]
    fn refused(#[case] text: &str, #[case] line: Option<usize>, #[case] cause: &str) {
        let error = EnvironmentSpec::parse(text).unwrap_err();
        assert!(error.to_string().contains(cause), "{error}");
        assert_eq!(error.line(), line, "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn length_counts_characters() {
        let text = |length: usize| format!("proton: EnvironmentSpec\n#{}", "é".repeat(length - 25));
        assert!(EnvironmentSpec::parse(&text(LENGTH)).is_ok());
        let error = EnvironmentSpec::parse(&text(LENGTH + 1)).unwrap_err();
        assert_eq!(error.to_string(), "the spec is not valid: it has 51201 characters; at most 51200 are allowed");
    }

    const LENGTH: usize = error::LENGTH_LIMIT;
}
