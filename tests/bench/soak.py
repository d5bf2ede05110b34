#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads IAM Local with all kinds of requests for a while and sees whether it grows.

    soak.py BUILD SECONDS [OPTIONS OF THE SERVER...]

Users live and die, so that the state stays small while names, keys, policies and decisions are new
all the time; others read, are denied and ask why, send nonsense, come and go, or hold connections.
Memory, open files and threads are looked at every second. What counts of memory is the median of
the last fifth of the time against that of the second fifth, when all caches are full: it takes some
minutes to tell. Of files and threads counts what is left when all clients have gone. Exit: 1 when
the program grew, answered wrongly or did not end well.
"""
import argparse
import collections
import contextlib
import http.client
import itertools
import os
import pathlib
import random
import re
import signal
import socket
import struct
import sys
import threading
import time
from statistics import median

import servers

IDLE = 200              # connections that are held; some are exchanged every second
LIVES = 2               # threads each
READERS = 2
ALLOWED_MIB = 2         # growth of resident memory
ALLOWED_FILES = 16      # kept open, such as those of the store
SIGNER_SECONDS = 60
POLICY = ('{"Version": "2012-10-17", "Statement": [{"Sid": "Number%d", "Effect": "Allow", '
          '"Action": ["iam:GetUser", "iam:ListUserTags"], "Resource": "*", "Condition": '
          '{"StringLike": {"aws:UserAgent": ["*Boto3*", "%d"]}}}]}')


class Client:
    """One keep-alive connection, and signers that stay young."""

    def __init__(self, soak):
        self.soak, self.socket, self.signers = soak, None, {}

    def signer(self, service, *key):
        made, signer = self.signers.get((service, key), (0, None))
        if time.monotonic() - made > SIGNER_SECONDS:
            if len(self.signers) > 8:
                self.signers.clear()
            signer = self.soak.server.signer(service, *key)
            self.signers[service, key] = (time.monotonic(), signer)
        return signer

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def ask(self, kind, message, *statuses):
        """Status, headers and text; another status than those is noted as wrong."""
        self.socket = self.socket or self.soak.dial()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(message)  # what is refused at once may have been answered
        answer = http.client.HTTPResponse(self.socket)
        answer.begin()
        text = answer.read().decode()
        if answer.will_close:
            self.close()
        self.soak.counts[kind] += 1
        if answer.status not in statuses:
            self.soak.wrong[f"{kind}: {answer.status} {text[:300]}"] += 1
        return answer, text

    def call(self, kind, status, key, action, **params):
        service = "sts" if action == "GetCallerIdentity" else "iam"
        return self.ask(kind, self.signer(service, *key).call(action, **params), status)


class Soak:
    def __init__(self, server):
        self.server = server
        self.stop = threading.Event()
        self.numbers = itertools.count()
        self.counts, self.wrong = collections.Counter(), collections.Counter()
        self.threads = []

    def dial(self):
        return socket.create_connection(("127.0.0.1", self.server.port), servers.WAIT_SECONDS)

    def start(self, work):
        """Runs WORK(client) again and again in a thread."""
        def loop():
            client = Client(self)
            while not self.stop.is_set():
                try:
                    work(client)
                except (OSError, http.client.HTTPException) as failure:
                    self.wrong[f"{work.__name__}: {failure!r}"] += 1
                    client.close()
            client.close()
        thread = threading.Thread(target=loop)
        thread.start()
        self.threads.append(thread)

    def live(self, client):
        number = next(self.numbers)
        name = f"user-{number}"
        client.call("write", 200, (), "CreateUser", UserName=name,
                    **{"Tags.member.1.Key": "n", "Tags.member.1.Value": str(number)})
        client.call("write", 200, (), "PutUserPolicy", UserName=name, PolicyName="p",
                    PolicyDocument=POLICY % (number, number))
        _, text = client.call("write", 200, (), "CreateAccessKey", UserName=name)
        key = tuple(re.search(f"<{part}>([^<]+)<", text).group(1)
                    for part in ("AccessKeyId", "SecretAccessKey"))
        client.call("read", 200, key, "GetUser", UserName=name)
        client.call("read", 200, key, "GetCallerIdentity")
        self.be_denied(client, key)
        client.call("write", 200, (), "DeleteAccessKey", UserName=name, AccessKeyId=key[0])
        client.call("denied", 403, key, "GetUser")
        client.call("write", 200, (), "DeleteUserPolicy", UserName=name, PolicyName="p")
        client.call("write", 200, (), "DeleteUser", UserName=name)

    def be_denied(self, client, key):
        for _ in range(4):
            answer, _ = client.call("denied", 403, key, "DeleteUser",
                                    UserName=f"nobody-{next(self.numbers)}")
        self.explain(client, answer)
        answer, _ = client.call("denied", 403, (key[0], "wrong"), "ListUsers")
        self.explain(client, answer)

    def explain(self, client, answer):
        target = "/_iam-local/explain/" + answer.getheader("x-amzn-requestid")
        client.ask("explain", f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), 200)

    def read(self, client):
        client.call("read", 200, (), "GetCallerIdentity")
        client.call("read", 200, (), "ListUsers", MaxItems=random.randint(1, 1000))
        client.call("read", 404, (), "GetUser", UserName=f"nobody-{next(self.numbers)}")
        client.call("invalid", 400, (), "GetUser", UserName="a/b" * random.randint(1, 99))
        client.call("invalid", 400, (), "CreateUser", UserName="x", **{"Tags.member.1": "x"})
        client.call("denied", 403, (f"AKIA{next(self.numbers):016}", "x"), "ListUsers")

    def talk_nonsense(self, client):
        head = f"POST /{next(self.numbers)} HTTP/1.1\r\nHost: {self.server.host}\r\n"
        form = f"{head}Content-Type: application/x-www-form-urlencoded\r\n"
        size = random.choice((100, 1_000, 100_000, 1_000_000, 1_100_000))
        for text, status in (
                (f"{head}X: a\r\n folded\r\n\r\n", 400), (f"{head}Content-Length: -1\r\n\r\n", 400),
                (f"{head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
                (f"{head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n", 302),
                (f"GET /?{'a=1&' * 2_000} HTTP/1.1\r\nHost: h\r\n\r\n", 302),
                (f"GET /{'a' * 20_000} HTTP/1.1\r\n", 414), (head + "X: y\r\n" * 3_000, 431),
                (f"{form}Content-Length: 60000\r\n\r\n" + "&a=1" * 15_000, 400),
                (f"{head}Content-Length: {size}\r\n\r\n" + "x" * size,
                 302 if size < 1_048_576 else 413)):
            client.ask("nonsense", text.encode(), status)
            if status not in (302, 413):
                client.close()

    def come_and_go(self, _):
        """Leaves at all stages of a request, in all ways."""
        text = (f"POST / HTTP/1.1\r\nHost: {self.server.host}\r\nContent-Length: 2000\r\n\r\n"
                + "x" * 2_000).encode()
        for end in (0, 3, 20, 60, len(text) - 1, len(text)):
            with self.dial() as connection:
                connection.sendall(text[:end])
                if random.random() < 0.3:
                    connection.shutdown(socket.SHUT_WR)
                if random.random() < 0.3:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          struct.pack("ii", 1, 0))
            self.counts["come and go"] += 1
        time.sleep(0.01)

    def hold(self, held):
        """Keeps IDLE connections, half of them in the middle of a request."""
        for _ in range(IDLE if not held else IDLE // 20):
            if len(held) == IDLE:
                held.popleft().close()
            held.append(self.dial())
            if len(held) % 2:
                held[-1].sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx")

    def finish(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def look(pid):
    """Resident MiB, open files and threads."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    resident, threads = (int(re.search(rf"{name}:\s+(\d+)", status).group(1))
                         for name in ("VmRSS", "Threads"))
    return resident / 1024, len(os.listdir(f"/proc/{pid}/fd")), threads


def observe(soak, seconds):
    """One look a second; prints about twenty of them."""
    samples, held = [], collections.deque()
    began = time.monotonic()
    print(f"{'s':>6}{'MiB':>9}{'files':>8}{'threads':>9}{'requests':>11}", flush=True)
    while (passed := time.monotonic() - began) < seconds:
        soak.hold(held)
        samples.append(look(soak.server.pid))
        if (len(samples) - 1) % max(1, seconds // 20) == 0:
            resident, files, threads = samples[-1]
            print(f"{passed:6.0f}{resident:9.2f}{files:8}{threads:9}"
                  f"{soak.counts.total():11}", flush=True)
        time.sleep(1)
    for connection in held:
        connection.close()
    return samples


def judge(samples):
    """Whether memory grew, in words."""
    fifth = len(samples) // 5
    before, after = (median(sample[0] for sample in part)
                     for part in (samples[fifth:2 * fifth], samples[-fifth:]))
    print(f"memory: {before:.2f} MiB in the second fifth, {after:.2f} in the last")
    if after - before > ALLOWED_MIB:
        yield f"memory grew by {after - before:.2f} MiB, more than {ALLOWED_MIB}"


def judge_rest(server, files, samples):
    """Whether more is left than there was before, in words. Threads start when they are needed."""
    fifth = len(samples) // 5
    threads = max(sample[2] for sample in samples[fifth:2 * fifth])
    deadline = time.monotonic() + servers.WAIT_SECONDS
    while (left := look(server.pid))[1] > files + ALLOWED_FILES and time.monotonic() < deadline:
        time.sleep(0.1)
    print(f"open files: {files} before, {left[1]} afterwards; "
          f"threads: {threads} early on, {left[2]}")
    if left[1] > files + ALLOWED_FILES or left[2] > threads:
        yield "files or threads are left over"


def run(server, seconds):
    soak = Soak(server)
    files = look(server.pid)[1]
    try:
        for work, number in ((soak.live, LIVES), (soak.read, READERS), (soak.talk_nonsense, 1),
                             (soak.come_and_go, 1)):
            for _ in range(number):
                soak.start(work)
        samples = observe(soak, seconds)
    finally:
        soak.finish()
    print(", ".join(f"{count} {kind}" for kind, count in sorted(soak.counts.items())))
    findings = [*judge(samples), *judge_rest(server, files, samples)]
    findings += [f"{count} times {what}" for what, count in soak.wrong.most_common(10)]
    return findings


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("seconds", type=int, help="10 or more")
    args, options = parser.parse_known_args()
    if args.seconds < 10:
        parser.error("it takes 10 seconds to tell")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        with contextlib.ExitStack() as stack:
            server = servers.start_ours(stack, args.build.resolve(), *options, log=os.devnull)
            findings = run(server, args.seconds)
            server.process.terminate()
            if server.process.wait(servers.WAIT_SECONDS):
                findings.append(f"the server ended with {server.process.returncode}")
    except (servers.Failure, OSError) as failure:
        findings = [str(failure)]
    for finding in findings:
        print("soak:", finding, file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
