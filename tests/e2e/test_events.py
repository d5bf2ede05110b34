# SPDX-License-Identifier: Apache-2.0
"""Records of what happened: --event-log, `iam-local events`, and the stream of what happens."""
import http.client
import json
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

import harness
import signed
from test_disk import mount

EVENTS = "/_iam-local/events"
FOLLOW = EVENTS + "?follow=true"
STREAMS_OF_ONE = 16
STREAMS = 64
PATIENCE = 20
# Of these, 16 MiB hold fewer than 3000.
LARGE = {"PolicyName": "p", "PolicyDocument": json.dumps({
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Sid": "x" * 5800}})}
MANY = 3500


def until(condition):
    """Waits for what is bound to happen; what it was at last."""
    end = time.monotonic() + PATIENCE
    while not (result := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return result


class EventsCase(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.client = self.connect(self.server)

    def connect(self, server, **arguments):
        client = signed.Client(server, **arguments)
        self.addCleanup(client.close)
        return client

    def follow(self, query=""):
        """A stream, as an answer to be read."""
        connection = http.client.HTTPConnection(self.server.authority, timeout=PATIENCE)
        connection.request("GET", FOLLOW + query)
        self.addCleanup(connection.close)
        answer = connection.getresponse()
        if answer.status == 200:
            self.assertTrue(answer.readline().startswith(b": "))
        return answer


class Log(EventsCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "logs", "events")
        self.file.parent.mkdir()
        self.options = ("--event-log", self.file)
        super().setUp()

    def names(self, file):
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [json.loads(line).get("eventName") for line in lines]

    def expect(self, *names):
        until(lambda: self.names(self.file) == list(names))
        self.assertEqual(list(names), self.names(self.file))

    def test_rotation(self):
        self.client.call("ListUsers")
        self.client.call("ListRoles")
        self.expect("ListUsers", "ListRoles")
        before = self.file.with_suffix(".1")
        self.file.rename(before)
        self.client.call("ListGroups")
        until(lambda: len(self.names(before)) == 3)
        self.server.process.send_signal(signal.SIGHUP)
        self.assertTrue(until(self.file.exists))
        self.client.call("ListPolicies")
        self.expect("ListPolicies")
        self.assertEqual(["ListUsers", "ListRoles", "ListGroups"], self.names(before))
        self.assertEqual(0o600, self.file.stat().st_mode & 0o777)

    def test_all_is_written_at_the_stop(self):
        for _ in range(500):
            self.client.call("ListUsers")
        self.assertEqual(0, self.server.stop())
        self.assertEqual(500 * ["ListUsers"], self.names(self.file))

    def test_sandboxes_are_named(self):
        prefix = self.server.sandbox("w1")
        self.server.own("PUT", "enforcement", {"enforcement": "off"}, prefix=prefix)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, text = self.server.request(
            "POST", prefix + "/", "Action=ListUsers&Version=2010-05-08", form)
        self.assertEqual(200, status, text)
        self.client.call("ListRoles")
        self.expect("ListUsers", "ListRoles")
        records = map(json.loads, self.file.read_text(encoding="utf-8").splitlines())
        self.assertEqual([{"sandbox": "w1"}, None],
                         [record.get("additionalEventData") for record in records])

    def test_a_folder_that_is_gone(self):
        self.client.call("ListUsers")
        self.expect("ListUsers")
        self.file.unlink()
        self.file.parent.rmdir()
        self.assertEqual(200, self.client.call("ListRoles")[0])
        self.assertTrue(until(lambda: "the event log cannot be written" in self.server.printed()))
        self.assertEqual(200, self.client.call("ListGroups")[0])
        self.file.parent.mkdir()
        self.expect("ListRoles", "ListGroups")
        self.assertIn("the event log is written again", self.server.printed())

    def test_a_full_disk(self):
        """What finds no room is counted where it is missing, and no line is torn."""
        size = 32 * 1024 * 1024
        mount(self, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.file.parent)
        filler = self.file.with_name("filler")
        self.server = self.start("--event-log", self.file)
        client = self.connect(self.server)
        filler.write_bytes(bytes(size - 65536))
        number = 0
        while "cannot be written" not in self.server.printed():
            client.call("CreatePolicy", **LARGE)
            number += 1
            self.assertLess(number, 1000)
        for _ in range(MANY):
            client.call("CreatePolicy", **LARGE)
        filler.unlink()
        client.call("ListUsers")
        self.assertTrue(until(lambda: "is written again" in self.server.printed()))

        def lost():
            text = self.file.read_text(encoding="utf-8")
            return [line for line in text.splitlines() if line.startswith('{"lost":')]
        self.assertTrue(until(lost))
        for line in self.file.read_text(encoding="utf-8").splitlines():
            json.loads(line)

    def test_what_cannot_be_a_log(self):
        for file in self.file.parent, self.file.parent / "none" / "x":
            done = harness.run("--listen", "127.0.0.1:0", "--event-log", str(file))
            self.assertEqual(1, done.returncode)
            self.assertRegex(done.stderr, "^iam-local: cannot write the event log .*\n$")


class Stream(EventsCase):
    def test_records_as_they_happen(self):
        stream = self.follow("&name=ListUsers")
        self.client.call("ListRoles")
        self.client.call("ListUsers")
        lines = [stream.readline() for _ in range(3)]
        self.assertEqual(b"\n", lines[0])
        self.assertRegex(lines[1], rb"^id: \d+\n$")
        self.assertEqual("ListUsers", json.loads(lines[2].removeprefix(b"data: "))["eventName"])

    def test_ends(self):
        with self.subTest("reset"):
            stream = self.follow()
            self.assertEqual(200, self.server.own("POST", "reset")[0])
            self.assertEqual(b"\n", stream.read())
        with self.subTest("stop"):
            stream = self.follow()
            self.assertEqual(0, self.server.stop())
            self.assertEqual(b"\n", stream.read())

    def test_too_many(self):
        """Of one sandbox, and of all; those who leave make room."""
        prefixes = [self.server.sandbox(f"s{i}") for i in range(STREAMS // STREAMS_OF_ONE)]
        connections = []
        for i in range(STREAMS):
            path = prefixes[i // STREAMS_OF_ONE] + FOLLOW
            connections.append(self.server.dial())
            self.addCleanup(connections[-1].close)
            connections[-1].sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            self.assertTrue(connections[-1].recv(1))
        status, answer = self.server.own("GET", "events?follow=true", prefix=prefixes[0])
        self.assertEqual(503, status)
        self.assertIn("of this sandbox", answer["error"])
        answer = self.follow()
        self.assertEqual(503, answer.status)
        self.assertIn("Too many streams", json.loads(answer.read())["error"])
        for connection in connections:
            connection.close()
        self.assertTrue(until(lambda: self.follow().status == 200))

    def test_a_reader_that_never_reads(self):
        """Others do not feel it; and when it reads, it is told what it has missed."""
        with self.server.dial() as reader:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            reader.sendall(f"GET {FOLLOW} HTTP/1.0\r\nHost: h\r\n\r\n".encode())
            self.assertTrue(until(lambda: b"\n\n" in reader.recv(65536, socket.MSG_PEEK)))
            for _ in range(MANY):
                self.client.call("CreatePolicy", **LARGE)
            text = b""
            while b"event: lost" not in text[-200000:]:
                part = reader.recv(65536)
                self.assertTrue(part)
                text += part
        self.assertRegex(text, rb'event: lost\ndata: {"lost":\d+}\n\n')


class Secrets(EventsCase):
    """Nothing that lets somebody in is in a record, wherever records are read."""

    def call(self, service="iam", key=harness.ROOT, **parameters):
        client = self.connect(self.server, key=key, service=service)
        text = client.call(parameters.pop("Action"), **parameters)[1]
        for name in ("SecretAccessKey", "SessionToken", "Base32StringSeed", "QRCodePNG",
                     "WebIdentityToken", "ServicePassword"):
            self.secrets += re.findall(f"<{name}>([^<]+)</{name}>", text)
        return text

    def test_records(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        file = pathlib.Path(folder.name, "events")
        self.server = self.start("--event-log", file)
        self.secrets = ["Passw0rd!of-alice", "Passw0rd!another", "Passw0rd!wrong", "424242"]
        stream = self.follow()
        self.call(Action="CreateUser", UserName="alice")
        text = self.call(Action="CreateAccessKey", UserName="alice")
        key = tuple(re.search(f"<{name}>([^<]+)<", text)[1]
                    for name in ("AccessKeyId", "SecretAccessKey"))
        self.call(Action="CreateLoginProfile", UserName="alice", Password=self.secrets[0])
        self.call(Action="UpdateLoginProfile", UserName="alice", Password=self.secrets[1])
        self.call(key=key, Action="ChangePassword", OldPassword=self.secrets[2],
                  NewPassword=self.secrets[0])
        self.call(Action="CreateVirtualMFADevice", VirtualMFADeviceName="phone")
        serial = f"arn:aws:iam::{harness.ACCOUNT}:mfa/phone"
        self.call(Action="EnableMFADevice", UserName="alice", SerialNumber=serial,
                  AuthenticationCode1="424242", AuthenticationCode2="424242")
        self.call(Action="CreateServiceSpecificCredential", UserName="alice",
                  ServiceName="codecommit.amazonaws.com")
        self.call("sts", Action="GetSessionToken", key=key)
        self.call("sts", Action="GetSessionToken", key=key, SerialNumber=serial,
                  TokenCode="424242")
        self.call("sts", Action="GetFederationToken", key=key, Name="guest")
        self.call(Action="ListUsers")
        read = b""
        while b'"eventName":"ListUsers"' not in read:
            read += stream.readline()
        until(lambda: "ListUsers" in file.read_text(encoding="utf-8"))
        texts = {
            "stream": read.decode(),
            "file": file.read_text(encoding="utf-8"),
            "page": self.server.request("GET", EVENTS)[2],
            "terminal": harness.run("events", self.server.url).stdout,
            "log": self.server.printed().partition("Ready.")[2],
        }
        self.assertGreater(len(self.secrets), 8)
        for name, text in texts.items():
            for secret in self.secrets:
                self.assertNotIn(secret, text, name)


class Terminal(EventsCase):
    def events(self, *options, **variables):
        return harness.run("events", self.server.url, *options, **variables)

    def test_what_happened(self):
        self.client.call("CreateUser", UserName="alice")
        self.client.call("GetUser", UserName="bob")
        lines = self.events().stdout.splitlines()
        self.assertEqual(3, len(lines))
        self.assertRegex(lines[0],
                         rf'^\S+Z {harness.ROOT_ARN} iam:CreateUser {{"userName":"alice"}}$')
        self.assertRegex(lines[1], r"iam:GetUser")
        self.assertEqual("    NoSuchEntityException: The user with name bob cannot be found.",
                         lines[2])
        records = [json.loads(line) for line in self.events("--json").stdout.splitlines()]
        self.assertEqual(["CreateUser", "GetUser"], [record["eventName"] for record in records])
        self.assertIn("GetUser", self.events("--limit", "1").stdout)
        self.assertNotIn("CreateUser", self.events("--limit", "1").stdout)
        self.assertEqual("", self.events("--type=IAMUser").stdout)
        self.assertEqual(1, len(self.events("--json", "--error", "any").stdout.splitlines()))

    def test_names_that_nothing_has(self):
        """Else they would look like names of what did not happen."""
        for options in (("--name", "createUser"), ("--error", "NoSuchEntity"), ("--source", "s3"),
                        ("--follow", "--name", "createUser")):
            done = self.events(*options)
            self.assertEqual((1, ""), (done.returncode, done.stdout), options)
            self.assertIn(options[-1], done.stderr)

    def test_more_than_a_page(self):
        for _ in range(1100):
            self.client.call("GetUser")
        self.assertEqual(1100, len(self.events("--limit", "2000").stdout.splitlines()))

    def test_follow(self):
        process = subprocess.Popen([harness.PROGRAM, "events", self.server.url, "--follow"],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        lines = []
        reader = threading.Thread(target=lambda: lines.append(process.stdout.readline()))
        reader.start()
        until(lambda: self.client.call("ListUsers") and lines)  # it may not follow yet
        self.assertIn("iam:ListUsers", lines[0])
        reader.join()
        self.assertEqual(0, self.server.stop())
        self.assertEqual(0, process.wait(PATIENCE))

    def test_wrong_arguments(self):
        for arguments in (["--bogus"], ["--limit", "0"], ["--type"], ["a", "b"], ["ftp://x"]):
            done = harness.run("events", *arguments)
            self.assertEqual(2, done.returncode, arguments)
            self.assertRegex(done.stderr, "^iam-local: events: .*\n$")
        self.assertEqual(1, harness.run("events", "http://127.0.0.1:1").returncode)
        for options in ([], ["--follow"]):
            done = self.events("--since", "yesterday", *options)
            self.assertEqual((1, "", "iam-local: events: A time is 2026-01-31T12:00:00Z, or "
                              "seconds since 1970.\n"),
                             (done.returncode, done.stdout, done.stderr))

    def test_admin_token(self):
        self.server = self.start("--admin-token", "t0ken")
        self.assertEqual(1, self.events().returncode)
        self.assertEqual(0, self.events(IAM_LOCAL_ADMIN_TOKEN="t0ken").returncode)


if __name__ == "__main__":
    harness.main()
