"""The running engine and moto, and stock clients for both."""

import subprocess

import boto3
import pytest
from botocore.config import Config

# Before they are imported: their assertions say as much as those of the tests.
pytest.register_assert_rewrite("landscape", "registration", "walk", "walk_clients", "walk_failures", "walk_steps")

import landscape as land
import processes
from processes import KEY, PYTHON_BIN, REGION, SECRET, clean_env
from registration import BUCKET
from walk_clients import Boto3

SCRIPT = """\
- target: "arn:aws:proton:*:environment/slow-*"
  operation: update
  duration: 60s
- target: "arn:aws:proton:*:environment/broken-*"
  fail: "no more addresses in the subnet"
"""

# Of the engine that provisions: what moto cannot show is simulated.
PROVISIONING_SCRIPT = """\
# An update that takes long enough to be cancelled.
- target: "arn:aws:proton:*:environment/*-slow"
  operation: update
  duration: 10m
# One whose outputs are new: moto keeps those that a stack was created with.
- target: "arn:aws:proton:*/service-instance/spare"
  operation: update
- target: "arn:aws:proton:*/broken"
  fail: "no more addresses in the subnet"
- target: "arn:aws:proton:*:service/broken-pipeline/pipeline"
  fail: "no more addresses in the subnet"
- target: "arn:aws:proton:*/undeletable"
  operation: delete
  fail: "the bucket is not empty"
"""


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    with processes.moto_server(tmp_path_factory.mktemp("moto")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def engine_env(moto, tmp_path_factory):
    """A running engine that simulates; the value is the environment that its clients need."""
    with processes.engine(tmp_path_factory.mktemp("engine"), moto, "simulate", SCRIPT) as env:
        yield env


@pytest.fixture(scope="session")
def provisioning_env(moto, tmp_path_factory):
    """The same of an engine that really provisions, in moto."""
    with processes.engine(tmp_path_factory.mktemp("provisioning"), moto, "auto", PROVISIONING_SCRIPT) as env:
        yield env


@pytest.fixture(scope="session")
def landscape(provisioning_env, s3):
    """boto3 on the provisioning engine, with two of everything deployed."""
    client = Boto3(provisioning_env)
    land.build(client, s3)
    return client


@pytest.fixture(scope="session")
def proton(engine_env):
    """boto3's client for the engine. No retries: an answer is what the engine said the first time."""
    session = boto3.Session(KEY, SECRET, region_name=REGION)
    config = Config(retries={"total_max_attempts": 1})
    return session.client("proton", endpoint_url=engine_env["AWS_ENDPOINT_URL_PROTON"], config=config)


@pytest.fixture(scope="session")
def s3(moto):
    session = boto3.Session("testing", "testing", region_name=REGION)
    client = session.client("s3", endpoint_url=moto)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture(scope="session")
def aws(engine_env):
    """Runs the stock `aws proton` command and hands back the finished process."""

    def run(*args):
        command = [str(PYTHON_BIN / "aws"), "proton", *args, "--output", "json"]
        return subprocess.run(command, env={**clean_env(), **engine_env}, capture_output=True, text=True, timeout=300)

    return run
