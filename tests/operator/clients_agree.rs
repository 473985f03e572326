//! The ids in status are what `aws proton` prints, and its waiter and lists agree with them.

use anyhow::Result;

use crate::system::{Setup, System, moto, team, text};

#[tokio::test(flavor = "multi_thread")]
async fn every_resource_of_the_example_is_really_made() -> Result<()> {
    let moto = moto().await?;
    let system = System::start(Setup { aws: moto.env(), ..Setup::default() }).await?;
    system.apply("whole", &team("  queues: [a, b]\n").replace("stage: staging", "stage: production")).await?.ok()?;
    system.wait_ready("whole").await?;
    let listed = system.engine.aws().proton(&["list-environment-provisioned-resources", "--environment-name", "whole"]).await?;
    let stack = text(&listed, "/provisionedResources/0/identifier").to_owned();
    let mut env = moto.env();
    env.push(("AWS_DEFAULT_REGION".to_owned(), "us-east-1".to_owned()));
    let query = "StackResourceSummaries[].ResourceType";
    let args = ["cloudformation", "list-stack-resources", "--stack-name", &stack, "--output", "text", "--query", query];
    let made = proton_rig::Aws::new(env).run(&args).await?.ok()?.out;
    let mut types: Vec<&str> = made.split_whitespace().collect();
    types.sort_unstable();
    assert_eq!(types, ["AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SQS::Queue"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn status_equals_what_aws_proton_prints() -> Result<()> {
    let system = System::start(Setup { aws: moto().await?.env(), ..Setup::default() }).await?;
    system.apply("agrees", &team("")).await?.ok()?;
    system.wait_ready("agrees").await?;
    let aws = system.engine.aws();
    aws.proton(&["wait", "environment-deployed", "--name", "agrees"]).await?;
    let status = system.status("agrees").await?;
    let remote = aws.proton(&["get-environment", "--name", "agrees"]).await?;
    for (ours, theirs) in [
        ("/arn", "/environment/arn"),
        ("/deploymentStatus", "/environment/deploymentStatus"),
        ("/lastAttemptedDeploymentId", "/environment/lastAttemptedDeploymentId"),
        ("/lastSucceededDeploymentId", "/environment/lastSucceededDeploymentId"),
        ("/templateMajorVersion", "/environment/templateMajorVersion"),
        ("/templateMinorVersion", "/environment/templateMinorVersion"),
    ] {
        assert!(!text(&status, ours).is_empty(), "{ours} is not in {status}");
        assert_eq!(text(&status, ours), text(&remote, theirs), "{ours}");
    }
    let id = text(&status, "/lastSucceededDeploymentId");
    let listed = system.deployments("agrees").await?;
    assert_eq!(listed.iter().map(|d| text(d, "/id")).collect::<Vec<_>>(), [id]);
    let deployment = aws.proton(&["get-deployment", "--id", id]).await?;
    assert_eq!(text(&deployment, "/deployment/deploymentStatus"), "SUCCEEDED");
    assert_eq!(text(&deployment, "/deployment/targetArn"), text(&status, "/arn"));
    let resources = aws.proton(&["list-environment-provisioned-resources", "--environment-name", "agrees"]).await?;
    assert!(text(&resources, "/provisionedResources/0/identifier").contains("stack/AWSProton-"), "{resources}");
    Ok(())
}
