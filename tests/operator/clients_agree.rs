//! The ids in status are what `aws proton` prints, and its waiter and lists agree with them.

use anyhow::Result;

use crate::system::{Setup, System, moto, team, text};

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
