//! Creates that are idempotent by their natural key, the name (API model, documentation of the service).
//!
//! | stored request | modified since | decision |
//! |---|---|---|
//! | none | - | Create |
//! | same | no | Replay |
//! | same | yes | ConflictException |
//! | other | no | ValidationException, IdempotentParameterMismatch |
//! | other | yes | ValidationException, IdempotentParameterMismatch |

use sha2::{Digest as _, Sha256};

use super::refusal::Refusal;

/// What is remembered of the request that created a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    /// [`fingerprint`] of the request.
    pub fingerprint: String,
    /// Whether an accepted Update changed the resource since.
    pub modified: bool,
}

/// What to do with an accepted create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no such resource yet.
    Create,
    /// It is the same request again: answer with the resource and change nothing.
    Replay,
}

/// SHA-256 over the request's parameters, independent of the order in which the client wrote them.
pub fn fingerprint(request: &serde_json::Value) -> String {
    let mut hash = Sha256::new();
    feed(&mut hash, request);
    hex::encode(hash.finalize())
}

fn feed(hash: &mut Sha256, value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            hash.update([b'{']);
            members.into_iter().for_each(|(name, member)| {
                leaf(hash, &serde_json::Value::from(name.as_str()));
                feed(hash, member);
            });
            hash.update([b'}']);
        }
        serde_json::Value::Array(items) => {
            hash.update([b'[']);
            items.iter().for_each(|item| feed(hash, item));
            hash.update([b']']);
        }
        other => leaf(hash, other),
    }
}

fn leaf(hash: &mut Sha256, value: &serde_json::Value) {
    // JSON text is self-delimiting once a separator follows: quotes inside are escaped.
    hash.update(value.to_string());
    hash.update([b',']);
}

/// Decides about a create of `what`, e.g. `environment prod`, whose request has `fingerprint`.
pub fn decide(stored: Option<&Creation>, fingerprint: &str, what: &str) -> Result<Verdict, Refusal> {
    match stored {
        None => Ok(Verdict::Create),
        Some(stored) if stored.fingerprint != fingerprint => Err(Refusal::Invalid(format!(
            "IdempotentParameterMismatch: The {what} exists already and was created with other parameters. Use another name, or update it."
        ))),
        Some(stored) if stored.modified => {
            Err(Refusal::Conflict(format!("The {what} exists already and was modified since it was created.")))
        }
        Some(_) => Ok(Verdict::Replay),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(None, "Create")]
    #[case(Some(("same", false)), "Replay")]
    #[case(Some(("same", true)), "Conflict")]
    #[case(Some(("other", false)), "Invalid")]
    #[case(Some(("other", true)), "Invalid")]
    fn the_table(#[case] stored: Option<(&str, bool)>, #[case] expected: &str) {
        let stored = stored.map(|(text, modified)| Creation { fingerprint: text.to_owned(), modified });
        let shown = match decide(stored.as_ref(), "same", "environment prod") {
            Ok(verdict) => format!("{verdict:?}"),
            Err(Refusal::Conflict(_)) => "Conflict".to_owned(),
            Err(Refusal::Invalid(message)) => {
                assert!(message.contains("IdempotentParameterMismatch"));
                "Invalid".to_owned()
            }
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_fingerprint_ignores_member_order_and_nothing_else() {
        let one = fingerprint(&json!({"name": "a", "tags": [{"key": "k", "value": "v"}]}));
        assert_eq!(one, fingerprint(&json!({"tags": [{"value": "v", "key": "k"}], "name": "a"})));
        assert_ne!(one, fingerprint(&json!({"name": "a", "tags": [{"key": "kv", "value": ""}]})));
        assert_ne!(fingerprint(&json!({"a": "b"})), fingerprint(&json!(["a", "b"])));
        assert_ne!(fingerprint(&json!("1")), fingerprint(&json!(1)));
    }
}
