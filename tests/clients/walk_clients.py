"""The two stock clients that the walk-through is made with, behind one small interface.

`call(operation, **members)` gives the answer without its metadata, `refused` the error's name and text, `wait` runs the
stock waiter of that name, `pages` the stock paginator. The waiters are those that each client ships: only the time
between two looks is shorter.
"""

import importlib.util
import json
import pathlib
import re
import subprocess
import sys

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from processes import KEY, REGION, SECRET, clean_env

# Seconds between two looks of a waiter, and how many looks it takes before it gives up.
DELAY, LOOKS = 0.2, 600


class Boto3:
    name = "boto3"

    def __init__(self, env):
        session = boto3.Session(KEY, SECRET, region_name=REGION)
        config = Config(retries={"total_max_attempts": 1})
        self.client = session.client("proton", endpoint_url=env["AWS_ENDPOINT_URL_PROTON"], config=config)

    def call(self, operation, **members):
        answer = getattr(self.client, operation)(**members)
        answer.pop("ResponseMetadata")
        return answer

    def refused(self, operation, **members):
        try:
            answer = self.call(operation, **members)
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"]["Message"]
        raise AssertionError(f"{operation} was not refused: {answer}")

    def wait(self, waiter, **members):
        self.client.get_waiter(waiter).wait(**members, WaiterConfig={"Delay": DELAY, "MaxAttempts": LOOKS})

    def wait_fails(self, waiter, **members):
        try:
            self.wait(waiter, **members)
        except WaiterError as error:
            assert "terminal failure state" in str(error), error
            return
        raise AssertionError(f"the waiter {waiter} did not fail")

    def pages(self, operation, result, **members):
        pages = self.client.get_paginator(operation).paginate(**members, PaginationConfig={"PageSize": 1})
        return [item for page in pages for item in page[result]]


class AwsCommand:
    name = "aws"

    def __init__(self, env, folder):
        write_quick_waiters(folder)
        self.folder = folder
        command = [sys.executable, str(pathlib.Path(__file__).with_name("aws_commands.py"))]
        env = {**clean_env(), **env, "AWS_DATA_PATH": str(folder), "AWS_MAX_ATTEMPTS": "1"}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True, bufsize=1)

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def run(self, *command, **members):
        arguments = ["proton", *command, "--output", "json"]
        for name, value in members.items():
            arguments += [f"--{xform_name(name, '-')}", value if isinstance(value, str) else json.dumps(value)]
        stdout, stderr = (self.folder / name for name in ("stdout", "stderr"))
        line = {"arguments": arguments, "stdout": str(stdout), "stderr": str(stderr)}
        self.process.stdin.write(json.dumps(line) + "\n")
        code = int(self.process.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, stdout.read_text(), stderr.read_text())

    def call(self, operation, **members):
        finished = self.run(dashed(operation), **members)
        assert finished.returncode == 0, f"{operation} {members}: {finished.stderr}"
        return json.loads(finished.stdout) if finished.stdout.strip() else {}

    def refused(self, operation, **members):
        finished = self.run(dashed(operation), **members)
        assert finished.returncode != 0, f"{operation} was not refused: {finished.stdout}"
        found = re.search(r"An error occurred \((\w+)\) when calling the \w+ operation: (.*)", finished.stderr, re.DOTALL)
        assert found, finished.stderr
        return found[1], found[2].strip()

    def wait(self, waiter, **members):
        finished = self.run("wait", dashed(waiter), **members)
        assert finished.returncode == 0, f"wait {waiter} {members}: {finished.stderr}"

    def wait_fails(self, waiter, **members):
        finished = self.run("wait", dashed(waiter), **members)
        assert finished.returncode != 0, f"the waiter {waiter} did not fail"
        assert "terminal failure state" in finished.stderr, finished.stderr

    def pages(self, operation, result, **members):
        # The command follows the pages by itself.
        finished = self.run(dashed(operation), "--page-size", "1", **members)
        assert finished.returncode == 0, f"{operation} {members}: {finished.stderr}"
        return json.loads(finished.stdout)[result]


def dashed(operation):
    return operation.replace("_", "-")


def write_quick_waiters(folder):
    """The command's own waiters, with another delay, into a folder for AWS_DATA_PATH."""
    model = pathlib.Path("proton") / "2020-07-20" / "waiters-2.json"
    # Found, not imported: the command's package would put its own botocore in the place of boto3's.
    (package,) = importlib.util.find_spec("awscli").submodule_search_locations
    waiters = json.loads((pathlib.Path(package) / "botocore" / "data" / model).read_text())
    for waiter in waiters["waiters"].values():
        waiter |= {"delay": DELAY, "maxAttempts": LOOKS}
    (folder / model).parent.mkdir(parents=True)
    (folder / model).write_text(json.dumps(waiters))
