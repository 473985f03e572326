//! Objects as a tree: environment → service → instance → component. Pure.
//!
//! A service stands below every environment in which it has instances, or at the top while it has none. What a spec names without there
//! being an object for it stands in the tree as absent.

use std::collections::{BTreeMap, BTreeSet};

use super::item::{Item, Link, follow};
use super::resource::{Id, Kind};

/// One place in the tree.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) label: Label<'a>,
    pub(super) children: Vec<Node<'a>>,
}

/// What stands there.
#[derive(Clone)]
pub(super) enum Label<'a> {
    Object(&'a Item),
    /// Something that an object names and that has no object here.
    Absent(Id),
}

impl Label<'_> {
    /// Kind, namespace and name.
    pub(super) fn id(&self) -> &Id {
        match self {
            Self::Object(item) => &item.id,
            Self::Absent(id) => id,
        }
    }
}

/// A node before its line, with what is drawn in front of it.
pub(super) struct Line<'n, 'a> {
    pub(super) prefix: String,
    pub(super) label: &'n Label<'a>,
}

/// What a user asked to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) kind: Option<Kind>,
    pub(super) name: Option<String>,
}

impl Filter {
    fn admits(&self, id: &Id) -> bool {
        self.kind.is_none_or(|kind| kind == id.kind) && self.name.as_ref().is_none_or(|name| *name == id.name)
    }
}

/// The trees of all objects, by namespace.
pub(super) fn build(items: &[Item]) -> Vec<Node<'_>> {
    let namespaces: BTreeSet<&str> = items.iter().map(|item| item.id.namespace.as_str()).collect();
    namespaces.into_iter().flat_map(|namespace| Forest::of(items, namespace).grow()).collect()
}

/// The nodes that a filter admits, with all that is below and above them.
pub(super) fn narrow<'a>(nodes: Vec<Node<'a>>, filter: &Filter) -> Vec<Node<'a>> {
    let kept = nodes.into_iter().filter_map(|node| {
        if filter.admits(node.label.id()) {
            return Some(node);
        }
        let children = narrow(node.children, filter);
        (!children.is_empty()).then_some(Node { label: node.label, children })
    });
    kept.collect()
}

/// The nodes from top to bottom.
pub(super) fn lines<'n, 'a>(nodes: &'n [Node<'a>]) -> Vec<Line<'n, 'a>> {
    let mut found = Vec::new();
    for node in nodes {
        found.push(Line { prefix: String::new(), label: &node.label });
        below(&node.children, "", &mut found);
    }
    found
}

fn below<'n, 'a>(nodes: &'n [Node<'a>], indent: &str, found: &mut Vec<Line<'n, 'a>>) {
    for (at, node) in nodes.iter().enumerate() {
        let last = at + 1 == nodes.len();
        let (branch, more) = if last { ("└─", "  ") } else { ("├─", "│ ") };
        found.push(Line { prefix: format!("{indent}{branch}"), label: &node.label });
        below(&node.children, &format!("{indent}{more}"), found);
    }
}

/// What stands where in one namespace. Keys are the ids of parents, with the empty name for "at the top".
struct Forest<'a> {
    items: &'a [Item],
    labels: BTreeMap<Id, Label<'a>>,
    services: BTreeMap<Id, BTreeSet<Id>>,
    instances: BTreeMap<(Id, Id), BTreeSet<Id>>,
    components: BTreeMap<Id, BTreeSet<Id>>,
    tops: BTreeSet<Id>,
}

impl<'a> Forest<'a> {
    fn of(items: &'a [Item], namespace: &str) -> Self {
        let own = || items.iter().filter(|item| item.id.namespace == namespace);
        let mut forest = Self {
            items,
            labels: own().map(|item| (item.id.clone(), Label::Object(item))).collect(),
            services: BTreeMap::new(),
            instances: BTreeMap::new(),
            components: BTreeMap::new(),
            tops: own().filter(|item| item.id.kind == Kind::Environment).map(|item| item.id.clone()).collect(),
        };
        own().filter(|item| item.id.kind == Kind::Instance).for_each(|item| forest.place_instance(item));
        let placed: BTreeSet<Id> = forest.services.values().flatten().cloned().collect();
        let alone = own().filter(|item| item.id.kind == Kind::Service && !placed.contains(&item.id));
        forest.tops.extend(alone.map(|item| item.id.clone()));
        own().filter(|item| item.id.kind == Kind::Component).for_each(|item| forest.place_component(item));
        forest
    }

    fn place_instance(&mut self, item: &'a Item) {
        let environment = self.parent(item, Kind::Environment, item.links.environment.as_ref());
        let service = self.parent(item, Kind::Service, item.links.service.as_ref());
        match (environment, service) {
            (Some(environment), Some(service)) => {
                self.tops.insert(environment.clone());
                self.services.entry(environment.clone()).or_default().insert(service.clone());
                self.instances.entry((environment, service)).or_default().insert(item.id.clone());
            }
            _ => {
                self.tops.insert(item.id.clone());
            }
        }
    }

    /// Below the instance to which it is attached, else below its environment. An absent instance has no known environment.
    fn place_component(&mut self, item: &'a Item) {
        let attached = self.parent(item, Kind::Instance, item.links.instance.as_ref());
        let parent = attached.or_else(|| self.parent(item, Kind::Environment, item.links.environment.as_ref()));
        let Some(parent) = parent else {
            self.tops.insert(item.id.clone());
            return;
        };
        if matches!(self.labels.get(&parent), Some(Label::Absent(_))) {
            self.tops.insert(parent.clone());
        }
        self.components.entry(parent).or_default().insert(item.id.clone());
    }

    /// The id of what a link leads to; absent ones get their label here.
    fn parent(&mut self, from: &Item, kind: Kind, link: Option<&Link>) -> Option<Id> {
        let link = link?;
        if let Some(found) = follow(self.items, from, kind, link) {
            return Some(found.id.clone());
        }
        let (Link::Object(name) | Link::Remote(name)) = link;
        let id = Id { namespace: from.id.namespace.clone(), kind, name: name.clone() };
        self.labels.entry(id.clone()).or_insert_with(|| Label::Absent(id.clone()));
        Some(id)
    }

    fn grow(&self) -> Vec<Node<'a>> {
        self.tops.iter().filter_map(|id| self.node(id, self.children(id))).collect()
    }

    fn node(&self, id: &Id, children: Vec<Node<'a>>) -> Option<Node<'a>> {
        Some(Node { label: self.labels.get(id)?.clone(), children })
    }

    fn children(&self, id: &Id) -> Vec<Node<'a>> {
        let services = self.services.get(id).into_iter().flatten();
        let below_service = |service: &Id| {
            let instances = self.instances.get(&(id.clone(), service.clone())).into_iter().flatten();
            instances.filter_map(|instance| self.node(instance, self.children(instance))).collect()
        };
        let services = services.filter_map(|service| self.node(service, below_service(service)));
        let components = self.components.get(id).into_iter().flatten();
        services.chain(components.filter_map(|component| self.node(component, Vec::new()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::fixture::item;
    use super::*;
    use serde_json::{Value, json};

    fn platform() -> Vec<Item> {
        let of = |kind, name, spec: Value| item(kind, name, spec, json!({}));
        vec![
            of(Kind::Component, "bucket", json!({"serviceRef": {"name": "shop"}, "serviceInstanceName": "web"})),
            of(Kind::Component, "dns", json!({"environmentName": "remote-shared"})),
            of(Kind::Component, "lost", json!({"serviceName": "x", "serviceInstanceName": "y"})),
            of(
                Kind::Instance,
                "front",
                json!({"name": "web", "serviceRef": {"name": "shop"}, "environmentRef": {"name": "shared"}}),
            ),
            of(Kind::Instance, "back", json!({"serviceName": "shop", "environmentName": "remote-shared"})),
            of(Kind::Instance, "prod", json!({"serviceRef": {"name": "shop"}, "environmentName": "elsewhere"})),
            of(Kind::Service, "shop", json!({})),
            of(Kind::Service, "new", json!({})),
            of(Kind::Environment, "shared", json!({"name": "remote-shared"})),
        ]
    }

    fn drawn(filter: &Filter) -> String {
        let items = platform();
        let nodes = narrow(build(&items), filter);
        let line = |line: &Line<'_, '_>| {
            let absent = if matches!(line.label, Label::Absent(_)) { " (absent)" } else { "" };
            format!("{}{}{absent}\n", line.prefix, line.label.id())
        };
        lines(&nodes).iter().map(line).collect()
    }

    #[test]
    fn everything_stands_below_what_it_belongs_to() {
        insta::assert_snapshot!(drawn(&Filter::default()), @r"
        penv/elsewhere (absent)
        └─psvc/shop
          └─psi/prod
        penv/shared
        ├─psvc/shop
        │ ├─psi/back
        │ └─psi/front
        │   └─pcomp/bucket
        └─pcomp/dns
        psvc/new
        psi/y (absent)
        └─pcomp/lost
        ");
    }

    #[test]
    fn a_filter_keeps_what_is_above_and_below() {
        let filter = Filter { kind: Some(Kind::Instance), name: Some("front".into()) };
        insta::assert_snapshot!(drawn(&filter), @r"
        penv/shared
        └─psvc/shop
          └─psi/front
            └─pcomp/bucket
        ");
        assert_eq!(drawn(&Filter { kind: Some(Kind::Service), name: Some("none".into()) }), "");
    }
}
