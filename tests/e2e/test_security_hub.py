# SPDX-License-Identifier: Apache-2.0
"""The controls of Security Hub see what they would see on AWS: in an account as it begins, in one
where nobody cared, and in one whose root user was locked away."""
import datetime
import os
import subprocess
import sys

import aws
import certificates
import harness
import security_hub
import totp

PASSWORDS = [f"IAM.{n}" for n in (7, 10, 11, 12, 13, 14, 15, 16, 17)]
ROOT = ["IAM.4", "IAM.6", "IAM.9"]
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
STRICT = {"MinimumPasswordLength": 14, "RequireSymbols": True, "RequireNumbers": True,
          "RequireUppercaseCharacters": True, "RequireLowercaseCharacters": True,
          "MaxPasswordAge": 90, "PasswordReusePrevention": 24}


class SecurityHub(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.server.own("PUT", "clock", {"freeze": True})
        self.stand_at(datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc))

    def stand_at(self, now):
        self.now = now
        self.server.own("PUT", "clock", {"set": now.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def client(self, key):
        return aws.client("iam", self.server, key)

    def failed(self, iam=None):
        found = security_hub.check(iam or self.iam, self.now)
        return [control for control, good in found.items() if not good]

    def controls(self, *names):
        return sorted(names, key=lambda name: int(name.split(".")[1]))

    def enable_device(self, name):
        made = self.iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        codes = [totp.code(made["Base32StringSeed"], self.now.timestamp(), step)
                 for step in (-1, 0)]
        self.iam.enable_mfa_device(UserName=name, SerialNumber=made["SerialNumber"],
                                   AuthenticationCode1=codes[0], AuthenticationCode2=codes[1])
        return made["SerialNumber"]

    def test_as_it_begins(self):
        self.assertEqual(self.controls("IAM.18", *ROOT, *PASSWORDS), self.failed())

    def make_bad(self):
        self.new_user("alice", aws.document(aws.allow("s3:GetObject")))
        self.iam.create_login_profile(UserName="alice", Password="Correct-horse-7")
        self.iam.create_policy(PolicyName="all", PolicyDocument=aws.ADMINISTRATOR)
        self.iam.attach_user_policy(UserName="alice", PolicyArn=security_hub.SHELL)
        self.iam.upload_server_certificate(
            ServerCertificateName="site", CertificateBody=certificates.text("server.pem"),
            PrivateKey=certificates.text("server.key"))

    def test_nobody_cared(self):
        self.make_bad()
        at_once = ["IAM.1", "IAM.2", "IAM.5", "IAM.18", "IAM.19", "IAM.21", "IAM.27", *ROOT,
                   *PASSWORDS]
        self.assertEqual(self.controls(*at_once), self.failed())
        self.stand_at(self.now + datetime.timedelta(days=46))
        self.assertEqual(self.controls("IAM.22", *at_once), self.failed())
        self.stand_at(self.now + datetime.timedelta(days=45))
        self.assertEqual(self.controls("IAM.3", "IAM.8", "IAM.22", *at_once), self.failed())
        self.stand_at(datetime.datetime(2120, 1, 2, tzinfo=datetime.timezone.utc))
        self.assertEqual(self.controls("IAM.3", "IAM.8", "IAM.22", "IAM.26", *at_once),
                         self.failed())

    def test_one_by_one(self):
        """Each part of a password policy that is too weak fails what asks for it."""
        weak = {"MinimumPasswordLength": (13, ["IAM.15"]), "RequireSymbols": (
                    False, ["IAM.7", "IAM.13"]),
                "RequireNumbers": (False, ["IAM.7", "IAM.10", "IAM.14"]),
                "RequireUppercaseCharacters": (False, ["IAM.7", "IAM.10", "IAM.11"]),
                "RequireLowercaseCharacters": (False, ["IAM.7", "IAM.10", "IAM.12"]),
                "MaxPasswordAge": (91, ["IAM.10", "IAM.17"]),
                "PasswordReusePrevention": (23, ["IAM.16"])}
        for name, (value, controls) in weak.items():
            self.iam.update_account_password_policy(**{**STRICT, name: value})
            self.assertEqual(self.controls("IAM.18", *ROOT, *controls), self.failed(), name)

    def lock_away(self, security_key=False):
        """The root user makes an administrator and gives its own credentials up."""
        self.iam.update_account_password_policy(**STRICT)
        self.iam.create_group(GroupName="administrators")
        self.iam.attach_group_policy(GroupName="administrators", PolicyArn=ADMINISTRATOR)
        key = self.new_user("admin")
        self.iam.create_login_profile(UserName="admin", Password="Correct-horse-battery-7")
        self.iam.add_user_to_group(GroupName="administrators", UserName="admin")
        self.iam.create_role(RoleName="support", AssumeRolePolicyDocument=aws.document({
            "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": harness.ROOT_ARN}}))
        self.iam.attach_role_policy(RoleName="support", PolicyArn=security_hub.SUPPORT)
        self.enable_device("admin")
        if security_key:
            self.server.own("POST", f"accounts/{harness.ACCOUNT}/security-keys", {})
        else:
            self.enable_device("root")
        self.iam.delete_access_key(AccessKeyId=harness.ROOT[0])
        return key

    def test_locked_away(self):
        key = self.lock_away()
        admin = self.client(key)
        with self.refused("InvalidClientTokenId", 403):
            self.iam.list_users()
        # Its device is a virtual one.
        self.assertEqual(["IAM.6"], self.failed(admin))

    def test_locked_away_with_a_security_key(self):
        key = self.lock_away(security_key=True)
        self.assertEqual([], self.failed(self.client(key)))

    def test_as_a_program(self):
        self.stand_at(datetime.datetime.now(datetime.timezone.utc))
        key = self.lock_away()
        done = subprocess.run(
            [sys.executable, security_hub.__file__], stdin=subprocess.DEVNULL, timeout=60,
            capture_output=True, text=True, check=False,
            env={**os.environ, "AWS_ENDPOINT_URL": self.server.url, "AWS_ACCESS_KEY_ID": key[0],
                 "AWS_SECRET_ACCESS_KEY": key[1], "AWS_DEFAULT_REGION": "us-east-1"})
        self.assertEqual(1, done.returncode, done.stderr)
        told = dict(line.split() for line in done.stdout.splitlines())
        self.assertEqual(["IAM.6"], [one for one, what in told.items() if what == "FAILED"])


if __name__ == "__main__":
    harness.main()
