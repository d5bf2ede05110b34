# SPDX-License-Identifier: Apache-2.0
"""The AWS SDK for JavaScript: files of js/, each against a server of its own, and its providers of
credentials.

npm.py installs the SDK.
"""
import base64
import datetime
import json
import os
import re
import subprocess

import npm  # before the harness takes npm's settings out of the environment
import certificates
import harness
import providers
import totp

RUN_SECONDS = 30


class Sdk(harness.ServerCase):
    def run_file(self, name, prefix=""):
        status, said = npm.run_file(self.server, FOLDER / name, RUN_SECONDS, prefix,
                                    CERTIFICATES=certificates.FOLDER)
        self.assertEqual(0, status, said)
        self.assertRegex(said, r"(?m)^. pass [1-9]")

    def test_credentials(self):
        self.run_file("credentials.js")

    def test_account(self):
        self.run_file("account.js")

    def test_authorize(self):
        self.run_file("authorize.js")

    def test_errors(self):
        self.run_file("errors.js")

    def test_organization_errors(self):
        self.run_file("organization_errors.js")

    def test_organizations(self):
        self.run_file("organizations.js")

    def test_paging(self):
        self.run_file("paging.js")

    def test_people(self):
        self.run_file("people.js")

    def test_policies(self):
        self.run_file("policies.js")

    def test_story(self):
        self.run_file("story.js")

    def test_stories_in_sandboxes(self):
        for name in ("w1", "w2"):
            self.run_file("story.js", self.server.sandbox(name))


class Providers(providers.Providers):
    def ask_in(self, environment):
        node = subprocess.Popen([npm.NODE, FOLDER / "identity.js"], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True,
                                env={**os.environ, **environment})
        self.addCleanup(node.communicate, timeout=RUN_SECONDS)

        def ask():
            node.stdin.write("\n")
            node.stdin.flush()
            answer = node.stdout.readline().strip()
            if not answer.startswith("arn:"):
                raise RuntimeError(answer)
            return answer

        return ask

    def test_a_code_of_mfa(self):
        """boto3 and the AWS CLI, which ask on a terminal, are in test_mfa.py."""
        self.server.own("PUT", "clock", {"freeze": True})
        _, clock = self.server.own("GET", "clock")
        now = datetime.datetime.fromisoformat(clock["now"]).timestamp()
        made = self.call("CreateVirtualMFADevice", VirtualMFADeviceName="alice")
        seed = base64.b64decode(re.search("<Base32StringSeed>(.*)</Base32StringSeed>", made)[1])
        serial = re.search("<SerialNumber>(.*)</SerialNumber>", made)[1]
        self.call("EnableMFADevice", UserName="alice", SerialNumber=serial,
                  AuthenticationCode1=totp.code(seed, now, -1),
                  AuthenticationCode2=totp.code(seed, now))
        role = self.role("deploy", {"AWS": providers.ALICE},
                         condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
        work = {"role_arn": role, "source_profile": "alice", "mfa_serial": serial}
        with self.assertRaisesRegex(Exception, "MultiFactorAuthentication failed"):
            self.client({"work": work}, MFA_CODES=json.dumps({serial: "000000"}))()
        ask = self.client({"work": work}, MFA_CODES=json.dumps({serial: totp.code(seed, now, 1)}))
        self.assertRegex(ask(), providers.session(providers.ACCOUNTS[0], "deploy"))


if __name__ == "__main__":
    FOLDER = npm.install()
    harness.main()
