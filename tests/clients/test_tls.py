"""Stock clients that reach the engine over TLS, with the issuer in AWS_CA_BUNDLE."""

import json
import ssl
import subprocess

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import SSLError
from processes import BIN, KEY, PYTHON_BIN, REGION, SECRET, clean_env, free_port, running


def openssl(folder, *args):
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """Endpoint and issuer of an engine that speaks TLS."""
    folder = tmp_path_factory.mktemp("tls")
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(folder, "req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "2",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl(folder, "req", *new_key, "-keyout", "key.pem", "-out", "csr.pem", "-subj", "/CN=engine")
    (folder / "ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nauthorityKeyIdentifier=keyid\n")
    openssl(folder, "x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-out", "cert.pem", "-extfile", "ext")
    (folder / "pairs.yaml").write_text(f"- {{accessKeyId: {KEY}, secretAccessKey: {SECRET}, principal: tls, role: admin}}\n")
    port = free_port()
    command = [
        str(BIN / "proton-engine"), "serve", "--listen", f"127.0.0.1:{port}", "--data-dir", str(folder / "data"),
        "--region", REGION, "--credentials", str(folder / "pairs.yaml"), "--provisioner", "simulate",
        "--tls-cert", str(folder / "cert.pem"), "--tls-key", str(folder / "key.pem"),
    ]
    endpoint, issuer = f"https://localhost:{port}", str(folder / "ca.pem")
    context = ssl.create_default_context(cafile=issuer)
    with running("engine", command, {}, folder, f"{endpoint}/healthz", context):
        yield endpoint, issuer


def test_boto3_trusts_the_issuer_and_nobody_else(secured):
    endpoint, issuer = secured
    session = boto3.Session(KEY, SECRET, region_name=REGION)
    once = Config(retries={"total_max_attempts": 1})
    client = session.client("proton", endpoint_url=endpoint, verify=issuer, config=once)
    assert client.list_environments()["environments"] == []
    with pytest.raises(SSLError):
        session.client("proton", endpoint_url=endpoint, config=once).list_environments()


def test_the_aws_command_trusts_the_issuer(secured):
    endpoint, issuer = secured
    env = {
        **clean_env(), "AWS_ENDPOINT_URL_PROTON": endpoint, "AWS_CA_BUNDLE": issuer, "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET,
    }
    command = [str(PYTHON_BIN / "aws"), "proton", "list-environments", "--output", "json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"environments": []}
