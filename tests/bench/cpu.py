# SPDX-License-Identifier: Apache-2.0
"""CPU of the server per request, as a share of what hello-world takes for the same messages."""
import json
import shutil
import subprocess
import sys
from statistics import median

import accounts
import servers

USERS = 1000
LISTED = 100            # users of one ListUsers
HELLO_US = 6            # what hello-world takes on a calm machine: the goal of ListUsers counts it
SESSIONS = 1_000_000
SESSION_ROUNDS = 25     # single runs spread, see growth.py
PRINCIPALS = 2000
RECORDS = 2000          # different requests in a replay file that goes round
SELF_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam::123456789012:user/*"}]})
OTHER_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}]})


def get_user(server, *key):
    signer = server.signer("iam", *key)
    return (signer.call("GetUser", UserName=f"user-{i % USERS}") for i in range(RECORDS))


def prepare(server):
    """Users to read, and one who may read them. Returns the reader's key."""
    root = server.signer("iam")
    for i in range(USERS):
        server.ask(root.call("CreateUser", UserName=f"user-{i}"))
    return accounts.new_user(server, "reader", SELF_POLICY)


def reads(bench, hello, ours):
    reader = prepare(ours)

    def identity(_):
        signer = ours.signer("sts")
        return (signer.call("GetCallerIdentity") for _ in range(RECORDS))

    def list_users(_):
        signer = ours.signer("iam")
        return (signer.call("ListUsers", MaxItems=LISTED) for _ in range(RECORDS))

    bench.share("GetCallerIdentity, signed", 0.75, hello, ours, identity,
                "<Arn>arn:aws:iam::123456789012:root</Arn>")
    bench.share("GetUser, authorized", 0.52, hello, ours, lambda _: get_user(ours, *reader),
                "<UserName>user-")
    stranger = accounts.new_user(ours, "stranger", OTHER_POLICY)
    bench.share("GetUser, denied", 0.42, hello, ours, lambda _: get_user(ours, *stranger),
                "<Code>AccessDenied</Code>", refused=True)
    runs = bench.pairs(hello, ours, list_users, "<IsTruncated>true<")
    bench.at_most(f"ListUsers of {LISTED}", 60, bench.times_hello(runs) * HELLO_US,
                  f"us where hello is {HELLO_US}", bench.note(runs))


def followed(bench, stack, hello):
    """GetUser while somebody reads a record of each, and while somebody does not read them."""
    for name, options in (("followed", []), ("not read", ["--limit-rate", "1"])):
        ours = servers.start_ours(stack, bench.build)
        reader = prepare(ours)
        url = f"http://{ours.host}/_iam-local/events?follow=true"
        with servers.running(["curl", "-sN", *options, url], stdout=subprocess.DEVNULL):
            bench.share(f"GetUser, the events {name}", 0.52, hello, ours,
                        lambda _: get_user(ours, *reader), "<UserName>user-")


def sessions(bench, stack, hello, ours):
    """Assuming a role, and using the credentials; also when those of a million are live."""
    alice, arn = accounts.new_role(ours, "reader", SELF_POLICY)

    def assume(_):
        signer = ours.signer("sts", *alice)
        return (signer.call("AssumeRole", RoleArn=arn, RoleSessionName=f"session-{i}")
                for i in range(RECORDS))

    session = accounts.assume(ours, alice, arn)
    bench.share("GetUser by a session", 0.55, hello, ours, lambda _: get_user(ours, *session),
                "<UserName>user-")
    bench.share("AssumeRole", 0.30, hello, ours, assume, "<SessionToken>")
    handed_out = 0
    while handed_out < SESSIONS:
        handed_out += bench.load(ours, assume(None), "<SessionToken>")["requests"]
    fresh = servers.start_ours(stack, bench.build)
    prepare(fresh)
    pairs = ((ours, session),
             (fresh, accounts.assume(fresh, *accounts.new_role(fresh, "reader", SELF_POLICY))))
    costs = ([], [])
    for _ in range(SESSION_ROUNDS):
        for (server, credentials), cost in zip(pairs, costs):
            cost.append(bench.load(server, get_user(server, *credentials), "<UserName>user-",
                                   every=True)["server_cpu_us"])
    bench.at_most(f"the same, {SESSIONS} live sessions", 1.1,
                  median(costs[0]) / median(costs[1]), "of one's")


def principals(bench, ours):
    """Two thousand users, each with a policy, in turn: more views than are used at a time."""
    keys = [accounts.new_user(ours, f"principal-{i}", SELF_POLICY) for i in range(PRINCIPALS)]

    def messages(count):
        signers = [ours.signer("iam", *key) for key in keys[:count]]
        return (signers[i % count].call("GetUser", UserName=f"user-{i % USERS}")
                for i in range(PRINCIPALS))

    ratios = []
    for _ in range(bench.rounds):
        one, all_ = (bench.load(ours, messages(count), "<UserName>user-")["server_cpu_us"]
                     for count in (1, PRINCIPALS))
        ratios.append(all_ / one)
    bench.at_most(f"GetUser by {PRINCIPALS} users in turn", 1.5, median(ratios), "of one's")


def creates(bench, hello, ours):
    bench.share("CreateUser, in memory", 0.25, hello, ours,
                lambda n: accounts.new_names(bench, ours, n), "<UserName>new-", once=True)


def moto(bench, stack, ours):
    """The same requests to moto's server, where it is installed."""
    program = shutil.which("moto_server")
    if not program:
        print("moto is not installed: no comparison with it", file=sys.stderr)
        return
    theirs = servers.start_moto(stack, program)
    theirs.ask(theirs.signer("iam").call("CreateUser", UserName="user-0"))
    for action, service, parameters in (("GetCallerIdentity", "sts", {}),
                                        ("GetUser", "iam", {"UserName": "user-0"})):
        rates = []
        for server in (theirs, ours):
            signer = server.signer(service)
            messages = (signer.call(action, **parameters) for _ in range(RECORDS))
            rates.append(bench.load(server, messages, None, keeps=server is ours)["rate"])
        bench.at_least(f"{action}, moto's rate", 1, rates[1] / max(rates[0], 1), "times that")


def run(bench, stack):
    hello = servers.start_hello(stack, bench.build)
    ours = servers.start_ours(stack, bench.build)
    reads(bench, hello, ours)
    followed(bench, stack, hello)
    sessions(bench, stack, hello, ours)
    principals(bench, ours)
    moto(bench, stack, ours)
    creates(bench, hello, ours)

