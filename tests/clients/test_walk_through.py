"""Both stock clients walk through the whole API against an engine that provisions through moto."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import boto3
import pytest

from processes import REGION
from walk import Walk
from walk_clients import AwsCommand, Boto3
from walk_steps import STEPS


def through(walk):
    for step in STEPS:
        step(walk)


@pytest.fixture(scope="module")
def walks(provisioning_env, moto, s3, tmp_path_factory):
    """Both walks, made at the same time; the tests ask each for its end."""
    session = boto3.Session("testing", "testing", region_name=REGION)
    cloudformation = session.client("cloudformation", endpoint_url=moto)
    clients = (Boto3(provisioning_env), AwsCommand(provisioning_env, tmp_path_factory.mktemp("models")))
    with closing(clients[1]), ThreadPoolExecutor() as threads:
        yield {client.name: threads.submit(through, Walk(client, s3, cloudformation)) for client in clients}


@pytest.mark.parametrize("client", ["boto3", "aws"])
def test_the_walk_through(walks, client):
    walks[client].result()
