//! The store on a temporary data directory.

use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::domain::effect::EffectKind;
use crate::domain::tags::Tag;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[tokio::test]
async fn reopening_migrates_nothing_twice_and_keeps_everything() {
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let mut writer = store.write().await.unwrap();
    writer.enqueue(EffectKind::Deployment, "a", at(5)).await.unwrap();
    writer.commit().await.unwrap();
    let before = store.read().await.unwrap().dump().await.unwrap();
    store.close().await;
    let store = Store::open(directory.path()).await.unwrap();
    assert_eq!(store.read().await.unwrap().dump().await.unwrap(), before);
    assert!(before.contains("outbox (1)\n  id=1 kind=deployment key=a journal=null due_at=5000 attempts=0\n"), "{before}");
}

#[tokio::test]
async fn a_database_of_a_newer_engine_is_left_alone() {
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let mut writer = store.write().await.unwrap();
    sqlx::query("INSERT INTO migrations (version) VALUES (999)").execute(writer.connection()).await.unwrap();
    writer.commit().await.unwrap();
    store.close().await;
    let error = Store::open(directory.path()).await.unwrap_err();
    assert_eq!(error.class(), StoreErrorClass::Unusable);
    assert!(error.to_string().contains("999"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let mut writer = store.write().await.unwrap();
    writer.enqueue(EffectKind::Deployment, "a", at(5)).await.unwrap();
    writer.commit().await.unwrap();
    let mut files = 0;
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        files += 1;
    }
    assert!(files >= 2, "the write-ahead log is missing");
}

#[tokio::test]
async fn a_dropped_transaction_changes_nothing_and_the_next_one_can_write() {
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let mut writer = store.write().await.unwrap();
    writer.enqueue(EffectKind::Deployment, "a", at(5)).await.unwrap();
    drop(writer);
    let writer = store.write().await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(store.read().await.unwrap().count_effects().await.unwrap(), 0);
}

#[tokio::test]
async fn a_reader_sees_its_snapshot_and_cannot_write() {
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let mut reader = store.read().await.unwrap();
    assert_eq!(reader.count_effects().await.unwrap(), 0);
    let mut writer = store.write().await.unwrap();
    writer.enqueue(EffectKind::Deployment, "a", at(5)).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(reader.count_effects().await.unwrap(), 0);
    assert!(sqlx::query("DELETE FROM outbox").execute(reader.connection()).await.is_err());
}

#[tokio::test]
async fn rows_are_due_in_their_order_and_numbers_are_not_used_again() {
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let mut writer = store.write().await.unwrap();
    for (key, second) in [("a", 9), ("b", 5), ("c", 5)] {
        writer.enqueue(EffectKind::Deployment, key, at(second)).await.unwrap();
    }
    let keys = |rows: Vec<Effect>| rows.into_iter().map(|row| row.key).collect::<String>();
    assert_eq!(keys(writer.due_effects(at(5), 10).await.unwrap()), "bc");
    assert_eq!(writer.next_due_at(at(5)).await.unwrap(), Some(at(9)));
    writer.reschedule(1, &json!({"n": 1}), at(1)).await.unwrap();
    writer.back_off(2, 3, at(7)).await.unwrap();
    let rows = writer.due_effects(at(5), 10).await.unwrap();
    assert_eq!(rows[0].journal, json!({"n": 1}));
    assert_eq!(keys(rows), "ac");
    writer.hasten(EffectKind::Deployment, "b", at(2)).await.unwrap();
    assert_eq!(keys(writer.due_effects(at(2), 10).await.unwrap()), "ab");
    writer.complete(EffectKind::Deployment, "c").await.unwrap();
    writer.enqueue(EffectKind::Registration, "c", at(1)).await.unwrap();
    let last = writer.due_effects(at(1), 10).await.unwrap().pop().unwrap();
    assert_eq!((last.id, last.kind), (4, EffectKind::Registration));
    assert!(writer.enqueue(EffectKind::Registration, "c", at(1)).await.is_err());
}

#[tokio::test]
async fn tags_keep_their_order() {
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let tag = |key: &str| Tag { key: key.to_owned(), value: String::new() };
    let mut writer = store.write().await.unwrap();
    writer.put_tags("arn", &[tag("b"), tag("a")]).await.unwrap();
    assert_eq!(writer.tags("arn").await.unwrap(), [tag("b"), tag("a")]);
    writer.put_tags("arn", &[tag("c")]).await.unwrap();
    assert_eq!(writer.tags("arn").await.unwrap(), [tag("c")]);
}

#[tokio::test]
async fn a_commit_with_work_wakes_the_worker() {
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let mut writer = store.write().await.unwrap();
    writer.enqueue(EffectKind::Deployment, "a", at(5)).await.unwrap();
    writer.commit().await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(5), store.woken()).await.unwrap();
}
