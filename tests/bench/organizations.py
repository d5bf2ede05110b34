# SPDX-License-Identifier: Apache-2.0
"""What service control policies cost: one request below five levels of them, and an organization of
many accounts and users when a policy is attached to its root."""
import json
import re
import time
from statistics import median

import accounts
import servers

ACCOUNTS, USERS = 1000, 100_000
CHUNK = 10_000
WRITES = 200            # that are timed, of each kind
ROUNDS = 15             # single runs spread, see growth.py
RECORDS = 2000
SCP = "SERVICE_CONTROL_POLICY"
GUARDRAIL = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Deny", "Action": ["iam:CreateUser", "iam:DeleteRole", "ec2:*"], "Resource": "*"},
    {"Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*", "Condition": {
        "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}}]})
QUOTAS = ("--quota", "AccountsPerOrganization=100000", "--quota", "InvitationsPerDay=100000")
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def organize(server, action, key=(), **params):
    text = server.ask(server.signer("organizations", *key).organizations(action, **params))
    return json.loads(text) if text else {}


def new_account(server, number):
    """The id of an account, and the key of its root user."""
    body = json.dumps({"account": str(200_000_000_000 + number)}).encode()
    answer = json.loads(server.ask(
        f"POST /_iam-local/accounts HTTP/1.1\r\nHost: {server.host}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode() + body))
    return answer["account"], (answer["access_key_id"], answer["secret_access_key"])


def join(server, account, key):
    handshake = organize(server, "InviteAccountToOrganization",
                         Target={"Type": "ACCOUNT", "Id": account})["Handshake"]["Id"]
    organize(server, "AcceptHandshake", key, HandshakeId=handshake)


def new_policy(server, name):
    made = organize(server, "CreatePolicy", Name=name, Description="", Type=SCP, Content=GUARDRAIL)
    return made["Policy"]["PolicySummary"]["Id"]


def new_organization(server):
    """The id of its root."""
    organize(server, "CreateOrganization")
    root = organize(server, "ListRoots")["Roots"][0]["Id"]
    organize(server, "EnablePolicyType", RootId=root, PolicyType=SCP)
    return root


def user_of(server, key):
    """The key of an administrator of the account."""
    root = server.signer("iam", *key)
    server.ask(root.call("CreateUser", UserName="admin"))
    server.ask(root.call("AttachUserPolicy", UserName="admin", PolicyArn=ADMINISTRATOR))
    answer = server.ask(root.call("CreateAccessKey", UserName="admin"))
    return tuple(re.search(f"<{name}>([^<]+)<", answer).group(1)
                 for name in ("AccessKeyId", "SecretAccessKey"))


def put_deep(server, root, account):
    """Three units below each other, and policies at each of the five levels."""
    places = [root]
    for depth in range(3):
        unit = organize(server, "CreateOrganizationalUnit", ParentId=places[-1],
                        Name=f"unit-{depth}")
        places.append(unit["OrganizationalUnit"]["Id"])
    organize(server, "MoveAccount", AccountId=account, SourceParentId=root,
             DestinationParentId=places[-1])
    for number, place in enumerate([*places, account]):
        organize(server, "AttachPolicy", PolicyId=new_policy(server, f"guardrail-{number}"),
                 TargetId=place)


def levels(bench, stack):
    """The same request in an account below five levels and in one without an organization."""
    server = servers.start_ours(stack, bench.build, *QUOTAS)
    root = new_organization(server)
    alone, member = new_account(server, 1), new_account(server, 2)
    keys = [user_of(server, key) for _, key in (alone, member)]
    join(server, *member)
    put_deep(server, root, member[0])
    costs = ([], [])
    for _ in range(ROUNDS):
        for key, cost in zip(keys, costs):
            signer = server.signer("iam", *key)
            messages = (signer.call("GetUser", UserName="admin") for _ in range(RECORDS))
            cost.append(bench.load(server, messages, "<UserName>admin<",
                                   every=True)["server_cpu_us"])
    bench.at_most("GetUser below five levels of SCPs", 1.15,
                  median(b / a for a, b in zip(*costs)), "of one without",
                  f"CPU {median(costs[1]):.1f} us")


def timed(server, pairs):
    """Median time of writes that take each other back."""
    times = []
    for number in range(WRITES):
        start = time.monotonic()
        server.ask(pairs[number % 2]())
        times.append(time.monotonic() - start)
    return median(times)


def populate(bench, server, members):
    each = USERS // ACCOUNTS
    for first in range(0, ACCOUNTS, CHUNK // each):
        messages = (server.signer("iam", *key).call("CreateUser", UserName=f"user-{i}")
                    for _, key in members[first:first + CHUNK // each] for i in range(each))
        bench.load(server, messages, "<UserName>user-", every=True)


def everybody(bench, server, members):
    """CPU of one request of each account."""
    messages = (server.signer("iam", *key).call("GetUser", UserName="user-1")
                for _, key in members)
    return bench.load(server, messages, "<UserName>user-", every=True)["server_cpu_us"]


def attach(bench, server, root, members):
    signer, management = server.signer("iam"), server.signer("organizations")
    server.ask(signer.call("CreateUser", UserName="one"))
    user = {"UserName": "one", "PolicyArn": ADMINISTRATOR}
    policy = {"PolicyId": new_policy(server, "guardrail"), "TargetId": root}
    one = timed(server, [lambda: signer.call("AttachUserPolicy", **user),
                         lambda: signer.call("DetachUserPolicy", **user)])
    ours = timed(server, [lambda: management.organizations("AttachPolicy", **policy),
                          lambda: management.organizations("DetachPolicy", **policy)])
    bench.at_most(f"AttachPolicy at the root of {USERS:,} users", 1.5, ours / one,
                  "of AttachUserPolicy", f"{ours * 1e6:.0f} us")
    firsts, others = [], []
    for number in range(bench.rounds):
        organize(server, "DetachPolicy" if number % 2 else "AttachPolicy", **policy)
        firsts.append(everybody(bench, server, members))
        others.append(everybody(bench, server, members))
    bench.at_most("the next request of each account", 100, median(firsts) - median(others),
                  "us more than others",
                  f"CPU {median(firsts):.1f} us, others {median(others):.1f}")


def crowd(bench, stack):
    server = servers.start_ours(stack, bench.build, *QUOTAS)
    before = server.resident_kib()
    root = new_organization(server)
    members = [new_account(server, number) for number in range(ACCOUNTS)]
    for account, key in members:
        join(server, account, key)
        server.ask(server.signer("iam", *key).call("ListUsers"))
    bench.at_most(f"{ACCOUNTS:,} accounts of an organization", 50,
                  (server.resident_kib() - before) / 1024, "MiB")
    populate(bench, server, members)
    attach(bench, server, root, members)


def run(bench, stack):
    levels(bench, stack)
    crowd(bench, stack)
