"""The same life of an environment through the SDKs of other languages: each program prints what it saw."""

import json
import subprocess

import pytest

from bundle import packed
from processes import ROOT, TOOLS, clean_env

SEEN = {
    "recommended": "1.0",
    "created": "IN_PROGRESS",
    "status": "SUCCEEDED",
    "specIsNew": True,
    "succeededAtIsADate": True,
    "newestFirst": True,
    "initialStage": True,
    "targetStage": True,
    "outputs": ["staging", "development", "development"],
    "deleting": "DELETE_IN_PROGRESS",
    "gone": "ResourceNotFoundException",
    "deletedTwice": True,
}
PROGRAMS = {
    "javascript": ["node", str(ROOT / "tests" / "clients" / "javascript" / "environment.cjs")],
    "go": [str(TOOLS / "go-client" / "environment")],
}


@pytest.mark.parametrize("language", PROGRAMS)
def test_an_environment_lives_through_the_sdk(language, engine_env, s3):
    bucket = f"{language}-templates"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="team.tar.gz", Body=packed())
    env = {**clean_env(), **engine_env, "NODE_PATH": str(TOOLS / "javascript" / "node_modules")}
    finished = subprocess.run([*PROGRAMS[language], bucket, "team.tar.gz"], env=env, capture_output=True, text=True, timeout=120)
    assert finished.returncode == 0, finished.stderr
    seen = json.loads(finished.stdout)
    # A token after the last item is allowed, and then there is one more page, an empty one.
    assert seen.pop("pages")[:2] == [1, 1]
    assert seen == SEEN
