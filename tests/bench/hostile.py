#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the most expensive requests that are accepted cost, and what others feel of them.

    hostile.py BUILD [--json]

Each is sent four times at once to a server of its own, while a bystander asks for its health over
and over. Its longest wait, the longest of the four and the answers are told.
"""
import argparse
import collections
import contextlib
import http.client
import json
import pathlib
import re
import socket
import sys
import threading
import time

import servers

AT_ONCE = 4
GIVE_UP_SECONDS = 120


def allow_if(condition):
    return json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}})


def simulation(server, patterns, values, actions=1):
    """Patterns that almost match at every place of the values."""
    policy = allow_if({"ForAnyValue:StringLike": {
        "app:v": ["*" + "ab" * 45 + f"?c{i}" for i in range(patterns)]}})
    members = {"PolicyInputList.member.1": policy,
               "ContextEntries.member.1.ContextKeyName": "app:v",
               "ContextEntries.member.1.ContextKeyType": "stringList"}
    for i in range(values):
        members[f"ContextEntries.member.1.ContextKeyValues.member.{i + 1}"] = "ab" * 1000
    for i in range(actions):
        members[f"ActionNames.member.{i + 1}"] = f"s3:Get{i}"
    return server.signer("iam").call("SimulateCustomPolicy", **members)


def evaluation(server, operator, value, n=40000):
    """As many values as the body has room for, against as many of the request."""
    policy = json.loads(allow_if({f"ForAnyValue:{operator}": {
        "app:v": [value(i) for i in range(n)]}}))
    line = {"principal": "arn:aws:iam::123456789012:user/alice", "action": "s3:GetObject",
            "resource": "arn:aws:s3:::bucket/key", "identity_policies": [policy],
            "context": {"app:v": [value(n + i) for i in range(n)]}}
    body = json.dumps(line, separators=(",", ":")).encode()
    head = (f"POST /_iam-local/evaluate HTTP/1.1\r\nHost: {server.host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def guarded(server, tables, patterns=40):
    """A request to another service, as Envoy shows it, about many tables; the policy of its sender
    almost matches at every place of what he sends along."""
    policy = allow_if({"StringNotLike": {"aws:UserAgent": [
        "*" + "ab" * 20 + f"?c{i}" for i in range(patterns)]}})
    iam, user = server.signer("iam"), f"sender{time.monotonic_ns()}"
    server.ask(iam.call("CreateUser", UserName=user))
    server.ask(iam.call("PutUserPolicy", UserName=user, PolicyName="p", PolicyDocument=policy))
    key = server.ask(iam.call("CreateAccessKey", UserName=user))
    signer = server.signer("dynamodb", *(re.search(f"<{name}>(.*?)<", key)[1]
                                         for name in ("AccessKeyId", "SecretAccessKey")))
    body = json.dumps({"RequestItems": {f"table{i}": {"Keys": [{"id": {"S": "x"}}]}
                                        for i in range(tables)}}).encode()
    message = signer.post(body, "application/x-amz-json-1.0", "DynamoDB_20120810.BatchGetItem")
    return (message.replace(b"POST / ", b"POST /_iam-local/authorize/ ", 1)
            .replace(b"User-Agent: ", b"User-Agent: " + b"ab" * 1000, 1))


CASES = {
    "simulation of 500 patterns, 10 values": lambda s: simulation(s, 500, 10),
    "simulation of 1000 patterns, 100 values": lambda s: simulation(s, 1000, 100),
    "simulation of 500 patterns, 900 actions": lambda s: simulation(s, 500, 10, 900),
    "40,000 texts x 40,000": lambda s: evaluation(s, "StringEquals", lambda i: f"v{i:05}"),
    "40,000 numbers x 40,000": lambda s: evaluation(s, "NumericEquals", lambda i: f"{i:06}"),
    "30,000 networks x 30,000": lambda s: evaluation(
        s, "IpAddress", lambda i: f"10.{i % 10}.{i // 10 % 100}.{i // 1000 % 100}", 30000),
    "a shown request about 2,000 tables": lambda s: guarded(s, 2000),
}


def answer(server, message):
    """Status and code of the error, or none, of the answer."""
    with socket.create_connection(("127.0.0.1", server.port),
                                  timeout=GIVE_UP_SECONDS) as connection:
        connection.sendall(message)
        response = http.client.HTTPResponse(connection)
        response.begin()
        body = response.read().decode()
    code = "PolicyEvaluation" if "<Code>PolicyEvaluation" in body else \
        "error" if '"error"' in body else ""
    return f"{response.status} {code}".strip()


class Attack:
    def __init__(self, server, message):
        self.server, self.message = server, message
        self.answers, self.longest = collections.Counter(), 0.0
        self.waits = []
        self.over = threading.Event()

    def send(self):
        start = time.monotonic()
        try:
            said = answer(self.server, self.message)
        except OSError as error:
            said = type(error).__name__
        self.answers[said] += 1
        self.longest = max(self.longest, time.monotonic() - start)

    def stand_by(self):
        while not self.over.is_set():
            start = time.monotonic()
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.server.port,
                                                        timeout=GIVE_UP_SECONDS)
                connection.request("GET", "/_iam-local/health")
                connection.getresponse().read()
                connection.close()
            self.waits.append(time.monotonic() - start)
            time.sleep(0.002)

    def run(self):
        bystander = threading.Thread(target=self.stand_by)
        attackers = [threading.Thread(target=self.send) for _ in range(AT_ONCE)]
        bystander.start()
        for thread in attackers:
            thread.start()
        for thread in attackers:
            thread.join()
        self.over.set()
        bystander.join()


def measure(build):
    for name, message in CASES.items():
        with contextlib.ExitStack() as stack:
            server = servers.start_ours(stack, build)
            attack = Attack(server, message(server))
            attack.run()
        yield {"name": name, "bytes": len(attack.message),
               "bystander_ms": round(max(attack.waits) * 1000, 1),
               "request_ms": round(attack.longest * 1000, 1),
               "answers": dict(attack.answers)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    args = parser.parse_args()
    if not args.json:
        print(f"{'':42} {'bytes':>8} {'bystander':>10} {'request':>10}  answers")
    for row in measure(args.build):
        if args.json:
            print(json.dumps(row), flush=True)
        else:
            print(f"{row['name']:42} {row['bytes']:>8} {row['bystander_ms']:>7} ms "
                  f"{row['request_ms']:>7} ms  "
                  + ", ".join(f"{n} x {said}" for said, n in row["answers"].items()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
