# SPDX-License-Identifier: Apache-2.0
"""Terraform makes the organization of terraform/organization, changes it, imports it, and removes
it as soon as AWS would let it."""
import json

import aws
import harness
import terraform

SHOP = "aws_organizations_account.shop"
# The provider reads the management account's when it is asked to import that of a member.
NOT_IMPORTED = "aws_account_primary_contact.shop"

FIRST = {
    "accounts": ["Account " + harness.ACCOUNT, "audit", "shop"], "all_units": [
        "Production", "Workloads"],
    "below_root": ["Account " + harness.ACCOUNT, "audit", "shop"], "company": "Example Corp.",
    "contact": "Jane Doe", "delegated": ["account.amazonaws.com", "sso.amazonaws.com"],
    "delegates": ["audit"], "denied": "iam:CreateUser",
    "description": "Whoever works here makes no users.", "features": "ALL", "full_access": "Allow",
    "home": ["shop"], "managed": True, "management": harness.ACCOUNT, "members": ["audit", "shop"],
    "own_contact": "Ann Example", "policies": ["no-users", "p-FullAWSAccess"],
    "policies_for_target": ["no-users", "p-FullAWSAccess"], "policy": "no-users",
    "services": ["account.amazonaws.com", "iam.amazonaws.com", "sso.amazonaws.com",
                 "tagpolicies.tag.amazonaws.com"],
    "state": "WA", "statuses": ["ACTIVE"], "tags": {"cost": "1", "owner": "terraform"},
    "types": ["AISERVICES_OPT_OUT_POLICY", "RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY",
              "TAG_POLICY"],
    "unit": "Workloads", "units": ["Workloads"]}
SECOND = {
    **FIRST, "all_units": ["Production", "Workloads and more"], "company": None,
    "contact": "Joe Doe", "denied": ["iam:CreateUser", "iam:CreateAccessKey"],
    "description": "Nor keys.",
    "policy": "no-users-nor-keys",
    "services": ["account.amazonaws.com", "iam.amazonaws.com", "ram.amazonaws.com",
                 "sso.amazonaws.com"],
    "state": None, "tags": {"cost": "2", "owner": "terraform"},
    "types": ["BACKUP_POLICY", "RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY", "TAG_POLICY"],
    "unit": "Workloads and more", "units": ["Workloads and more"]}


class Organization(terraform.TerraformCase):
    configuration = "organization"

    def resources(self):
        """What Terraform manages: addresses with attributes."""
        state = json.loads((self.folder / "terraform.tfstate").read_text(encoding="utf-8"))
        return {one["type"] + "." + one["name"] +
                (f"[{instance['index_key']}]" if "index_key" in instance else ""):
                instance["attributes"]
                for one in state["resources"] if one["mode"] == "managed"
                for instance in one["instances"]}

    def import_all(self):
        """It forgets everything, and knows it again."""
        ids = {address: found["id"] for address, found in self.resources().items()
               if address != NOT_IMPORTED}
        ids[SHOP] += "_ALLOW"  # what nothing tells of access to billing
        blocks = self.folder / "import.tf"
        blocks.write_text("".join(f"import {{\n  to = {address}\n  id = {json.dumps(name)}\n}}\n"
                                  for address, name in ids.items()), encoding="utf-8")
        (self.folder / "terraform.tfstate").unlink()
        done = self.terraform("apply", "-auto-approve", terraform.CHANGED)
        # The contact is put again, and the state gets close_on_deletion.
        self.assertIn(f"{len(ids)} imported, 1 added, 1 changed, 0 destroyed.", done)
        blocks.unlink()

    def destroy_refused(self, message):
        done = self.terraform("destroy", "-auto-approve", terraform.CHANGED, status=1)
        self.assertIn(message, " ".join(done.split()))

    def advance(self, time):
        self.assertEqual(200, self.server.own("PUT", "clock", {"advance": time})[0])

    def destroy(self, shop):
        """What AWS wants first: time, data of its own for the account that leaves, and the end of
        the account that was closed."""
        self.destroy_refused(
            "ConstraintViolationException: This operation requires a wait period. Try again later.")
        self.advance("P4D")
        self.destroy_refused("ConstraintViolationException: The member account must be configured "
                             "with a valid payment method, such as a credit card.")
        self.assertEqual(200, self.server.own("PUT", f"accounts/{shop}/standalone-data", {})[0])
        self.destroy_refused("OrganizationNotEmptyException: To delete an organization you must "
                             "first remove all member accounts (except the master).")
        self.advance("P91D")
        self.terraform("destroy", "-auto-approve", terraform.CHANGED)

    def test_makes_changes_imports_and_removes(self):
        self.apply(FIRST)
        shop = self.resources()[SHOP]["id"]
        self.enable_region("eu-south-1", AccountId=shop)
        self.apply(SECOND, terraform.CHANGED)
        self.assertEqual(shop, self.resources()[SHOP]["id"])
        self.import_all()
        self.destroy(shop)
        with self.refused("AWSOrganizationsNotInUseException", 400):
            aws.client("organizations", self.server).describe_organization()
        accounts = self.server.own("GET", "accounts")[1]["accounts"]
        self.assertEqual({harness.ACCOUNT, shop}, {one["account"] for one in accounts})


if __name__ == "__main__":
    terraform.main()
