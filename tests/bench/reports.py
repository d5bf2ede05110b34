# SPDX-License-Identifier: Apache-2.0
"""Reports of an account with many users: how long they take, and how long GetUser waits beside
them. A credential report is made anew once the sandbox's clock has gone on by four hours."""
import time
from statistics import median

import cpu
import waits

USERS = 100_000
SECONDS = 2     # goal of a credential report
CHUNK = 10_000
LATER = b'{"advance": "PT4H"}'


def put_clock(server):
    return (f"PUT /_iam-local/clock HTTP/1.1\r\nHost: {server.host}\r\n"
            f"Content-Length: {len(LATER)}\r\n\r\n").encode() + LATER


def credential_report(server):
    return [put_clock(server), server.signer("iam").call("GenerateCredentialReport")]


def security_report(server):
    return [f"GET /_iam-local/security-report HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode()]


def prepare(bench, server):
    """Users with an access key each."""
    root = server.signer("iam")
    for first in range(cpu.USERS, USERS, CHUNK):
        names = [f"user-{i}" for i in range(first, first + CHUNK)]
        bench.load(server, (root.call("CreateUser", UserName=name) for name in names),
                   "<UserName>user-", every=True)
        bench.load(server, (root.call("CreateAccessKey", UserName=name) for name in names),
                   "<UserName>user-", every=True)


def seconds(server, messages):
    """Of the last of the messages."""
    for message in messages[:-1]:
        server.ask(message)
    start = time.monotonic()
    server.ask(messages[-1])
    return time.monotonic() - start


def run(bench, stack):
    beside = waits.Waits(bench, stack)
    server = beside.server
    prepare(bench, server)
    for name, messages in (("credential report", credential_report),
                           ("security report", security_report)):
        bench.at_most(f"{name} of {USERS:,} users", SECONDS,
                      median(seconds(server, messages(server)) for _ in range(bench.rounds)), "s")
        beside.row(f"the {name} of {USERS:,}", waits.COMPUTED, 1,
                   lambda messages=messages: messages(server))
