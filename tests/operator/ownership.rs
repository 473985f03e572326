//! Whose environment is it: created here, adopted, or another's.

use anyhow::Result;

use crate::deletion::gone;
use crate::system::{Setup, System, condition, team, text};

async fn created_by_hand(system: &System, name: &str) -> Result<String> {
    let spec = "proton: EnvironmentSpec\nspec: {stage: staging}\n";
    let args = ["create-environment", "--name", name, "--template-name", "team-environment"];
    let more = ["--template-major-version", "1", "--spec", spec];
    let all: Vec<&str> = args.into_iter().chain(more).collect();
    let aws = system.engine.aws();
    let made = aws.proton(&all).await?;
    aws.proton(&["wait", "environment-deployed", "--name", name]).await?;
    Ok(text(&made, "/environment/arn").to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unowned_environment_is_not_touched_without_leave() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let arn = created_by_hand(&system, "theirs").await?;
    system.apply("theirs", &team("  queues: [changed]\n")).await?.ok()?;
    let stalled = system
        .status_until("theirs", "Stalled", |s| condition(s, "Stalled").is_some_and(|c| text(c, "/status") == "True"))
        .await?;
    let message = text(condition(&stalled, "Stalled").unwrap_or(&stalled), "/message");
    assert!(message.contains("adoptionPolicy"), "it says what to do: {message}");
    assert_eq!(system.deployments("theirs").await?.len(), 1);
    system.patch("theirs", "spec: {adoptionPolicy: AdoptOrCreate}").await?;
    system.wait_ready("theirs").await?;
    assert_eq!(system.deployments("theirs").await?.len(), 2);
    let tags = system.engine.aws().proton(&["list-tags-for-resource", "--resource-arn", &arn]).await?;
    assert!(tags.to_string().contains("proton-operator.dev/owner"), "{tags}");
    system.kubectl(&["delete", "penv", "theirs", "--wait=false"]).await?;
    gone(&system, "theirs").await?;
    system.engine.aws().proton(&["get-environment", "--name", "theirs"]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_environment_is_never_adopted() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let arn = created_by_hand(&system, "theirs").await?;
    let owner = "key=proton-operator.dev/owner,value=elsewhere/prod/theirs";
    system.engine.aws().proton(&["tag-resource", "--resource-arn", &arn, "--tags", owner]).await?;
    system.apply("theirs", &team("adoptionPolicy: AdoptOrCreate")).await?.ok()?;
    system.condition_until("theirs", "Stalled", "True", "OwnedElsewhere").await?;
    assert_eq!(system.deployments("theirs").await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn observe_writes_nothing_remote() -> Result<()> {
    let system = System::start(Setup::default()).await?;
    let arn = created_by_hand(&system, "watched").await?;
    system.apply("watched", &team("adoptionPolicy: Observe")).await?.ok()?;
    system.status_until("watched", "the mirror", |s| text(s, "/deploymentStatus") == "SUCCEEDED").await?;
    let tags = system.engine.aws().proton(&["list-tags-for-resource", "--resource-arn", &arn]).await?;
    assert!(!tags.to_string().contains("proton-operator.dev/owner"), "{tags}");
    Ok(())
}
