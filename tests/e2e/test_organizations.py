# SPDX-License-Identifier: Apache-2.0
"""Organizations by JSON 1.1: what boto3 sees of an account that belongs to none."""
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

    def test_reasons(self):
        sentence = "You specified an invalid value."
        with self.refused("InvalidInputException", 400, sentence) as caught:
            self.organizations.list_policies(Filter="NICE_POLICY")
        self.assertEqual("INVALID_ENUM_POLICY_TYPE", caught.exception.response["Reason"])

    def test_not_built(self):
        with self.refused("NotImplemented", 501, "The operation organizations:CreateOrganization "
                          "is not implemented."):
            self.organizations.create_organization()

    def test_permissions(self):
        key = self.new_user("alice", aws.document(aws.allow("organizations:ListRoots")))
        client = aws.client("organizations", self.server, key)
        with self.refused("AWSOrganizationsNotInUseException", 400, NOT_IN_USE):
            client.list_roots()
        with self.refused(
                "AccessDeniedException", 400,
                f"User: arn:aws:iam::{harness.ACCOUNT}:user/alice is not authorized to perform: "
                "organizations:ListAccounts on resource: * because no identity-based policy "
                "allows the organizations:ListAccounts action"):
            client.list_accounts()

    def test_credentials(self):
        for key, code in ((("AKIAIOSFODNN7UNKNOWN", "x"), "UnrecognizedClientException"),
                          ((harness.ROOT[0], "x"), "InvalidSignatureException")):
            with self.subTest(code), self.assertRaises(aws.ClientError) as caught:
                aws.client("organizations", self.server, key).describe_organization()
            self.assertEqual(code, caught.exception.response["Error"]["Code"])
            self.assertEqual(403, caught.exception.response["ResponseMetadata"]["HTTPStatusCode"])


if __name__ == "__main__":
    harness.main()
