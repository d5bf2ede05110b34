# SPDX-License-Identifier: Apache-2.0
"""Clients that the tests run: Debian's own, and those of other versions that PATH has.

As a program it prints one kind of them, boto3 or aws: a line with version and path for each.
"""
import os
import re
import subprocess
import sys

ASK_SECONDS = 30
# The program to look for, and how it tells the version.
KINDS = {"boto3": ("python3", "-c", "import boto3; print(boto3.__version__)"),
         "aws": ("aws", "--version")}


def programs(name):
    """The paths of all programs of that name, Debian's first, each once."""
    found = {}
    for folder in ["/usr/bin", *os.get_exec_path()]:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def version(path, *question):
    """As printed; None where there is none, such as from a Python without boto3."""
    try:
        done = subprocess.run([path, *question], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=ASK_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    printed = re.search(r"\d+(\.\d+)+", done.stdout)
    return printed[0] if done.returncode == 0 and printed else None


def find(kind):
    """Paths by version, Debian's first."""
    name, *question = KINDS[kind]
    found = {}
    for path in programs(name):
        said = version(path, *question)
        if said:
            found.setdefault(said, path)
    return found


def cli():
    """The path of the AWS CLI to test: the chosen one, or the first; None without any."""
    return os.environ.get("TEST_AWS_CLI") or next(iter(programs("aws")), None)


def reads_endpoints(path):
    """Whether an AWS CLI can be told the endpoint of its own AssumeRole; Debian 12's cannot."""
    said = version(path, *KINDS["aws"][1:]) or "0.0"
    numbers = tuple(int(number) for number in said.split(".")[:2])
    return (1, 29) <= numbers < (2, 0) or numbers >= (2, 13)


if __name__ == "__main__":
    for said, path in find(sys.argv[1]).items():
        print(said, path)
