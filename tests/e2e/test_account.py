# SPDX-License-Identifier: Apache-2.0
"""Account by rest-json: what boto3 sees of an account that has told nothing about itself."""
import json
import unittest

import aws
import harness

ARN = f"arn:aws:account::{harness.ACCOUNT}:account"
DENIED = (f"User: arn:aws:iam::{harness.ACCOUNT}:user/alice is not authorized to perform: "
          f"account:%s on resource: {ARN} because no identity-based policy allows the "
          "account:%s action")
# Which came with regions: a reason of what is not valid, too.
HAS_REGIONS = "ListRegions" in aws.session.client(
    "account", region_name="us-east-1").meta.service_model.operation_names


class Account(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.account = aws.client("account", self.server)

    def test_nothing_is_stored(self):
        with self.assertRaises(self.account.exceptions.ResourceNotFoundException) as caught:
            self.account.get_contact_information()
        self.assertEqual(404, caught.exception.response["ResponseMetadata"]["HTTPStatusCode"])
        with self.refused("ResourceNotFoundException", 404,
                          "No contact of the inputted alternate contact type found."):
            self.account.get_alternate_contact(AlternateContactType="SECURITY")

    def test_not_built(self):
        with self.refused("NotImplemented", 501, "The operation account:DeleteAlternateContact "
                          "is not implemented."):
            self.account.delete_alternate_contact(AlternateContactType="BILLING")

    def test_permissions(self):
        key = self.new_user("alice", aws.document(
            aws.allow("account:GetAlternateContact", ARN, **{"ForAllValues:StringEquals": {
                "account:AlternateContactTypes": ["BILLING"]}})))
        client = aws.client("account", self.server, key)
        with self.refused("ResourceNotFoundException", 404):
            client.get_alternate_contact(AlternateContactType="BILLING")
        with self.refused("AccessDeniedException", 403,
                          DENIED.replace("%s", "GetAlternateContact")):
            client.get_alternate_contact(AlternateContactType="SECURITY")
        with self.refused("AccessDeniedException", 403,
                          DENIED.replace("%s", "GetContactInformation")):
            client.get_contact_information()

    def test_validation(self):
        with self.refused("ValidationException", 400) as caught:
            self.account.get_alternate_contact(AlternateContactType="FRIENDS")
        reason = caught.exception.response.get("reason")
        self.assertEqual("fieldValidationFailed" if HAS_REGIONS else None, reason)

    def test_credentials(self):
        for key, code in ((("AKIAIOSFODNN7UNKNOWN", "x"), "UnrecognizedClientException"),
                          ((harness.ROOT[0], "x"), "InvalidSignatureException")):
            with self.subTest(code), self.refused(code, 403):
                aws.client("account", self.server, key).get_contact_information()

    def test_sandboxes(self):
        client = aws.client("account", self.server, prefix=self.server.sandbox("w1"))
        with self.refused("ResourceNotFoundException", 404):
            client.get_contact_information()
        client = aws.client("account", self.server, prefix="/_sandbox/w2")
        with self.refused("NoSuchSandbox", 404):
            client.get_contact_information()

    def test_explanation(self):
        key = self.new_user("alice")
        with self.refused("AccessDeniedException", 403) as caught:
            aws.client("account", self.server, key).get_contact_information()
        request_id = caught.exception.response["ResponseMetadata"]["RequestId"]
        status, explanation = self.server.own("GET", f"explain/{request_id}")
        self.assertEqual(200, status)
        self.assertIn("account:GetContactInformation", json.dumps(explanation))

    @unittest.skipUnless(HAS_REGIONS, "boto3 before 1.26.66 does not list regions")
    def test_regions(self):
        pages = self.account.get_paginator("list_regions").paginate()
        regions = {region["RegionName"]: region["RegionOptStatus"]
                   for region in pages.build_full_result()["Regions"]}
        self.assertEqual(34, len(regions))
        self.assertEqual("ENABLED_BY_DEFAULT", regions["us-east-1"])
        answer = self.account.list_regions(RegionOptStatusContains=["ENABLED_BY_DEFAULT"])
        self.assertEqual(17, len(answer["Regions"]))
        status = self.account.get_region_opt_status(RegionName="eu-south-2")
        self.assertEqual("DISABLED", status["RegionOptStatus"])


class Unsigned(harness.ServerCase):
    """Nobody signs: the path tells the service."""

    options = ("--enforce", "off")

    def test_regions(self):
        for body in ("{}", ""):
            status, headers, text = self.server.request(
                "POST", "/listRegions", body.encode(), {"Content-Type": "application/json"})
            self.assertEqual((200, "application/json"), (status, headers["content-type"]), text)
            answer = json.loads(text)
            self.assertEqual((20, "af-south-1"), (len(answer["Regions"]),
                                                  answer["Regions"][0]["RegionName"]))


if __name__ == "__main__":
    harness.main()
