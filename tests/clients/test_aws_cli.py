"""The stock `aws proton` command, as pipelines call it."""

import json

from bundle import packed

SPEC = "proton: EnvironmentSpec\nspec:\n  stage: development\n"


def ok(finished):
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout) if finished.stdout.strip() else None


def test_the_guides_first_steps(aws, s3):
    s3.create_bucket(Bucket="cli-templates")
    s3.put_object(Bucket="cli-templates", Key="team.tar.gz", Body=packed())
    ok(aws("create-environment-template", "--name", "cli-team", "--display-name", "Team"))
    version = ok(aws("create-environment-template-version", "--template-name", "cli-team", "--source", "s3={bucket=cli-templates,key=team.tar.gz}"))
    assert version["environmentTemplateVersion"]["arn"].endswith("environment-template/cli-team:1.0")
    part = ("--template-name", "cli-team", "--major-version", "1", "--minor-version", "0")
    ok(aws("wait", "environment-template-version-registered", *part))
    ok(aws("update-environment-template-version", *part, "--status", "PUBLISHED"))
    created = ok(aws("create-environment", "--name", "cli", "--template-name", "cli-team", "--template-major-version", "1", "--spec", SPEC))
    ok(aws("wait", "environment-deployed", "--name", "cli"))
    environment = ok(aws("get-environment", "--name", "cli"))["environment"]
    assert environment["lastSucceededDeploymentId"] == created["environment"]["lastAttemptedDeploymentId"]
    listed = ok(aws("list-deployments", "--environment-name", "cli"))["deployments"]
    assert [d["id"] for d in listed] == [environment["lastSucceededDeploymentId"]]
    deployment = ok(aws("get-deployment", "--id", listed[0]["id"]))["deployment"]
    assert deployment["deploymentStatus"] == "SUCCEEDED" and "initialState" not in deployment
    ok(aws("delete-environment", "--name", "cli"))


def test_an_unknown_environment_is_named(aws):
    finished = aws("get-environment", "--name", "nobody")
    assert finished.returncode != 0
    assert "ResourceNotFoundException" in finished.stderr and "nobody" in finished.stderr


def test_the_summary_counts_what_is_there(aws):
    listed = ok(aws("list-environments"))["environments"]
    assert ok(aws("get-resources-summary"))["counts"]["environments"]["total"] == len(listed)
