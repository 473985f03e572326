//! Looks at the instances of the service all the time: none vanishes, and none is being deleted, but those that were asked to go.
#![allow(deprecated, reason = "the SDK marks every call of this API as deprecated")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use aws_sdk_proton::Client;

/// How often each instance was asked to go, and how often it was gone after that.
#[derive(Debug, Default)]
pub struct Asked(Mutex<BTreeMap<String, (u64, u64)>>);

impl Asked {
    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<String, (u64, u64)>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// It will be asked to go: to be noted before the object is deleted.
    pub fn removal(&self, name: &str) {
        self.with(|all| all.entry(name.to_owned()).or_default().0 += 1);
    }

    /// It is gone: to be noted before it is asked for again.
    pub fn gone(&self, name: &str) {
        self.with(|all| all.entry(name.to_owned()).or_default().1 += 1);
    }

    /// How many removals there were.
    pub fn count(&self) -> u64 {
        self.with(|all| all.values().map(|(asked, _)| asked).sum())
    }

    fn now(&self) -> BTreeMap<String, (u64, u64)> {
        self.with(|all| all.clone())
    }
}

/// Whether a removal was under way at some time between two moments.
fn going(name: &str, before: &BTreeMap<String, (u64, u64)>, after: &BTreeMap<String, (u64, u64)>) -> bool {
    let of = |moment: &BTreeMap<String, (u64, u64)>| moment.get(name).copied().unwrap_or_default();
    let (asked, gone) = of(before);
    asked > gone || of(after).0 > asked
}

/// Watches until it is told to stop; the number of listings, or what was dropped.
pub async fn watch(proton: Client, asked: Arc<Asked>, stop: Arc<AtomicBool>) -> Result<usize> {
    let (mut since, mut known, mut listings) = (asked.now(), Vec::<String>::new(), 0);
    while !stop.load(Ordering::SeqCst) {
        let before = asked.now();
        let rows = list(&proton).await?;
        let after = asked.now();
        for name in known.iter().filter(|name| !rows.iter().any(|(other, _)| other == *name)) {
            ensure!(going(name, &since, &after), "{name} was dropped, and nobody asked for that");
        }
        for (name, status) in rows.iter().filter(|(_, status)| status.starts_with("DELETE")) {
            ensure!(going(name, &before, &after), "{name} is {status}, and nobody asked for that");
        }
        known = rows.into_iter().map(|(name, _)| name).collect();
        since = before;
        listings += 1;
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    Ok(listings)
}

/// Every instance with its status.
pub async fn list(proton: &Client) -> Result<Vec<(String, String)>> {
    let mut pages = proton.list_service_instances().service_name("shop").into_paginator().items().send();
    let mut rows = Vec::new();
    while let Some(row) = pages.next().await {
        let row = row?;
        rows.push((row.name, row.deployment_status.as_str().to_owned()));
    }
    Ok(rows)
}
