# SPDX-License-Identifier: Apache-2.0
"""The AWS SDK for JavaScript: files of js/, each against a server of its own, and its providers of
credentials.

The SDK is installed beside the program, in the versions of js/package-lock.json.
"""
import base64
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess

ENVIRONMENT = dict(os.environ)  # npm keeps its settings: proxy, registry, cache

import certificates  # pylint: disable=wrong-import-position
import harness  # pylint: disable=wrong-import-position
import providers  # pylint: disable=wrong-import-position
import totp  # pylint: disable=wrong-import-position

NODE, NPM = shutil.which("node"), shutil.which("npm")
OLDEST_NODE = 18
SOURCE = pathlib.Path(__file__).parent / "js"
INSTALL_SECONDS = 120
RUN_SECONDS = 30
OURS_TO_MEND = ("EUSAGE", "EINTEGRITY")  # npm: the files disagree, or a package is another


class Sdk(harness.ServerCase):
    def run_file(self, name, prefix=""):
        access_key, secret = harness.ROOT
        done = subprocess.run(
            [NODE, "--test", FOLDER / name], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=RUN_SECONDS, check=False,
            env={**os.environ, "AWS_ENDPOINT_URL": self.server.url + prefix,
                 "AWS_REGION": "us-east-1", "CERTIFICATES": certificates.FOLDER,
                 "AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret})
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^. pass [1-9]")

    def test_credentials(self):
        self.run_file("credentials.js")

    def test_account(self):
        self.run_file("account.js")

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
        node = subprocess.Popen([NODE, FOLDER / "identity.js"], stdin=subprocess.PIPE, text=True,
                                stdout=subprocess.PIPE, env={**os.environ, **environment})
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


def need_node():
    if not NODE or not NPM:
        harness.skip("node or npm is missing")
    version = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", version)[1]) < OLDEST_NODE:
        harness.skip(f"node {version.strip()} is older than {OLDEST_NODE}")


def install(folder):
    """The files of the tests and, unless it is there already, the SDK of the lock file."""
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    lock = (SOURCE / "package-lock.json").read_bytes()
    installed = folder / "node_modules" / "installed-from"
    if installed.exists() and installed.read_bytes() == lock:
        return
    try:
        done = subprocess.run(
            [NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
             "--fetch-retries=1"], cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        harness.skip("npm does not come to an end")
    if done.returncode != 0:
        print(done.stderr)
        assert not any(code in done.stderr for code in OURS_TO_MEND), "js/ cannot be installed"
        harness.skip("npm cannot install the SDK")
    installed.write_bytes(lock)


if __name__ == "__main__":
    need_node()
    FOLDER = pathlib.Path(harness.PROGRAM).parent / "js"
    install(FOLDER)
    harness.main()
