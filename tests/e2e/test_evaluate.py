# SPDX-License-Identifier: Apache-2.0
"""`iam-local evaluate` as a command: files and streams, exit status, what goes where; the same
lines sent to a server; and encoded messages through sts:DecodeAuthorizationMessage."""
import contextlib
import json
import pathlib
import re
import subprocess
import tempfile

import harness
import signed

READS = {"Version": "2012-10-17", "Statement": {
    "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
ALICE = "arn:aws:iam::123456789012:user/alice"


def ask(action, **more):
    return json.dumps({"principal": ALICE, "action": action, "resource": "arn:aws:s3:::b/k",
                       "identity_policies": [READS], **more})


def evaluate(*arguments, text=""):
    return subprocess.run([harness.PROGRAM, "evaluate", *arguments], input=text, text=True,
                          capture_output=True, timeout=60, check=False)


class Command(harness.ServerCase):
    def check(self, done, status, decisions, errors=""):
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((status, decisions),
                         (done.returncode, [answer.get("decision") for answer in answers]))
        self.assertRegex(done.stderr, f"^{errors}$")
        return answers

    def test_files_and_streams(self):
        lines = ask("s3:GetObject") + "\n" + ask("s3:PutObject")
        expected = (0, ["Allow", "ImplicitDeny"])
        self.check(evaluate(text=lines), *expected)
        self.check(evaluate("-", text=lines + "\n"), *expected)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "lines")
            file.write_text(lines, encoding="utf-8")
            self.check(evaluate(str(file)), *expected)
            self.check(evaluate("--explain", str(file)), *expected)
            self.check(evaluate(folder), 2, [], f"iam-local: evaluate: {folder}: .*\n")
            self.check(evaluate(folder + "/none"), 2, [], ".*/none: No such file or directory\n")

    def test_expectations(self):
        good, bad = ask("s3:GetObject", expected="Allow"), ask("s3:PutObject", expected="Allow")
        self.check(evaluate(text=good), 0, ["Allow"], "1 passed, 0 failed\n")
        self.check(evaluate(text=good + "\n" + bad), 1, ["Allow", "ImplicitDeny"],
                   "iam-local: evaluate: line 2: expected Allow, but got .*\n1 passed, 1 failed\n")

    def test_malformed_lines(self):
        lines = "\n".join(["{", ask("s3:GetObject", id=2), ask("s3:GetObject", identity=1)])
        answers = self.check(evaluate(text=lines), 2, [None, "Allow", None],
                             "iam-local: evaluate: line 1: .*\niam-local: evaluate: line 3: .*\n")
        self.assertEqual([1, 3], [a["error"]["line"] for a in answers if "error" in a])
        binary = subprocess.run([harness.PROGRAM, "evaluate"], input=bytes(range(256)) * 4,
                                capture_output=True, check=False)
        self.assertEqual(2, binary.returncode)
        for line in binary.stdout.decode().splitlines():
            self.assertIn("error", json.loads(line))

    def test_a_very_long_line(self):
        context = {"aws:username": ["x" * 1000] * 5000}
        self.check(evaluate(text=ask("s3:GetObject", context=context)), 0, ["Allow"])
        self.check(evaluate(text="[" * 1_000_000), 2, [None], ".*\n")

    def test_no_line_at_all(self):
        """A test whose lines got lost must not pass."""
        for text in ("", "\n", " \n\n", json.dumps({"define": "r", "document": READS})):
            done = evaluate(text=text)
            self.assertEqual((2, ""), (done.returncode, done.stdout))
            self.assertEqual("iam-local: evaluate: standard input: no line asks anything\n",
                             done.stderr)
        self.check(evaluate("/dev/null"), 2, [], "iam-local: evaluate: /dev/null: .*\n")

    def test_stored_principals(self):
        root = "arn:aws:iam::123456789012:root"
        line = {"stored": True, "id": 7, "principal": root, "action": "s3:ListAllMyBuckets",
                "expected": "Allow"}
        nobody = {**line, "principal": ALICE}
        both = "\n".join([json.dumps(line), ask("s3:PutObject", expected="ImplicitDeny")])
        answers = self.check(evaluate("--url", self.server.url, text=both), 0,
                             ["Allow", "ImplicitDeny"], "2 passed, 0 failed\n")
        self.assertEqual((7, root, True), tuple(answers[0][name] for name in
                                                ("id", "principal", "passed")))
        more = {**line, "expected": {"decision": "Allow", "message": "No."}}
        self.check(evaluate("--url=" + self.server.url, text=json.dumps(more)), 1, ["Allow"],
                   ".*line 1: expected .*, but got Allow: \n0 passed, 1 failed\n")
        answers = self.check(evaluate("--url", self.server.url, text=json.dumps(nobody)), 2, [None],
                             ".*line 1: There is no principal .*\n")
        self.assertEqual(1, answers[0]["error"]["line"])
        self.check(evaluate("--url", "http://127.0.0.1:1", text=json.dumps(line)), 2, [None],
                   ".*line 1: .*\n")
        self.check(evaluate("--url", "ftp://x", text=json.dumps(line)), 2, [],
                   ".*expected a URL of the form .*\n")

    def test_usage(self):
        self.assertIn("usage: iam-local evaluate", evaluate("--help").stdout)
        for arguments in (["--explains"], ["-x"], ["a", "b"]):
            self.check(evaluate(*arguments), 2, [], ".*unexpected argument; see .*\n")

    def test_nobody_reads_the_answers(self):
        process = subprocess.Popen([harness.PROGRAM, "evaluate"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdout.close()
        try:
            process.stdin.write((ask("s3:GetObject") + "\n").encode() * 2000)
            process.stdin.close()
        except BrokenPipeError:
            pass
        self.assertNotEqual(0, process.wait(timeout=60))

    def post(self, query, lines):
        status, _, text = self.server.request("POST", "/_iam-local/evaluate" + query, lines)
        self.assertEqual(200, status)
        return text

    def test_the_same_lines_to_a_server(self):
        lines = "\n".join([json.dumps({"define": "r", "document": READS}), ask("s3:GetObject"),
                           ask("s3:PutObject", id="x"), "nonsense"])
        self.assertEqual(evaluate(text=lines).stdout, self.post("", lines))
        self.assertEqual(evaluate("--explain", text=lines).stdout,
                         self.post("?explain=true", lines))
        spread = json.dumps(json.loads(ask("s3:GetObject")), indent=2)
        self.assertEqual("Allow", json.loads(self.post("", spread))["decision"])

    @staticmethod
    def decode(server, message, key=harness.ROOT):
        with contextlib.closing(signed.Client(server, key, service="sts")) as client:
            return client.call("DecodeAuthorizationMessage", EncodedMessage=message)

    def test_encoded_messages(self):
        line = ask("s3:PutObject", context={"aws:username": "alice"})
        here = json.loads(evaluate("--encode", text=line).stdout)["encoded_message"]
        there = json.loads(self.post("?encode=true", line))["encoded_message"]
        for message in (here, there):
            status, text = self.decode(self.server, message)
            self.assertEqual(200, status, text)
            self.assertIn('"action":"s3:PutObject"', text.replace("&quot;", '"'))
        self.assertEqual(400, self.decode(self.server, here[:-1])[0])
        other = self.start("--root-secret-access-key", "another")
        status, text = self.decode(other, here, (harness.ROOT[0], "another"))
        self.assertEqual(400, status, text)
        self.assertIn("InvalidAuthorizationMessageException", text)

    def test_a_denial_and_its_message(self):
        """As a user meets it: denied, explained, decoded."""
        client = signed.Client(self.server)
        self.addCleanup(client.close)
        client.call("CreateUser", UserName="ann")
        text = client.call("CreateAccessKey", UserName="ann")[1]
        key = [re.search(f"<{name}>(.*)</{name}>", text).group(1)
               for name in ("AccessKeyId", "SecretAccessKey")]
        with contextlib.closing(signed.Client(self.server, key)) as ann:
            self.assertEqual(403, ann.call("ListUsers")[0])
        newest = self.server.own("GET", "explain")[1]["requests"][0]["request_id"]
        record = self.server.own("GET", "explain/" + newest)[1]
        status, text = self.decode(self.server, record["decisions"][0]["encoded_message"])
        self.assertEqual(200, status)
        for part in ('"allowed":false', '"action":"iam:ListUsers"', '"name":"ann"',
                     '"key":"aws:SourceIp"'):
            self.assertIn(part, text.replace("&quot;", '"'))


if __name__ == "__main__":
    harness.main()
