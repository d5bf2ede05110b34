# SPDX-License-Identifier: Apache-2.0
"""The AWS CLI and an organization. A call takes a second, so each test has few of them."""
import json

import clients
import harness
import test_cli

SHOP = "111122223333"
ORG = {"policies": [{"name": "no-users", "content": {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}}}],
    "root": {"units": [{"name": "Shops", "policies": ["no-users"],
                        "accounts": [{"id": SHOP, "name": "shop",
                                      "email": "shop@here.example"}]}]}}
SCP = ("--filter", "SERVICE_CONTROL_POLICY")
FULL_ACCESS = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"}]}, indent=2)


class Organizations(test_cli.CliCase):
    def organizations(self, *arguments, key=harness.ROOT):
        return self.aws("organizations", *arguments, key=key)

    def failed(self, code, operation, message, *arguments, key=harness.ROOT):
        """Between operation and message, some CLIs tell that nothing was tried again."""
        done = self.run_cli(key, arguments)
        self.assertNotEqual(0, done.returncode, done.stdout)
        self.assertIn(f"An error occurred ({code}) when calling the {operation} operation",
                      done.stderr)
        self.assertIn(f": {message}", done.stderr)


class Made(Organizations):
    """From a document, which takes no call of the CLI."""

    def setUp(self):
        super().setUp()
        status, answer = self.server.own("POST", "organization", ORG)
        self.assertEqual(200, status, answer)
        self.id = answer["organization"]
        self.arn = f"arn:aws:organizations::{harness.ACCOUNT}:"
        self.unit = next(node["id"] for node in answer["tree"] if node["name"] == "Shops")

    def root_of(self, account):
        _, key = self.server.own("POST", f"accounts/{account}/access-keys")
        return key["access_key_id"], key["secret_access_key"]

    def test_root_of_a_member_is_refused(self):
        shop = self.root_of(SHOP)
        self.failed("AccessDenied", "CreateUser", (
            f"User: arn:aws:iam::{SHOP}:root is not authorized to perform: iam:CreateUser on "
            f"resource: arn:aws:iam::{SHOP}:user/eve with an explicit deny in a service control "
            f"policy: {self.arn}policy/{self.id}/service_control_policy/p-"),
            "iam", "create-user", "--user-name", "eve", key=shop)
        self.failed("AccessDeniedException", "ListAccounts",
                    "You don't have permissions to access this resource.\n",
                    "organizations", "list-accounts", key=shop)
        self.failed("ConstraintViolationException", "CloseAccount",
                    "You attempted to close the management account.\n",
                    "organizations", "close-account", "--account-id", harness.ACCOUNT)
        self.assertEqual(self.id, self.organizations(
            "describe-organization", "--query", "Organization.Id", key=shop))

    def test_accounts(self):
        """Pages are followed. Version 1 prints times as numbers, version 2 as ISO 8601."""
        accounts = self.organizations("list-accounts", "--page-size", "1")["Accounts"]
        shop = next(one for one in accounts if one["Id"] == SHOP)
        self.assertEqual(2, len(accounts))
        self.assertRegex(str(shop.pop("JoinedTimestamp")),
                         r"^(\d{10}(\.\d+)?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00)$")
        for newer in ("State", "Paths"):
            shop.pop(newer, None)
        self.assertEqual({"Id": SHOP, "Arn": f"{self.arn}account/{self.id}/{SHOP}",
                          "Email": "shop@here.example", "Name": "shop", "Status": "ACTIVE",
                          "JoinedMethod": "CREATED"}, shop)
        self.assertEqual([SHOP], self.organizations(
            "list-children", "--parent-id", self.unit, "--child-type", "ACCOUNT", "--query",
            "Children[].Id"))

    def test_policies(self):
        full = self.organizations("describe-policy", "--policy-id", "p-FullAWSAccess")["Policy"]
        self.assertEqual({"PolicySummary": {
            "Id": "p-FullAWSAccess", "Name": "FullAWSAccess",
            "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
            "Description": "Allows access to every operation", "Type": "SERVICE_CONTROL_POLICY",
            "AwsManaged": True}, "Content": FULL_ACCESS}, full)
        self.assertEqual(["FullAWSAccess", "no-users"], self.organizations(
            "list-policies-for-target", "--target-id", self.unit, *SCP, "--query",
            "sort(Policies[].Name)"))
        policy = self.organizations("list-policies", *SCP, "--query",
                                    "Policies[?Name=='no-users'].Id")[0]
        self.assertEqual({"Targets": [{"TargetId": self.unit, "Name": "Shops",
                                       "Arn": f"{self.arn}ou/{self.id}/{self.unit}",
                                       "Type": "ORGANIZATIONAL_UNIT"}]},
                         self.organizations("list-targets-for-policy", "--policy-id", policy))
        self.assertIsNone(self.organizations("detach-policy", "--policy-id", policy,
                                             "--target-id", self.unit))


class FromNothing(Organizations):
    def test_organization(self):
        made = self.organizations("create-organization")["Organization"]
        ours = f"arn:aws:organizations::{harness.ACCOUNT}:"
        self.assertRegex(made.pop("Id"), r"^o-[a-z0-9]{10}$")
        self.assertRegex(made.pop("Arn"), f"^{ours}organization/o-[a-z0-9]{{10}}$")
        self.assertRegex(made.pop("MasterAccountArn"),
                         f"^{ours}account/o-[a-z0-9]{{10}}/{harness.ACCOUNT}$")
        self.assertEqual({"FeatureSet": "ALL", "MasterAccountId": harness.ACCOUNT,
                          "MasterAccountEmail": "root@example.com", "AvailablePolicyTypes": [
                              {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}, made)
        request = self.organizations("create-account", "--email", "lab@here.example",
                                     "--account-name", "lab")["CreateAccountStatus"]
        self.assertRegex(request["Id"], "^car-[0-9a-f]{32}$")
        self.assertEqual("IN_PROGRESS", request["State"])
        self.server.own("PUT", "clock", {"advance": "PT1M"})
        status = self.organizations("describe-create-account-status",
                                    "--create-account-request-id", request["Id"])
        self.assertEqual("SUCCEEDED", status["CreateAccountStatus"]["State"])
        self.failed("OrganizationNotEmptyException", "DeleteOrganization",
                    "To delete an organization you must first remove all member accounts (except "
                    "the master).\n", "organizations", "delete-organization")

    def test_invitation(self):
        self.server.own("POST", "accounts", {"account": SHOP, "email": "shop@here.example",
                                             "keys": False})
        _, key = self.server.own("POST", f"accounts/{SHOP}/access-keys")
        shop = key["access_key_id"], key["secret_access_key"]
        self.organizations("create-organization")
        sent = self.organizations("invite-account-to-organization", "--target",
                                  "Id=shop@here.example,Type=EMAIL", "--notes", "Join us.")
        sent = sent["Handshake"]
        self.assertRegex(sent["Id"], "^h-[0-9a-f]{32}$")
        self.assertEqual(("OPEN", "INVITE"), (sent["State"], sent["Action"]))
        self.assertEqual({"ORGANIZATION", "EMAIL", "NOTES"},
                         {resource["Type"] for resource in sent["Resources"]})
        received = self.organizations("list-handshakes-for-account", "--query",
                                      "Handshakes[].Id", key=shop)
        self.assertEqual([sent["Id"]], received)
        accepted = self.organizations("accept-handshake", "--handshake-id", sent["Id"], key=shop)
        self.assertEqual("ACCEPTED", accepted["Handshake"]["State"])


if __name__ == "__main__":
    if not clients.cli():
        harness.skip("the AWS CLI is missing")
    harness.main()
