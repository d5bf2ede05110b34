# SPDX-License-Identifier: Apache-2.0
"""Runs iam-local for a test and ends it again.

The path of the program is the first argument of every test file; further ones go to unittest.
Nothing of the developer's own AWS settings reaches the clients or the server.
"""
import atexit
import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ACCOUNT = "123456789012"
ROOT = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
ROOT_ARN = f"arn:aws:iam::{ACCOUNT}:root"

START_SECONDS = 10
STOP_SECONDS = 15
SKIPPED = 77  # what meson takes for "skipped"

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None


def clean_environment():
    """Takes out what configures clients, proxies and the server itself."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "BOTO", "IAM_LOCAL_")) or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ.update(AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null",
                      AWS_EC2_METADATA_DISABLED="true", AWS_PAGER="", BOTO_CONFIG="/dev/null",
                      HOME="/nonexistent", LC_ALL="C.UTF-8")


clean_environment()


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def main():
    """Runs the tests of the file that calls it.

    Warnings are off: older botocore leaves its sockets to the garbage collector.
    """
    if not PROGRAM:
        sys.exit(f"usage: {sys.argv[0]} PATH-OF-IAM-LOCAL [OPTIONS OF UNITTEST]")
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2, warnings="ignore")


def run(*arguments, **variables):
    """The program to its end; gives its exit status and texts."""
    return subprocess.run([PROGRAM, *arguments], env={**os.environ, **variables}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=STOP_SECONDS,
                          check=False)


class Server:
    """A server of our own, on a free port. FILES limits how many it may have open."""

    def __init__(self, *options, listen="127.0.0.1:0", files=None, **variables):
        def limit_files():
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        self.folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.ready_file = pathlib.Path(self.folder.name, "ready")
        self.output = open(pathlib.Path(self.folder.name, "output"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [PROGRAM, "--listen", listen, "--ready-file", self.ready_file, *options],
            env={**os.environ, **variables}, stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=subprocess.STDOUT, preexec_fn=limit_files if files else None)
        atexit.register(self.stop)
        self._wait()
        self.url = self.ready_file.read_text(encoding="utf-8").split()[0]
        self.authority = self.url.removeprefix("http://")

    def _wait(self):
        end = time.monotonic() + START_SECONDS
        while not self.ready_file.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError("the server did not start: " + self.text)
            time.sleep(0.002)

    def stop(self):
        """Ends the server if it runs; returns its exit status, whatever ended it."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._close()
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.stop()

    def _close(self):
        if not self.output.closed:
            self.text = self.printed()
            self.output.close()
            self.folder.cleanup()
            atexit.unregister(self.stop)

    def printed(self):
        """What it has written so far, standard output and error together."""
        return pathlib.Path(self.output.name).read_text(encoding="utf-8")

    def request(self, method, target, body=None, headers=None):
        """A plain HTTP request; returns status, headers and text."""
        connection = http.client.HTTPConnection(self.authority, timeout=STOP_SECONDS)
        try:
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def dial(self):
        """A connection of its own, for what no client library would send."""
        host, port = self.authority.rsplit(":", 1)
        return socket.create_connection((host, int(port)), STOP_SECONDS)

    def exchange(self, data):
        """Sends bytes on a connection of its own; returns what comes until the server closes."""
        with self.dial() as connection:
            with contextlib.suppress(OSError):  # refused in the middle; there may be an answer
                connection.sendall(data)
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer

    def resident(self):
        """Bytes of memory in use; None where a sanitizer makes the figure meaningless."""
        folder = pathlib.Path("/proc", str(self.process.pid))
        if re.search("lib[at]san", (folder / "maps").read_text(encoding="utf-8")):
            return None
        status = (folder / "status").read_text(encoding="utf-8")
        return 1024 * int(re.search(r"VmRSS:\s+(\d+)", status).group(1))

    def sandbox(self, name, **settings):
        """Makes a sandbox; returns the prefix of its paths."""
        status, made = self.own("PUT", "sandboxes/" + name, settings)
        if status not in (200, 201):
            raise RuntimeError(made["error"])
        return "/_sandbox/" + name

    def own(self, method, endpoint, body=None, headers=None, prefix=""):
        """A request to an endpoint below /_iam-local/; returns status and JSON."""
        text = None if body is None else json.dumps(body)
        path = prefix + "/_iam-local/" + endpoint
        status, _, answer = self.request(method, path, text, headers)
        return status, json.loads(answer)


class ServerCase(unittest.TestCase):
    """Each test has a fresh server, which has to end well."""

    options = ()

    def setUp(self):
        self.server = self.start(*self.options)

    def start(self, *options, **variables):
        server = Server(*options, **variables)
        self.addCleanup(self._stop, server)
        return server

    def _stop(self, server):
        ended_before = server.process.poll() is not None
        status = server.stop()
        if not ended_before:
            self.assertEqual(status, 0, server.text)
