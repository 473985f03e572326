"""Starts the engine and moto as processes of their own and waits until they answer."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "target" / "tools"
BIN = pathlib.Path(os.environ.get("PROTON_BIN", ROOT / "target" / "debug"))
PYTHON_BIN = pathlib.Path(sys.executable).parent
REGION = "us-east-1"
ACCOUNT = "123456789012"
KEY, SECRET = "AKIACLIENTS000000001", "clients-secret-0123456789abcdefghijkl"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def clean_env():
    """This process's environment without what would send AWS calls elsewhere."""
    return {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and not k.lower().endswith("_proxy")}


@contextlib.contextmanager
def running(name, command, env, folder, url, context=None):
    """The process while the block runs; `url` answers from its first line on, over TLS by the trust in `context`."""
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**clean_env(), **env}, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        wait_for(url, process, log, context)
        yield
    finally:
        process.kill()
        process.wait()


def wait_for(url, process, log, context):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1, context=context):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{url} did not answer:\n{log.read_text()[-3000:]}")


@contextlib.contextmanager
def moto_server(folder, account=ACCOUNT):
    """moto's CloudFormation, S3, STS and what templates create; gives its endpoint. Without an account it is the caller's."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [str(PYTHON_BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    env = {"MOTO_ACCOUNT_ID": account} if account else {}
    with running("moto", command, env, folder, f"{endpoint}/moto-api/data.json"):
        yield endpoint


@contextlib.contextmanager
def engine(folder, moto, provisioner, script, more_pairs=""):
    """An engine whose AWS is moto; gives the environment that its clients need."""
    (folder / "credentials.yaml").write_text(
        f"- {{accessKeyId: {KEY}, secretAccessKey: {SECRET}, principal: clients, role: admin}}\n{more_pairs}"
    )
    (folder / "simulate.yaml").write_text(script)
    endpoint = f"http://127.0.0.1:{free_port()}"
    command = [
        str(BIN / "proton-engine"), "serve", "--listen", endpoint.removeprefix("http://"), "--data-dir", str(folder),
        "--account-id", ACCOUNT, "--region", REGION, "--credentials", str(folder / "credentials.yaml"),
        "--provisioner", provisioner, "--simulate-script", str(folder / "simulate.yaml"),
    ]
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": REGION}
    env = {**keys, **{f"AWS_ENDPOINT_URL_{name}": moto for name in ("S3", "STS", "CLOUDFORMATION")}}
    # moto's CloudFormation finds a TemplateURL in its own S3 only under this name of the machine.
    env["AWS_ENDPOINT_URL_S3"] = moto.replace("127.0.0.1", "localhost")
    with running("engine", command, env, folder, f"{endpoint}/healthz"):
        yield {
            "AWS_ENDPOINT_URL_PROTON": endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
        }
