//! STS: AssumeRole and GetCallerIdentity.

use super::answer::{Answer, Xml};
use super::request::Request;
use super::world::World;

/// Gives out a session; its access key stands for the role in the calls that follow.
pub(super) fn assume_role(world: &mut World, request: &Request) -> Answer {
    let (role, session) = (request.required("RoleArn")?, request.required("RoleSessionName")?);
    let key = format!("ASIA{:016X}", world.sessions.len());
    world.sessions.insert(key.clone(), role.to_owned());
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let mut credentials = Xml::default();
    credentials.text("AccessKeyId", &key).text("SecretAccessKey", "secret").text("SessionToken", "token");
    credentials.text("Expiration", &end.to_string());
    let mut user = Xml::default();
    user.text("Arn", &format!("{}/{session}", role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")));
    user.text("AssumedRoleId", &format!("AROA:{session}"));
    let mut answer = Xml::default();
    answer.element("Credentials", &credentials).element("AssumedRoleUser", &user);
    Ok(answer)
}

/// Who calls.
pub(super) fn caller(world: &World, access_key: &str) -> Answer {
    let user = "arn:aws:iam::123456789012:user/rig";
    let arn = world.sessions.get(access_key).map_or(user, String::as_str);
    let mut answer = Xml::default();
    answer.text("Arn", arn).text("UserId", access_key).text("Account", "123456789012");
    Ok(answer)
}
