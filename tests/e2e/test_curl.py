# SPDX-License-Identifier: Apache-2.0
"""curl --aws-sigv4, in header form with GET and POST."""
import json
import shutil
import subprocess

import harness

CURL = shutil.which("curl")
USERS = "Action=ListUsers&Version=2010-05-08"
IDENTITY = "Action=GetCallerIdentity&Version=2011-06-15"


def supports_signing():
    """Debian 12 and later do; curl learned it in 7.75."""
    done = subprocess.run([CURL, "--help", "all"], capture_output=True, text=True, check=False)
    return "--aws-sigv4" in done.stdout


class Curl(harness.ServerCase):
    def curl(self, path, *options, key=harness.ROOT, scope="aws:amz:us-east-1:iam"):
        """Returns status and body."""
        done = subprocess.run(
            [CURL, "--disable", "--silent", "--show-error", "--max-time", "10",
             "--aws-sigv4", scope, "--user", ":".join(key), "--write-out", "\n%{http_code}",
             *options, self.server.url + path],
            capture_output=True, text=True, check=True, timeout=harness.STOP_SECONDS)
        body, status = done.stdout.rsplit("\n", 1)
        return int(status), body

    def assert_identity(self, answer):
        self.assertEqual(200, answer[0], answer[1])
        self.assertIn(f"<Arn>{harness.ROOT_ARN}</Arn>", answer[1])

    def test_post(self):
        status, body = self.curl("/", "--data", USERS)
        self.assertEqual(200, status, body)
        self.assertIn('<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">', body)
        status, body = self.curl("/", "--data", "Action=CreateUser&Version=2010-05-08",
                                 "--data-urlencode", "UserName=a+b", "--data", "Path=%2Fx%2f")
        self.assertEqual(200, status, body)
        self.assertIn(f"<Arn>arn:aws:iam::{harness.ACCOUNT}:user/x/a+b</Arn>", body)

    def test_get(self):
        self.assert_identity(self.curl("/?" + IDENTITY, scope="aws:amz:us-east-1:sts"))

    def test_path_prefix_and_region(self):
        self.assert_identity(self.curl("/aws/sts", "--data", IDENTITY,
                                       scope="aws:amz:eu-west-3:sts"))

    def test_sandboxes(self):
        one, two = (self.server.sandbox(name) for name in ("w1", "w2"))
        create = "Action=CreateUser&Version=2010-05-08&UserName=alice"
        for path in (one, two + "/", "/"):
            status, body = self.curl(path, "--data", create)
            self.assertEqual(200, status, body)
        status, body = self.curl("/_sandbox/w3/", "--data", create)
        self.assertEqual(404, status)
        self.assertIn("<Code>NoSuchSandbox</Code>", body)

    def test_wrong_secret(self):
        status, body = self.curl("/", "--data", USERS, key=(harness.ROOT[0], "wrong"))
        self.assertEqual(403, status)
        self.assertIn("<Code>SignatureDoesNotMatch</Code>", body)
        self.assertIn("<Type>Sender</Type>", body)

    def test_scope_of_the_wrong_service(self):
        status, body = self.curl("/", "--data", USERS, scope="aws:amz:us-east-1:s3")
        self.assertEqual(403, status)
        self.assertIn("Credential should be scoped to correct service: 'iam'. ", body)
        status, body = self.curl("/", "--data", USERS, scope="aws:amz:us-east-1:sts")
        self.assertEqual(400, status)
        self.assertIn("Could not find operation ListUsers for version 2010-05-08", body)

    def test_old_date(self):
        status, body = self.curl("/", "--data", USERS, "--header", "X-Amz-Date: 20200101T000000Z")
        self.assertEqual(403, status)
        self.assertIn("<Code>SignatureDoesNotMatch</Code>", body)
        self.assertIn("Signature expired: 20200101T000000Z is now earlier than ", body)

    def test_json(self):
        status, body = self.curl("/", "--data", USERS, "--header", "Accept: application/json")
        self.assertEqual(200, status)
        self.assertEqual([], json.loads(body)["ListUsersResponse"]["ListUsersResult"]["Users"])

    def test_numbers_that_are_none(self):
        for value, message in (("abc", ""), ("1.0", ""), ("99999999999", ""),
                               ("", "missing value for decimal type")):
            status, body = self.curl("/", "--data", f"{USERS}&MaxItems={value}",
                                     "--header", "Accept: application/json")
            error = json.loads(body)["Error"]
            self.assertEqual((400, "MalformedInput", message),
                             (status, error["Code"], error.get("Message", "")))

    def test_parameters_that_cannot_be_read(self):
        for text in ("%zz", "%00", "%ff"):
            status, body = self.curl("/", "--data", f"{USERS}&PathPrefix={text}")
            self.assertEqual(400, status)
            self.assertIn("<Code>MalformedQueryString</Code>", body)

    def test_large_bodies(self):
        status, body = self.curl("/", "--data", USERS + "&X=" + "x" * 100_000)
        self.assertEqual(200, status, body)
        done = subprocess.run(
            [CURL, "--disable", "--silent", "--data-binary", "@-", "--output", "/dev/null",
             "--write-out", "%{http_code}", self.server.url], input="x" * 2_000_000,
            capture_output=True, text=True, check=False, timeout=harness.STOP_SECONDS)
        self.assertEqual("413", done.stdout)


if __name__ == "__main__":
    if not CURL or not supports_signing():
        harness.skip("there is no curl with --aws-sigv4")
    harness.main()
