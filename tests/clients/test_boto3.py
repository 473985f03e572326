"""An environment's whole life through boto3, its waiters and its paginators."""

import uuid

import pytest
from botocore.exceptions import ClientError

from bundle import packed
from waiting import until

SPEC = "proton: EnvironmentSpec\nspec:\n  stage: staging\n  queues: [a, b]\n"


def code(error):
    return error.value.response["Error"]["Code"]


def gone(proton, name):
    try:
        proton.get_environment(name=name)
    except ClientError as error:
        return error.response["Error"]["Code"] == "ResourceNotFoundException"
    return False


def settled(proton, name):
    """The environment, once no deployment of it runs."""
    environment = proton.get_environment(name=name)["environment"]
    return None if environment["deploymentStatus"] in ("IN_PROGRESS", "CANCELLING") else environment


def registered(proton, part):
    version = proton.get_environment_template_version(**part)["environmentTemplateVersion"]
    return None if version["status"] == "REGISTRATION_IN_PROGRESS" else version


def register(proton, s3, template, body):
    """Registers a version from S3, as the guide's scripts do, and publishes it."""
    key = f"{template}/{uuid.uuid4()}.tar.gz"
    s3.put_object(Bucket="templates", Key=key, Body=body)
    version = proton.create_environment_template_version(
        templateName=template, source={"s3": {"bucket": "templates", "key": key}}
    )["environmentTemplateVersion"]
    assert version["status"] == "REGISTRATION_IN_PROGRESS"
    part = {"templateName": template, "majorVersion": version["majorVersion"], "minorVersion": version["minorVersion"]}
    proton.get_waiter("environment_template_version_registered").wait(**part)
    published = proton.update_environment_template_version(**part, status="PUBLISHED")
    assert published["environmentTemplateVersion"]["status"] == "PUBLISHED"
    return part


@pytest.fixture(scope="module")
def template(proton, s3):
    s3.create_bucket(Bucket="templates")
    proton.create_environment_template(name="team", displayName="Team", description="for teams")
    register(proton, s3, "team", packed())
    assert proton.get_environment_template(name="team")["environmentTemplate"]["recommendedVersion"] == "1.0"
    return "team"


def test_an_environment_is_created_updated_and_deleted(proton, template):
    created = proton.create_environment(
        name="life", templateName=template, templateMajorVersion="1", spec=SPEC, tags=[{"key": "team", "value": "x"}]
    )["environment"]
    assert created["deploymentStatus"] == "IN_PROGRESS"
    assert "lastDeploymentSucceededAt" not in created
    proton.get_waiter("environment_deployed").wait(name="life")
    first = proton.get_environment(name="life")["environment"]
    assert first["spec"] == SPEC
    assert (first["templateMajorVersion"], first["templateMinorVersion"]) == ("1", "0")
    assert first["lastSucceededDeploymentId"] == first["lastAttemptedDeploymentId"]
    outputs = {o["key"]: o["valueString"] for o in proton.list_environment_outputs(environmentName="life")["outputs"]}
    assert outputs["Stage"] == "staging" and outputs["QueueCount"] == "2"

    changed = SPEC.replace("[a, b]", "[a, b, c]")
    updated = proton.update_environment(name="life", deploymentType="CURRENT_VERSION", spec=changed)["environment"]
    assert updated["spec"] == SPEC, "the old spec is shown until the new one is deployed"
    proton.get_waiter("environment_deployed").wait(name="life")
    second = proton.get_environment(name="life")["environment"]
    assert second["spec"] == changed
    pages = proton.get_paginator("list_deployments").paginate(environmentName="life", PaginationConfig={"PageSize": 1})
    ids = [d["id"] for page in pages for d in page["deployments"]]
    assert ids == [second["lastSucceededDeploymentId"], first["lastSucceededDeploymentId"]]
    deployment = proton.get_deployment(id=ids[0])["deployment"]
    assert deployment["initialState"]["environment"]["spec"] == SPEC
    assert deployment["targetState"]["environment"]["spec"] == changed
    old = proton.list_environment_outputs(environmentName="life", deploymentId=ids[1])["outputs"]
    assert {"key": "QueueCount", "valueString": "2"} in old

    assert proton.delete_environment(name="life")["environment"]["deploymentStatus"] == "DELETE_IN_PROGRESS"
    until(lambda: gone(proton, "life"))
    assert "environment" not in proton.delete_environment(name="life"), "a second delete answers an empty document"


def test_an_update_is_cancelled(proton, template):
    proton.create_environment(name="slow-one", templateName=template, templateMajorVersion="1", spec=SPEC)
    proton.get_waiter("environment_deployed").wait(name="slow-one")
    before = proton.get_environment(name="slow-one")["environment"]
    proton.update_environment(name="slow-one", deploymentType="CURRENT_VERSION", spec=SPEC.replace("a, b", "z"))
    with pytest.raises(ClientError) as error:
        proton.update_environment(name="slow-one", deploymentType="CURRENT_VERSION", spec=SPEC)
    assert code(error) == "ConflictException"
    cancelling = proton.cancel_environment_deployment(environmentName="slow-one")["environment"]
    assert cancelling["deploymentStatus"] == "CANCELLING"
    after = until(lambda: settled(proton, "slow-one"))
    assert after["deploymentStatus"] == "CANCELLED"
    assert after["deploymentStatusMessage"].startswith("User initiated cancellation.")
    assert after["spec"] == SPEC
    assert after["lastSucceededDeploymentId"] == before["lastSucceededDeploymentId"]
    assert after["lastAttemptedDeploymentId"] != before["lastAttemptedDeploymentId"]
    with pytest.raises(ClientError) as error:
        proton.cancel_environment_deployment(environmentName="slow-one")
    assert code(error) == "ConflictException"


def test_a_failed_first_deployment_can_be_deleted(proton, template):
    proton.create_environment(name="broken-one", templateName=template, templateMajorVersion="1", spec=SPEC)
    failed = until(lambda: settled(proton, "broken-one"))
    assert failed["deploymentStatus"] == "FAILED"
    assert "no more addresses in the subnet" in failed["deploymentStatusMessage"]
    assert "templateMinorVersion" not in failed, "nothing was ever deployed"
    assert proton.delete_environment(name="broken-one")["environment"]["deploymentStatus"] == "DELETE_IN_PROGRESS"


def test_creating_twice_is_idempotent_and_differing_is_refused(proton, template):
    same = {"name": "twice", "templateName": template, "templateMajorVersion": "1", "spec": SPEC}
    first = proton.create_environment(**same)["environment"]
    assert proton.create_environment(**same)["environment"]["lastAttemptedDeploymentId"] == first["lastAttemptedDeploymentId"]
    with pytest.raises(ClientError) as error:
        proton.create_environment(**{**same, "spec": SPEC.replace("a, b", "c")})
    assert code(error) == "ValidationException"
    assert "IdempotentParameterMismatch" in str(error.value)


@pytest.mark.parametrize(
    ("change", "wanted", "names"),
    [
        ({"templateName": "absent"}, "ResourceNotFoundException", "absent"),
        ({"templateMajorVersion": "7"}, "ResourceNotFoundException", "7"),
        ({"spec": "proton: EnvironmentSpec\nspec: {queues: [a]}\n"}, "ValidationException", "stage"),
        ({"spec": "proton: EnvironmentSpec\nspec: {stage: staging, retention_days: many}\n"}, "ValidationException", "retention_days"),
        ({"spec": "proton: EnvironmentSpec\nspec: [\n"}, "ValidationException", "line"),
        ({"name": "not a name"}, "ValidationException", "name"),
    ],
)
def test_bad_requests_say_what_is_wrong(proton, template, change, wanted, names):
    request = {"name": "bad", "templateName": template, "templateMajorVersion": "1", "spec": SPEC, **change}
    with pytest.raises(ClientError) as error:
        proton.create_environment(**request)
    assert code(error) == wanted
    assert names in error.value.response["Error"]["Message"]


def test_a_broken_bundle_fails_its_registration_with_the_file(proton, s3, template):
    body = packed(replace=[("schema/schema.yaml", "environment_input_type", "service_input_type")])
    s3.put_object(Bucket="templates", Key="broken.tar.gz", Body=body)
    version = proton.create_environment_template_version(
        templateName=template, majorVersion="1", source={"s3": {"bucket": "templates", "key": "broken.tar.gz"}}
    )["environmentTemplateVersion"]
    part = {"templateName": template, "majorVersion": "1", "minorVersion": version["minorVersion"]}
    version = until(lambda: registered(proton, part))
    assert version["status"] == "REGISTRATION_FAILED"
    assert "schema/schema.yaml" in version["statusMessage"]
    proton.delete_environment_template_version(**part)


def test_tags(proton, template):
    proton.create_environment(name="tagged", templateName=template, templateMajorVersion="1", spec=SPEC, tags=[{"key": "a", "value": "1"}])
    arn = proton.get_environment(name="tagged")["environment"]["arn"]
    proton.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    proton.untag_resource(resourceArn=arn, tagKeys=["a"])
    pages = proton.get_paginator("list_tags_for_resource").paginate(resourceArn=arn)
    tags = {t["key"]: t["value"] for page in pages for t in page["tags"]}
    assert tags["b"] == "2" and "a" not in tags
    assert tags["aws:proton:environment"] == arn


def test_wrong_keys_are_refused(engine_env):
    import boto3

    wrong = boto3.Session("AKIACLIENTS000000001", "not the secret", region_name="us-east-1")
    client = wrong.client("proton", endpoint_url=engine_env["AWS_ENDPOINT_URL_PROTON"])
    with pytest.raises(ClientError) as error:
        client.list_environments()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
