//! `diff`: what a deployment changed, how two states differ, or what is wanted but not deployed.

use serde_json::{Map, Value, json};
use similar::TextDiff;

use super::args::{DiffArgs, Global};
use super::cluster::Cluster;
use super::endpoint::Endpoint;
use super::failure::{Failure, Outcome};
use super::item::{self, Item, Link};
use super::print::{Printer, Tone};
use super::request::resolve;
use super::resource::{self, Kind};
use super::state::{Change, State};
use crate::proton::{Deployment, EnvironmentState};

/// Lines around a change of a text.
const CONTEXT: usize = 2;

/// A side of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Side {
    /// What the spec wants now.
    Wanted,
    /// The state that a deployment began with; `None`: there was nothing.
    Before(String),
    /// The state that a deployment makes.
    After(String),
}

/// Reads both sides and compares them.
pub(super) async fn run(cluster: &Cluster, global: &Global, args: &DiffArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let (id, rest) = resource::named(&args.words, &cluster.namespace, 2)?;
    let item = cluster.read(&id).await?;
    let sides = sides(&item, &rest)?;
    let source = Source { endpoint: Endpoint::of(cluster, &item, global).await?, item: &item, cluster };
    let [from, to] = &sides;
    let [before, after] = [source.state(from).await?, source.state(to).await?];
    let external: &[String] = match (from, to) {
        (Side::Wanted, _) | (_, Side::Wanted) => item.lifecycle.external_inputs.as_deref().unwrap_or_default(),
        _ => &[],
    };
    let changes = before.without(external).changes(&after.without(external));
    if printer.structured() {
        printer.document(&document(&item, &sides, &changes))?;
    } else {
        printer.text(&text(printer, &item, &sides, &changes))?;
    }
    Ok(if args.exit_code && !changes.is_empty() { Outcome::Differs } else { Outcome::Done })
}

/// What the words behind the resource mean.
fn sides(item: &Item, words: &[&str]) -> Result<[Side; 2], Failure> {
    match words {
        [] => Ok([side(item, "deployed")?, Side::Wanted]),
        [one] => match side(item, one)? {
            Side::After(id) => Ok([Side::Before(id.clone()), Side::After(id)]),
            _ => Err(Failure::Usage("'wanted' compared with what? Name two, or none for `deployed wanted`".to_owned())),
        },
        [from, to, ..] => Ok([side(item, from)?, side(item, to)?]),
    }
}

fn side(item: &Item, word: &str) -> Result<Side, Failure> {
    match word {
        "wanted" => Ok(Side::Wanted),
        "deployed" => {
            let id = item.status.target.last_succeeded_deployment_id.clone();
            id.map(Side::After).ok_or_else(|| Failure::NotFound(format!("nothing is deployed for {} yet", item.id)))
        }
        _ => resolve(item, word).map(Side::After),
    }
}

/// Where states come from.
struct Source<'a> {
    endpoint: Endpoint,
    item: &'a Item,
    cluster: &'a Cluster,
}

impl Source<'_> {
    async fn state(&self, side: &Side) -> Result<State, Failure> {
        match side {
            Side::Wanted => self.wanted().await,
            Side::Before(id) => self.deployed(id, |deployment| deployment.initial_state).await,
            Side::After(id) => self.deployed(id, |deployment| deployment.target_state).await,
        }
    }

    async fn deployed(&self, id: &str, pick: fn(Deployment) -> Option<EnvironmentState>) -> Result<State, Failure> {
        let Some(state) = pick(self.endpoint.deployment(self.item, id).await?) else {
            return Ok(State::empty());
        };
        State::deployed(self.item.id.kind, &self.item.remote, &state).map_err(Failure::Refused)
    }

    /// While rollbackTo is set, that deployment's state is what is wanted.
    async fn wanted(&self) -> Result<State, Failure> {
        if let Some(id) = &self.item.lifecycle.rollback_to {
            return self.deployed(id, |deployment| deployment.target_state).await;
        }
        let refused = |problem: &String| Failure::Refused(format!("{}: {problem}", self.item.id));
        let wish = self.item.wish.as_ref().map_err(refused)?.clone();
        if self.item.id.kind != Kind::Component {
            return Ok(wish);
        }
        let links = &self.item.links;
        let Some((service, instance)) = links.service.as_ref().zip(links.instance.as_ref()) else {
            return Ok(wish.attached(None));
        };
        let items = self.cluster.list(Some(&self.item.id.namespace)).await?;
        let (service, instance) = (item::remote(&items, self.item, service), remote_instance(&items, self.item, instance));
        Ok(wish.attached(Some((&service, &instance))))
    }
}

fn remote_instance(items: &[Item], from: &Item, link: &Link) -> String {
    match (item::follow(items, from, Kind::Instance, link), link) {
        (Some(found), _) => found.remote.clone(),
        (None, Link::Object(name) | Link::Remote(name)) => name.clone(),
    }
}

fn name(side: &Side) -> String {
    match side {
        Side::Wanted => "wanted".to_owned(),
        Side::Before(id) => format!("before {id}"),
        Side::After(id) => id.clone(),
    }
}

/// Two texts of more than one line are compared by line.
fn texts(change: &Change) -> Option<(&str, &str)> {
    let (from, to) = (change.from.as_ref()?.as_str()?, change.to.as_ref()?.as_str()?);
    (from.trim_end().contains('\n') || to.trim_end().contains('\n')).then_some((from, to))
}

fn text(printer: &Printer, item: &Item, [from, to]: &[Side; 2], changes: &[Change]) -> String {
    let head = format!("{}: {} → {}\n", item.id, name(from), name(to));
    if changes.is_empty() {
        return format!("{head}  no differences\n");
    }
    let lines: String = changes.iter().map(|change| shown(printer, change)).collect();
    format!("{}{lines}", printer.paint(Tone::Strong, &head))
}

fn shown(printer: &Printer, change: &Change) -> String {
    if let Some((from, to)) = texts(change) {
        let lines = unified(from, to);
        let lines: String = lines.lines().map(|line| format!("    {}\n", coloured(printer, line))).collect();
        return format!("  {}:\n{lines}", change.path);
    }
    let value = |value: &Option<Value>| value.as_ref().map_or_else(|| "(none)".to_owned(), Value::to_string);
    let (from, to) = (value(&change.from), value(&change.to));
    format!("  {}: {} → {}\n", change.path, printer.paint(Tone::Bad, &from), printer.paint(Tone::Good, &to))
}

fn coloured(printer: &Printer, line: &str) -> String {
    let tone = match line.chars().next() {
        Some('+') => Tone::Good,
        Some('-') => Tone::Bad,
        Some('@') => Tone::Faint,
        _ => Tone::Plain,
    };
    printer.paint(tone, line)
}

fn unified(from: &str, to: &str) -> String {
    TextDiff::from_lines(from, to).unified_diff().context_radius(CONTEXT).missing_newline_hint(false).to_string()
}

fn document(item: &Item, [from, to]: &[Side; 2], changes: &[Change]) -> Value {
    let changes: Vec<Value> = changes.iter().map(entry).collect();
    json!({"object": item.summary(), "from": name(from), "to": name(to), "changes": changes})
}

fn entry(change: &Change) -> Value {
    let mut members = Map::new();
    members.insert("path".to_owned(), json!(change.path));
    for (side, value) in [("from", &change.from), ("to", &change.to)] {
        if let Some(value) = value {
            members.insert(side.to_owned(), value.clone());
        }
    }
    if let Some((from, to)) = texts(change) {
        members.insert("unified".to_owned(), unified(from, to).into());
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::super::args::Format;
    use super::super::item::fixture::item as object;
    use super::*;
    use rstest::rstest;

    const A: &str = "aaaa1111-0000-4000-8000-000000000001";
    const B: &str = "bbbb2222-0000-4000-8000-000000000002";

    fn item() -> Item {
        let status = json!({"lastSucceededDeploymentId": B, "deployments": [{"id": B, "status": "SUCCEEDED"}, {"id": A, "status": "FAILED"}]});
        object(Kind::Environment, "e", json!({}), status)
    }

    #[rstest]
    #[case(&[], Ok([Side::After(B.into()), Side::Wanted]))]
    #[case(&["aaaa"], Ok([Side::Before(A.into()), Side::After(A.into())]))]
    #[case(&["deployed"], Ok([Side::Before(B.into()), Side::After(B.into())]))]
    #[case(&["aaaa", "bbbb"], Ok([Side::After(A.into()), Side::After(B.into())]))]
    #[case(&["wanted", "aaaa"], Ok([Side::Wanted, Side::After(A.into())]))]
    #[case(&["wanted"], Err(2))]
    #[case(&["9999"], Err(3))]
    fn words_name_the_sides(#[case] words: &[&str], #[case] expected: Result<[Side; 2], u8>) {
        assert_eq!(sides(&item(), words).map_err(|failure| failure.code()), expected);
    }

    fn changes() -> Vec<Change> {
        let change = |path: &str, from: Option<Value>, to: Option<Value>| Change { path: path.into(), from, to };
        vec![
            change("inputs.size", Some(json!(1)), Some(json!(2))),
            change("inputs.queues[2]", None, Some(json!("index"))),
            change("templateFile", Some(json!("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n")), Some(json!("a: 1\nb: 2\nc: 3\nd: 40\ne: 5\n"))),
        ]
    }

    #[test]
    fn values_are_shown_by_path_and_files_by_line() {
        let sides = [Side::After(A.into()), Side::Wanted];
        insta::assert_snapshot!(text(&Printer::plain(Format::Table), &item(), &sides, &changes()), @r#"
        penv/e: aaaa1111-0000-4000-8000-000000000001 → wanted
          inputs.size: 1 → 2
          inputs.queues[2]: (none) → "index"
          templateFile:
            @@ -2,4 +2,4 @@
             b: 2
             c: 3
            -d: 4
            +d: 40
             e: 5
        "#);
        assert!(text(&Printer::plain(Format::Table), &item(), &sides, &[]).ends_with("no differences\n"));
    }

    #[test]
    fn the_document_leaves_out_what_is_not_there() {
        let document = document(&item(), &[Side::Before(A.into()), Side::After(A.into())], &changes());
        assert_eq!(document["from"], format!("before {A}"));
        assert_eq!(document["changes"][1], json!({"path": "inputs.queues[2]", "to": "index"}));
        assert!(document["changes"][2]["unified"].as_str().unwrap().contains("-d: 4\n+d: 40\n"));
    }
}
