"""Starts the engine and moto as processes, and makes stock clients for both."""

import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
import pytest
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("PROTON_BIN", ROOT / "target" / "debug"))
PYTHON_BIN = pathlib.Path(sys.executable).parent
REGION = "us-east-1"
ACCOUNT = "123456789012"
KEY, SECRET = "AKIACLIENTS000000001", "clients-secret-0123456789abcdefghijkl"
SCRIPT = """\
- target: "arn:aws:proton:*:environment/slow-*"
  operation: update
  duration: 60s
- target: "arn:aws:proton:*:environment/broken-*"
  fail: "no more addresses in the subnet"
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(url, process, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"{url} did not answer:\n{log.read_text()[-3000:]}")


def start(name, command, env, folder, url):
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**clean_env(), **env}, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    wait_for(url, process, log)
    return process


def clean_env():
    return {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and not k.lower().endswith("_proxy")}


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    endpoint = f"http://127.0.0.1:{free_port()}"
    port = endpoint.rsplit(":", 1)[1]
    command = [str(PYTHON_BIN / "moto_server"), "-H", "127.0.0.1", "-p", port]
    process = start("moto", command, {"MOTO_ACCOUNT_ID": ACCOUNT}, tmp_path_factory.mktemp("moto"), f"{endpoint}/moto-api/data.json")
    yield endpoint
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def engine_env(moto, tmp_path_factory):
    """A running engine whose S3 is moto; the value is the environment that its clients need."""
    folder = tmp_path_factory.mktemp("engine")
    (folder / "credentials.yaml").write_text(
        f"- {{accessKeyId: {KEY}, secretAccessKey: {SECRET}, principal: clients, role: admin}}\n"
    )
    (folder / "simulate.yaml").write_text(SCRIPT)
    endpoint = f"http://127.0.0.1:{free_port()}"
    command = [
        str(BIN / "proton-engine"), "serve", "--listen", endpoint.removeprefix("http://"), "--data-dir", str(folder),
        "--account-id", ACCOUNT, "--region", REGION, "--credentials", str(folder / "credentials.yaml"),
        "--provisioner", "simulate", "--simulate-script", str(folder / "simulate.yaml"),
    ]
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": REGION}
    env = {**keys, **{f"AWS_ENDPOINT_URL_{name}": moto for name in ("S3", "STS", "CLOUDFORMATION")}}
    process = start("engine", command, env, folder, f"{endpoint}/healthz")
    yield {
        "AWS_ENDPOINT_URL_PROTON": endpoint,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
    }
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def proton(engine_env):
    """boto3's client for the engine. No retries: an answer is what the engine said the first time."""
    session = boto3.Session(KEY, SECRET, region_name=REGION)
    config = Config(retries={"total_max_attempts": 1})
    return session.client("proton", endpoint_url=engine_env["AWS_ENDPOINT_URL_PROTON"], config=config)


@pytest.fixture(scope="session")
def s3(moto):
    session = boto3.Session("testing", "testing", region_name=REGION)
    return session.client("s3", endpoint_url=moto)


@pytest.fixture(scope="session")
def aws(engine_env):
    """Runs the stock `aws proton` command and hands back the finished process."""

    def run(*args):
        command = [str(PYTHON_BIN / "aws"), "proton", *args, "--output", "json"]
        return subprocess.run(command, env={**clean_env(), **engine_env}, capture_output=True, text=True, timeout=300)

    return run
