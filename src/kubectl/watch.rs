//! `get --watch`: the tree again whenever it changes. A terminal shows it whole; a stream gets the lines or objects that changed.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{BoxStream, select_all};
use futures::{Stream, StreamExt as _};
use jiff::Timestamp;
use kube::core::DynamicObject;
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt as _, watcher as watch};
use serde_json::{Value, json};
use strum::VariantArray as _;

use super::cluster::Cluster;
use super::failure::{Failure, Outcome};
use super::get::{View, entry};
use super::item::Item;
use super::resource::{Id, Kind};
use super::table::{self, Cell};
use super::tree;

/// Clears the screen and goes to its top.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

type Change = (Kind, watcher::Result<Event<DynamicObject>>);

/// Shows changes until the user stops it.
pub(super) async fn run(cluster: &Cluster, namespace: Option<&str>, view: &View) -> Result<Outcome, Failure> {
    let mut changes = changes(cluster, namespace);
    let (mut seen, mut shown) = (Seen::default(), Shown::default());
    while let Some((kind, change)) = changes.next().await {
        match change {
            Ok(event) => seen.take(kind, event)?,
            Err(error) => fatal(kind, error)?,
        }
        if seen.complete() {
            shown.show(view, seen.items.values().cloned().collect())?;
        }
    }
    Ok(Outcome::Done)
}

fn changes(cluster: &Cluster, namespace: Option<&str>) -> impl Stream<Item = Change> + Unpin {
    let of = |kind: &Kind| -> BoxStream<'static, Change> {
        let kind = *kind;
        watch(cluster.api(kind, namespace), watcher::Config::default()).default_backoff().map(move |event| (kind, event)).boxed()
    };
    select_all(Kind::VARIANTS.iter().map(of))
}

/// A watch begins again by itself after a lost connection; a refusal stays one.
fn fatal(kind: Kind, error: watcher::Error) -> Result<(), Failure> {
    match error {
        watcher::Error::InitialListFailed(error) | watcher::Error::WatchStartFailed(error) if matches!(&error, kube::Error::Api(status) if [401, 403, 404].contains(&status.code)) => {
            Err(Failure::of_kind(kind.plural(), error))
        }
        _ => Ok(()),
    }
}

/// What the watches have told so far.
#[derive(Default)]
struct Seen {
    items: BTreeMap<Id, Item>,
    /// Objects of a kind that is being listed again; those that are not among them are gone.
    listed: BTreeMap<Kind, BTreeSet<Id>>,
    begun: BTreeSet<Kind>,
}

impl Seen {
    fn take(&mut self, kind: Kind, event: Event<DynamicObject>) -> Result<(), Failure> {
        match event {
            Event::Init => {
                self.listed.insert(kind, BTreeSet::new());
            }
            Event::InitApply(object) => {
                let item = Item::read(kind, object)?;
                self.listed.entry(kind).or_default().insert(item.id.clone());
                self.items.insert(item.id.clone(), item);
            }
            Event::InitDone => {
                let listed = self.listed.remove(&kind).unwrap_or_default();
                self.items.retain(|id, _| id.kind != kind || listed.contains(id));
                self.begun.insert(kind);
            }
            Event::Apply(object) => {
                let item = Item::read(kind, object)?;
                self.items.insert(item.id.clone(), item);
            }
            Event::Delete(object) => {
                self.items.remove(&Item::read(kind, object)?.id);
            }
        }
        Ok(())
    }

    /// Whether every kind has been listed.
    fn complete(&self) -> bool {
        self.begun.len() == Kind::VARIANTS.len() && self.listed.is_empty()
    }
}

/// What was printed last.
#[derive(Default)]
struct Shown {
    begun: bool,
    screen: String,
    rows: BTreeMap<(Id, String), Vec<Cell>>,
    documents: BTreeMap<Id, Value>,
}

impl Shown {
    fn show(&mut self, view: &View, items: Vec<Item>) -> Result<(), Failure> {
        if view.printer.structured() {
            self.documents(view, &items)
        } else if view.printer.terminal {
            self.screen(view, &items)
        } else {
            self.rows(view, &items)
        }
    }

    fn screen(&mut self, view: &View, items: &[Item]) -> Result<(), Failure> {
        let screen = view.table(&view.nodes(items), Timestamp::now());
        if screen != self.screen {
            view.printer.text(&format!("{CLEAR}{screen}"))?;
            self.screen = screen;
        }
        Ok(())
    }

    /// Compared without the age, which always changes.
    fn rows(&mut self, view: &View, items: &[Item]) -> Result<(), Failure> {
        let nodes = view.nodes(items);
        let lines = tree::lines(&nodes);
        let key = |line: &tree::Line<'_, '_>| (line.label.id().clone(), line.prefix.clone());
        let now = Timestamp::now();
        let rows: BTreeMap<_, _> = lines.iter().map(|line| (key(line), view.row(line, Timestamp::UNIX_EPOCH))).collect();
        let table =
            table::render(&view.printer, &view.header(), &lines.iter().map(|line| view.row(line, now)).collect::<Vec<_>>());
        let changed = lines.iter().map(|line| self.rows.get(&key(line)) != rows.get(&key(line)));
        let printed = std::iter::once(!self.begun).chain(changed).zip(table.lines()).filter(|(wanted, _)| *wanted);
        let text: String = printed.map(|(_, line)| format!("{line}\n")).collect();
        view.printer.text(&text)?;
        (self.begun, self.rows) = (true, rows);
        Ok(())
    }

    /// One object in each line; one that is gone says so.
    fn documents(&mut self, view: &View, items: &[Item]) -> Result<(), Failure> {
        let nodes = view.nodes(items);
        let objects = tree::lines(&nodes).into_iter().filter_map(|line| match line.label {
            tree::Label::Object(item) => Some((item.id.clone(), Value::Object(entry(item)))),
            tree::Label::Absent(_) => None,
        });
        let documents: BTreeMap<Id, Value> = objects.collect();
        for (_, document) in documents.iter().filter(|(id, document)| self.documents.get(*id) != Some(*document)) {
            view.printer.text(&format!("{document}\n"))?;
        }
        for id in self.documents.keys().filter(|id| !documents.contains_key(*id)) {
            let gone = json!({"kind": id.kind.name(), "namespace": id.namespace, "name": id.name, "deleted": true});
            view.printer.text(&format!("{gone}\n"))?;
        }
        self.documents = documents;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::fixture::item;
    use super::*;

    fn object(name: &str) -> DynamicObject {
        let value = json!({"apiVersion": "proton-operator.dev/v1alpha1", "kind": "ProtonService", "metadata": {"name": name},
            "spec": {"templateName": "t", "templateMajorVersion": "1"}});
        serde_json::from_value(value).unwrap()
    }

    fn names(seen: &Seen) -> Vec<&str> {
        seen.items.keys().map(|id| id.name.as_str()).collect()
    }

    #[test]
    fn a_list_that_begins_again_drops_what_is_gone_and_hides_nothing_meanwhile() {
        let mut seen = Seen::default();
        let take = |seen: &mut Seen, events: Vec<Event<DynamicObject>>| {
            events.into_iter().for_each(|event| seen.take(Kind::Service, event).unwrap());
        };
        let list = |names: &[&str]| {
            let applied = names.iter().map(|name| Event::InitApply(object(name)));
            std::iter::once(Event::Init).chain(applied).chain([Event::InitDone]).collect::<Vec<_>>()
        };
        take(&mut seen, list(&["a", "b"]));
        assert_eq!((names(&seen), seen.complete()), (vec!["a", "b"], false), "the other kinds are still to come");
        for kind in [Kind::Environment, Kind::Instance, Kind::Component] {
            seen.take(kind, Event::Init).unwrap();
            seen.take(kind, Event::InitDone).unwrap();
        }
        assert!(seen.complete());
        take(&mut seen, vec![Event::Apply(object("c")), Event::Delete(object("a"))]);
        assert_eq!(names(&seen), ["b", "c"]);
        take(&mut seen, vec![Event::Init]);
        assert_eq!((names(&seen), seen.complete()), (vec!["b", "c"], false));
        take(&mut seen, list(&["c"]));
        assert_eq!((names(&seen), seen.complete()), (vec!["c"], true));
    }

    #[test]
    fn other_kinds_are_left_alone() {
        let mut seen = Seen::default();
        let environment = item(Kind::Environment, "e", json!({}), json!({}));
        seen.items.insert(environment.id.clone(), environment);
        seen.take(Kind::Service, Event::Init).unwrap();
        seen.take(Kind::Service, Event::InitDone).unwrap();
        assert_eq!(names(&seen), ["e"]);
    }
}
