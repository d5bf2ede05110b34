# SPDX-License-Identifier: Apache-2.0
"""`iam-local policy` and `iam-local decisions`: what is seen, and what would allow it."""
import json
import select
import subprocess
import urllib.request
import xml.etree.ElementTree

import harness
import signed

ALICE = f"arn:aws:iam::{harness.ACCOUNT}:user/alice"


class PolicyCase(harness.ServerCase):
    options = ("--enforce", "soft")

    def setUp(self):
        super().setUp()
        self.root = self.connect(harness.ROOT)
        self.ask("CreateUser", UserName="alice")
        key = self.ask("CreateAccessKey", UserName="alice")
        self.alice = self.connect((key["AccessKeyId"], key["SecretAccessKey"]))

    def connect(self, key):
        client = signed.Client(self.server, key)
        self.addCleanup(client.close)
        return client

    def ask(self, action, **params):
        """As root: the texts of the answer."""
        status, text = self.root.call(action, **params)
        self.assertEqual(200, status, text)
        return {element.tag.split("}")[1]: element.text
                for element in xml.etree.ElementTree.fromstring(text).iter()}

    def enforce(self, how):
        request = urllib.request.Request(
            f"{self.server.url}/_iam-local/enforcement", method="PUT",
            data=json.dumps({"enforcement": how}).encode())
        urllib.request.urlopen(request).close()

    def run_policy(self, *options):
        return harness.run("policy", ALICE, self.server.url, *options)

    def run_decisions(self, *options):
        return harness.run("decisions", self.server.url, *options)


class Policy(PolicyCase):
    def call(self):
        """What alice does; how often it was denied."""
        calls = (("CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": json.dumps({
            "Version": "2012-10-17", "Statement": {
                "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole"}})}),
                 ("GetRole", {"RoleName": "r"}), ("ListRoles", {}),
                 ("CreateInstanceProfile", {"InstanceProfileName": "p"}),
                 ("AddRoleToInstanceProfile", {"InstanceProfileName": "p", "RoleName": "r"}),
                 ("RemoveRoleFromInstanceProfile", {"InstanceProfileName": "p", "RoleName": "r"}),
                 ("DeleteInstanceProfile", {"InstanceProfileName": "p"}),
                 ("DeleteRole", {"RoleName": "r"}))
        return sum(self.alice.call(action, **params)[0] == 403 for action, params in calls)

    def clean(self):
        self.root.call("RemoveRoleFromInstanceProfile", InstanceProfileName="p", RoleName="r")
        self.root.call("DeleteInstanceProfile", InstanceProfileName="p")
        self.root.call("DeleteRole", RoleName="r")

    def attach(self, policy):
        self.ask("PutUserPolicy", UserName="alice", PolicyName="seen",
                 PolicyDocument=json.dumps(policy))

    def test_round_trip(self):
        self.assertEqual(0, self.call())
        for options in ((), ("--conditions",)):
            self.enforce("strict")
            done = self.run_policy(*options)
            self.assertEqual(0, done.returncode, done.stderr)
            policy = json.loads(done.stdout)
            self.attach(policy)
            self.assertEqual(0, self.call())
            self.assertGreater(len(policy["Statement"]), 1)
            for statement in policy["Statement"]:
                rest = [other for other in policy["Statement"] if other is not statement]
                self.attach({**policy, "Statement": rest})
                self.assertGreater(self.call(), 0, statement)
                self.clean()
        passed = [s for s in policy["Statement"] if "iam:PassRole" in s["Action"]]
        self.assertEqual({"iam:PassedToService": "ec2.amazonaws.com"},
                         passed[0]["Condition"]["StringEquals"])

    def test_answer(self):
        self.alice.call("GetUser")
        done = self.run_policy("--json")
        answer = json.loads(done.stdout)
        self.assertEqual([1, [], True], [answer["observed"], answer["lint"], answer["complete"]])
        self.assertEqual([{"sid": "IamGetUserOnAlice", "policy": 0, "refused_without": True,
                           "needed_by": {"action": "iam:GetUser", "resource": ALICE}}],
                         answer["proof"]["statements"])
        self.assertEqual({}, {name: answer[name] for name in
                              ("still_refused", "left_out", "not_needed", "widened")
                              if answer[name]})

    def test_what_the_linter_says(self):
        self.call()
        done = self.run_policy("--conditions")
        linted = subprocess.run([harness.PROGRAM, "lint", "--kind", "managed", "-"], text=True,
                                input=done.stdout, capture_output=True)
        self.assertEqual((0, ""), (linted.returncode, linted.stdout))

    def test_wrong_arguments(self):
        for arguments in ((), (ALICE, "http://x:1", "more"), (ALICE, "--nothing"),
                          (ALICE, "ftp://x"), (ALICE, "--since"), (ALICE, "http://127.0.0.1:1"),
                          ("alice", self.server.url), (ALICE + "e", self.server.url),
                          (ALICE, self.server.url, "--include", "some")):
            done = harness.run("policy", *arguments)
            self.assertEqual((2, ""), (done.returncode, done.stdout), arguments)
            self.assertTrue(done.stderr.startswith("iam-local: policy: "), done.stderr)


class Decisions(PolicyCase):
    def test_last_ones(self):
        self.alice.call("GetUser")
        self.root.call("GetUser")
        done = self.run_decisions("--principal", "alice")
        self.assertEqual(0, done.returncode)
        first, second = done.stdout.splitlines()
        self.assertRegex(first, rf"^\S+Z ImplicitDeny {ALICE} iam:GetUser {ALICE} \(let pass\)$")
        self.assertEqual('    identity needs {"Effect":"Allow","Action":"iam:GetUser",'
                         f'"Resource":"{ALICE}"}}', second)
        done = self.run_decisions("--json", "--decision=Allow", "--limit=1")
        self.assertEqual(harness.ROOT_ARN, json.loads(done.stdout)["principal"])

    def test_follow(self):
        process = subprocess.Popen(
            [harness.PROGRAM, "decisions", self.server.url, "--follow", "--json",
             "--decision", "Deny"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        while True:  # until the stream has begun, which is some time after the program has
            self.alice.call("GetUser")
            line = self.read_line(process, 0.2)
            if line:
                break
        self.assertEqual({"Effect": "Allow", "Action": "iam:GetUser", "Resource": ALICE},
                         json.loads(line)["allow"])

    @staticmethod
    def read_line(process, seconds):
        ready, _, _ = select.select([process.stdout], [], [], seconds)
        return process.stdout.readline() if ready else None

    def test_wrong_arguments(self):
        for arguments in (("http://x:1", "more"), ("--nothing",), ("ftp://x",), ("--limit",)):
            done = harness.run("decisions", *arguments)
            self.assertEqual((2, ""), (done.returncode, done.stdout), arguments)
        for arguments in (("http://127.0.0.1:1",), (self.server.url, "--decision", "perhaps")):
            self.assertEqual(1, harness.run("decisions", *arguments).returncode)


if __name__ == "__main__":
    harness.main()
