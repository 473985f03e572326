//! One lane of the queue: first come first served within a namespace, round robin between namespaces, so that a namespace with
//! a thousand changed objects delays another's single edit by one pass and not by a thousand.

use std::collections::{HashMap, VecDeque};

use crate::runtime::key::Key;

/// How urgent a key is; the smaller goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Someone changed the object and waits for an answer.
    User,
    /// Start-up, resync, polling, retries.
    Background,
}

/// Keys by namespace, and the namespaces in the order of their turns.
#[derive(Debug, Default)]
pub(super) struct FairLane {
    turns: VecDeque<String>,
    keys: HashMap<String, VecDeque<Key>>,
    len: usize,
}

impl FairLane {
    /// How many keys wait.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Puts a key at the end of its namespace. The caller knows that it is not in here.
    pub(super) fn push(&mut self, key: Key) {
        let keys = self.keys.entry(key.namespace.clone()).or_default();
        if keys.is_empty() {
            self.turns.push_back(key.namespace.clone());
        }
        keys.push_back(key);
        self.len += 1;
    }

    /// Takes the first key of the namespace whose turn it is.
    pub(super) fn pop(&mut self) -> Option<Key> {
        let namespace = self.turns.pop_front()?;
        let keys = self.keys.get_mut(&namespace)?;
        let key = keys.pop_front();
        if keys.is_empty() {
            self.keys.remove(&namespace);
        } else {
            self.turns.push_back(namespace);
        }
        self.len = self.len.saturating_sub(usize::from(key.is_some()));
        key
    }

    /// Takes a key out of turn.
    pub(super) fn remove(&mut self, key: &Key) {
        let Some(keys) = self.keys.get_mut(&key.namespace) else {
            return;
        };
        let before = keys.len();
        keys.retain(|other| other != key);
        self.len = self.len.saturating_sub(before - keys.len());
        if keys.is_empty() {
            self.keys.remove(&key.namespace);
            self.turns.retain(|namespace| *namespace != key.namespace);
        }
    }
}
