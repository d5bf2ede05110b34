# SPDX-License-Identifier: Apache-2.0
"""boto3 goes on where `aws login` has begun, when its extra crt is there."""
import json
import os
import pathlib
import unittest.mock

import aws
import harness
import login
import test_login

try:
    from botocore.compat import EC
except ImportError:
    EC = None


class Provider(test_login.LoginCase):
    def setUp(self):
        super().setUp()
        self.client = self.logged_in()
        config = pathlib.Path(self.folder, "config")
        config.write_text(f"[profile alice]\nregion = us-east-1\n"
                          f"login_session = {self.client.arn}\n", encoding="utf-8")
        variables = {"AWS_CONFIG_FILE": str(config), "AWS_LOGIN_CACHE_DIRECTORY": self.folder,
                     "AWS_ENDPOINT_URL": self.server.url}
        patch = unittest.mock.patch.dict(os.environ, variables)
        patch.start()
        self.addCleanup(patch.stop)

    def ask(self):
        session = aws.boto3.Session(profile_name="alice")
        return session.client("sts").get_caller_identity()["Arn"]

    def test_kept_credentials(self):
        self.client.save(self.folder, 900)
        self.assertEqual(test_login.ALICE, self.ask())

    def test_new_credentials(self):
        file = self.client.save(self.folder, 60)
        seen = {self.client.tokens["refreshToken"]}
        for _ in range(3):
            self.assertEqual(test_login.ALICE, self.ask())
            kept = json.loads(file.read_bytes())
            seen.add(kept["refreshToken"])
            kept["accessToken"]["expiresAt"] = "2026-01-01T00:00:00Z"
            file.write_text(json.dumps(kept), encoding="ascii")
        self.assertEqual(4, len(seen))

    def test_ends(self):
        self.client.save(self.folder, 60)
        self.iam("UpdateLoginProfile", UserName="alice", Password=test_login.OTHER)
        with self.assertRaisesRegex(Exception, "(?i)reauthenticate|aws login"):
            self.ask()


if __name__ == "__main__":
    login.need_openssl()
    if EC is None:
        harness.skip("this botocore has no keys for logins: its extra crt is missing")
    harness.main()
