#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What others feel of clients that keep the server waiting.

    crowd.py BUILD

10,000 connections, fewer where fewer files may be open, wait in each of the states in which the
server waits for its client, and 40 do not read an answer of ten megabytes. A bystander connects and
asks for its health meanwhile; its longest wait is told.
"""
import argparse
import contextlib
import json
import pathlib
import resource
import socket
import sys
import time

import servers
import hostile

CONNECTIONS = 10_000
FILES_RESERVED = 100
UNREAD = 40
GET = b"GET /_iam-local/health HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
BEGINNINGS = {"silent": b"", "half a head": GET, "half a body": POST + b"x",
              "idle": GET + b"\r\n"}


def large_answer():
    policy = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject",
                             "Resource": f"arn:aws:s3:::bucket-{i}/*"} for i in range(60)]}
    question = {"principal": "arn:aws:iam::123456789012:user/a", "identity_policies": ["p"],
                "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
    lines = [json.dumps({"define": "p", "document": policy})] + [json.dumps(question)] * 1_300
    body = "\n".join(lines).encode()
    return (b"POST /_iam-local/evaluate?explain=true HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)) + body


class Crowd(hostile.Attack):
    def __init__(self, server, message, count):
        super().__init__(server, message)
        self.count = count

    def send(self):
        """Each of the attackers opens its part, and stays for a while."""
        with contextlib.ExitStack() as stack:
            for _ in range(self.count // hostile.AT_ONCE):
                with contextlib.suppress(OSError):
                    connection = stack.enter_context(
                        socket.create_connection(("127.0.0.1", self.server.port), timeout=5))
                    connection.sendall(self.message)
            time.sleep(3)


def measure(build):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    many = min(CONNECTIONS, hard - FILES_RESERVED)
    cases = [(f"{many} connections, {name}", text, many) for name, text in BEGINNINGS.items()]
    cases.append((f"{UNREAD} large answers not read", large_answer(), UNREAD))
    for name, message, count in cases:
        with contextlib.ExitStack() as stack:
            crowd = Crowd(servers.start_ours(stack, build), message, count)
            crowd.run()
        yield {"name": name, "bystander_ms": round(max(crowd.waits) * 1000, 1),
               "asked": len(crowd.waits)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    args = parser.parse_args()
    for row in measure(args.build):
        print(f"{row['name']:42} longest of {row['asked']:>5} waits {row['bystander_ms']:>7} ms",
              flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
