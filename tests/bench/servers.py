# SPDX-License-Identifier: Apache-2.0
"""The servers that are measured: IAM Local, a hello-world on the same HTTP library, moto."""
import contextlib
import http.client
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time

import presign

WAIT_SECONDS = 10
THREADS = 2             # that serve connections, as many as hello.c has
QUOTAS = [word for name in ("Users", "Groups", "Policies", "Roles", "InstanceProfiles",
                            "OpenIdConnectProviders")
          for word in ("--quota", f"{name}=10000000")]


class Failure(Exception):
    """Something did not work or answered wrongly."""


def environment():
    """Ours, without settings of the server: defaults are measured."""
    return {k: v for k, v in os.environ.items() if not k.startswith("IAM_LOCAL_")}


@contextlib.contextmanager
def running(command, **options):
    process = subprocess.Popen(command, env=environment(), **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


class Server:
    def __init__(self, process, port):
        self.process, self.pid = process, process.pid
        self.port, self.host = port, f"127.0.0.1:{port}"

    def signer(self, service, *key):
        return presign.Signer(self.host, service, *key)

    def ask(self, message):
        """The body of the answer to one message, which must be a success."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_SECONDS) as connection:
            connection.sendall(message)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            body = answer.read().decode()
        if answer.status not in (200, 201):
            raise Failure(f"status {answer.status} while preparing: {body}")
        return body

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_hello(stack, build):
    process = stack.enter_context(
        running([build / "tests/bench/hello"], stdout=subprocess.PIPE, text=True))
    return Server(process, int(process.stdout.readline()))


def start_ours(stack, build, *options, log=None, wrapper=(), patience=WAIT_SECONDS):
    """WRAPPER: a program, and its arguments, that runs the server."""
    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
    ready, log = folder / "ready", stack.enter_context(open(log or folder / "log", "w+"))
    process = stack.enter_context(running(
        [*wrapper, build / "server/iam-local", "--listen", "127.0.0.1:0", "--ready-file", ready,
         "--threads", str(THREADS), *QUOTAS, *options], stdout=subprocess.DEVNULL, stderr=log))
    deadline = time.monotonic() + patience
    while not (ready.exists() and ready.read_text().endswith("\n")):
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            raise Failure("iam-local did not get ready: " + log.read())
        time.sleep(0.01)
    return Server(process, int(re.search(r":(\d+)/?\s", ready.read_text()).group(1)))


def start_moto(stack, program):
    port = free_port()
    process = stack.enter_context(running(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL))
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return Server(process, port)
        time.sleep(0.1)
    raise Failure("moto did not get ready")
