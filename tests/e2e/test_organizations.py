# SPDX-License-Identifier: Apache-2.0
"""Organizations by JSON 1.1: what boto3 sees of an account that belongs to none, and of one that
manages its own."""
import aws
import harness

NOT_IN_USE = "Your account is not a member of an organization."


class Standalone(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.organizations = aws.client("organizations", self.server)

    def test_no_organization(self):
        for operation, arguments in [
                ("describe_organization", {}), ("list_roots", {}),
                ("list_accounts", {"MaxResults": 5}),
                ("list_policies", {"Filter": "SERVICE_CONTROL_POLICY"}),
                ("list_create_account_status", {"States": ["FAILED"]}),
                ("list_delegated_administrators", {"ServicePrincipal": "iam.amazonaws.com"}),
                ("list_aws_service_access_for_organization", {}),
                ("list_handshakes_for_organization", {})]:
            with self.subTest(operation), self.assertRaises(
                    self.organizations.exceptions.AWSOrganizationsNotInUseException) as caught:
                getattr(self.organizations, operation)(**arguments)
            self.assertEqual(NOT_IN_USE, caught.exception.response["Error"]["Message"])
            self.assertEqual(400, caught.exception.response["ResponseMetadata"]["HTTPStatusCode"])

    def test_pages(self):
        pages = self.organizations.get_paginator("list_handshakes_for_account").paginate()
        self.assertEqual([], pages.build_full_result()["Handshakes"])

    def test_permissions(self):
        key = self.new_user("alice", aws.document(aws.allow("organizations:ListRoots")))
        client = aws.client("organizations", self.server, key)
        for call in (client.list_roots, client.list_accounts):
            with self.refused("AWSOrganizationsNotInUseException", 400, NOT_IN_USE):
                call()

    def test_credentials(self):
        for key, code in ((("AKIAIOSFODNN7UNKNOWN", "x"), "UnrecognizedClientException"),
                          ((harness.ROOT[0], "x"), "InvalidSignatureException")):
            with self.subTest(code), self.assertRaises(aws.ClientError) as caught:
                aws.client("organizations", self.server, key).describe_organization()
            self.assertEqual(code, caught.exception.response["Error"]["Code"])
            self.assertEqual(403, caught.exception.response["ResponseMetadata"]["HTTPStatusCode"])


class Organized(aws.BotoCase):
    """A tree of units, and accounts that are moved in it."""

    def setUp(self):
        super().setUp()
        self.organizations = aws.client("organizations", self.server)
        self.organization = self.organizations.create_organization()["Organization"]
        self.root = self.organizations.list_roots()["Roots"][0]["Id"]

    def new_unit(self, parent, name, **arguments):
        return self.organizations.create_organizational_unit(
            ParentId=parent, Name=name, **arguments)["OrganizationalUnit"]

    def paged(self, operation, key, **arguments):
        pages = self.organizations.get_paginator(operation).paginate(
            PaginationConfig={"PageSize": 2}, **arguments)
        return [item["Id"] for page in pages for item in page[key]]

    def test_described(self):
        described = self.organizations.describe_organization()["Organization"]
        self.assertEqual(self.organization, described)
        self.assertEqual("ALL", described["FeatureSet"])
        account = self.organizations.describe_account(AccountId=harness.ACCOUNT)["Account"]
        self.assertEqual("INVITED", account["JoinedMethod"])
        path = f"{described['Id']}/{self.root}/{harness.ACCOUNT}/"
        known = self.organizations.meta.service_model.shape_for("Account").members
        self.assertEqual([path] if "Paths" in known else None, account.get("Paths"))
        with self.refused("AlreadyInOrganizationException", 400,
                          "The AWS account is already a member of an organization."):
            self.organizations.create_organization()

    def test_units(self):
        made = {self.new_unit(self.root, f"Unit {i}")["Id"] for i in range(5)}
        self.assertEqual(made, set(self.paged("list_organizational_units_for_parent",
                                              "OrganizationalUnits", ParentId=self.root)))
        self.assertEqual(made, set(self.paged("list_children", "Children", ParentId=self.root,
                                              ChildType="ORGANIZATIONAL_UNIT")))
        for unit in made:
            self.organizations.delete_organizational_unit(OrganizationalUnitId=unit)
        self.organizations.delete_organization()
        with self.refused("AWSOrganizationsNotInUseException", 400, NOT_IN_USE):
            self.organizations.list_roots()

    def test_tags(self):
        unit = self.new_unit(self.root, "Unit", Tags=[{"Key": "team", "Value": "blue"}])["Id"]
        self.organizations.tag_resource(ResourceId=unit, Tags=[
            {"Key": f"key{i:02}", "Value": ""} for i in range(30)])
        self.organizations.untag_resource(ResourceId=unit, TagKeys=["team", "none"])
        self.assertEqual([f"key{i:02}" for i in range(30)], [
            tag["Key"] for page in self.organizations.get_paginator(
                "list_tags_for_resource").paginate(ResourceId=unit) for tag in page["Tags"]])

    def test_moves(self):
        unit = self.new_unit(self.new_unit(self.root, "Outer")["Id"], "Inner")
        self.organizations.move_account(AccountId=harness.ACCOUNT, SourceParentId=self.root,
                                        DestinationParentId=unit["Id"])
        self.assertEqual([harness.ACCOUNT],
                         self.paged("list_accounts_for_parent", "Accounts", ParentId=unit["Id"]))
        self.assertEqual([{"Id": unit["Id"], "Type": "ORGANIZATIONAL_UNIT"}],
                         self.organizations.list_parents(ChildId=harness.ACCOUNT)["Parents"])
        with self.refused("AccountNotFoundException", 400,
                          "You specified an account that doesn't exist."):
            self.organizations.move_account(AccountId=harness.ACCOUNT, SourceParentId=self.root,
                                            DestinationParentId=unit["Id"])

    def test_reasons(self):
        for expected, arguments in (
                ("MAX_LENGTH_EXCEEDED:NAME", {"ParentId": self.root, "Name": "x" * 129}),
                ("INVALID_PATTERN:PARENT_ID", {"ParentId": "root", "Name": "A"}),
                ("DUPLICATE_TAG_KEY", {"ParentId": self.root, "Name": "A", "Tags": [
                    {"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]})):
            with self.subTest(expected), self.assertRaises(
                    self.organizations.exceptions.InvalidInputException) as caught:
                self.organizations.create_organizational_unit(**arguments)
            self.assertEqual(expected, caught.exception.response["Reason"])

    def test_permissions(self):
        key = self.new_user("alice", aws.document(aws.allow("organizations:ListRoots")))
        client = aws.client("organizations", self.server, key)
        self.assertEqual(self.root, client.list_roots()["Roots"][0]["Id"])
        with self.refused(
                "AccessDeniedException", 400,
                f"User: arn:aws:iam::{harness.ACCOUNT}:user/alice is not authorized to perform: "
                "organizations:ListAccounts on resource: * because no identity-based policy "
                "allows the organizations:ListAccounts action"):
            client.list_accounts()


if __name__ == "__main__":
    harness.main()
