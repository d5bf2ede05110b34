# SPDX-License-Identifier: Apache-2.0
"""Terraform makes, changes and removes what terraform/account describes, and never sees a
difference."""
import datetime

import aws
import certificates
import harness
import terraform
import totp

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


class Account(terraform.TerraformCase):
    configuration = "account"
    variables = {"certificates": str(certificates.FOLDER)}

    def setUp(self):
        super().setUp()
        self.enable_region("eu-south-1")

    def apply_as(self, caller, expected, *options):
        self.apply({**expected, "caller": caller, "session": caller}, *options)

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
        self.apply_as(harness.ROOT_ARN, FIRST)
        self.assertEqual((["user-0", "user-1", "user-2"], ["crew"]), self.attached())
        made = self.iam.get_user(UserName="alice")["User"]

        self.apply_as(harness.ROOT_ARN, SECOND, terraform.CHANGED)
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
        self.destroy(terraform.CHANGED)
        self.assertEqual([], self.users())

    def test_administrator_does_the_same_in_a_sandbox(self):
        prefix = self.server.sandbox("w1")
        self.iam = aws.client("iam", self.server, prefix=prefix)
        self.environment.update(AWS_ENDPOINT_URL=self.server.url + prefix)
        self.enable_region("eu-south-1", prefix)
        key = self.new_user("admin")
        self.iam.attach_user_policy(UserName="admin",
                                    PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        self.sign_as(key)
        self.apply_as(f"{USERS}/admin", FIRST)
        self.destroy()
        self.assertEqual(["admin"], self.users())
        everywhere = aws.client("iam", self.server)
        self.assertEqual([], everywhere.list_users()["Users"])


if __name__ == "__main__":
    terraform.main()
