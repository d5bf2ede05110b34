# SPDX-License-Identifier: Apache-2.0
"""An account from its first start to the day its root user is locked away: each step takes a
finding from the security report. Then its administrator tries all that needs the root user."""
import json
import shutil
import subprocess
import tempfile

import aws
import harness
from test_root_tasks import BODIES, TASKS

WARNING = "no policy limits it: make an administrator with it, then delete it"
ADMIN = f"arn:aws:iam::{harness.ACCOUNT}:user/admin"
DEVICE = f"arn:aws:iam::{harness.ACCOUNT}:mfa/root"
ROOT = ["root-access-keys", "root-hardware-mfa", "root-mfa"]
POLICY = ["password-expiry", "password-policy", "password-reuse"]
BUCKET, QUEUE = "arn:aws:s3:::reports", f"arn:aws:sqs:us-east-1:{harness.ACCOUNT}:jobs"
ALLOW_ALL = json.loads(aws.ADMINISTRATOR)
DENY_ALL = {"Version": "2012-10-17", "Statement": {
    "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}
# What the services that are not here are asked.
DECISIONS = {
    "enable-s3-mfa-delete": {"action": "s3:PutBucketVersioning", "resource": BUCKET,
                             "root_task": "enable-s3-mfa-delete"},
    "unlock-bucket-policy": {"action": "s3:DeleteBucketPolicy", "resource": BUCKET,
                             "resource_account": harness.ACCOUNT, "resource_policy": DENY_ALL},
    "unlock-queue-policy": {"action": "sqs:SetQueueAttributes", "resource": QUEUE,
                            "resource_account": harness.ACCOUNT, "resource_policy": DENY_ALL},
}


class LockedAway(aws.BotoCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-locked-away-")
        self.addCleanup(folder.cleanup)
        self.options = ("--data", folder.name + "/data")
        super().setUp()

    def findings(self):
        """The checks that found something; the exit status tells whether any has."""
        done = harness.run("report", self.server.url, "--json")
        found = sorted(check["check"] for check in json.loads(done.stdout)["checks"]
                       if check["count"])
        self.assertEqual(1 if found else 0, done.returncode, done.stderr)
        return found

    def enable_device(self, iam, user):
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
        shown = subprocess.run(
            ["oathtool", "--totp", "--base32", "--window=1", made["Base32StringSeed"]],
            capture_output=True, text=True, check=True).stdout.split()
        iam.enable_mfa_device(UserName=user, SerialNumber=made["SerialNumber"],
                              AuthenticationCode1=shown[0], AuthenticationCode2=shown[1])

    def make_administrator(self):
        self.iam.create_group(GroupName="admins")
        self.iam.attach_group_policy(GroupName="admins",
                                     PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        key = self.new_user("admin")
        self.iam.add_user_to_group(GroupName="admins", UserName="admin")
        self.iam.create_login_profile(UserName="admin", Password="Correct-Horse-Battery-7")
        return key

    def lock_away(self):
        """Every step as the report has it; gives the administrator's key."""
        self.assertIn(WARNING, self.server.printed())
        self.assertEqual(sorted(POLICY + ROOT), self.findings())
        key = self.make_administrator()
        self.assertEqual(sorted([*POLICY, *ROOT, "root-use", "user-mfa"]), self.findings())
        admin = aws.client("iam", self.server, key)
        self.enable_device(admin, "admin")
        admin.update_account_password_policy(
            MinimumPasswordLength=14, RequireSymbols=True, RequireNumbers=True,
            RequireUppercaseCharacters=True, RequireLowercaseCharacters=True,
            PasswordReusePrevention=24, MaxPasswordAge=90)
        self.assertEqual(sorted([*ROOT, "root-use"]), self.findings())
        self.enable_device(self.iam, "root")
        self.assertEqual(["root-access-keys", "root-hardware-mfa", "root-use"], self.findings())
        self.server.own("POST", f"accounts/{harness.ACCOUNT}/security-keys", {})
        self.iam.deactivate_mfa_device(UserName="root", SerialNumber=DEVICE)
        self.assertEqual(["root-access-keys", "root-use"], self.findings())
        for one in self.iam.list_access_keys()["AccessKeyMetadata"]:
            self.iam.delete_access_key(AccessKeyId=one["AccessKeyId"])
        self.assertEqual([], self.findings())
        return key

    def start_again(self):
        """The key of the options does not come back."""
        self.server.stop()
        self.server = self.start(*self.options)
        self.assertNotIn(WARNING, self.server.printed())
        with self.refused("InvalidClientTokenId", 403):
            aws.client("iam", self.server).list_users()
        self.assertEqual([], self.findings())

    def try_task(self, key, task):
        name = task["name"]
        if task["way"] == "decision":
            self.assertNotEqual("Allow", self.decide(name, ADMIN, ALLOW_ALL))
            self.assertEqual("Allow", self.decide(name, harness.ROOT_ARN))
        elif task["way"] == "own":
            status, answer = aws.post("own", self.server, TASKS + name, BODIES[name], key)
            self.assertEqual(403, status, answer)
            self.assertIn(f"User: {ADMIN} is not authorized to perform: ", answer["error"])
        else:
            self.assertEqual("create-root-access-key", name)
            with self.refused("NoSuchEntity", 404):
                aws.client("iam", self.server, key).create_access_key(UserName="root")

    def decide(self, name, principal, *policies):
        line = {"principal": principal, "identity_policies": policies, **DECISIONS[name]}
        return self.server.own("POST", "evaluate", line)[1]["decision"]

    def used_by_root(self):
        _, answer = self.server.own("GET", "events?type=Root")
        self.assertEqual(0, answer["dropped"])
        return answer["events"]

    def test_from_first_start(self):
        key = self.lock_away()
        self.assertNotEqual([], self.used_by_root())
        self.start_again()
        _, answer = self.server.own("GET", "account-tasks")
        tasks = [task for task in answer["tasks"] if task["rule"] != "policies"]
        self.assertLessEqual({*DECISIONS, "close-account"}, {task["name"] for task in tasks})
        for task in tasks:
            with self.subTest(task["name"]):
                self.try_task(key, task)
        aws.client("iam", self.server, key).list_users()
        self.assertEqual([], self.used_by_root())
        self.assertEqual([], self.findings())


if __name__ == "__main__":
    if not shutil.which("oathtool"):
        harness.skip("oathtool is missing")
    harness.main()
