//! `register`: from a folder to a registered, perhaps published, template version.

use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::client::{Client, ServiceError};
use super::client_keys::Keys;
use super::register_options::RegisterOptions;
use super::registration_call::{Names, create_template, create_version, names, next_command};
use crate::bundle::archive::{self, Limits};

/// How often the version's status is read while it is being registered.
const POLL: Duration = Duration::from_millis(250);

/// Registration fetches one archive and checks it; what takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs the command. `say` gets each line of the report.
pub async fn run(options: &RegisterOptions, say: &mut (dyn FnMut(String) + Send)) -> anyhow::Result<()> {
    options.check()?;
    let keys = Keys::find(options.credentials.as_deref())?;
    let client = Client::new(&options.endpoint, options.ca.as_deref(), keys, &options.region)?;
    let names = names(options.kind);
    let digest = upload(&client, options, names, say).await?;
    let created = client.call(&format!("Create{}Version", names.noun), &create_version(options, &digest)).await?;
    let (major, minor) = number(&created, names)?;
    let target = json!({"templateName": options.template, "majorVersion": major, "minorVersion": minor});
    let mut status = registered(&client, names, &target).await?;
    if options.publish && status != "PUBLISHED" {
        status = publish(&client, names, &target).await?;
    }
    say(format!("{} {} version {major}.{minor}: {status}", names.words, options.template));
    say(format!("next: {}", next_command(options, &major, &minor, status == "PUBLISHED")));
    Ok(())
}

/// Packs and uploads the folder and makes sure that the template is there; gives the archive's SHA-256.
async fn upload(
    client: &Client,
    options: &RegisterOptions,
    names: Names,
    say: &mut (dyn FnMut(String) + Send),
) -> anyhow::Result<String> {
    let bytes = archive::pack(&options.dir).with_context(|| format!("the bundle {} was refused", options.dir.display()))?;
    let files = archive::unpack(&bytes, &Limits::default())?;
    let digest = hex::encode(Sha256::digest(&bytes));
    say(format!("uploading {} ({} bytes, sha256 {digest})", options.dir.display(), bytes.len()));
    client.put_bundle(&digest, bytes).await?;
    let found = client.call(&format!("Get{}", names.noun), &json!({"name": options.template})).await;
    if is_absent(&found) {
        client.call(&format!("Create{}", names.noun), &create_template(options, &files)).await?;
        say(format!("created the {} {}, which was not there", names.words, options.template));
    } else {
        found?;
    }
    Ok(digest)
}

fn is_absent(found: &anyhow::Result<Value>) -> bool {
    let error = found.as_ref().err().and_then(|error| error.downcast_ref::<ServiceError>());
    error.is_some_and(|error| error.exception == "ResourceNotFoundException")
}

fn number(answer: &Value, names: Names) -> anyhow::Result<(String, String)> {
    let version = answer.get(names.version_member);
    let part = |name: &str| version.and_then(|version| version.get(name)).and_then(Value::as_str).map(str::to_owned);
    part("majorVersion").zip(part("minorVersion")).context("the answer names no version: is this a proton-engine?")
}

/// Waits for the end of the registration and gives the status; its failure is an error with the engine's reason.
async fn registered(client: &Client, names: Names, target: &Value) -> anyhow::Result<String> {
    let began = tokio::time::Instant::now();
    loop {
        let answer = client.call(&format!("Get{}Version", names.noun), target).await?;
        let member = |name: &str| {
            let version = answer.get(names.version_member);
            version.and_then(|version| version.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        match member("status").as_str() {
            "REGISTRATION_IN_PROGRESS" if began.elapsed() < PATIENCE => tokio::time::sleep(POLL).await,
            "REGISTRATION_IN_PROGRESS" => bail!("the version is still being registered; look at the engine's log"),
            "REGISTRATION_FAILED" => bail!("the version was refused: {}", member("statusMessage")),
            status => return Ok(status.to_owned()),
        }
    }
}

async fn publish(client: &Client, names: Names, target: &Value) -> anyhow::Result<String> {
    let mut input = target.clone();
    if let Some(input) = input.as_object_mut() {
        input.insert("status".to_owned(), json!("PUBLISHED"));
    }
    client.call(&format!("Update{}Version", names.noun), &input).await?;
    Ok("PUBLISHED".to_owned())
}
