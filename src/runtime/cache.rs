//! The objects of one kind as the watches last saw them, topped by what this process wrote itself.
//!
//! A watch lags behind: without the second part, a pass right after a pass could plan from a status that it has replaced itself.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use kube::core::DeserializeGuard;
use kube::runtime::reflector::{ObjectRef, Store};
use kube::{Resource, ResourceExt as _};

use super::key::Key;

/// Objects of kind `K`.
pub struct Cache<K: Resource<DynamicType = ()> + Clone + 'static> {
    stores: Vec<Store<DeserializeGuard<K>>>,
    written: Mutex<HashMap<Key, Arc<K>>>,
}

impl<K> Cache<K>
where
    K: Resource<DynamicType = ()> + Clone + 'static,
    ObjectRef<DeserializeGuard<K>>: Hash + Eq,
{
    /// A cache over stores of which at most one knows an object.
    pub fn new(stores: Vec<Store<DeserializeGuard<K>>>) -> Self {
        Self { stores, written: Mutex::default() }
    }

    /// The newest known state of an object; `None` if it is gone or does not decode.
    pub fn get(&self, key: &Key) -> Option<Arc<K>> {
        let seen = self.seen(key);
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = seen.as_deref().zip(written.get(key)).is_some_and(|(seen, written)| supersedes(written.as_ref(), seen));
        if newer {
            return written.get(key).cloned();
        }
        written.remove(key);
        seen
    }

    /// Every object that decodes, as the watches saw it.
    pub fn all(&self) -> impl Iterator<Item = Arc<DeserializeGuard<K>>> + '_ {
        self.stores.iter().flat_map(Store::state).filter(|object| object.0.is_ok())
    }

    /// Remembers the answer to a write of our own.
    pub fn wrote(&self, key: &Key, object: Arc<K>) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), object);
    }

    fn seen(&self, key: &Key) -> Option<Arc<K>> {
        let wanted = ObjectRef::<DeserializeGuard<K>>::new(&key.name).within(&key.namespace);
        let found = self.stores.iter().find_map(|store| store.get(&wanted))?;
        found.0.as_ref().ok().map(|object| Arc::new(object.clone()))
    }
}

/// Whether what we wrote is later than what the watch showed: same object, greater resourceVersion. Versions of one resource are
/// ordered numbers since Kubernetes 1.35 says so, and were before.
fn supersedes<K: Resource>(written: &K, seen: &K) -> bool {
    let version = |object: &K| object.resource_version().and_then(|version| version.parse::<u128>().ok());
    written.uid() == seen.uid() && version(written) > version(seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::ConfigMap;
    use kube::runtime::{reflector, watcher};
    use serde_json::json;

    fn object(uid: &str, version: u64) -> ConfigMap {
        serde_json::from_value(
            json!({"metadata": {"namespace": "a", "name": "x", "uid": uid, "resourceVersion": version.to_string()}}),
        )
        .unwrap()
    }

    #[test]
    fn the_later_of_watch_and_own_write_counts() {
        let (store, mut writer) = reflector::store();
        let (cache, key) = (Cache::new(vec![store]), Key::environment("a", "x"));
        let version = |cache: &Cache<ConfigMap>| cache.get(&key).and_then(|object| object.resource_version());
        let mut see =
            |uid: &str, version| writer.apply_watcher_event(&watcher::Event::Apply(DeserializeGuard(Ok(object(uid, version)))));
        cache.wrote(&key, Arc::new(object("1", 9)));
        assert_eq!(version(&cache), None, "the watch knows it is gone");
        see("1", 9);
        cache.wrote(&key, Arc::new(object("1", 10)));
        assert_eq!(version(&cache).as_deref(), Some("10"));
        see("1", 11);
        assert_eq!(version(&cache).as_deref(), Some("11"));
        cache.wrote(&key, Arc::new(object("1", 100)));
        see("2", 50);
        assert_eq!(version(&cache).as_deref(), Some("50"), "another object of the same name");
    }
}
