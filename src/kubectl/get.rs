//! `get`: the tree with the state of every object.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::args::{Format, GetArgs};
use super::cluster::Cluster;
use super::failure::{Failure, Outcome};
use super::item::{Item, Ready};
use super::print::{Printer, Tone};
use super::resource;
use super::table::{self, Cell, age, brief, short};
use super::tree::{self, Filter, Label, Line, Node};
use super::watch;
use crate::api::TargetStatus;

/// Longest message in a table that is not wide, in characters.
const MESSAGE: usize = 80;

/// Lists once, or goes on showing changes.
pub(super) async fn run(cluster: &Cluster, args: &GetArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let filter = filter(&args.words)?;
    let namespace = (!args.all_namespaces).then_some(cluster.namespace.as_str());
    let view = View { filter, all_namespaces: args.all_namespaces, printer: *printer };
    if args.watch {
        return watch::run(cluster, namespace, &view).await;
    }
    let items = cluster.list(namespace).await?;
    let nodes = view.nodes(&items);
    if let (true, Some(name)) = (nodes.is_empty(), &view.filter.name) {
        let kind = view.filter.kind.map_or("resource", |kind| kind.short());
        return Err(Failure::NotFound(format!("there is no {kind}/{name} in {}", place(namespace))));
    }
    if printer.structured() {
        printer.document(&json!({"items": nodes.iter().map(document).collect::<Vec<_>>()}))?;
    } else if nodes.is_empty() {
        eprintln!("There are no resources in {}.", place(namespace));
    } else {
        printer.text(&view.table(&nodes, Timestamp::now()))?;
    }
    Ok(Outcome::Done)
}

fn place(namespace: Option<&str>) -> String {
    namespace.map_or_else(|| "any namespace".to_owned(), |name| format!("namespace {name}"))
}

fn filter(words: &[String]) -> Result<Filter, Failure> {
    let Some(found) = resource::words(words)? else { return Ok(Filter::default()) };
    if let Some(extra) = found.rest.first() {
        return Err(Failure::Usage(format!("'{extra}' is one word too many")));
    }
    Ok(Filter { kind: Some(found.kind), name: found.name.map(str::to_owned) })
}

/// What is shown, and how.
pub(super) struct View {
    pub(super) filter: Filter,
    pub(super) all_namespaces: bool,
    pub(super) printer: Printer,
}

impl View {
    /// The part of the tree that is asked for.
    pub(super) fn nodes<'a>(&self, items: &'a [Item]) -> Vec<Node<'a>> {
        tree::narrow(tree::build(items), &self.filter)
    }

    /// The table of a tree.
    pub(super) fn table(&self, nodes: &[Node<'_>], now: Timestamp) -> String {
        let lines = tree::lines(nodes);
        let rows: Vec<Vec<Cell>> = lines.iter().map(|line| self.row(line, now)).collect();
        table::render(&self.printer, &self.header(), &rows)
    }

    /// The columns.
    pub(super) fn header(&self) -> Vec<&'static str> {
        let columns = ["NAME", "READY", "STATUS", "VERSION", "DEPLOYMENT", "AGE", "MESSAGE"];
        self.all_namespaces.then_some("NAMESPACE").into_iter().chain(columns).collect()
    }

    /// The cells of a line.
    pub(super) fn row(&self, line: &Line<'_, '_>, now: Timestamp) -> Vec<Cell> {
        let id = line.label.id();
        let mut cells: Vec<Cell> = self.all_namespaces.then(|| Cell::from(id.namespace.as_str())).into_iter().collect();
        match line.label {
            Label::Object(item) => {
                cells.push(format!("{}{id}", line.prefix).into());
                cells.extend(self.state(item, now));
            }
            Label::Absent(_) => {
                cells.push(Cell::new(Tone::Faint, format!("{}{id}", line.prefix)));
                cells.extend([Cell::new(Tone::Faint, "-"), Cell::new(Tone::Faint, "no object")]);
            }
        }
        cells
    }

    fn state(&self, item: &Item, now: Timestamp) -> [Cell; 6] {
        let ready = item.ready();
        let tone = tone(ready);
        let target = &item.status.target;
        let message = match item.telling() {
            Some(condition) if self.printer.format == Format::Wide => condition.message.replace('\n', " "),
            Some(condition) if ready != Ready::True => brief(&shortened(&condition.message, target), MESSAGE),
            _ => String::new(),
        };
        [
            Cell::new(tone, ready.word()),
            Cell::new(tone, word(item)),
            item.status.version.clone().unwrap_or_default().into(),
            short(target.last_attempted_deployment_id.as_deref().unwrap_or_default()).into(),
            age(item.created, now).into(),
            message.into(),
        ]
    }
}

/// A message with the id that stands in a column of its own cut as it is there.
fn shortened(message: &str, target: &TargetStatus) -> String {
    let id = target.last_attempted_deployment_id.as_deref().filter(|id| !id.is_empty());
    id.map_or_else(|| message.to_owned(), |id| message.replace(id, short(id)))
}

/// The colour of a state.
pub(super) fn tone(ready: Ready) -> Tone {
    match ready {
        Ready::True => Tone::Good,
        Ready::Working | Ready::Unknown => Tone::Working,
        Ready::Stalled => Tone::Bad,
    }
}

/// The reason in one word. A generation that the operator has not looked at has none.
fn word(item: &Item) -> &str {
    match item.telling() {
        Some(condition) => &condition.reason,
        None => "NotSeenYet",
    }
}

/// A node with its children in JSON.
pub(super) fn document(node: &Node<'_>) -> Value {
    let mut members = match &node.label {
        Label::Object(item) => entry(item),
        Label::Absent(id) => absent(id),
    };
    let children: Vec<Value> = node.children.iter().map(document).collect();
    members.insert("children".to_owned(), children.into());
    Value::Object(members)
}

fn absent(id: &resource::Id) -> Map<String, Value> {
    let members = [("kind", id.kind.name()), ("namespace", &id.namespace), ("name", &id.name)];
    let members = members.into_iter().map(|(member, value)| (member.to_owned(), json!(value)));
    members.chain([("absent".to_owned(), json!(true))]).collect()
}

/// An object in JSON; members without a value are absent.
pub(super) fn entry(item: &Item) -> Map<String, Value> {
    let target = &item.status.target;
    let telling = item.telling();
    let members = json!({
        "kind": item.id.kind.name(),
        "namespace": item.id.namespace,
        "name": item.id.name,
        "remoteName": item.remote,
        "ready": item.ready().word(),
        "stalled": item.ready() == Ready::Stalled,
        "suspended": item.suspended(),
        "deleting": item.deleting,
        "reason": telling.map(|condition| &condition.reason),
        "message": telling.map(|condition| &condition.message),
        "version": item.status.version,
        "deploymentStatus": target.deployment_status,
        "lastAttemptedDeploymentId": target.last_attempted_deployment_id,
        "lastSucceededDeploymentId": target.last_succeeded_deployment_id,
        "generation": item.generation,
        "createdAt": item.created.map(|time| time.to_string()),
    });
    let Value::Object(members) = members else { return Map::new() };
    members.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::item::fixture::{item, status};
    use super::super::resource::Kind;
    use super::*;

    fn platform() -> Vec<Item> {
        let deployed = json!({"version": "1.0", "lastAttemptedDeploymentId": "0123456789ab-cdef"});
        let failed =
            "Deployment 89abcdef-0123 failed: Queue (AWS::SQS::Queue) is CREATE_FAILED: the name is taken. The stack waits.";
        let mut fresh = item(Kind::Service, "shop", json!({}), json!({}));
        fresh.generation = 3;
        vec![
            item(Kind::Environment, "shared", json!({}), status("True", "Deployed", "Version 1.0 is deployed.", deployed)),
            fresh,
            item(
                Kind::Instance,
                "front",
                json!({"serviceRef": {"name": "shop"}, "environmentRef": {"name": "shared"}}),
                status("Stalled", "DeploymentFailed", failed, json!({"lastAttemptedDeploymentId": "89abcdef-0123"})),
            ),
            item(
                Kind::Component,
                "dns",
                json!({"environmentName": "other"}),
                status("False", "Deploying", "Deployment x is in progress.", json!({})),
            ),
        ]
    }

    fn view(all_namespaces: bool, format: Format) -> View {
        View { filter: Filter::default(), all_namespaces, printer: Printer::plain(format) }
    }

    #[test]
    fn the_table_tells_the_state_of_every_object() {
        let (items, now) = (platform(), "2026-11-25T08:05:00Z".parse().unwrap());
        let shown = view(false, Format::Table);
        insta::assert_snapshot!(shown.table(&shown.nodes(&items), now), @r"
        NAME            READY     STATUS             VERSION   DEPLOYMENT   AGE   MESSAGE
        penv/other      -         no object
        └─pcomp/dns     False     Deploying                                 5m    Deployment x is in progress.
        penv/shared     True      Deployed           1.0       01234567     5m
        └─psvc/shop     Unknown   NotSeenYet                                5m
          └─psi/front   False     DeploymentFailed             89abcdef     5m    Deployment 89abcdef failed: Queue (AWS::SQS::Queue) is CREATE_FAILED: the name…
        ");
        let wide = view(true, Format::Wide);
        insta::assert_snapshot!(wide.table(&wide.nodes(&items), now), @r"
        NAMESPACE   NAME            READY     STATUS             VERSION   DEPLOYMENT   AGE   MESSAGE
        ns          penv/other      -         no object
        ns          └─pcomp/dns     False     Deploying                                 5m    Deployment x is in progress.
        ns          penv/shared     True      Deployed           1.0       01234567     5m    Version 1.0 is deployed.
        ns          └─psvc/shop     Unknown   NotSeenYet                                5m
        ns            └─psi/front   False     DeploymentFailed             89abcdef     5m    Deployment 89abcdef-0123 failed: Queue (AWS::SQS::Queue) is CREATE_FAILED: the name is taken. The stack waits.
        ");
    }

    #[test]
    fn the_document_nests_children() {
        let items = platform();
        let shown = view(false, Format::Json);
        let documents: Vec<Value> = shown.nodes(&items).iter().map(document).collect();
        assert_eq!(documents[0]["absent"], true);
        let shared = &documents[1];
        assert_eq!((&shared["ready"], &shared["reason"]), (&json!("True"), &json!("Deployed")));
        let front = &shared["children"][0]["children"][0];
        assert_eq!((&front["name"], &front["stalled"], front.get("version")), (&json!("front"), &json!(true), None));
        assert_eq!(shared["children"][0]["ready"], "Unknown");
    }
}
