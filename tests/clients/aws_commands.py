"""The stock `aws` command, imported once for many command lines: its start takes longer than all that it does.

Reads one JSON line per command, {"arguments", "stdout", "stderr"}, runs it as `aws` would, in a process of its own with
its output in these files, and answers with a line that is the exit code.
"""

import json
import os
import sys

from awscli.clidriver import main


def run(command):
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(command[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    sys.argv = ["aws", *command["arguments"]]
    return main()


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        sys.exit(run(json.loads(line)))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
