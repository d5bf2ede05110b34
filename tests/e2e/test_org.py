# SPDX-License-Identifier: Apache-2.0
"""iam-local org: an organization from a document, made once and compared from then on."""
import json
import pathlib
import subprocess
import tempfile

import harness
import signed

MANAGEMENT, SHOP, AUDIT = "123456789012", "111122223333", "444455556666"
SERVICE = "account.amazonaws.com"
DOCUMENT = f"""
# Whoever works in the shop makes no users.
policy_types: [TAG_POLICY]
services: [{SERVICE}]
delegates:
  - {{account: {AUDIT}, service: {SERVICE}}}
policies:
  - name: no-users
    content:
      Version: 2012-10-17
      Statement: {{Effect: Deny, Action: "iam:CreateUser", Resource: "*"}}
  - name: reads
    content: {{Statement: {{Effect: Allow, Action: ["iam:Get*", "iam:CreateUser"], Resource: "*"}}}}
  - name: no-strangers
    type: RESOURCE_CONTROL_POLICY
    description: Roles are for the organization.
    content:
      Version: "2012-10-17"
      Statement:
        - Effect: Deny
          Principal: "*"
          Action: sts:AssumeRole
          Resource: "*"
          Condition: {{StringNotEqualsIfExists: {{"aws:PrincipalOrgID": "${{aws:ResourceOrgID}}"}}}}
root:
  accounts:
    - {{id: {AUDIT}, name: audit, email: audit@example.com}}
  units:
    - name: Workloads
      policies: [no-users, no-strangers]
      units:
        - name: Production
          policies: [reads]
          full_access: false
          accounts:
            - {{id: {SHOP}, name: shop}}
"""


class Org(harness.ServerCase):
    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.file = pathlib.Path(directory.name, "organization.yaml")
        self.file.write_text(DOCUMENT)

    def org(self, status, *arguments, document=None):
        """Ends with the status; what it printed, on one of the two."""
        if document is not None:
            self.file.write_text(document)
        done = harness.run("org", str(self.file), self.server.url, *arguments)
        self.assertEqual(status, done.returncode, done.stdout + done.stderr)
        self.assertEqual("", done.stdout if status == 2 else done.stderr)
        return done.stderr if status == 2 else done.stdout

    def root_of(self, account):
        _, key = self.server.own("POST", f"accounts/{account}/access-keys")
        client = signed.Client(self.server, (key["access_key_id"], key["secret_access_key"]))
        self.addCleanup(client.close)
        return client

    def test_tree_says_what_binds_each_account(self):
        lines = self.org(0).splitlines()
        self.assertRegex(lines.pop(0), r"\Ao-[a-z0-9]{10}, which is new\Z")
        root = r"SCPs FullAWSAccess; RCPs RCPFullAWSAccess"
        for expected in (
                rf"Root r-\w{{4}}: {root}",
                rf"  Account {MANAGEMENT} {MANAGEMENT}: nothing binds the management account",
                rf"  audit {AUDIT}: SCPs FullAWSAccess / FullAWSAccess; "
                r"RCPs RCPFullAWSAccess / RCPFullAWSAccess",
                r"  Workloads ou-\w{4}-\w{8}: SCPs FullAWSAccess, no-users; "
                r"RCPs RCPFullAWSAccess, no-strangers",
                r"    Production ou-\w{4}-\w{8}: SCPs reads; RCPs RCPFullAWSAccess",
                rf"      shop {SHOP}: SCPs FullAWSAccess / FullAWSAccess, no-users / reads / "
                r"FullAWSAccess; RCPs RCPFullAWSAccess / RCPFullAWSAccess, no-strangers / "
                r"RCPFullAWSAccess / RCPFullAWSAccess"):
            self.assertRegex(lines.pop(0), rf"\A{expected}\Z")
        self.assertEqual([], lines)

    def test_root_of_a_member_is_bound(self):
        self.org(0)
        status, answer = self.root_of(SHOP).call("CreateUser", UserName="eve")
        self.assertEqual(403, status)
        self.assertIn(f"User: arn:aws:iam::{SHOP}:root is not authorized to perform: "
                      f"iam:CreateUser on resource: arn:aws:iam::{SHOP}:user/eve with an explicit "
                      f"deny in a service control policy: arn:aws:organizations::{MANAGEMENT}:"
                      "policy/o-", answer)
        self.assertEqual(200, self.root_of(AUDIT).call("CreateUser", UserName="eve")[0])

    def test_again_nothing_changes(self):
        self.org(0)
        made = json.loads(self.org(0, "--json"))
        self.assertFalse(made["created"])
        self.assertEqual([], made["differences"])
        self.assertEqual(made, json.loads(self.org(0, "--json")))
        self.assertEqual((MANAGEMENT, 6), (made["management"], len(made["tree"])))

    def test_differences_are_told_and_left(self):
        self.org(0)
        other = DOCUMENT.replace("name: Production", "name: Test") \
            .replace(f"  - {{account: {AUDIT}, service: {SERVICE}}}\n", "") \
            .replace("delegates:\n", "").replace("policies: [no-users, no-strangers]", "") \
            .replace('Action: "iam:CreateUser"', 'Action: "iam:DeleteUser"') \
            .replace("TAG_POLICY", "BACKUP_POLICY").replace("name: audit", "name: auditors") \
            .replace("audit@example.com", "auditors@example.com") \
            .replace("Roles are for the organization.", "")
        told = self.org(1, document=other)
        self.assertEqual([
            "differs: policies of the type BACKUP_POLICY are not enabled",
            "differs: the policy no-strangers has another description",
            "differs: the policy no-users has another content",
            f"differs: the delegated administrator {AUDIT} for {SERVICE} is not in the document",
            f"differs: the name of the account {AUDIT} is audit",
            f"differs: the e-mail address of the account {AUDIT} is audit@example.com",
            "differs: the policy no-strangers, attached to Root/Workloads, is not in the document "
            "there",
            "differs: the policy no-users, attached to Root/Workloads, is not in the document "
            "there",
            "differs: the unit Root/Workloads/Test is not there",
            "differs: the unit Root/Workloads/Production is not in the document"],
            told.splitlines()[-10:])
        self.assertEqual(told, self.org(1))
        self.assertNotIn("differs", self.org(0, document=DOCUMENT))

    def test_accounts_that_are_there_join(self):
        self.server.own("POST", "accounts", {"account": SHOP, "name": "old"})
        self.assertIn(f"old {SHOP}: SCPs FullAWSAccess / FullAWSAccess, no-users", self.org(0))

    def test_a_document_that_is_wrong_makes_nothing(self):
        for change, message in (
                (("name: no-users", "name: reads"), "There are two policies with the name reads."),
                (("[no-users, ", "[no-user, "),
                 "The document has no policy with the name no-user."),
                ((f"id: {SHOP}", f"id: {AUDIT}"), f"The account {AUDIT} is there twice."),
                (("Effect: Deny, ", "Effect: Denied, "), "policy no-users: The provided policy "
                 "document does not meet the requirements of the specified policy type. ("),
                (("full_access: false", "full_access: maybe"),
                 "full_access has to be true or false."),
                (("audit@example.com", "audit"), f"account {AUDIT}: This is no e-mail address: "
                 "audit"),
                (("TAG_POLICY", "OTHER_POLICY"), "OTHER_POLICY"),
                (("root:\n", "root: &x\n"), "line 25: anchors are not read")):
            with self.subTest(change=change):
                self.assertIn(message, self.org(2, document=DOCUMENT.replace(*change)))
        self.assertIn("which is new", self.org(0, document=DOCUMENT))

    def test_types_that_are_not_enabled_are_told_once(self):
        made = self.org(0, document="policy_types: [RESOURCE_CONTROL_POLICY]")
        self.assertRegex(made, r"Root r-\w{4}: RCPs RCPFullAWSAccess\n")
        told = self.org(1, document=DOCUMENT)
        for type_, times in (("SERVICE", 1), ("RESOURCE", 0)):
            self.assertEqual(times, told.count(
                f"differs: policies of the type {type_}_CONTROL_POLICY are not enabled\n"))

    def test_standard_input_and_json(self):
        done = subprocess.run([harness.PROGRAM, "org", "-", self.server.url], text=True,
                              input='{"features": "CONSOLIDATED_BILLING"}', capture_output=True,
                              check=False, timeout=harness.STOP_SECONDS)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertIn("which is new", done.stdout)

    def test_another_account_manages(self):
        self.server.own("POST", "accounts", {"account": AUDIT})
        document = f"management: {AUDIT}\nroot:\n  accounts:\n  - {{id: {SHOP}, name: shop}}\n"
        self.org(0, document=document)
        self.assertIn("The account is a member of an organization that another one manages.",
                      self.org(2, document=document.replace(AUDIT, SHOP)))
        self.assertIn(f"account {SHOP}: It is in another organization already.", self.org(
            2, document=document.replace(AUDIT, MANAGEMENT)))
        self.assertIn("There is no account 000000000009.",
                      self.org(2, document=document.replace(AUDIT, "000000000009")))


if __name__ == "__main__":
    harness.main()
