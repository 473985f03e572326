//! Why a spec is refused, and what both kinds have in common.

use serde_json::{Map, Value};

use crate::bundle::document::{Cursor, Document, DocumentError, DocumentLimits};

/// Most characters of a spec (API model, shape SpecContents).
pub const LENGTH_LIMIT: usize = 51_200;

/// A spec that breaks the grammar. The text names keys, never values: specs are sensitive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the spec is not valid: {0}")]
pub struct SpecError(pub DocumentError);

impl SpecError {
    /// The line, from 1, where known.
    pub fn line(&self) -> Option<usize> {
        self.0.line
    }
}

impl From<DocumentError> for SpecError {
    fn from(error: DocumentError) -> Self {
        Self(error)
    }
}

/// Parses the document within the limits of a spec.
pub(super) fn document(text: &str) -> Result<Document<'_>, DocumentError> {
    let length = text.chars().count();
    if length > LENGTH_LIMIT {
        let cause = format!("it has {length} characters; at most {LENGTH_LIMIT} are allowed");
        return Err(DocumentError { line: None, key: String::new(), cause });
    }
    Document::parse(text, DocumentLimits::default())
}

/// Checks the top of the document: `proton:` and no keys but `allowed`.
pub(super) fn check_top(root: &Cursor<'_>, kind: &str, allowed: &[&str]) -> Result<(), DocumentError> {
    let fix = format!("write `proton: {kind}` at the top");
    let proton = root.required("proton", &fix)?;
    match proton.text(&fix)? {
        found if found == kind => {}
        "EnvironmentSpec" | "ServiceSpec" => {
            return Err(proton.complain(format!("this is the spec of another kind of resource; a {kind} is needed here")));
        }
        _ => return Err(proton.complain(format!("this kind of spec is not known: {fix}"))),
    }
    refuse_others(root, allowed)
}

/// Refuses keys that mean nothing, since a misspelt one would drop what is below it.
pub(super) fn refuse_others(place: &Cursor<'_>, allowed: &[&str]) -> Result<(), DocumentError> {
    match place.members().find(|(key, _)| !allowed.contains(key)) {
        None => Ok(()),
        Some((_, other)) => Err(other.complain(format!("this key has no meaning here; allowed are {}", allowed.join(", ")))),
    }
}

/// The member `key` as inputs; absent or null: no inputs.
pub(super) fn inputs(place: &Cursor<'_>, key: &str) -> Result<Map<String, Value>, DocumentError> {
    let found = place.member(key).map(|inputs| inputs.mapping("write one `name: value` per input").cloned());
    Ok(found.transpose()?.unwrap_or_default())
}
