# SPDX-License-Identifier: Apache-2.0
"""An account where nobody cared: each command that the security report prints runs in a shell as it
stands, with the AWS CLI, and what it was about is not found any more."""
import json
import os
import pathlib
import shlex
import socket
import subprocess
import tempfile
import urllib.parse

import clients
import harness
import signed
import totp

AWS = clients.cli()
NOW = 1893456000  # of the sandbox's clock when the report is made: 2030-01-01
OTHER = "210987654321"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
FEW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
SERVICE = {"Effect": "Allow", "Action": "sts:AssumeRole",
           "Principal": {"AWS": [OTHER, harness.ROOT_ARN], "Service": "ec2.amazonaws.com"},
           "Condition": {"StringEquals": {"aws:PrincipalTag/who": "o'hara"}}}
PASSWORD = "Correct-Horse-Battery1"
COMMAND_SECONDS = 60


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(principal):
    return document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal})


class Mend(harness.ServerCase):
    options = ("--root-password", PASSWORD, "--root-email", "root@account.example")

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="iam-local-mend-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "POLICY.json").write_text(document(FEW), encoding="utf-8")
        self.root = signed.Client(self.server)
        self.addCleanup(self.root.close)

    def stand_at(self, now):
        for change in {"freeze": True}, {"set": now}:
            status, answer = self.server.own("PUT", "clock", change)
            self.assertEqual(200, status, answer)

    def call(self, action, **parameters):
        status, text = self.root.call(action, **parameters)
        self.assertEqual(200, status, text)
        return text

    def new_key(self, **user):
        text = self.call("CreateAccessKey", **user)
        return tuple(text.split(f"<{name}>")[1].split("<")[0]
                     for name in ("AccessKeyId", "SecretAccessKey"))

    def use_from(self, key, address):
        host, port = self.server.authority.split(":")
        client = signed.Client(self.server, key)
        client.close()
        client.connection = socket.create_connection((host, int(port)), harness.STOP_SECONDS,
                                                     source_address=(address, 0))
        self.addCleanup(client.close)
        client.call("GetUser")

    def neglect(self):
        self.stand_at("2029-09-01T00:00:00Z")
        self.call("CreateUser", UserName="alice")
        self.new_key(UserName="alice")
        self.call("CreateLoginProfile", UserName="alice", Password=PASSWORD)
        self.call("PutUserPolicy", UserName="alice", PolicyName="own", PolicyDocument=document(ALL))
        self.call("AttachUserPolicy", UserName="alice",
                  PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
        self.stand_at("2030-01-01T00:00:00Z")
        self.new_key(UserName="alice")
        self.call("CreateUser", UserName="bob")
        bob = self.new_key(UserName="bob")
        for address in "127.0.0.1", "127.0.0.2":
            self.use_from(bob, address)
        for kind in "Group", "Role":
            more = {"AssumeRolePolicyDocument": trust({"AWS": "*"})} if kind == "Role" else {}
            self.call(f"Create{kind}", **{f"{kind}Name": "all"}, **more)
            self.call(f"Put{kind}Policy", **{f"{kind}Name": "all"}, PolicyName="inline",
                      PolicyDocument=document(ALL))
        self.call("CreateRole", RoleName="others", AssumeRolePolicyDocument=document(SERVICE))
        self.call("CreatePolicy", PolicyName="everything", PolicyDocument=document(ALL))
        status, answer = self.server.own("POST", "check-password", {
            "email": "root@account.example", "password": PASSWORD})
        self.assertEqual((200, "ok"), (status, answer["result"]))

    def findings(self):
        """Check -> findings."""
        done = harness.run("report", self.server.url, "--json", "--limit", "1000")
        return {check["check"]: check["findings"] for check in json.loads(done.stdout)["checks"]
                if check["findings"]}

    def run_in_shell(self, command):
        script = f'aws() {{ {shlex.quote(AWS)} --region us-east-1 "$@"; }}\n{command}'
        done = subprocess.run(
            ["bash", "-ec", script], cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
            capture_output=True, timeout=COMMAND_SECONDS, check=False,
            env={**os.environ, "AWS_ACCESS_KEY_ID": harness.ROOT[0],
                 "AWS_SECRET_ACCESS_KEY": harness.ROOT[1], "AWS_MAX_ATTEMPTS": "1"})
        self.assertEqual(0, done.returncode, (command, done.stdout, done.stderr))

    def mend(self, command):
        """Codes are those of an app that was given the seed instead of the picture."""
        if "NEXT-CODE" not in command:
            self.run_in_shell(command)
            return
        first, second = command.replace("QRCodePNG", "Base32StringSeed").split(" && ")
        self.run_in_shell(first)
        picture = shlex.split(first)[shlex.split(first).index("--outfile") + 1]
        seed = (self.folder / picture).read_text(encoding="utf-8")
        for name, step in (("NEXT-CODE", 0), ("CODE", -1)):
            second = second.replace(name, totp.code(seed, NOW, step))
        self.run_in_shell(second)

    def mend_all(self, check):
        for finding in self.findings().get(check, ()):
            # Another check may have had the same command.
            if finding not in self.findings().get(check, ()):
                continue
            with self.subTest(check=check, mend=finding["mend"]):
                self.mend(finding["mend"])
                left = [(one["about"], one["what"]) for one in self.findings().get(check, ())]
                self.assertNotIn((finding["about"], finding["what"]), left)

    def test_every_command(self):
        self.neglect()
        found = self.findings()
        _, report = self.server.own("GET", "security-report")
        checks = [check["check"] for check in report["checks"]]
        self.assertEqual(set(checks), set(found))
        # Without its last key the root user can run nothing.
        last = ("root-use", "root-access-keys")
        for check in checks:
            if check not in last:
                self.mend_all(check)
        self.assertEqual({*last}, set(self.findings()))
        trusts = self.call("GetRole", RoleName="others")
        trusts = trusts.split("<AssumeRolePolicyDocument>")[1].split("<")[0]
        kept = {**SERVICE, "Principal": {"AWS": [harness.ROOT_ARN],
                                         "Service": "ec2.amazonaws.com"}}
        self.assertEqual({"Version": "2012-10-17", "Statement": [kept]},
                         json.loads(urllib.parse.unquote(trusts)))
        password = next(one for one in self.findings()["root-use"] if one["what"] == "the password")
        self.run_in_shell(password["mend"])
        self.mend_all("root-access-keys")
        # There is no command against what was done.
        self.assertEqual({"root-use": [password]}, self.findings())
        self.stand_at("2030-01-08T00:00:00Z")
        self.assertEqual({}, self.findings())


if __name__ == "__main__":
    if not AWS:
        harness.skip("no AWS CLI")
    harness.main()
