"""An environment in another account: two boto3 clients of the engine, and moto's STS and CloudFormation in both accounts."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import processes
from bundle import packed
from processes import ACCOUNT, KEY, REGION, SECRET
from waiting import until

OTHER = "210987654321"
OTHER_KEY, OTHER_SECRET = "AKIAOTHER00000000001", "other-secret-0123456789abcdefghijklm"
ROLE = f"arn:aws:iam::{OTHER}:role/proton"
SPEC = "proton: EnvironmentSpec\nspec:\n  stage: staging\n  queues: [a]\n"


def stacks(moto, role=None):
    """The names of the stacks that moto has in its own account, or in that of a role."""
    session = boto3.Session("testing", "testing", region_name=REGION)
    if role:
        keys = session.client("sts", endpoint_url=moto).assume_role(RoleArn=role, RoleSessionName="look")["Credentials"]
        session = boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION
        )
    pages = session.client("cloudformation", endpoint_url=moto).get_paginator("list_stacks").paginate()
    alive = [s for page in pages for s in page["StackSummaries"] if s["StackStatus"] != "DELETE_COMPLETE"]
    return [s["StackName"] for s in alive]


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    """A moto that has the account of whoever calls; its default account is the managing one."""
    with processes.moto_server(tmp_path_factory.mktemp("moto"), account=None) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def clients(moto, tmp_path_factory):
    """Clients of one engine that provisions: the managing account's and the other account's."""
    pair = f"- {{accessKeyId: {OTHER_KEY}, secretAccessKey: {OTHER_SECRET}, principal: team, role: admin, accountId: '{OTHER}'}}\n"
    config = Config(retries={"total_max_attempts": 1})
    with processes.engine(tmp_path_factory.mktemp("accounts"), moto, "auto", "[]\n", pair) as env:
        url = env["AWS_ENDPOINT_URL_PROTON"]
        yield tuple(
            boto3.Session(key, secret, region_name=REGION).client("proton", endpoint_url=url, config=config)
            for key, secret in ((KEY, SECRET), (OTHER_KEY, OTHER_SECRET))
        )


@pytest.fixture(scope="module")
def template(clients, moto):
    manager, _ = clients
    s3 = boto3.Session("testing", "testing", region_name=REGION).client("s3", endpoint_url=moto)
    s3.create_bucket(Bucket="accounts")
    s3.put_object(Bucket="accounts", Key="team.tar.gz", Body=packed())
    manager.create_environment_template(name="team")
    source = {"s3": {"bucket": "accounts", "key": "team.tar.gz"}}
    manager.create_environment_template_version(templateName="team", source=source)
    part = {"templateName": "team", "majorVersion": "1", "minorVersion": "0"}
    manager.get_waiter("environment_template_version_registered").wait(**part)
    manager.update_environment_template_version(**part, status="PUBLISHED")
    return "team"


def test_an_environment_is_provisioned_in_the_account_that_offered_itself(clients, template, moto):
    manager, owner = clients
    asked = owner.create_environment_account_connection(
        managementAccountId=ACCOUNT, environmentName="elsewhere", roleArn=ROLE
    )["environmentAccountConnection"]
    assert (asked["status"], asked["environmentAccountId"]) == ("PENDING", OTHER)
    received = manager.get_paginator("list_environment_account_connections").paginate(
        requestedBy="MANAGEMENT_ACCOUNT", statuses=["PENDING"]
    )
    assert [c["id"] for page in received for c in page["environmentAccountConnections"]] == [asked["id"]]
    manager.accept_environment_account_connection(id=asked["id"])
    environment = {"name": "elsewhere", "templateName": template, "templateMajorVersion": "1", "spec": SPEC}
    manager.create_environment(**environment, environmentAccountConnectionId=asked["id"])
    manager.get_waiter("environment_deployed").wait(name="elsewhere", WaiterConfig={"Delay": 1})
    shown = manager.get_environment(name="elsewhere")["environment"]
    assert (shown["environmentAccountId"], shown["environmentAccountConnectionId"]) == (OTHER, asked["id"])
    there = [name for name in stacks(moto, ROLE) if name.startswith("AWSProton-env-elsewhere-")]
    assert len(there) == 1
    assert there[0] not in stacks(moto)

    manager.delete_environment(name="elsewhere")
    until(lambda: not any(name == there[0] for name in stacks(moto, ROLE)))
    until(lambda: not manager.list_environments()["environments"])
    assert owner.delete_environment_account_connection(id=asked["id"])["environmentAccountConnection"]["status"] == "CONNECTED"


def test_the_other_account_can_do_nothing_else(clients):
    _, owner = clients
    for call in (owner.list_environments, owner.list_services, owner.get_account_settings, owner.get_resources_summary):
        with pytest.raises(ClientError) as error:
            call()
        assert error.value.response["Error"]["Code"] == "AccessDeniedException"
        assert ACCOUNT in error.value.response["Error"]["Message"]
