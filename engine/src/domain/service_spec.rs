//! Documents of whole services: what a request's document means beside the stored one.
//!
//! | document of | the instance's own entry | other entries | `pipeline:` |
//! |---|---|---|---|
//! | CreateServiceInstance | added | ignored | ignored |
//! | UpdateServiceInstance | replaced | ignored | ignored |
//! | UpdateServicePipeline | - | ignored | replaced |
//! | UpdateService | - | added, left out, or as they are | as it is |
//!
//! `"${Proton::CURRENT_VAL}"` stands for the stored value at the same place (AWS Proton User Guide, page ag-svc-update).
//! A document is kept as it was written unless a value had to be put in its place, or something merged.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::refusal::Refusal;
use crate::bundle::spec::{InstanceEntry, LENGTH_LIMIT, ServiceSpec};

/// The value that keeps what is stored.
pub const CURRENT_VALUE: &str = "${Proton::CURRENT_VAL}";

/// A document that was read, and its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it says.
    pub spec: ServiceSpec,
    /// Its text. Sensitive.
    pub text: String,
}

/// What an update of a service does to its set of instances.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Entries that are new.
    pub added: Vec<InstanceEntry>,
    /// Names of those that are left out.
    pub removed: Vec<String>,
}

/// Reads a document.
pub fn read(text: &str) -> Result<ServiceSpec, Refusal> {
    ServiceSpec::parse(text).map_err(|error| Refusal::Invalid(error.to_string()))
}

/// Reads a document and puts the stored values where it says so.
pub fn resolved(text: &str, stored: &ServiceSpec) -> Result<Document, Refusal> {
    let given = read(text)?;
    let mut spec = given.clone();
    let empty = Map::new();
    if let Some(pipeline) = &mut spec.pipeline {
        fill_map(pipeline, stored.pipeline.as_ref().unwrap_or(&empty), "pipeline")?;
    }
    for entry in &mut spec.instances {
        let known = stored.instance(&entry.name).map_or(&empty, |known| &known.inputs);
        fill_map(&mut entry.inputs, known, &format!("instances[{}].spec", entry.name))?;
    }
    let text = if spec == given { text.to_owned() } else { written(&spec)? };
    Ok(Document { spec, text })
}

fn fill_map(given: &mut Map<String, Value>, stored: &Map<String, Value>, place: &str) -> Result<(), Refusal> {
    given.iter_mut().try_for_each(|(key, value)| fill(value, stored.get(key), &format!("{place}.{key}")))
}

fn fill(given: &mut Value, stored: Option<&Value>, place: &str) -> Result<(), Refusal> {
    match given {
        Value::String(text) if text == CURRENT_VALUE => {
            let missing = || {
                Refusal::Invalid(format!(
                    "{place}: there is no stored value that {CURRENT_VALUE} could stand for. Write the value."
                ))
            };
            *given = stored.cloned().ok_or_else(missing)?;
            Ok(())
        }
        Value::Object(members) => fill_map(members, stored.and_then(Value::as_object).unwrap_or(&Map::new()), place),
        Value::Array(items) => (0..)
            .zip(items)
            .try_for_each(|(index, item)| fill(item, stored.and_then(|stored| stored.get(index)), &format!("{place}[{index}]"))),
        _ => Ok(()),
    }
}

/// Refuses a change that was made out of another text than the stored one, which the client names by its SHA-256.
pub fn check_expected(expected: Option<&str>, stored: &str) -> Result<(), Refusal> {
    if expected.is_none_or(|expected| expected == hex::encode(Sha256::digest(stored))) {
        return Ok(());
    }
    Err(Refusal::Conflict("The service's spec has changed since it was read. Read it with GetService and try again.".to_owned()))
}

/// The text of a document.
pub fn written(spec: &ServiceSpec) -> Result<String, Refusal> {
    let mut root = json!({"proton": "ServiceSpec"});
    if let Some(pipeline) = &spec.pipeline {
        put(&mut root, "pipeline", Value::Object(pipeline.clone()));
    }
    put(&mut root, "instances", spec.instances.iter().map(entry).collect());
    let text =
        serde_yaml::to_string(&root).map_err(|error| Refusal::Invalid(format!("The document cannot be written: {error}")))?;
    let length = text.chars().count();
    if length > LENGTH_LIMIT {
        return Err(Refusal::Invalid(format!(
            "The service's document would have {length} characters; at most {LENGTH_LIMIT} are allowed."
        )));
    }
    Ok(text)
}

fn entry(entry: &InstanceEntry) -> Value {
    let mut value = json!({"name": entry.name, "environment": entry.environment});
    if !entry.inputs.is_empty() {
        put(&mut value, "spec", Value::Object(entry.inputs.clone()));
    }
    value
}

fn put(value: &mut Value, key: &str, member: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(key.to_owned(), member);
    }
}

/// The stored document with this instance's entry in its place, or at the end.
pub fn with_instance(stored: &ServiceSpec, entry: &InstanceEntry) -> ServiceSpec {
    let mut next = stored.clone();
    match next.instances.iter_mut().find(|known| known.name == entry.name) {
        Some(known) => known.clone_from(entry),
        None => next.instances.push(entry.clone()),
    }
    next
}

/// The stored document with another `pipeline:` section.
pub fn with_pipeline(stored: &ServiceSpec, pipeline: Option<Map<String, Value>>) -> ServiceSpec {
    ServiceSpec { pipeline, ..stored.clone() }
}

/// The text of a merged document: the given one's where it says the same.
pub fn merged_text(merged: &ServiceSpec, stored_text: &str, given: &Document) -> Result<String, Refusal> {
    if given.spec == *merged {
        return Ok(given.text.clone());
    }
    match read(stored_text) {
        Ok(stored) if stored == *merged => Ok(stored_text.to_owned()),
        _ => written(merged),
    }
}

/// What the given document adds to and leaves out of the stored one; everything else must be as it is.
pub fn difference(stored: &ServiceSpec, given: &ServiceSpec) -> Result<Difference, Refusal> {
    let none = Map::new();
    if given.pipeline.as_ref().unwrap_or(&none) != stored.pipeline.as_ref().unwrap_or(&none) {
        return Err(Refusal::Invalid(
            "UpdateService cannot change `pipeline:`. Repeat it as it is, or with \"${Proton::CURRENT_VAL}\", and change it with UpdateServicePipeline."
                .to_owned(),
        ));
    }
    let mut added = Vec::new();
    for entry in &given.instances {
        match stored.instance(&entry.name) {
            None => added.push(entry.clone()),
            Some(known) if known == entry => {}
            Some(_) => {
                return Err(Refusal::Invalid(format!(
                    "UpdateService cannot change the instance {}. Repeat its entry as it is, or with \"${{Proton::CURRENT_VAL}}\", and change it with UpdateServiceInstance.",
                    entry.name
                )));
            }
        }
    }
    let left_out = stored.instances.iter().filter(|entry| given.instance(&entry.name).is_none());
    Ok(Difference { added, removed: left_out.map(|entry| entry.name.clone()).collect() })
}

/// The document after an update that failed: without what the update added, and with what it left out.
pub fn restored(current: &str, accepted: &str, previous: &str, added: &[String], removed: &[String]) -> Option<String> {
    if current == accepted {
        return Some(previous.to_owned());
    }
    // An instance or the pipeline was updated meanwhile: that stays.
    let before = read(previous).ok()?;
    let mut next = read(current).ok()?;
    next.instances.retain(|entry| !added.contains(&entry.name));
    next.instances.extend(before.instances.iter().filter(|entry| removed.contains(&entry.name)).cloned());
    written(&next).ok()
}

#[cfg(test)]
#[path = "service_spec_tests.rs"]
mod tests;
