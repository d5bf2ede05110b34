# SPDX-License-Identifier: Apache-2.0
"""What the tests in JavaScript run on: node, and the packages of js/package-lock.json, which npm
installs beside the program.
"""
import fcntl
import os
import pathlib
import re
import shutil
import signal
import subprocess

ENVIRONMENT = dict(os.environ)  # npm keeps its settings: proxy, registry, cache

import harness  # pylint: disable=wrong-import-position

NODE, NPM = shutil.which("node"), shutil.which("npm")
OLDEST_NODE = 18
SOURCE = pathlib.Path(__file__).parent / "js"
INSTALL_SECONDS = 120
OURS_TO_MEND = ("EUSAGE", "EINTEGRITY")  # npm: the files disagree, or a package is another


def need_node():
    if not NODE or not NPM:
        harness.skip("node or npm is missing")
    version = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", version)[1]) < OLDEST_NODE:
        harness.skip(f"node {version.strip()} is older than {OLDEST_NODE}")


def install():
    """The files of the tests and, unless they are there already, the packages of the lock file.
    Returns the folder; one test at a time works in it.
    """
    need_node()
    folder = pathlib.Path(harness.PROGRAM).parent / "js"
    folder.mkdir(exist_ok=True)
    with open(folder.with_suffix(".lock"), "w", encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
        lock = (SOURCE / "package-lock.json").read_bytes()
        installed = folder / "node_modules" / "installed-from"
        if not installed.exists() or installed.read_bytes() != lock:
            fetch(folder)
            installed.write_bytes(lock)
    return folder


def fetch(folder):
    try:
        done = subprocess.run(
            [NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
             "--fetch-retries=1"], cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        harness.skip("npm does not come to an end")
    if done.returncode != 0:
        print(done.stderr)
        assert not any(code in done.stderr for code in OURS_TO_MEND), "js/ cannot be installed"
        harness.skip("npm cannot install what js/ needs")


def run_file(server, file, seconds, prefix="", **variables):
    """Runs the tests of a file against the server, as root; returns how that ended and what was
    said. Whatever they started ends with them.
    """
    access_key, secret = harness.ROOT
    node = subprocess.Popen(
        [NODE, "--test", file], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
        env={**os.environ, "AWS_ENDPOINT_URL": server.url + prefix, "AWS_REGION": "us-east-1",
             "AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret, **variables})
    try:
        said, _ = node.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(node.pid, signal.SIGTERM)
        said, _ = node.communicate()
    return node.returncode, said
