//! ServiceSpec documents: reading them and composing them out of entries.
//!
//! Source: AWS Proton User Guide, pages ag-create-svc and ag-svc-update: `proton: ServiceSpec`, `pipeline:` for templates with a pipeline, and
//! `instances:` with `name`, `environment` and `spec`. UpdateService removes what its document lacks, so an entry is left out of one only by
//! [`ServiceDocument::without`].

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::{CURRENT_VALUE, LIMIT};

/// A document. `Debug` shows names only.
#[derive(Clone, Default, PartialEq)]
pub struct ServiceDocument {
    /// Inputs below `pipeline:`; `None` without that section.
    pub pipeline: Option<Map<String, Value>>,
    /// The entries, in their order.
    pub instances: Vec<Entry>,
}

/// One entry of `instances:`.
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// Instance.
    pub name: String,
    /// Environment.
    pub environment: String,
    /// Inputs below `spec:`.
    pub inputs: Map<String, Value>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {}", self.name, self.environment)
    }
}

impl std::fmt::Debug for ServiceDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceDocument").field("instances", &self.instances).finish_non_exhaustive()
    }
}

impl ServiceDocument {
    /// Reads a document. The error completes a sentence that begins with the document's name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let broken = |error: String| format!("is not a YAML document: {error}. Correct it at that place");
        let document: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| broken(error.to_string()))?;
        let document = serde_json::to_value(document).map_err(|error| broken(error.to_string()))?;
        if document.get("proton").and_then(Value::as_str) != Some("ServiceSpec") {
            return Err("lacks `proton: ServiceSpec`: write that as its first line".to_owned());
        }
        let pipeline = document.get("pipeline").map(map);
        let rows = document.get("instances").and_then(Value::as_array).cloned().unwrap_or_default();
        let instances = rows.iter().filter_map(entry).collect();
        Ok(Self { pipeline, instances })
    }

    /// The entry of an instance.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.instances.iter().find(|entry| entry.name == name)
    }

    /// Names of the instances, sorted.
    pub fn names(&self) -> BTreeSet<&str> {
        self.instances.iter().map(|entry| entry.name.as_str()).collect()
    }

    /// The document as text: values in flow style, so that no YAML version reads them as anything else.
    pub fn compose(&self) -> String {
        let mut text = "proton: ServiceSpec\n".to_owned();
        if let Some(pipeline) = &self.pipeline {
            text.push_str(&format!("pipeline: {}\n", Value::Object(pipeline.clone())));
        }
        if self.instances.is_empty() {
            text.push_str("instances: []\n");
            return text;
        }
        text.push_str("instances:\n");
        for entry in &self.instances {
            let (name, environment) = (Value::from(entry.name.as_str()), Value::from(entry.environment.as_str()));
            let inputs = Value::Object(entry.inputs.clone());
            text.push_str(&format!("  - name: {name}\n    environment: {environment}\n    spec: {inputs}\n"));
        }
        text
    }

    /// The document with these other entries of the same service that it lacks.
    #[must_use]
    pub fn completed(mut self, others: impl IntoIterator<Item = Entry>) -> Self {
        for entry in others {
            if self.entry(&entry.name).is_none() {
                self.instances.push(entry);
            }
        }
        self
    }

    /// The document that removes one instance: without its entry, and with the placeholder for every value of what stays, so that nothing that
    /// someone else changes meanwhile is undone.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let kept = self.instances.iter().filter(|entry| entry.name != name);
        let instances = kept.map(|entry| Entry { inputs: placeholders(&entry.inputs), ..entry.clone() }).collect();
        Self { pipeline: self.pipeline.as_ref().map(placeholders), instances }
    }

    /// A document with this entry alone, and the pipeline's section as it is: what CreateServiceInstance and UpdateServiceInstance take.
    #[must_use]
    pub fn only(&self, entry: Entry) -> Self {
        Self { pipeline: self.pipeline.clone(), instances: vec![entry] }
    }

    /// Whether the API takes a document as long as this one.
    pub fn fits(&self) -> bool {
        self.compose().chars().count() <= LIMIT
    }
}

/// "Keep the deployed value" for every value. Source: AWS Proton User Guide, page ag-svc-update.
fn placeholders(inputs: &Map<String, Value>) -> Map<String, Value> {
    inputs.keys().map(|name| (name.clone(), Value::from(CURRENT_VALUE))).collect()
}

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn entry(row: &Value) -> Option<Entry> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Entry { name: text("name")?, environment: text("environment")?, inputs: row.get("spec").map(map).unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const TEXT: &str = "proton: ServiceSpec\npipeline: {branch: main}\ninstances:\n  - name: a\n    environment: e\n    spec: {size: 1, image: x}\n  - {name: b, environment: f}\n";

    #[test]
    fn documents_survive_the_way_out_and_in() {
        let document = ServiceDocument::parse(TEXT).unwrap();
        assert_eq!(ServiceDocument::parse(&document.compose()), Ok(document.clone()));
        assert_eq!(document.entry("a").unwrap().inputs.get("size"), Some(&json!(1)));
        assert_eq!(ServiceDocument::parse("proton: ServiceSpec\ninstances: []").unwrap(), ServiceDocument::default());
        assert!(ServiceDocument::parse("proton: EnvironmentSpec").unwrap_err().contains("ServiceSpec"));
    }

    #[test]
    fn a_removal_keeps_the_others_as_they_are() {
        let left = ServiceDocument::parse(TEXT).unwrap().without("b");
        assert_eq!(
            left.compose(),
            "proton: ServiceSpec\npipeline: {\"branch\":\"${Proton::CURRENT_VAL}\"}\ninstances:\n  - name: \"a\"\n    environment: \"e\"\n    spec: {\"size\":\"${Proton::CURRENT_VAL}\",\"image\":\"${Proton::CURRENT_VAL}\"}\n"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_is_dropped_that_was_not_named(names in prop::collection::btree_set("[a-f]", 0..6), listed in prop::collection::btree_set("[a-h]", 0..8), gone in "[a-h]") {
            let entry = |name: &String| Entry { name: name.clone(), environment: "e".into(), inputs: Map::new() };
            let document = ServiceDocument { pipeline: None, instances: names.iter().map(entry).collect() };
            let left = document.completed(listed.iter().map(entry)).without(&gone);
            for name in names.iter().chain(&listed) {
                prop_assert_eq!(left.names().contains(name.as_str()), *name != gone);
            }
        }
    }
}
