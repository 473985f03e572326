//! From an HTTP request to the operation and back; records the call.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::request::Request;
use super::world::World;
use super::{change_sets, deletion, identity, objects, reading, stacks};

/// The world, shared with the tests.
pub(super) type Shared = Arc<Mutex<World>>;

pub(super) async fn handle(State(shared): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mut world = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let access_key = access_key(&headers);
    world.settle(Instant::now());
    let response = if uri.path() == "/" {
        query(&mut world, access_key, &Request::parse(&body))
    } else {
        object(&mut world, access_key, &method, uri.path(), body)
    };
    world.settle(Instant::now());
    response
}

fn query(world: &mut World, access_key: String, request: &Request) -> Response {
    let action = request.action();
    let about = if action == "AssumeRole" { request.get("RoleArn").unwrap_or_default() } else { request.stack_name() };
    let answer = match world.admit(action, about) {
        Ok(()) => dispatch(world, &access_key, request),
        Err(refusal) => Err(refusal),
    };
    let error = answer.as_ref().err().map(|refusal| refusal.code.to_owned());
    world.calls.push(Call {
        action: action.to_owned(),
        stack: about.to_owned(),
        change_set: request.change_set_name().map(str::to_owned),
        token: request.token().map(str::to_owned),
        role: world.sessions.get(&access_key).cloned(),
        access_key,
        error,
    });
    match answer {
        Ok(xml) => ([(header::CONTENT_TYPE, "text/xml")], xml.answer(action)).into_response(),
        Err(refusal) => refuse(&refusal),
    }
}

fn dispatch(world: &mut World, access_key: &str, request: &Request) -> Answer {
    let now = Instant::now();
    match request.action() {
        "CreateChangeSet" => change_sets::create(world, request, now),
        "DescribeChangeSet" => change_sets::describe(world, request, now),
        "ExecuteChangeSet" => change_sets::execute(world, request, now),
        "DeleteChangeSet" => change_sets::delete(world, request, now),
        "ListChangeSets" => change_sets::list(world, request, now),
        "CreateStack" => stacks::create(world, request, now),
        "UpdateStack" => stacks::update(world, request, now),
        "CancelUpdateStack" => stacks::cancel(world, request, now),
        "ContinueUpdateRollback" => stacks::continue_rollback(world, request, now),
        "DeleteStack" => deletion::delete(world, request, now),
        "DescribeStacks" => reading::stacks(world, request),
        "DescribeStackEvents" => reading::events(world, request),
        "ListStackResources" => reading::resources(world, request),
        "AssumeRole" => identity::assume_role(world, request),
        "GetCallerIdentity" => identity::caller(world, access_key),
        other => Err(Refusal::new("InvalidAction", format!("Could not find operation {other}"))),
    }
}

fn object(world: &mut World, access_key: String, method: &Method, path: &str, body: Bytes) -> Response {
    let action = objects::action(method);
    let answer = match world.admit(action, path) {
        Ok(()) => objects::call(world, method, path, body),
        Err(refusal) => Err(refusal),
    };
    let error = answer.as_ref().err().map(|refusal| refusal.code.to_owned());
    let (action, stack) = (action.to_owned(), path.to_owned());
    let role = world.sessions.get(&access_key).cloned();
    world.calls.push(Call { action, stack, change_set: None, token: None, access_key, role, error });
    answer.map_or_else(|refusal| refuse(&refusal), IntoResponse::into_response)
}

fn refuse(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, [(header::CONTENT_TYPE, "text/xml")], refusal.to_xml()).into_response()
}

/// The access key out of `Credential=<key>/<date>/…`.
fn access_key(headers: &HeaderMap) -> String {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let credential = header.split("Credential=").nth(1).unwrap_or_default();
    credential.split('/').next().unwrap_or_default().to_owned()
}
