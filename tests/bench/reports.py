# SPDX-License-Identifier: Apache-2.0
"""Reports of an account with many users: how long they take, and how long GetUser waits beside
them. A credential report is made anew once the sandbox's clock has gone on by four hours. An
access report is about a policy that all users have."""
import re
import time
from statistics import median

import cpu
import waits

USERS = 100_000
SECONDS = 2     # goal of a credential report
PAUSE = 0.005   # between two questions whether a job is done
POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
CHUNK = 10_000
LATER = b'{"advance": "PT4H"}'


def put_clock(server):
    return (f"PUT /_iam-local/clock HTTP/1.1\r\nHost: {server.host}\r\n"
            f"Content-Length: {len(LATER)}\r\n\r\n").encode() + LATER


def credential_report(server):
    return [put_clock(server), server.signer("iam").call("GenerateCredentialReport")]


def access_report(server):
    return [server.signer("iam").call("GenerateServiceLastAccessedDetails", Arn=POLICY,
                                      Granularity="ACTION_LEVEL")]


def security_report(server):
    return [f"GET /_iam-local/security-report HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode()]


def prepare(bench, server):
    """Users with an access key and an attached policy each."""
    root = server.signer("iam")
    for first in range(cpu.USERS, USERS, CHUNK):
        names = [f"user-{i}" for i in range(first, first + CHUNK)]
        bench.load(server, (root.call("CreateUser", UserName=name) for name in names),
                   "<UserName>user-", every=True)
        bench.load(server, (root.call("CreateAccessKey", UserName=name) for name in names),
                   "<UserName>user-", every=True)
        bench.load(server, (root.call("AttachUserPolicy", UserName=name, PolicyArn=POLICY)
                            for name in names), "AttachUserPolicyResponse", every=True)


def ask_until_done(server, message):
    """Jobs go on after the answer."""
    root = server.signer("iam")
    answer = server.ask(message)
    job = re.search("<JobId>(.*)</JobId>", answer)
    while job and "<JobStatus>COMPLETED<" not in server.ask(
            root.call("GetServiceLastAccessedDetails", JobId=job[1])):
        time.sleep(PAUSE)
    while re.search("<State>(STARTED|INPROGRESS)<", answer):
        time.sleep(PAUSE)
        answer = server.ask(root.call("GenerateCredentialReport"))


def seconds(server, messages):
    """Of the last of the messages."""
    for message in messages[:-1]:
        server.ask(message)
    start = time.monotonic()
    ask_until_done(server, messages[-1])
    return time.monotonic() - start


def entities(server, bench):
    """Of the policy, a page of them."""
    root = server.signer("iam")
    generate = access_report(server)[0]
    job = re.search("<JobId>(.*)</JobId>", server.ask(generate))[1]
    ask_until_done(server, generate)    # and so is the one before
    page = root.call("GetServiceLastAccessedDetailsWithEntities", JobId=job,
                     ServiceNamespace="iam")
    return median(seconds(server, [page]) for _ in range(bench.rounds))


def run(bench, stack):
    beside = waits.Waits(bench, stack)
    server = beside.server
    prepare(bench, server)
    bench.at_most(f"a page of the {USERS:,} entities of an access report", SECONDS,
                  entities(server, bench), "s")
    for name, messages in (("credential report", credential_report),
                           ("security report", security_report),
                           ("access report", access_report)):
        bench.at_most(f"{name} of {USERS:,} users", SECONDS,
                      median(seconds(server, messages(server)) for _ in range(bench.rounds)), "s")
        beside.row(f"the {name} of {USERS:,}", waits.COMPUTED, 1,
                   lambda messages=messages: messages(server))
