//! Bad input ends in an admission message or a condition that says what to do, never in a hot loop.

use std::time::Duration;

use anyhow::Result;

use crate::system::{Setup, System, condition, team, text};

async fn stalled(system: &System, name: &str) -> Result<String> {
    let status =
        system.status_until(name, "Stalled", |s| condition(s, "Stalled").is_some_and(|c| text(c, "/status") == "True")).await?;
    let message = condition(&status, "Ready").map(|c| text(c, "/message").to_owned()).unwrap_or_default();
    Ok(message)
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_name_what_is_wrong() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let cases = [
        ("unknown-template", "templateName: absent\ntemplateMajorVersion: \"1\"\n".to_owned(), "absent"),
        ("unknown-major", "templateName: team-environment\ntemplateMajorVersion: \"9\"\n".to_owned(), "9"),
        ("wrong-type", team("  retention_days: many\n"), "retention_days"),
        ("missing-input", "templateName: team-environment\ntemplateMajorVersion: \"1\"\ninputs: {}\n".to_owned(), "stage"),
        (
            "broken-yaml",
            "templateName: team-environment\ntemplateMajorVersion: \"1\"\nspecYaml: \"proton: [\"\n".to_owned(),
            "line",
        ),
    ];
    for (name, spec, _) in &cases {
        system.apply(name, spec).await?.ok()?;
    }
    for (name, _, word) in &cases {
        let message = stalled(&system, name).await?;
        assert!(message.contains(word), "{name}: {message:?} does not name {word:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn admission_refuses_with_words_that_help() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("plain", &team("")).await?.ok()?;
    system.wait_ready("plain").await?;
    let role = "protonServiceRoleArn: arn:aws:iam::123456789012:role/one\n";
    let two = format!("{role}environmentAccountConnectionId: 11111111-2222-3333-4444-555555555555\n");
    let both = format!("{}specYaml: \"proton: EnvironmentSpec\"\n", team(""));
    let long = "x".repeat(51_300);
    let cases = [
        ("two-sources", format!("{}{two}", team("")), "exclude each other"),
        ("both-specs", both, "specYaml"),
        ("too-long", format!("templateName: team-environment\ntemplateMajorVersion: \"1\"\nspecYaml: \"{long}\"\n"), "51200"),
        ("bad-version", "templateName: team-environment\ntemplateMajorVersion: one\n".to_owned(), "templateMajorVersion"),
        ("unknown-policy", team("onFailure: Explode"), "onFailure"),
    ];
    for (name, spec, word) in &cases {
        let answer = system.apply(name, spec).await?;
        assert_ne!(answer.code, 0, "{name} was accepted");
        assert!(answer.err.contains(word), "{name}: {}", answer.err);
    }
    let renamed = system.apply("plain", &team("name: other")).await?;
    assert_ne!(renamed.code, 0, "a name cannot change");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_is_taken_up_and_nothing_spins_before_it() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    system.apply("wrong", &team("  retention_days: many\n")).await?.ok()?;
    stalled(&system, "wrong").await?;
    let before = requests(&system).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let calls = requests(&system).await? - before;
    assert!(calls <= 4.0, "{calls} API calls in 3 s while nothing could change");
    system.patch("wrong", "spec: {inputs: {retention_days: 3}}").await?;
    system.wait_ready("wrong").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_endpoint_and_wrong_keys_say_so() -> Result<()> {
    let mut system = System::start(Setup::default()).await?;
    let wrong = [("AWS_SECRET_ACCESS_KEY".to_owned(), "not-the-secret".to_owned())];
    system.operator.restart(&wrong).await?;
    system.apply("keys", &team("")).await?.ok()?;
    let status = system
        .status_until("keys", "the refusal", |s| {
            condition(s, "Ready").is_some_and(|c| text(c, "/status") == "False" && text(c, "/message").contains("signature"))
        })
        .await?;
    assert!(condition(&status, "Ready").is_some());
    let nowhere = [("AWS_ENDPOINT_URL_PROTON".to_owned(), "http://127.0.0.1:9".to_owned())];
    system.operator.restart(&nowhere).await?;
    system.apply("endpoint", &team("")).await?.ok()?;
    system
        .status_until("endpoint", "the failed connection", |s| {
            condition(s, "Ready").is_some_and(|c| text(c, "/message").contains("AWS_ENDPOINT_URL_PROTON"))
        })
        .await?;
    system.operator.restart(&[]).await?;
    system.wait_ready("keys").await?;
    system.wait_ready("endpoint").await
}

/// How many requests the engine has answered since it started, as its log-free counter: deployments aside.
async fn requests(system: &System) -> Result<f64> {
    let text = reqwest::get(format!("{}/metrics", system.operator.web())).await?.text().await?;
    Ok(text
        .lines()
        .filter(|line| line.starts_with("proton_operator_api_calls_total"))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum())
}
