//! JSON patches that add and remove one finalizer, and fail if the object changed since it was read.

use kube::Resource;
use kube::api::Patch;
use serde_json::{Value, json};

/// Steps of a JSON patch, begun with a test of the resourceVersion.
#[derive(Clone, Debug)]
pub struct Steps(Vec<Value>);

impl Steps {
    /// A patch that applies only to this very version of `object`.
    pub fn on(object: &impl Resource) -> Self {
        Self(vec![json!({"op": "test", "path": "/metadata/resourceVersion", "value": object.meta().resource_version})])
    }

    /// Adds the finalizer, unless it is there.
    #[must_use]
    pub fn add(mut self, object: &impl Resource, finalizer: &str) -> Self {
        match object.meta().finalizers.as_deref() {
            Some(present) if present.iter().any(|name| name == finalizer) => {}
            Some([_, ..]) => self.0.push(json!({"op": "add", "path": "/metadata/finalizers/-", "value": finalizer})),
            _ => self.0.push(json!({"op": "add", "path": "/metadata/finalizers", "value": [finalizer]})),
        }
        self
    }

    /// Removes the finalizer, if it is there.
    #[must_use]
    pub fn remove(mut self, object: &impl Resource, finalizer: &str) -> Self {
        let present = object.meta().finalizers.as_deref().unwrap_or_default();
        if let Some(at) = present.iter().position(|name| name == finalizer) {
            self.0.push(json!({"op": "remove", "path": format!("/metadata/finalizers/{at}")}));
        }
        self
    }

    /// Sets a label.
    #[must_use]
    pub fn label(mut self, object: &impl Resource, key: &str, value: &str) -> Self {
        if object.meta().labels.is_none() {
            self.0.push(json!({"op": "add", "path": "/metadata/labels", "value": {}}));
        }
        self.0.push(json!({"op": "add", "path": pointer("/metadata/labels", key), "value": value}));
        self
    }

    /// Takes a label off, if it is there.
    #[must_use]
    pub fn unlabel(mut self, object: &impl Resource, key: &str) -> Self {
        if object.meta().labels.as_ref().is_some_and(|labels| labels.contains_key(key)) {
            self.0.push(json!({"op": "remove", "path": pointer("/metadata/labels", key)}));
        }
        self
    }

    /// The patch to send.
    ///
    /// # Errors
    /// Never in practice: the steps are well-formed.
    pub fn patch(self) -> Result<Patch<()>, kube::Error> {
        serde_json::from_value(Value::from(self.0)).map(Patch::Json).map_err(kube::Error::SerdeError)
    }
}

/// Whether the API server refused a write because the object is not as it was read: a conflict, or a failed test of a JSON patch.
pub fn is_stale(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => status.code == 409 || (status.code == 422 && status.message.contains("test")),
        _ => false,
    }
}

/// A JSON pointer to a key below `parent`.
fn pointer(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::Secret;

    fn secret(finalizers: Option<&[&str]>) -> Secret {
        serde_json::from_value(json!({"metadata": {"resourceVersion": "7", "finalizers": finalizers}})).unwrap()
    }

    fn text(steps: Steps) -> String {
        let Patch::Json(patch) = steps.patch().unwrap() else { panic!("not a JSON patch") };
        serde_json::to_string(&patch).unwrap()
    }

    #[test]
    fn adding_keeps_others_and_removing_names_the_place() {
        let test = r#"{"op":"test","path":"/metadata/resourceVersion","value":"7"}"#;
        let cases = [
            (
                text(Steps::on(&secret(None)).add(&secret(None), "f")),
                r#"{"op":"add","path":"/metadata/finalizers","value":["f"]}"#,
            ),
            (
                text(Steps::on(&secret(Some(&["x"]))).add(&secret(Some(&["x"])), "f")),
                r#"{"op":"add","path":"/metadata/finalizers/-","value":"f"}"#,
            ),
            (
                text(Steps::on(&secret(Some(&["x", "f"]))).remove(&secret(Some(&["x", "f"])), "f")),
                r#"{"op":"remove","path":"/metadata/finalizers/1"}"#,
            ),
        ];
        for (patch, step) in cases {
            assert_eq!(patch, format!("[{test},{step}]"));
        }
        assert_eq!(text(Steps::on(&secret(Some(&["f"]))).add(&secret(Some(&["f"])), "f")), format!("[{test}]"));
    }

    #[test]
    fn labels_with_a_slash_are_escaped() {
        let patch = text(Steps::on(&secret(None)).label(&secret(None), "a.dev/b", "in-use"));
        assert!(
            patch.contains(r#""path":"/metadata/labels/a.dev~1b""#) && patch.contains(r#""path":"/metadata/labels","value":{}"#),
            "{patch}"
        );
    }
}
