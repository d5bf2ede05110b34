# SPDX-License-Identifier: Apache-2.0
"""Terraform makes, changes and removes what terraform/ describes, and never sees a difference.

Its provider comes from a folder as `terraform providers mirror` writes it: the one that TF_MIRROR
names, or one where Terraform itself looks.
"""
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import aws
import certificates
import clients
import harness
import totp

TERRAFORM, MIRROR = shutil.which("terraform"), clients.provider_mirror()
SOURCE = pathlib.Path(__file__).parent / "terraform"
COMMAND_SECONDS = 90
CHANGED = "-var=changed=true"

USERS = f"arn:aws:iam::{harness.ACCOUNT}:user"
POWER = "arn:aws:iam::aws:policy/PowerUserAccess"
SITE = f"arn:aws:iam::{harness.ACCOUNT}:server-certificate"
LOOK = f"arn:aws:iam::{harness.ACCOUNT}:policy/team/look"


def look(action):
    """What the provider makes of the policy document of policies.tf."""
    return {"Version": "2012-10-17", "Statement": [{
        "Sid": "Look", "Effect": "Allow", "Action": action,
        "Resource": "arn:aws:iam::*:user/${aws:username}",
        "Condition": {"StringEquals": {"aws:ResourceTag/owner": ["terraform", "&<é>"]}}}]}


FIRST = {
    "alias": "our-lab", "alice": f"{USERS}/team/alice", "boundary": POWER, "by_name": LOOK,
    "crew": ["user-0", "user-1", "user-2"], "keys": ["Active"],
    "many": ["user-0", "user-1", "user-2"], "policy": look("iam:GetUser"), "powers": "Allow",
    "site": f"{SITE}/cloudfront/site",
    "tags": {"owner": "terraform", "team": "blue", "old": "x"}}
SECOND = {
    **FIRST, "alias": "our-other-lab", "alice": f"{USERS}/alicia", "boundary": LOOK,
    "site": f"{SITE}/moved", "crew": ["user-0"], "keys": ["Inactive"],
    "policy": look(["iam:ListUsers", "iam:GetUser"]),
    "tags": {"owner": "terraform", "team": "green", "cost": "1"}}


class Terraform(aws.BotoCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="iam-local-terraform-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name, "work")
        shutil.copytree(SOURCE, self.folder)
        settings = pathlib.Path(folder.name, "terraform.rc")
        settings.write_text("provider_installation {\n  filesystem_mirror {\n    path = "
                            f"{json.dumps(os.path.abspath(MIRROR))}\n  }}\n}}\n", encoding="utf-8")
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("TF_")}
        self.environment.update(TF_CLI_CONFIG_FILE=str(settings), CHECKPOINT_DISABLE="1",
                                AWS_ENDPOINT_URL=self.server.url, AWS_REGION="us-east-1",
                                TF_VAR_certificates=str(certificates.FOLDER))
        self.sign_as(harness.ROOT)
        self.enable_region()
        self.terraform("init")

    def enable_region(self, prefix=""):
        """Of account.tf, which Terraform would wait for two minutes. Debian's boto3 cannot ask."""
        answer = aws.post("account", self.server, f"{prefix}/enableRegion",
                          {"RegionName": "eu-south-1"})
        self.assertEqual(200, answer[0], answer)
        self.server.own("PUT", "clock", {"advance": "PT2M"}, prefix=prefix)

    def sign_as(self, key):
        self.environment.update(AWS_ACCESS_KEY_ID=key[0], AWS_SECRET_ACCESS_KEY=key[1])

    def terraform(self, *arguments):
        done = subprocess.run(
            [TERRAFORM, *arguments, "-no-color"], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=COMMAND_SECONDS, check=False)
        self.assertEqual(0, done.returncode, done.stdout)
        return done.stdout

    def apply(self, expected, caller, *options):
        """After it the data sources say what is expected, and nothing is left to do."""
        self.terraform("apply", "-auto-approve", *options)
        found = json.loads(self.terraform("output", "-json", "found"))
        self.assertEqual({**expected, "caller": caller, "session": caller}, found)
        self.terraform("plan", "-detailed-exitcode", *options)

    def destroy(self, *options):
        self.terraform("destroy", "-auto-approve", *options)
        self.assertEqual([], self.iam.list_groups()["Groups"])
        self.assertEqual([], self.iam.list_policies(Scope="Local")["Policies"])
        self.assertEqual([], self.iam.list_account_aliases()["AccountAliases"])
        summary = self.iam.get_account_summary()["SummaryMap"]
        self.assertEqual((0, 0), (summary["ServerCertificates"], summary["MFADevices"]))
        with self.refused("NoSuchEntity", 404):
            self.iam.get_account_password_policy()

    def burden(self):
        """The person gets all that keeps a user from being deleted."""
        name = {"UserName": "person"}
        self.iam.create_access_key(**name)
        self.iam.upload_signing_certificate(
            **name, CertificateBody=certificates.text("person2.pem"))
        self.iam.create_service_specific_credential(
            **name, ServiceName="cassandra.amazonaws.com")
        self.iam.put_user_policy(**name, PolicyName="inline", PolicyDocument=aws.ADMINISTRATOR)
        self.iam.attach_user_policy(**name, PolicyArn=POWER)
        self.iam.add_user_to_group(**name, GroupName="readers")
        made = self.iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
        device = made["VirtualMFADevice"]
        seed, now = device["Base32StringSeed"], self.server.own("GET", "clock")[1]["now"]
        now = datetime.datetime.fromisoformat(now.replace("Z", "+00:00")).timestamp()
        self.iam.enable_mfa_device(
            **name, SerialNumber=device["SerialNumber"],
            AuthenticationCode1=totp.code(seed, now, -1), AuthenticationCode2=totp.code(seed, now))

    def users(self):
        return [user["UserName"] for user in self.iam.list_users()["Users"]]

    def attached(self):
        """What the policy that goes everywhere is attached to."""
        policies = self.iam.list_policies(Scope="Local", PathPrefix="/")["Policies"]
        arn, = [one["Arn"] for one in policies if one["PolicyName"].startswith("everywhere-")]
        entities = self.iam.list_entities_for_policy(PolicyArn=arn)
        return (sorted(user["UserName"] for user in entities["PolicyUsers"]),
                [group["GroupName"] for group in entities["PolicyGroups"]])

    def test_root_makes_changes_and_removes(self):
        self.apply(FIRST, harness.ROOT_ARN)
        self.assertEqual((["user-0", "user-1", "user-2"], ["crew"]), self.attached())
        made = self.iam.get_user(UserName="alice")["User"]

        self.apply(SECOND, harness.ROOT_ARN, CHANGED)
        self.assertEqual((["user-0", "user-1"], ["staff"]), self.attached())
        self.assertEqual(made["UserId"], self.iam.get_user(UserName="alicia")["User"]["UserId"])
        self.assertEqual([], self.iam.list_groups_for_user(UserName="alicia")["Groups"])
        (signs,) = self.iam.list_signing_certificates(UserName="alicia")["Certificates"]
        self.assertEqual("Inactive", signs["Status"])
        self.assertNotIn("PermissionsBoundary", self.iam.get_user(UserName="user-0")["User"])
        self.assertEqual("v2", self.iam.get_policy(PolicyArn=LOOK)["Policy"]["DefaultVersionId"])

        (key,) = self.iam.list_ssh_public_keys(UserName="person")["SSHPublicKeys"]
        self.assertEqual("Inactive", key["Status"])
        self.burden()
        self.destroy(CHANGED)
        self.assertEqual([], self.users())

    def test_administrator_does_the_same_in_a_sandbox(self):
        prefix = self.server.sandbox("w1")
        self.iam = aws.client("iam", self.server, prefix=prefix)
        self.environment.update(AWS_ENDPOINT_URL=self.server.url + prefix)
        self.enable_region(prefix)
        key = self.new_user("admin")
        self.iam.attach_user_policy(UserName="admin",
                                    PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        self.sign_as(key)
        self.apply(FIRST, f"{USERS}/admin")
        self.destroy()
        self.assertEqual(["admin"], self.users())
        everywhere = aws.client("iam", self.server)
        self.assertEqual([], everywhere.list_users()["Users"])


if __name__ == "__main__":
    if not TERRAFORM:
        harness.skip("terraform is missing")
    if not MIRROR:
        harness.skip("no folder has the AWS provider of Terraform; TF_MIRROR can name one")
    harness.main()
