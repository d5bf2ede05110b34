# SPDX-License-Identifier: Apache-2.0
"""docker/Dockerfile, proven without a container engine.

Building and running it needs root, the network and debootstrap, and takes minutes the first time,
so it is done when asked:

    TEST_CONTAINER=1 python3 tests/e2e/test_container.py build/server/iam-local
"""
import contextlib
import ctypes
import fcntl
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import dockerfile
import harness

TOP = pathlib.Path(__file__).resolve().parents[2]
FILE = TOP / "docker/Dockerfile"
COMPOSE = TOP / "docker/compose.yaml"
sys.path.append(str(TOP / "tests/bench"))
import presign

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
DEFAULT_KEY = {"IAM_LOCAL_ALLOW_DEFAULT_CREDENTIALS": "true"}


def own_network():
    """Moves this process into a network that is a loopback interface and nothing else."""
    if ctypes.CDLL(None).unshare(CLONE_NEWNET) != 0:
        raise OSError("a network namespace cannot be made here")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def report(text):
    print(text, file=sys.stderr, flush=True)


def compose_environment(shell):
    """What compose.yaml adds to a container's environment, started from a shell with these."""
    text = re.search(r"(?m)^    environment:\n((?:      .*\n)+)", COMPOSE.read_text("utf-8"))[1]
    found = {}
    for name, value in re.findall(r"(?m)^      (\w+):(.*)$", text):
        value = value.strip().strip('"')
        if not value and name in shell:
            found[name] = shell[name]
        elif value:
            found[name] = re.sub(r"\$\{(\w+):-(.*)\}",
                                 lambda match: shell.get(match[1]) or match[2], value)
    return found


def address_of_host():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        any_socket.connect(("192.0.2.1", 9))  # sends nothing
        return any_socket.getsockname()[0]


class Compose(harness.ServerCase):
    """The program in the environment of a container of compose, which is reached from outside."""

    def setUp(self):
        try:
            self.address = address_of_host()
        except OSError:
            self.skipTest("this host has no address but loopback")
        steps = dockerfile.instructions(FILE.read_text(encoding="utf-8"))
        self.image = dockerfile.pairs(next(rest for word, rest in steps if word == "ENV"))

    def launch(self, **shell):
        server = self.start(listen=self.image["IAM_LOCAL_LISTEN"].replace(":4566", ":0"),
                            **{**self.image, **compose_environment(shell)})
        server.authority = server.authority.replace("127.0.0.1", self.address)
        return server

    def usable(self, server, token):
        headers = {"Authorization": f"Bearer {token}"}
        self.assertEqual(200, server.own("GET", "health")[0])
        for method, endpoint in (("GET", "explain"), ("POST", "reset")):
            self.assertEqual(403, server.own(method, endpoint)[0])
            self.assertEqual(200, server.own(method, endpoint, headers=headers)[0])

    def test_a_token_that_is_printed(self):
        """As docker/README.md finds it, and the state is in memory."""
        server = self.launch()
        command = re.search(r"(?m)^ +(sed -n '.*admin token.*' \|.*)\)$",
                            (TOP / "docker/README.md").read_text(encoding="utf-8"))[1]
        token = subprocess.run(["sh", "-c", command], input=server.printed(), text=True,
                               capture_output=True, check=True).stdout.strip()
        self.usable(server, token)
        names = [os.readlink(each) for each in
                 pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir()]
        self.assertEqual([], [name for name in names if name.endswith(".db")])

    def test_a_token_of_ones_own(self):
        server = self.launch(IAM_LOCAL_ADMIN_TOKEN="open-sesame")
        self.usable(server, "open-sesame")
        self.assertNotIn("admin token", server.printed())

    def test_variables_reach_the_program(self):
        """All that serve has, but for those that are the image's or say where files are."""
        known = set(re.findall(r"(?m)^ +(IAM_LOCAL_\w+)", harness.run("--help").stdout))
        set_here = {"IAM_LOCAL_ALLOW_DEFAULT_CREDENTIALS", "IAM_LOCAL_LISTEN",
                    "IAM_LOCAL_READY_FILE"}
        shell = dict.fromkeys(known, "x")
        passed = {name for name, value in compose_environment(shell).items() if value == "x"}
        self.assertEqual(known - set_here, passed)

    def test_state_that_is_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            self.launch(IAM_LOCAL_DATA=folder)
            self.assertNotEqual([], os.listdir(folder))


class Packages(unittest.TestCase):
    @unittest.skipUnless(shutil.which("dpkg") and shutil.which("readelf"), "not on Debian")
    def test_the_final_stage_installs_what_the_program_is_linked_to(self):
        def said(*argv):
            return subprocess.run(argv, capture_output=True, text=True, check=True).stdout

        module = pathlib.Path(harness.PROGRAM).parents[1] / "lib/federation/federation.so"
        direct = re.findall(r"\(NEEDED\).*\[(.+)\]",
                            said("readelf", "--dynamic", harness.PROGRAM, module))
        paths = dict(re.findall(r"(\S+) => (\S+)", said("ldd", harness.PROGRAM, module)))
        wanted = [paths[name] for name in direct if not re.match(r"lib\w+san\.", name)]
        owners = said("dpkg", "-S", *("*" + path for path in wanted))
        packages = set(re.findall(r"^[^:\n]+", owners, re.M)) - {"libc6"}
        self.assertGreater(len(packages), 3)
        final_stage = FILE.read_text(encoding="utf-8").rpartition("\nFROM ")[2]
        self.assertEqual(set(), packages - set(final_stage.split()))


@unittest.skipUnless(os.environ.get("TEST_CONTAINER"), "takes minutes: set TEST_CONTAINER=1")
class Container(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0 or not shutil.which("debootstrap"):
            sys.exit("run as root, after ./dev install fresh")
        work = pathlib.Path(harness.PROGRAM).parents[1] / "container"
        work.mkdir(exist_ok=True)
        cls.remove_stages(work)
        cls.addClassCleanup(cls.remove_stages, work)
        began = time.monotonic()
        cls.image = dockerfile.Builder(TOP, work).build(FILE)
        added = dockerfile.size(cls.image.root) - cls.image.base_size
        report(f"built in {time.monotonic() - began:.0f} s; {added / 2**20:.1f} MiB on a base of "
               f"{cls.image.base_size / 2**20:.0f} MiB")
        own_network()

    @staticmethod
    def remove_stages(work):
        for stage in work.glob("stage-*"):
            shutil.rmtree(stage)

    def setUp(self):
        """Each test has an empty volume."""
        self.data = self.image.inside("/data")
        for path in self.data.iterdir():
            path.unlink()

    def launch(self, **variables):
        self.unshare = self.image.popen(self.image.entrypoint, variables,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(self.stop)

    def start(self, **variables):
        """Launches the container; returns when the health check says that it is well."""
        self.launch(**variables)
        end = time.monotonic() + harness.START_SECONDS
        while not self.healthy():
            if self.unshare.poll() is not None or time.monotonic() > end:
                self.stop()
                self.fail("it does not become healthy: " + self.printed)
            time.sleep(0.05)

    def first_process(self):
        children = f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children"
        return int(pathlib.Path(children).read_text(encoding="ascii"))

    def stop(self):
        """Ends the container as an engine does; returns the exit status."""
        if not self.unshare.stdout.closed:
            if self.unshare.poll() is None:
                os.kill(self.first_process(), signal.SIGTERM)
            try:
                self.printed = self.unshare.communicate(timeout=harness.STOP_SECONDS)[0]
            except subprocess.TimeoutExpired:
                os.kill(self.first_process(), signal.SIGKILL)
                self.printed = self.unshare.communicate()[0]
        return self.unshare.returncode

    def healthy(self):
        with self.image.popen(self.image.health, stderr=subprocess.DEVNULL) as check:
            return check.wait(harness.STOP_SECONDS) == 0

    def ask(self, service, action, key=harness.ROOT, **params):
        """A signed call from outside; returns status and text."""
        port = int(self.image.ports[0])
        with socket.create_connection(("127.0.0.1", port), harness.STOP_SECONDS) as connection:
            signer = presign.Signer(f"127.0.0.1:{port}", service, *key)
            connection.sendall(signer.call(action, **params))
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return answer.status, answer.read().decode()

    def test_what_is_in_the_image(self):
        self.assertEqual((["/data"], ["4566"]), (self.image.volumes, self.image.ports))
        self.assertEqual("Apache-2.0", self.image.labels["org.opencontainers.image.licenses"])
        self.assertEqual([], list(self.image.inside("/var/lib/apt/lists").iterdir()))
        for tool in ("gcc", "ninja", "python3"):
            self.assertFalse(self.image.inside("/usr/bin/" + tool).exists(), tool)

    def test_the_well_known_key_is_refused_until_allowed(self):
        self.launch()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.unshare.wait(harness.STOP_SECONDS)
        self.assertEqual(2, self.stop(), self.printed)
        self.assertIn("--root-secret-access-key", self.printed)

    def test_a_secret_of_ones_own(self):
        secret = "correct-horse-battery"
        self.start(IAM_LOCAL_ROOT_SECRET_ACCESS_KEY=secret)
        self.assertEqual(200, self.ask("iam", "ListUsers", (harness.ROOT[0], secret))[0])
        self.assertEqual(403, self.ask("iam", "ListUsers")[0])
        self.assertEqual(0, self.stop())
        self.assertNotIn(secret, self.printed)

    def test_it_is_the_first_process_and_not_root(self):
        self.start(**DEFAULT_KEY)
        status = pathlib.Path(f"/proc/{self.first_process()}/status").read_text(encoding="utf-8")
        status = {name: value.split() for name, _, value in
                  (line.partition(":") for line in status.splitlines())}
        ids = {name: status[name] for name in ("Uid", "Gid", "Groups")}
        self.assertEqual({"Uid": 4 * ["10001"], "Gid": 4 * ["10001"], "Groups": []}, ids)
        self.assertEqual("1", status["NSpid"][-1])
        self.assertEqual(0, int(status["CapEff"][0], 16))

    def test_users_survive_a_restart(self):
        self.start(**DEFAULT_KEY)
        status, text = self.ask("sts", "GetCallerIdentity")
        self.assertEqual(200, status, text)
        self.assertIn(f"<Arn>{harness.ROOT_ARN}</Arn>", text)
        self.assertEqual(200, self.ask("iam", "CreateUser", UserName="alice")[0])
        self.assertEqual(0, self.stop())
        self.assertFalse(self.healthy())

        self.start(**DEFAULT_KEY)
        status, text = self.ask("iam", "GetUser", UserName="alice")
        self.assertEqual(200, status, text)
        self.assertIn(f"<Arn>arn:aws:iam::{harness.ACCOUNT}:user/alice</Arn>", text)
        self.assertEqual(0, self.stop())
        self.assertEqual({10001}, {path.stat().st_uid for path in self.data.iterdir()})


if __name__ == "__main__":
    harness.main()
