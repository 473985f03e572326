//! What came of the last act of each object, and of looking at its remote side; kept as long as the process lives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::plan::{ActKind, LastAct};
use crate::runtime::key::Key;

/// Outcomes by object.
#[derive(Debug, Default)]
pub struct Memories {
    objects: Mutex<HashMap<Key, Remembered>>,
}

#[derive(Clone, Debug, Default)]
struct Remembered {
    uid: Option<String>,
    act: Option<LastAct>,
    observing: Option<LastAct>,
}

impl Memories {
    /// The last act of the object with this uid; an earlier object of the same name does not count.
    pub fn act(&self, key: &Key, uid: Option<&str>) -> Option<LastAct> {
        self.find(key, uid).act
    }

    /// The last attempt to observe, if it failed.
    pub fn observing(&self, key: &Key, uid: Option<&str>) -> Option<LastAct> {
        self.find(key, uid).observing
    }

    /// Remembers an outcome: of observing, or of an act.
    pub fn set(&self, key: &Key, uid: Option<&str>, outcome: LastAct) {
        let mut next = self.find(key, uid);
        next.uid = uid.map(str::to_owned);
        if outcome.key.kind == ActKind::Observe {
            next.observing = Some(outcome)
        } else {
            next.act = Some(outcome)
        }
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), next);
    }

    /// Observing works again: its failures count no longer.
    pub fn observed(&self, key: &Key) {
        if let Some(object) = self.objects.lock().unwrap_or_else(PoisonError::into_inner).get_mut(key) {
            object.observing = None;
        }
    }

    /// Forgets an object.
    pub fn forget(&self, key: &Key) {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn find(&self, key: &Key, uid: Option<&str>) -> Remembered {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        objects.get(key).filter(|object| object.uid.as_deref() == uid).cloned().unwrap_or_default()
    }
}
