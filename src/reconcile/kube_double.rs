//! A very small API server: objects by path, optimistic locking, server-side apply of whole parts, JSON patches of finalizers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, Value>,
    version: u64,
    writes: Vec<String>,
    reads: usize,
    lose: Option<usize>,
}

/// The server.
#[derive(Clone, Default)]
pub(crate) struct KubeDouble(Arc<Mutex<Inner>>);

type Answer = (StatusCode, String);

fn refusal(code: u16, message: &str) -> Answer {
    let reason = if code == 404 { "NotFound" } else { "Conflict" };
    let body =
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message});
    (StatusCode::from_u16(code).unwrap(), body.to_string())
}

impl KubeDouble {
    /// A client of it.
    pub(crate) fn client(&self) -> kube::Client {
        kube::Client::new(Router::new().fallback(serve).with_state(self.clone()), "default")
    }

    /// Puts an object there.
    pub(crate) fn put(&self, path: &str, mut object: Value) {
        let mut inner = self.0.lock().unwrap();
        inner.version += 1;
        object["metadata"]["resourceVersion"] = json!(inner.version.to_string());
        inner.objects.insert(path.into(), object);
    }

    /// Changes an object as a user would.
    pub(crate) fn edit(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let mut object = self.object(path).unwrap();
        change(&mut object);
        self.put(path, object);
    }

    /// The object as it is.
    pub(crate) fn object(&self, path: &str) -> Option<Value> {
        self.0.lock().unwrap().objects.get(path).cloned()
    }

    /// Paths written so far, with the reasons of events.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.0.lock().unwrap().writes.clone()
    }

    /// How often something was read.
    pub(crate) fn reads(&self) -> usize {
        self.0.lock().unwrap().reads
    }

    /// The answer to the n-th write from now is lost, although it is performed.
    pub(crate) fn lose_answer(&self, nth: usize) {
        let mut inner = self.0.lock().unwrap();
        inner.lose = Some(inner.writes.len() + nth);
    }
}

async fn serve(State(double): State<KubeDouble>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Answer {
    let mut inner = double.0.lock().unwrap();
    let path = uri.path().to_owned();
    if method == Method::GET {
        inner.reads += 1;
        return inner.objects.get(&path).map_or_else(|| refusal(404, "not found"), |object| (StatusCode::OK, object.to_string()));
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let answer = inner.write(&method, &path, &kind, &body);
    if inner.lose == Some(inner.writes.len()) {
        inner.lose = None;
        return refusal(500, "the answer is lost");
    }
    answer
}

impl Inner {
    fn write(&mut self, method: &Method, path: &str, kind: &str, body: &Value) -> Answer {
        if path.ends_with("/events") {
            self.writes.push(format!("event {}", body["reason"].as_str().unwrap()));
            return (StatusCode::CREATED, body.to_string());
        }
        if *method == Method::DELETE {
            self.writes.push(format!("delete {path}"));
            return self
                .objects
                .remove(path)
                .map_or_else(|| refusal(404, "not found"), |object| (StatusCode::OK, object.to_string()));
        }
        match kind {
            "application/json-patch+json" => self.patch(path, body),
            _ => self.apply(path, body),
        }
    }

    fn apply(&mut self, path: &str, body: &Value) -> Answer {
        let status = path.strip_suffix("/status");
        let Some(old) = self.objects.get(status.unwrap_or(path)).cloned() else {
            return if status.is_some() { refusal(404, "not found") } else { self.store(path, body.clone()) };
        };
        let wanted = &body["metadata"]["resourceVersion"];
        if !wanted.is_null() && *wanted != old["metadata"]["resourceVersion"] {
            return refusal(409, "the object has been modified");
        }
        let mut new = if status.is_some() { old.clone() } else { body.clone() };
        if status.is_some() {
            new["status"] = body["status"].clone();
        }
        self.store(status.unwrap_or(path), new)
    }

    fn patch(&mut self, path: &str, steps: &Value) -> Answer {
        let Some(mut object) = self.objects.get(path).cloned() else {
            return refusal(404, "not found");
        };
        for step in steps.as_array().unwrap() {
            let (op, at) = (step["op"].as_str().unwrap(), step["path"].as_str().unwrap());
            let (parent, last) = at.rsplit_once('/').unwrap();
            match op {
                "test" if object.pointer(at) != Some(&step["value"]) => return refusal(422, "testing value failed"),
                "test" => {}
                "remove" => drop(object.pointer_mut(parent).unwrap().as_array_mut().unwrap().remove(last.parse().unwrap())),
                _ if last == "-" => object.pointer_mut(parent).unwrap().as_array_mut().unwrap().push(step["value"].clone()),
                _ => object.pointer_mut(parent).unwrap()[last] = step["value"].clone(),
            }
        }
        let gone = object["metadata"]["deletionTimestamp"].is_string()
            && object["metadata"]["finalizers"].as_array().is_none_or(Vec::is_empty);
        if gone {
            self.objects.remove(path);
            self.writes.push(format!("gone {path}"));
            return (StatusCode::OK, object.to_string());
        }
        self.store(path, object)
    }

    fn store(&mut self, path: &str, mut object: Value) -> Answer {
        self.version += 1;
        self.writes.push(path.to_owned());
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        self.objects.insert(path.to_owned(), object.clone());
        (StatusCode::OK, object.to_string())
    }
}
