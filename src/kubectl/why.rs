//! `why`: from the object to its deployment, to the stack, to the first resource that failed, and what to do about it.
//!
//! All of it is in the status but two things, which are asked of the Proton API where it can be reached: the whole message (the status
//! holds 1 KiB) and the stack. Without it the account says what is missing.

use serde_json::{Map, Value, json};

use super::args::{Global, ResourceArgs};
use super::cluster::Cluster;
use super::endpoint::Endpoint;
use super::failure::{Failure, Outcome};
use super::get::tone;
use super::history;
use super::item::{Item, Link, Ready, follow};
use super::page::{advice, cause};
use super::print::{Printer, Tone};
use super::resource::{self, Kind};
use crate::api::Reason;
use crate::proton::ProtonError;

/// What the Proton API adds.
#[derive(Clone, Default)]
struct Remote {
    message: Option<String>,
    stacks: Vec<String>,
    /// Why one of both is missing.
    missing: Option<String>,
}

/// The account of one object.
#[derive(Clone, PartialEq)]
struct Account {
    reason: String,
    message: String,
    since: Option<String>,
    deployment: Option<Deployment>,
    stacks: Vec<String>,
    resource: Option<Resource>,
    waits_for: Vec<String>,
    missing: Option<String>,
    cause: &'static str,
    advice: &'static str,
    /// The command that goes on once the cause is mended.
    command: Option<String>,
}

/// The deployment that decides about the object's state.
#[derive(Clone, PartialEq)]
struct Deployment {
    id: String,
    status: String,
    type_: Option<String>,
    version: Option<String>,
    message: Option<String>,
}

/// The first resource of a stack that failed by itself.
#[derive(Clone, PartialEq, Eq)]
struct Resource {
    name: String,
    kind: String,
    status: String,
    reason: String,
}

/// Explains.
pub(super) async fn run(cluster: &Cluster, global: &Global, args: &ResourceArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let (id, _) = resource::named(&args.words, &cluster.namespace, 0)?;
    let item = cluster.read(&id).await?;
    let around = match item.reason() {
        Some(Reason::WaitingForDependency) => cluster.list(Some(&id.namespace)).await?,
        _ => Vec::new(),
    };
    let remote = remote(cluster, &item, global).await;
    let account = conclude(&item, &around, remote);
    if printer.structured() {
        printer.document(&document(&item, &account))?;
    } else {
        printer.text(&text(printer, &item, &account))?;
    }
    Ok(Outcome::Done)
}

/// Only a deployment that did not succeed needs more than the status holds.
async fn remote(cluster: &Cluster, item: &Item, global: &Global) -> Remote {
    let target = &item.status.target;
    let Some(id) =
        target.last_attempted_deployment_id.as_deref().filter(|id| target.last_succeeded_deployment_id.as_deref() != Some(*id))
    else {
        return Remote::default();
    };
    match ask(cluster, item, global, id).await {
        Ok(remote) => remote,
        Err(failure) => Remote { missing: Some(failure.to_string()), ..Remote::default() },
    }
}

async fn ask(cluster: &Cluster, item: &Item, global: &Global, id: &str) -> Result<Remote, Failure> {
    let endpoint = Endpoint::of(cluster, item, global).await?;
    let deployment = endpoint.deployment(item, id).await?;
    let (stacks, missing) = match endpoint.provisioned().await {
        Ok(stacks) => (stacks, None),
        Err(error) => (Vec::new(), Some(stack_unknown(&error))),
    };
    Ok(Remote { message: deployment.deployment_status_message.map(|text| text.as_str().to_owned()), stacks, missing })
}

fn stack_unknown(error: &ProtonError) -> String {
    format!("the stack is not known: {error}")
}

/// What the facts say.
fn conclude(item: &Item, around: &[Item], remote: Remote) -> Account {
    let telling = item.telling();
    let reason = item.reason();
    let deployment = deployment(item, remote.message);
    let resource = deployment.as_ref().and_then(|deployment| failed_resource(deployment.message.as_deref()?));
    Account {
        reason: telling.map_or_else(|| "NotSeenYet".to_owned(), |condition| condition.reason.clone()),
        message: telling.map(|condition| condition.message.clone()).unwrap_or_else(|| unseen(item)),
        since: telling.map(|condition| condition.last_transition_time.0.to_string()),
        deployment,
        stacks: remote.stacks,
        resource,
        waits_for: waits_for(item, around),
        missing: remote.missing,
        cause: reason.map(cause).unwrap_or_default(),
        advice: reason.map_or(UNSEEN, advice),
        command: reason.and_then(verb).map(|verb| format!("kubectl proton {verb} {}", item.id)),
    }
}

/// The verb with which an object leaves a state that it does not leave by itself.
fn verb(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Suspended | Reason::DeletionSuspended => Some("resume"),
        Reason::DeploymentFailed
        | Reason::DeploymentCancelled
        | Reason::RetriesExhausted
        | Reason::RolledBack
        | Reason::RollbackFailed
        | Reason::DeleteFailed => Some("retry"),
        Reason::EndpointUnavailable | Reason::CredentialsRefused | Reason::AccessDenied | Reason::ConnectionInvalid => {
            Some("reconcile")
        }
        _ => None,
    }
}

/// What to do where no condition says anything.
const UNSEEN: &str = "Wait a moment. If it stays so, see whether the operator runs and watches this namespace.";

fn unseen(item: &Item) -> String {
    let seen = item.status.observed_generation.map_or_else(|| "none".to_owned(), |generation| generation.to_string());
    format!("The operator has not looked at generation {} yet; the last that it looked at: {seen}.", item.generation)
}

/// The last deployment, with the whole message if the API gave it.
fn deployment(item: &Item, whole: Option<String>) -> Option<Deployment> {
    let target = &item.status.target;
    let id = target.last_attempted_deployment_id.clone()?;
    let record = target.record(&id);
    let resource = target.deployment_status_message.as_ref().map(|message| message.get().clone());
    let mirrored = record.and_then(|record| record.message.as_ref()).map(|message| message.get().clone()).or(resource);
    Some(Deployment {
        status: record.map(|record| record.status.clone()).or_else(|| target.deployment_status.clone()).unwrap_or_default(),
        type_: record.and_then(|record| record.type_.clone()),
        version: record.and_then(|record| record.version.clone()),
        message: whole.or(mirrored).filter(|message| !message.is_empty()),
        id,
    })
}

/// Reads `Queue (AWS::SQS::Queue) is CREATE_FAILED: the name is taken. The stack is in …`, as proton-engine writes it after the events
/// of a stack.
fn failed_resource(message: &str) -> Option<Resource> {
    let (head, tail) = message.split_once(") is ")?;
    let (before, kind) = head.rsplit_once(" (")?;
    let (status, reason) = tail.split_once(": ")?;
    let name = before.split_whitespace().next_back()?;
    let reason = reason.split_once(" The stack is in ").map_or(reason, |(reason, _)| reason);
    let fits = kind.contains("::") && status.ends_with("_FAILED");
    fits.then(|| Resource { name: name.to_owned(), kind: kind.to_owned(), status: status.to_owned(), reason: reason.to_owned() })
}

/// What the object refers to and what is not ready, in one sentence each.
fn waits_for(item: &Item, around: &[Item]) -> Vec<String> {
    if item.reason() != Some(Reason::WaitingForDependency) {
        return Vec::new();
    }
    let links = &item.links;
    let all = [(Kind::Environment, &links.environment), (Kind::Service, &links.service), (Kind::Instance, &links.instance)];
    all.into_iter().filter_map(|(kind, link)| waits_on(item, around, kind, link.as_ref()?)).collect()
}

fn waits_on(item: &Item, around: &[Item], kind: Kind, link: &Link) -> Option<String> {
    match (follow(around, item, kind, link), link) {
        (Some(found), _) if found.ready() == Ready::True => None,
        (Some(found), _) => {
            let state = found.telling().map_or("not seen yet", |condition| condition.reason.as_str());
            Some(format!("{} is {state}: kubectl proton why {}", found.id, found.id))
        }
        (None, Link::Object(name)) => Some(format!("{}/{name} does not exist", kind.short())),
        (None, Link::Remote(_)) => None,
    }
}

fn text(printer: &Printer, item: &Item, account: &Account) -> String {
    let state = match item.ready() {
        Ready::True => "is ready",
        Ready::Working | Ready::Unknown => "is not ready yet",
        Ready::Stalled => "is stalled",
    };
    let head = printer.paint(tone(item.ready()), &format!("{} {state}: {}", item.id, account.reason));
    let mut lines = vec![head, indented(&account.message)];
    lines.extend(facts(printer, account));
    if !account.cause.is_empty() && item.ready() != Ready::True {
        lines.extend([title(printer, "Cause"), indented(account.cause)]);
    }
    if !account.advice.is_empty() && item.ready() != Ready::True {
        lines.extend([title(printer, "What to do"), indented(account.advice)]);
        lines.extend(account.command.iter().map(|command| format!("\n  $ {command}")));
    }
    lines.join("\n") + "\n"
}

fn title(printer: &Printer, text: &str) -> String {
    format!("\n{}", printer.paint(Tone::Strong, text))
}

fn facts(printer: &Printer, account: &Account) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fact = |name: &str, text: &str| lines.push(format!("  {name:<11} {}", text.replace('\n', "\n              ")));
    if let Some(since) = &account.since {
        fact("since", since);
    }
    if let Some(deployment) = &account.deployment {
        let more =
            [deployment.type_.as_deref(), deployment.version.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let status = printer.paint(history::tone(&deployment.status), &deployment.status);
        fact("deployment", format!("{} {status} {more}", deployment.id).trim_end());
        if let Some(message) = deployment.message.as_ref().filter(|message| !account.message.contains(message.as_str())) {
            fact("", message);
        }
    }
    account.stacks.iter().for_each(|stack| fact("stack", stack));
    if let Some(resource) = &account.resource {
        fact("resource", &format!("{} ({}) {}", resource.name, resource.kind, printer.paint(Tone::Bad, &resource.status)));
        fact("", &resource.reason);
    }
    account.waits_for.iter().for_each(|text| fact("waits for", text));
    if let Some(missing) = &account.missing {
        fact("not asked", missing);
    }
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn document(item: &Item, account: &Account) -> Value {
    let deployment = account.deployment.as_ref().map(|deployment| {
        present(json!({"id": deployment.id, "status": deployment.status, "type": deployment.type_, "version": deployment.version,
            "message": deployment.message}))
    });
    let resource = account.resource.as_ref().map(|resource| {
        json!({"logicalId": resource.name, "type": resource.kind, "status": resource.status, "reason": resource.reason})
    });
    present(json!({
        "object": item.summary(),
        "ready": item.ready().word(),
        "stalled": item.ready() == Ready::Stalled,
        "reason": account.reason,
        "message": account.message,
        "since": account.since,
        "deployment": deployment,
        "stacks": account.stacks,
        "failedResource": resource,
        "waitsFor": account.waits_for,
        "notAsked": account.missing,
        "whatToDo": account.advice,
        "command": account.command,
    }))
}

/// Without the members that have no value.
fn present(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    Value::Object(members.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
}

#[cfg(test)]
#[path = "why_tests.rs"]
mod tests;
