#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures IAM Local against a hello-world on the same HTTP library, in turn.

    bench.py BUILD [--rounds N] [--seconds S] [--json]

BUILD holds server/iam-local and tests/bench/{sigload,firstanswer,hello}; data directories are made
there, because temporary folders may be in memory. Rates on a shared machine move by a factor of two
between minutes, so each round measures both servers and only the ratios of one round are compared;
the medians count. Exit: 1 when an answer was wrong, never for a time.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from statistics import median

import presign
import scale

CONNECTIONS = 16
RECORDS = 2000          # different requests in a replay file that goes round
USERS = 1000
CREATES_PER_SECOND = 8000
QUOTAS = [word for name in ("Users", "Groups", "Policies", "Roles", "InstanceProfiles",
                                    "OpenIdConnectProviders")
          for word in ("--quota", f"{name}=1000000")]
SESSIONS = 1_000_000
SESSION_ROUNDS = 25     # single runs spread, see scale.py
LISTED = 100            # users of one ListUsers
STORED_USERS = 10000    # in the file that a server starts from
START_RUNS = 9
WAIT_SECONDS = 10
SELF_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "iam:GetUser", "Resource": "arn:aws:iam::123456789012:user/*"}]})
OTHER_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}]})


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
        if answer.status != 200:
            raise Failure(f"status {answer.status} while preparing: {body}")
        return body

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def start_hello(stack, build):
    process = stack.enter_context(
        running([build / "tests/bench/hello"], stdout=subprocess.PIPE, text=True))
    return Server(process, int(process.stdout.readline()))


def start_ours(stack, build, *options, log=None):
    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
    ready, log = folder / "ready", stack.enter_context(open(log or folder / "log", "w+"))
    process = stack.enter_context(running(
        [build / "server/iam-local", "--listen", "127.0.0.1:0", "--ready-file", ready,
         *QUOTAS, *options], stdout=subprocess.DEVNULL, stderr=log))
    deadline = time.monotonic() + WAIT_SECONDS
    while not (ready.exists() and ready.read_text().endswith("\n")):
        if process.poll() is not None or time.monotonic() > deadline:
            log.seek(0)
            raise Failure("iam-local did not get ready: " + log.read())
        time.sleep(0.01)
    return Server(process, int(re.search(r":(\d+)/?\s", ready.read_text()).group(1)))


def start_moto(stack, program):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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


def prepare(server):
    """An IAM user who may read users, and users to read. Returns the user's key."""
    root = server.signer("iam")
    for i in range(USERS):
        server.ask(root.call("CreateUser", UserName=f"user-{i}"))
    return scale.new_user(server, "reader", SELF_POLICY)


class Bench:
    def __init__(self, build, folder, rounds, seconds):
        self.build, self.rounds, self.seconds = build, rounds, seconds
        self.replay = folder / "replay"
        self.rows = []
        self.scale = {}  # operation -> CPU with many users over CPU with few
        self.wrong = []

    def load(self, server, expected, once, keeps=True, refused=False):
        """One run of sigload; the replay file is in place. KEEPS: connections stay open. REFUSED:
        every answer has to be a refusal."""
        command = [self.build / "tests/bench/sigload", "-p", str(server.port), "-f", self.replay,
                   "-c", str(CONNECTIONS), "-P", str(server.pid)]
        command += ["-1"] if once else ["-d", str(int(self.seconds * 1000)), "-w", "200"]
        command += ["-e", expected] if expected else []
        command += ["-r"] if refused else []
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode not in (0, 1):
            raise Failure(f"sigload ended with {run.returncode}")
        result = json.loads(run.stdout)
        if run.returncode == 1 or (keeps and result["reconnects"]):
            self.wrong.append({"port": server.port, "expected": expected, **result})
        return result

    def compare(self, name, goal, hello, ours, messages, expected, once=False, refused=False):
        """Both servers get the same messages, signed anew for each round."""
        runs = []
        for round_number in range(self.rounds):
            presign.write_records(self.replay, messages(round_number))
            runs.append((self.load(hello, None, once),
                         self.load(ours, expected, once, refused=refused)))
        share = median(b["rate"] / max(a["rate"], 1) for a, b in runs)
        self.rows.append({
            "name": name, "unit": "of hello-world", "goal": goal, "measured": round(share, 3),
            "met": share >= goal,
            "cpu_share": round(median(a["server_cpu_us"] / max(b["server_cpu_us"], 0.01)
                                      for a, b in runs), 3),
            "rate": [round(median(run[i]["rate"] for run in runs)) for i in (0, 1)],
            "server_cpu_us": [round(median(run[i]["server_cpu_us"] for run in runs), 2)
                              for i in (0, 1)]})

    def limit(self, name, unit, goal, measured):
        self.rows.append({"name": name, "unit": unit, "goal": goal, "measured": round(measured, 2),
                          "met": measured <= goal})

    def first_answer(self, name, goal, *options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        signer = presign.Signer(f"127.0.0.1:{port}", "sts")
        presign.write_records(self.replay, [signer.call("GetCallerIdentity")])
        run = subprocess.run(
            [self.build / "tests/bench/firstanswer", "-p", str(port), "-f", self.replay,
             "-r", str(START_RUNS), "--", self.build / "server/iam-local",
             "--listen", f"127.0.0.1:{port}", *options],
            stdout=subprocess.PIPE, text=True, check=False, env=environment())
        if run.returncode:
            raise Failure("iam-local gave no first answer")
        medians = json.loads(run.stdout.splitlines()[-1])
        self.limit(name, "ms", goal, medians["answer_ms"])

    def first_answers(self):
        self.first_answer("exec to first answer", 10)
        with tempfile.TemporaryDirectory(dir=self.build) as data:
            with contextlib.ExitStack() as stack:
                ours = start_ours(stack, self.build, "--data", data)
                signer = ours.signer("iam")
                presign.write_records(self.replay, (signer.call("CreateUser", UserName=f"user-{i}")
                                                    for i in range(STORED_USERS)))
                self.load(ours, "<UserName>user-", once=True)
            self.first_answer(f"the same, {STORED_USERS} users in a file", 20, "--data", data)

    def reads(self, hello, ours):
        reader = prepare(ours)

        def identity(_):
            signer = ours.signer("sts")
            return (signer.call("GetCallerIdentity") for _ in range(RECORDS))

        def get_user(key):
            def messages(_):
                signer = ours.signer("iam", *key)
                return (signer.call("GetUser", UserName=f"user-{i % USERS}")
                        for i in range(RECORDS))
            return messages

        self.compare("GetCallerIdentity, signed", 0.60, hello, ours, identity,
                     "<Arn>arn:aws:iam::123456789012:root</Arn>")
        self.compare("GetUser, authorized", 0.45, hello, ours, get_user(reader), "<UserName>user-")
        stranger = scale.new_user(ours, "stranger", OTHER_POLICY)
        self.compare("GetUser, denied", 0.35, hello, ours, get_user(stranger),
                     "<Code>AccessDenied</Code>", refused=True)

    def sessions(self, stack, hello, ours):
        """Assuming a role, and using the credentials; also when those of a million are live."""
        alice, arn = scale.new_role(ours, "reader", SELF_POLICY)

        def assume(_):
            signer = ours.signer("sts", *alice)
            return (signer.call("AssumeRole", RoleArn=arn, RoleSessionName=f"session-{i}")
                    for i in range(RECORDS))

        def get_user(server, session):
            signer = server.signer("iam", *session)
            return (signer.call("GetUser", UserName=f"user-{i % USERS}") for i in range(RECORDS))

        session = scale.assume(ours, alice, arn)
        self.compare("GetUser by a session", 0.50, hello, ours,
                     lambda _: get_user(ours, session), "<UserName>user-")
        self.compare("AssumeRole", 0.25, hello, ours, assume, "<SessionToken>")
        handed_out = 0
        while handed_out < SESSIONS:
            presign.write_records(self.replay, assume(None))
            handed_out += self.load(ours, "<SessionToken>", once=False)["requests"]
        fresh = start_ours(stack, self.build)
        prepare(fresh)
        pairs = ((ours, session),
                 (fresh, scale.assume(fresh, *scale.new_role(fresh, "reader", SELF_POLICY))))
        costs = ([], [])
        for _ in range(SESSION_ROUNDS):
            for (server, credentials), cost in zip(pairs, costs):
                presign.write_records(self.replay, get_user(server, credentials))
                cost.append(self.load(server, "<UserName>user-", once=True)["server_cpu_us"])
        self.limit(f"the same, {SESSIONS} live sessions", "of one's", 1.1,
                   median(costs[0]) / median(costs[1]))

    def lists(self, ours):
        """The users of `prepare` are there."""
        def list_users():
            signer = ours.signer("iam")
            return (signer.call("ListUsers", MaxItems=LISTED) for _ in range(RECORDS))

        presign.write_records(self.replay, list_users())
        self.limit(f"ListUsers of {LISTED}", "us of CPU", 100,
                   self.load(ours, "<IsTruncated>true<", once=False)["server_cpu_us"])

    def scales(self, stack):
        """The operation that suffers most from the size of the account."""
        def load(server, messages):
            presign.write_records(self.replay, messages)
            return self.load(server, None, once=True)

        few, many = (scale.Account(start_ours(stack, self.build), users, load)
                     for users in (scale.FEW, scale.MANY))
        costs = {operation: [] for operation in scale.OPERATIONS}
        # Single runs are short and spread in both directions: many rounds, and their median.
        for _ in range(scale.ROUNDS):
            for operation, pairs in costs.items():
                pairs.append((few.cost(operation), many.cost(operation)))
        self.scale = {name: round(median(b for _, b in pairs) / median(a for a, _ in pairs), 2)
                      for name, pairs in costs.items()}
        worst = max(self.scale, key=self.scale.get)
        self.limit(f"{worst}, {scale.MANY} users", f"of {scale.FEW} users'", 1.3, self.scale[worst])

    def moto(self, stack, ours):
        """The same requests to moto's server, where it is installed."""
        program = shutil.which("moto_server")
        if not program:
            print("moto is not installed: no comparison with it", file=sys.stderr)
            return
        theirs = start_moto(stack, program)
        theirs.ask(theirs.signer("iam").call("CreateUser", UserName="user-0"))
        for action, service, parameters in (("GetCallerIdentity", "sts", {}),
                                            ("GetUser", "iam", {"UserName": "user-0"})):
            rates = []
            for server in (theirs, ours):
                signer = server.signer(service)
                presign.write_records(self.replay, (signer.call(action, **parameters)
                                                    for _ in range(RECORDS)))
                rates.append(self.load(server, None, once=False, keeps=server is ours)["rate"])
            self.rows.append({"name": f"{action}, moto's rate", "unit": "times that", "goal": 1,
                              "measured": round(rates[1] / max(rates[0], 1), 1),
                              "met": rates[1] > rates[0]})

    def creates(self, name, goal, hello, ours):
        count = int(self.seconds * CREATES_PER_SECOND)

        def create_user(round_number):
            signer = ours.signer("iam")
            return (signer.call("CreateUser", UserName=f"new-{round_number}-{i}")
                    for i in range(count))

        self.compare(name, goal, hello, ours, create_user, "<UserName>new-", once=True)

    def run(self, stack):
        hello, ours = start_hello(stack, self.build), start_ours(stack, self.build)
        time.sleep(0.5)
        self.limit("idle resident memory", "MiB", 14, ours.resident_kib() / 1024)
        self.first_answers()
        self.reads(hello, ours)
        self.sessions(stack, hello, ours)
        self.lists(ours)
        self.moto(stack, ours)
        self.creates("CreateUser, in memory", 0.30, hello, ours)
        data = stack.enter_context(tempfile.TemporaryDirectory(dir=self.build))
        self.creates("CreateUser, --data", 0.12, hello,
                     start_ours(stack, self.build, "--data", data))
        self.scales(stack)


def print_table(rows):
    print(f"{'':34}{'goal':>10}{'measured':>10}  {'':16}{'CPU':>7}"
          f"{'requests/s':>20}{'CPU us/request':>18}")
    for row in rows:
        sign = ">=" if row["unit"] in ("of hello-world", "times that") else "<="
        line = (f"{row['name']:34}{sign + ' ' + str(row['goal']):>10}{row['measured']:>10}  "
                f"{row['unit'] + ('' if row['met'] else ' *'):16}")
        if "rate" in row:
            line += (f"{row['cpu_share']:>7}{row['rate'][0]:>12}{row['rate'][1]:>8}"
                     f"{row['server_cpu_us'][0]:>10}{row['server_cpu_us'][1]:>8}")
        print(line.rstrip())
    print("Pairs: hello-world, IAM Local. CPU: hello-world's per request over ours.")
    if not all(row["met"] for row in rows):
        print("* misses the goal")


def check_build(build):
    for name in ("server/iam-local", "tests/bench/sigload", "tests/bench/firstanswer",
                 "tests/bench/hello"):
        if not os.access(build / name, os.X_OK):
            raise Failure(f"{build / name} is missing: ninja -C {build} {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="per server, load and round")
    parser.add_argument("--json", action="store_true", help="one JSON object, no table")
    args = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        check_build(args.build.resolve())
        with contextlib.ExitStack() as stack:
            folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            bench = Bench(args.build.resolve(), folder, args.rounds, args.seconds)
            bench.run(stack)
    except (Failure, OSError) as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"rows": bench.rows, "scale": bench.scale, "wrong": bench.wrong},
                         indent=2))
    else:
        print_table(bench.rows)
    for run in bench.wrong:
        print(f"bench: wrong answers: {json.dumps(run)}", file=sys.stderr)
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
