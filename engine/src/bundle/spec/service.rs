//! `proton: ServiceSpec`.

use std::fmt;

use serde_json::{Map, Value};

use super::error::{self, SpecError};
use crate::bundle::document::{Cursor, DocumentError};

/// The spec of a whole service. `Debug` shows the instances' names only.
#[derive(Clone, Default, PartialEq)]
pub struct ServiceSpec {
    /// The inputs below `pipeline:`; `None` if the document has no such section.
    pub pipeline: Option<Map<String, Value>>,
    /// The entries of `instances:`, in their order; may be empty.
    pub instances: Vec<InstanceEntry>,
}

/// One entry of `instances:`.
#[derive(Clone, PartialEq)]
pub struct InstanceEntry {
    /// The instance's name, unique in the document.
    pub name: String,
    /// The name of the environment it runs in.
    pub environment: String,
    /// The inputs below `spec:`; empty if there are none.
    pub inputs: Map<String, Value>,
}

const INSTANCES: &str = "write `instances:` with one `- name: …` entry per instance, or `instances: []`";

impl ServiceSpec {
    /// Parses a document; its inputs are not validated against a schema here.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let document = error::document(text)?;
        let root = document.root();
        error::check_top(&root, "ServiceSpec", &["proton", "pipeline", "instances"])?;
        let written = root.value().get("pipeline").is_some();
        let pipeline = error::inputs(&root, "pipeline")?;
        let instances = instances(&root)?;
        Ok(Self { pipeline: written.then_some(pipeline), instances })
    }

    /// The entry of the instance `name`.
    pub fn instance(&self, name: &str) -> Option<&InstanceEntry> {
        self.instances.iter().find(|entry| entry.name == name)
    }
}

fn instances(root: &Cursor<'_>) -> Result<Vec<InstanceEntry>, DocumentError> {
    let mut entries: Vec<InstanceEntry> = Vec::new();
    for place in root.required("instances", INSTANCES)?.list(INSTANCES)? {
        let entry = instance(&place)?;
        if entries.iter().any(|earlier| earlier.name == entry.name) {
            return Err(place.complain(format!("there are two instances with the name `{}`; rename one", entry.name)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn instance(place: &Cursor<'_>) -> Result<InstanceEntry, DocumentError> {
    place.mapping("write `name:`, `environment:` and `spec:`")?;
    error::refuse_others(place, &["name", "environment", "spec"])?;
    let name = resource_name(place, "name", "name the instance")?;
    let environment = resource_name(place, "environment", "name the environment in which the instance runs")?;
    Ok(InstanceEntry { name, environment, inputs: error::inputs(place, "spec")? })
}

/// A name by the rule of the API model's shape ResourceName.
fn resource_name(place: &Cursor<'_>, key: &str, fix: &str) -> Result<String, DocumentError> {
    let cursor = place.required(key, fix)?;
    let name = cursor.text("write a name; put it in quotes if it is a number")?;
    let first = name.chars().next().is_some_and(|first| first.is_ascii_alphanumeric());
    let rest = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !first || !rest || name.len() > 100 {
        return Err(cursor.complain("must have 1 to 100 letters, digits, `-` or `_`, and begin with a letter or digit"));
    }
    Ok(name.to_owned())
}

impl fmt::Debug for InstanceEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} ({} inputs)", self.name, self.environment, self.inputs.len())
    }
}

impl fmt::Debug for ServiceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceSpec").field("instances", &self.instances).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const SPEC: &str = "proton: ServiceSpec\npipeline: {a: 1}\ninstances:\n  - name: one\n    environment: Beta\n    spec: {port: 80}\n  - name: two\n    environment: Beta\n";

    #[test]
    fn pipeline_and_instances() {
        let spec = ServiceSpec::parse(SPEC).unwrap();
        assert_eq!(spec.pipeline.as_ref().map(|inputs| inputs.get("a")), Some(Some(&json!(1))));
        assert_eq!(spec.instances.len(), 2);
        assert_eq!(spec.instance("one").unwrap().inputs.get("port"), Some(&json!(80)));
        assert!(spec.instance("two").unwrap().inputs.is_empty());
        assert!(spec.instance("three").is_none());
        assert_eq!(format!("{spec:?}"), "ServiceSpec { instances: [one in Beta (1 inputs), two in Beta (0 inputs)], .. }");
    }

    #[test]
    fn sections_may_be_empty_but_a_missing_pipeline_is_told_apart() {
        let spec = ServiceSpec::parse("proton: ServiceSpec\npipeline: {}\ninstances: []\n").unwrap();
        assert_eq!(spec.pipeline, Some(Map::new()));
        assert!(spec.instances.is_empty());
        assert_eq!(ServiceSpec::parse("proton: ServiceSpec\ninstances: []\n").unwrap().pipeline, None);
    }

    #[rstest]
    #[case("instances: {}\n", 2, "instances: must be a list, not a mapping: write `instances:`")]
    #[case("pipeline: {}\n", 1, "`instances` is missing")]
    #[case("instances: []\npipeline: [a]\n", 3, "pipeline: must be a mapping, not a list")]
    #[case("instances:\n  - environment: e\n", 3, "instances[0]: `name` is missing: name the instance")]
    #[case("instances:\n  - name: a\n", 3, "instances[0]: `environment` is missing")]
    #[case("instances:\n  - name: 1\n    environment: e\n", 3, "put it in quotes")]
    #[case("instances:\n  - name: -a\n    environment: e\n", 3, "begin with a letter or digit")]
    #[case("instances:\n  - name: a\n    environment: e\n    sepc: {}\n", 5, "instances[0].sepc: this key has no meaning here")]
    #[case("instances:\n  - a\n", 3, "instances[0]: must be a mapping, not text")]
    #[case("instances:\n  - {name: a, environment: e}\n  - {name: a, environment: f}\n", 4, "two instances with the name `a`")]
    #[case("spec: {}\ninstances: []\n", 2, "spec: this key has no meaning here; allowed are proton, pipeline, instances")]
    fn refused(#[case] body: &str, #[case] line: usize, #[case] cause: &str) {
        let error = ServiceSpec::parse(&format!("proton: ServiceSpec\n{body}")).unwrap_err();
        assert!(error.to_string().contains(cause), "{error}");
        assert_eq!(error.line(), Some(line), "{error}");
    }
}
