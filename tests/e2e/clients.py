# SPDX-License-Identifier: Apache-2.0
"""Clients that the tests run: Debian's own, and those of other versions that PATH has.

As a program it prints one kind of them, boto3 or aws: a line with version and path for each.
"""
import os
import pathlib
import pwd
import re
import subprocess
import sys

ASK_SECONDS = 30
# The program to look for, and how it tells the version.
KINDS = {"boto3": ("python3", "-c", "import boto3; print(boto3.__version__)"),
         "aws": ("aws", "--version")}


def programs(name, path=None):
    """The paths of all programs of that name, Debian's first, each once."""
    found = {}
    for folder in ["/usr/bin", *(path or os.get_exec_path())]:
        file = os.path.join(folder, name)
        if os.path.isfile(file) and os.access(file, os.X_OK):
            found.setdefault(os.path.realpath(file), file)
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


def configured_mirrors(file):
    """The folders that a configuration of Terraform's names."""
    try:
        text = pathlib.Path(file).read_text(encoding="utf-8")
    except OSError:
        return []
    return re.findall(r'filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"', text)


def own_home():
    """As the system knows it: tests set HOME to nowhere."""
    return next((one.pw_dir for one in pwd.getpwall() if one.pw_uid == os.getuid()), "/")


def provider_mirror(env=os.environ, home=own_home()):
    """The first folder with Terraform's AWS provider: where it looks itself, or in /opt."""
    shared = [env.get("XDG_DATA_HOME", f"{home}/.local/share"),
              *env.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")]
    folders = [env.get("TF_MIRROR", ""),
               *configured_mirrors(env.get("TF_CLI_CONFIG_FILE", f"{home}/.terraformrc")),
               f"{home}/.terraform.d/plugins", *(f"{one}/terraform/plugins" for one in shared),
               *pathlib.Path("/opt").glob("*")]
    return next((one for one in folders if one and any(pathlib.Path(one).glob("*/hashicorp/aws"))),
                None)


if __name__ == "__main__":
    for said, path in find(sys.argv[1]).items():
        print(said, path)
