# SPDX-License-Identifier: Apache-2.0
"""How long GetUser waits beside what else a server has to do, told by a process of its own: 8
connections, each with a request due every 2 ms, whose time counts from when it was due. The same
neighbours beside hello-world show what the machine adds, whose cores they share with the client."""
import json
import re
import subprocess
import tempfile
import time
from statistics import median

import accounts
import cpu
import hostile
import servers

ROUNDS = 3              # at most; pairs of runs, without the neighbour and beside it
WINDOW_MS = 2000
NEIGHBOUR_MS = 60_000   # or until the window is over
LEAD_SECONDS = 0.3      # of the neighbour
CONNECTIONS, RATE = 8, 4000
USERS = 50_000
CREATES = 120_000       # more than four connections can make in the window
CHUNK = 10_000
COMPUTED, SHORT = 1.5, 3    # goals; short requests of others take turns at the same two cores
ACCOUNT = accounts.ACCOUNT
IDP = f"{ACCOUNT}saml-provider/idp"
PASSWORD = "Correct-Horse1"
SAML_ROLE = f"{ACCOUNT}role/federated"


def post(server, path, body):
    return (f"POST {path} HTTP/1.1\r\nHost: {server.host}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def detail_pages(server):
    """One request for each page of 1,000 of everything."""
    signer, marker, messages = server.signer("iam"), {}, []
    while True:
        messages.append(signer.call("GetAccountAuthorizationDetails", MaxItems=1000, **marker))
        found = re.search("<Marker>([^<]+)</Marker>", server.ask(messages[-1]))
        if not found:
            return messages
        marker = {"Marker": found.group(1)}


def evaluate_body(bench, server):
    """1 MB of lines with 2 KB of policies each."""
    lines = subprocess.run([bench.build / "tests/bench/evaldecide", "lines", "inline", "1000"],
                           stdout=subprocess.PIPE, check=True).stdout
    return [post(server, "/_iam-local/evaluate", lines[:lines.rindex(b"\n", 0, 1_000_000) + 1])]


def simulate(server):
    actions = {f"ActionNames.member.{i + 1}": f"s3:Get{i}" for i in range(50)}
    return [server.signer("iam").call("SimulatePrincipalPolicy",
                                      PolicySourceArn=f"{ACCOUNT}user/reader", **actions)]


def saml_tool(bench, *arguments):
    return subprocess.run([bench.build / "tests/e2e/saml_tool", *arguments], text=True,
                          stdout=subprocess.PIPE, check=True).stdout.rstrip("\n")


def prepare_tokens(bench, server):
    root = server.signer("iam")
    trust = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"Federated": IDP}, "Action": "sts:AssumeRoleWithSAML"}}
    server.ask(root.call("CreateSAMLProvider", Name="idp",
                         SAMLMetadataDocument=saml_tool(bench, "metadata")))
    server.ask(root.call("CreateRole", RoleName="federated",
                         AssumeRolePolicyDocument=json.dumps(trust)))
    server.ask(root.call("EnableOutboundWebIdentityFederation"))


def assume_with_saml(bench, server):
    assertion = saml_tool(bench, "response", str(int(time.time())))
    return [server.signer("sts").call("AssumeRoleWithSAML", RoleArn=SAML_ROLE, PrincipalArn=IDP,
                                      SAMLAssertion=assertion)]


def identity_token(server, key):
    return [server.signer("sts", *key).call(
        "GetWebIdentityToken", SigningAlgorithm="RS256",
        **{"Audience.member.1": "https://api.example"})]


def check_password(server):
    """A sign-in: a hash of 15 ms, which reads and writes 16 MiB."""
    body = {"account": ACCOUNT.split(":")[4], "user_name": "bearer", "password": PASSWORD}
    return [post(server, "/_iam-local/check-password", json.dumps(body).encode())]


def create_users(server, name):
    signer = server.signer("iam")
    return (signer.call("CreateUser", UserName=f"new-{name}-{i}") for i in range(CREATES))


def list_users(server):
    return [server.signer("iam").call("ListUsers", MaxItems=1000)]


class Waits:
    def __init__(self, bench, stack, *options):
        self.bench, self.server = bench, servers.start_ours(stack, bench.build, *options)
        self.hello = servers.start_hello(stack, bench.build)
        self.round = 0
        self.reader = cpu.prepare(self.server)

    def probe(self, server):
        expected = "<UserName>user-" if server is self.server else ""
        messages = cpu.get_user(self.server, *self.reader)
        command = self.bench.load_command(server, messages, "probe")
        run = subprocess.run(
            [*command, "-c", str(CONNECTIONS), "-R", str(RATE), "-d", str(WINDOW_MS),
             "-w", "100", "-e", expected], stdout=subprocess.PIPE, text=True, check=False)
        return self.bench.result(run.returncode, run.stdout, server, expected)

    def beside(self, server, messages, *options):
        """The probe while closed loops send the messages, and what these loops did."""
        command = self.bench.load_command(server, messages, "neighbour")
        command += ["-d", str(NEIGHBOUR_MS), *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as neighbour:
            time.sleep(LEAD_SECONDS)
            waits = self.probe(server)
            early = neighbour.poll() is not None
            neighbour.terminate()
            done = json.loads(neighbour.communicate()[0])
        if early:
            raise servers.Failure(f"the neighbour ended before the window: {done}")
        return waits, done

    def hello_beside(self, messages, rate, options):
        """Hello-world's waits alone, and beside the messages as often as ours answered them."""
        alone = self.probe(self.hello)
        options = [*options, "-R", str(max(1, round(rate)))]
        return alone, self.beside(self.hello, messages, *options)[0]

    def row(self, name, goal, connections, messages, once=False, answered=True):
        """MESSAGES is called for each round. ANSWERED: the neighbour's requests succeed."""
        alone, beside, hello = [], [], []
        options = ["-c", str(connections)] + (["-1"] if once else [])
        for _ in range(min(ROUNDS, self.bench.rounds)):
            self.round += 1
            alone.append(self.probe(self.server))
            waits, done = self.beside(self.server, messages(), *options)
            beside.append({**waits, "neighbour": done["rate"]})
            hello.append(self.hello_beside(messages(), done["rate"], options))
            if answered and done["ok"] != done["requests"]:
                self.bench.wrong.append({"neighbour": name, **done})

        def times(pairs):
            return median(b["p99_us"] / a["p99_us"] for a, b in pairs)

        def text(runs):
            return "/".join(f"{median(run[f'p{p}_us'] for run in runs):.0f}" for p in (50, 99, 999))

        self.bench.at_most(
            f"beside {name}, p99", goal,
            times(zip(alone, beside)), "of alone's",
            f"p50/p99/p999 {text(beside)} us, alone {text(alone)}; neighbour "
            f"{median(run['neighbour'] for run in beside):.0f}/s; hello's p99 {times(hello):.3g}")


def prepare(bench, waits):
    """All that the neighbours ask for."""
    root = waits.server.signer("iam")
    for first in range(cpu.USERS, USERS, CHUNK):
        bench.load(waits.server, (root.call("CreateUser", UserName=f"user-{i}")
                                  for i in range(first, min(USERS, first + CHUNK))),
                   "<UserName>user-", every=True)
    prepare_tokens(bench, waits.server)
    bearer = accounts.new_user(waits.server, "bearer", json.dumps({
        "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*"}}))
    waits.server.ask(root.call("CreateLoginProfile", UserName="bearer", Password=PASSWORD))
    return bearer


def run(bench, stack):
    waits = Waits(bench, stack)
    server = waits.server
    bearer = prepare(bench, waits)
    waits.row("4 loops of GetUser", SHORT, 4, lambda: cpu.get_user(server, *waits.reader))
    waits.row("ListUsers of 1,000", COMPUTED, 1, lambda: list_users(server))
    waits.row("GetAccountAuthorizationDetails of 1,000", COMPUTED, 1, lambda: detail_pages(server))
    waits.row("evaluate of 1 MB", COMPUTED, 1, lambda: evaluate_body(bench, server))
    waits.row("SimulatePrincipalPolicy, 50 actions", COMPUTED, 1, lambda: simulate(server))
    waits.row("AssumeRoleWithSAML", COMPUTED, 1, lambda: assume_with_saml(bench, server))
    waits.row("GetWebIdentityToken", COMPUTED, 1, lambda: identity_token(server, bearer))
    waits.row("8 loops of check-password", SHORT, 8, lambda: check_password(server))
    for name, message in hostile.CASES.items():
        waits.row(name, COMPUTED, 4, lambda message=message: [message(server)], answered=False)
    waits.row("4 loops of CreateUser", SHORT, 4, lambda: create_users(server, waits.round), True)
    kept = Waits(bench, stack, "--data",
                 stack.enter_context(tempfile.TemporaryDirectory(dir=bench.build)))
    kept.row("4 loops of CreateUser, --data", SHORT, 4,
             lambda: create_users(kept.server, kept.round), True)
