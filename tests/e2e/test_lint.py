# SPDX-License-Identifier: Apache-2.0
"""iam-local lint: options, files, formats and exit statuses."""
import json
import pathlib
import subprocess
import tempfile
import unittest

import harness
from harness import run

CLEAN = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",\n' \
        ' "Resource": "arn:aws:s3:::b/*"}}'
SUGGESTION = CLEAN.replace('"s3:GetObject"', '["s3:GetObject", "s3:Get*"]')
ERROR = CLEAN.replace("GetObject", "GetObjects")


class Lint(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def file(self, name, text):
        path = self.directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def lint(self, status, *arguments):
        """Ends with the status and nothing on stderr; gives stdout."""
        done = run("lint", *arguments)
        self.assertEqual((status, ""), (done.returncode, done.stderr), done.stdout)
        return done.stdout

    def test_status_says_how_bad_it_is(self):
        clean, error = self.file("clean", CLEAN), self.file("error", ERROR)
        suggestion = self.file("suggestion", SUGGESTION)
        self.assertEqual("", self.lint(0, clean))
        self.assertIn("REDUNDANT_ACTION", self.lint(0, suggestion))
        self.assertIn("INVALID_ACTION", self.lint(1, clean, error, suggestion))

    def test_text(self):
        path = self.file("error.json", ERROR)
        self.assertRegex(self.lint(1, path), rf"\A{path}:1:70: error INVALID_ACTION: s3:GetObjects "
                         r"is no action of s3; GetObject is one\. \(fix: [^\n]+\)\n\Z")

    def test_json(self):
        path, clean = self.file('a "name"', ERROR), self.file("clean", CLEAN)
        self.assertEqual([], json.loads(self.lint(0, "--format", "json", clean)))
        findings = json.loads(self.lint(1, "--format=json", path, clean, path))
        self.assertEqual(2, len(findings))
        for finding in findings:
            self.assertEqual({"file", "line", "column", "type", "code", "message", "fix"},
                             set(finding))
            self.assertEqual((path, 1, 70, "ERROR", "INVALID_ACTION"),
                             tuple(finding[name] for name in
                                   ("file", "line", "column", "type", "code")))

    def test_kinds(self):
        path = self.file("policy", CLEAN)
        for kind in ("identity", "managed", "session", "scp"):
            self.assertEqual("", self.lint(0, "--kind", kind, path))
        for kind in ("resource", "endpoint", "rcp", "trust"):
            self.assertIn("GRAMMAR_ERROR", self.lint(1, f"--kind={kind}", path))

    def test_standard_input(self):
        done = subprocess.run([harness.PROGRAM, "lint", "-"], input=ERROR, text=True,
                              capture_output=True, check=False, timeout=harness.STOP_SECONDS)
        self.assertEqual((1, ""), (done.returncode, done.stderr))
        self.assertTrue(done.stdout.startswith("-:1:70: "), done.stdout)

    def test_documents_that_are_none(self):
        for text in ("", "[]", "{}", b"\xff\xfe", "null", "[" * 100000):
            with self.subTest(text=text[:9]):
                self.assertIn("GRAMMAR_ERROR", self.lint(1, self.file("file", text)))

    def test_grammar_errors_say_what_is_wrong(self):
        path = self.file("file", CLEAN.replace('"Action"', '"Actions"'))
        self.assertIn("error GRAMMAR_ERROR: Syntax errors in policy. (fix: a statement has no "
                      "element Actions; it has Sid, ", self.lint(1, path))

    def test_a_document_does_not_steer_the_terminal(self):
        for old in ("GetObject", "Action"):
            path = self.file("file", CLEAN.replace(old, "Get\\u001b[31mObject\\n"))
            self.assertNotIn("\x1b", self.lint(1, path))
            self.assertEqual(1, self.lint(1, path).count("\n"))

    def misuse(self, part, *arguments):
        done = run("lint", *arguments)
        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertRegex(done.stderr, r"\Aiam-local: lint: [^\n]+\n\Z")
        self.assertIn(part, done.stderr)

    def test_misuse(self):
        clean = self.file("clean", CLEAN)
        for part, arguments in [
                ("FILE", []), ("FILE", ["--kind", "scp"]), ("--kind", ["--kind", "user", clean]),
                ("--kind", ["--kind"]), ("--format", ["--format=xml", clean]),
                ("--frobnicate", ["--frobnicate", clean]), ("-x", ["-x", clean]),
                ("--listen", ["--listen", "localhost:0", clean])]:
            with self.subTest(arguments=arguments):
                self.misuse(part, *arguments)

    def test_files_that_cannot_be_read(self):
        missing = str(self.directory / "missing")
        self.misuse(missing, missing)
        self.misuse(str(self.directory), str(self.directory))
        large = self.file("large", " " * (1 << 20) + CLEAN)
        self.misuse(large, large)
        done = run("lint", missing, self.file("error", ERROR))
        self.assertEqual(2, done.returncode)
        self.assertIn("INVALID_ACTION", done.stdout)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([harness.PROGRAM, "lint", self.file("error", ERROR)],
                                  stdout=full, stderr=subprocess.PIPE, text=True, check=False,
                                  timeout=harness.STOP_SECONDS)
        self.assertEqual(2, done.returncode)
        self.assertIn("iam-local: lint: ", done.stderr)

    def test_settings_of_the_server_do_not_matter(self):
        path = self.file("clean", CLEAN)
        done = run("lint", path, IAM_LOCAL_ENFORCE="maybe", IAM_LOCAL_NONSENSE="1")
        self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))

    def test_help(self):
        self.assertIn("iam-local lint", self.lint(0, "--help"))
        self.assertEqual(self.lint(0, "--help"), self.lint(0, "no-such-file", "-h"))


if __name__ == "__main__":
    harness.main()
