# SPDX-License-Identifier: Apache-2.0
"""The AWS SDK for JavaScript goes on where `aws login` has begun: it finds what that has kept, and
gets new credentials with the key in it. npm.py installs the SDK.
"""
import json
import os
import pathlib
import subprocess

import npm  # before the harness takes npm's settings out of the environment
import harness
import login
import test_login

RUN_SECONDS = 30
# Node.js 18 has WebCrypto, where the provider looks for it, only so.
WEB_CRYPTO = "--experimental-global-webcrypto"


class Provider(test_login.LoginCase):
    def setUp(self):
        super().setUp()
        self.client = self.logged_in()
        self.config = pathlib.Path(self.folder, "config")
        self.config.write_text(f"[profile alice]\nregion = us-east-1\n"
                               f"login_session = {self.client.arn}\n", encoding="utf-8")

    def ask(self):
        """What a program of the SDK says that it is; or its error."""
        done = subprocess.run(
            [npm.NODE, WEB_CRYPTO, FOLDER / "identity.js"], input="\n", capture_output=True,
            text=True, timeout=RUN_SECONDS, check=False,
            env={**os.environ, "AWS_PROFILE": "alice", "AWS_CONFIG_FILE": str(self.config),
                 "AWS_LOGIN_CACHE_DIRECTORY": self.folder, "AWS_ENDPOINT_URL": self.server.url})
        return done.stdout.strip()

    def test_kept_credentials(self):
        file = self.client.save(self.folder, 900)
        before = file.read_bytes()
        self.assertEqual(test_login.ALICE, self.ask())
        self.assertEqual(before, file.read_bytes())

    def test_new_credentials(self):
        """Again and again, each time with the token that came last."""
        file = self.client.save(self.folder, 60)
        seen = {self.client.tokens["refreshToken"]}
        for _ in range(3):
            self.assertEqual(test_login.ALICE, self.ask())
            kept = json.loads(file.read_bytes())
            seen.add(kept["refreshToken"])
            kept["accessToken"]["expiresAt"] = "2026-01-01T00:00:00.000Z"
            file.write_text(json.dumps(kept), encoding="ascii")
        self.assertEqual(4, len(seen))

    def test_ends(self):
        """What the person is told to do is in the SDK's words."""
        self.client.save(self.folder, 60)
        self.iam("UpdateLoginProfile", UserName="alice", Password=test_login.OTHER)
        self.assertIn("password", self.ask())
        self.iam("UpdateLoginProfile", UserName="alice", Password=test_login.PASSWORD)
        self.client = self.logged_in()
        self.client.save(self.folder, 60)
        self.iam("DetachUserPolicy", UserName="alice", PolicyArn=test_login.POLICY)
        self.assertIn("insufficient permissions", self.ask())
        self.server.own("PUT", "clock", {"advance": "PT12H"})
        self.assertIn("Your session has expired. Please reauthenticate.", self.ask())


if __name__ == "__main__":
    login.need_openssl()
    FOLDER = npm.install()
    harness.main()
