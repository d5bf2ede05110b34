# SPDX-License-Identifier: Apache-2.0
"""Account by rest-json: what an account tells of itself to boto3, and lets it change."""
import json
import time
import unittest

import aws
import harness

ARN = f"arn:aws:account::{harness.ACCOUNT}:account"
DENIED = (f"User: arn:aws:iam::{harness.ACCOUNT}:user/alice is not authorized to perform: "
          f"account:%s on resource: {ARN} because no identity-based policy allows the "
          "account:%s action")
OPERATIONS = aws.session.client("account",
                                region_name="us-east-1").meta.service_model.operation_names
# Which came with a reason of what is not valid, too.
HAS_REGIONS = "ListRegions" in OPERATIONS
HAS_NAMES = "PutAccountName" in OPERATIONS
JANE = {"FullName": "Jane Doe", "AddressLine1": "1 Main Street", "City": "Seattle",
        "StateOrRegion": "WA", "PostalCode": "98109", "CountryCode": "US",
        "PhoneNumber": "+1 206 555 0100"}
BILL = {"Name": "Bill", "Title": "Head", "EmailAddress": "bill@example.com",
        "PhoneNumber": "+1 206 555 0101"}


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

    def test_contact_information(self):
        self.account.put_contact_information(ContactInformation={**JANE, "CompanyName": "Acme"})
        self.assertEqual({**JANE, "CompanyName": "Acme"},
                         self.account.get_contact_information()["ContactInformation"])
        self.account.put_contact_information(ContactInformation=JANE)
        self.assertEqual(JANE, self.account.get_contact_information()["ContactInformation"])
        with self.refused("ValidationException", 400, "the argument City can not be empty"):
            self.account.put_contact_information(ContactInformation={**JANE, "City": " "})

    def test_alternate_contacts(self):
        for kind in ("BILLING", "SECURITY"):
            self.account.put_alternate_contact(AlternateContactType=kind, **BILL)
        found = self.account.get_alternate_contact(AlternateContactType="BILLING")
        self.assertEqual({"AlternateContactType": "BILLING", **BILL}, found["AlternateContact"])
        self.account.delete_alternate_contact(AlternateContactType="BILLING")
        for call in (self.account.get_alternate_contact, self.account.delete_alternate_contact):
            with self.refused("ResourceNotFoundException", 404):
                call(AlternateContactType="BILLING")
        self.account.get_alternate_contact(AlternateContactType="SECURITY")

    def test_what_is_told_is_of_no_other_account(self):
        self.account.put_contact_information(ContactInformation=JANE)
        _, made = self.server.own("POST", "accounts", {"account": "210987654321"})
        other = aws.client("account", self.server,
                           (made["access_key_id"], made["secret_access_key"]))
        with self.refused("ResourceNotFoundException", 404):
            other.get_contact_information()

    @unittest.skipUnless(HAS_NAMES, "this boto3 does not name accounts")
    def test_names(self):
        self.account.put_account_name(AccountName=" Acme & Sons")
        found = self.account.get_account_information()
        self.assertEqual((harness.ACCOUNT, "Acme & Sons", "ACTIVE"),
                         (found["AccountId"], found["AccountName"], found["AccountState"]))
        with self.refused("AccessDeniedException", 403,
                          f"User: {harness.ROOT_ARN} is not authorized to perform: "
                          "account:PutAccountName"):
            self.account.put_account_name(AccountName="Acme", AccountId=harness.ACCOUNT)

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
        self.assertNotIn("reason", caught.exception.response)

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

    def opt_status(self, region):
        return self.account.get_region_opt_status(RegionName=region)["RegionOptStatus"]

    @unittest.skipUnless(HAS_REGIONS, "boto3 before 1.26.66 does not enable regions")
    def test_a_region_is_enabled_and_disabled(self):
        self.server.own("PUT", "clock", {"freeze": True})
        self.assertEqual("DISABLED", self.opt_status("eu-south-2"))
        self.account.enable_region(RegionName="eu-south-2")
        self.assertEqual("ENABLING", self.opt_status("eu-south-2"))
        with self.refused("ConflictException", 409):
            self.account.disable_region(RegionName="eu-south-2")
        self.server.own("PUT", "clock", {"advance": "PT2M"})
        self.assertEqual("ENABLED", self.opt_status("eu-south-2"))
        self.account.disable_region(RegionName="eu-south-2")
        self.assertEqual("DISABLING", self.opt_status("eu-south-2"))
        self.server.own("PUT", "clock", {"advance": "PT1M"})
        self.assertEqual("DISABLED", self.opt_status("eu-south-2"))

    @unittest.skipUnless(HAS_REGIONS, "boto3 before 1.26.66 does not disable regions")
    def test_the_region_of_the_server(self):
        """Is enabled from the start, as STS finds too, and can be disabled."""
        server = self.start("--region", "eu-south-2")
        near, far = (aws.client("sts", server, region=region)
                     for region in ("eu-south-2", "eu-south-1"))
        near.get_caller_identity()
        with self.refused("InvalidClientTokenId", 403):
            far.get_caller_identity()
        account = aws.client("account", server)
        enabled = account.list_regions(RegionOptStatusContains=["ENABLED"])["Regions"]
        self.assertEqual(["eu-south-2"], [region["RegionName"] for region in enabled])
        account.disable_region(RegionName="eu-south-2")
        server.own("PUT", "clock", {"advance": "PT1M"})
        with self.refused("InvalidClientTokenId", 403):
            near.get_caller_identity()

    @unittest.skipUnless(HAS_REGIONS, "boto3 before 1.26.66 does not disable regions")
    def test_what_is_no_good_is_named(self):
        with self.refused("ValidationException", 400) as caught:
            self.account.disable_region(RegionName="us-east-1")
        sentence = "Unable to switch region status because of its current opt-in status."
        answer = caught.exception.response
        self.assertEqual(("invalidRegionOptTarget", [{"name": "RegionName", "message": sentence}]),
                         (answer["reason"], answer["fieldList"]))


class Member(aws.BotoCase):
    """What an organization changes for its members."""

    def setUp(self):
        super().setUp()
        organizations = aws.client("organizations", self.server)
        organizations.create_organization()
        organizations.enable_aws_service_access(ServicePrincipal="account.amazonaws.com")
        made = organizations.create_account(Email="one@here.example", AccountName="one")
        status = made["CreateAccountStatus"]
        while status["State"] == "IN_PROGRESS":
            time.sleep(0.1)
            status = organizations.describe_create_account_status(
                CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
        self.member = status["AccountId"]

    def post(self, operation, **body):
        return aws.post("account", self.server, "/" + operation,
                        {"AccountId": self.member, **body})

    def test_contact(self):
        account = aws.client("account", self.server)
        account.put_contact_information(AccountId=self.member, ContactInformation=JANE)
        self.assertEqual(JANE, account.get_contact_information(
            AccountId=self.member)["ContactInformation"])
        with self.refused("AccessDeniedException", 403, (
                f"User: arn:aws:iam::{harness.ACCOUNT}:root is not authorized to perform: "
                "account:GetContactInformation (The management account can only be managed using "
                "the standalone context from the management account.)")):
            account.get_contact_information(AccountId=harness.ACCOUNT)

    def test_primary_email(self):
        """The one-time password that AWS sends to the address, an own endpoint shows."""
        pending = f"accounts/{self.member}/primary-email-update"
        self.assertEqual(404, self.server.own("GET", pending)[0])
        self.assertEqual((200, {"Status": "PENDING"}), self.post(
            "startPrimaryEmailUpdate", PrimaryEmail="two@here.example"))
        status, shown = self.server.own("GET", pending)
        self.assertEqual((200, "two@here.example"), (status, shown["email"]))
        wrong = "000000" if shown["otp"] != "000000" else "111111"
        self.assertEqual(400, self.post("acceptPrimaryEmailUpdate", Otp=wrong,
                                        PrimaryEmail="two@here.example")[0])
        self.assertEqual((200, {"Status": "ACCEPTED"}), self.post(
            "acceptPrimaryEmailUpdate", PrimaryEmail="two@here.example", Otp=shown["otp"]))
        self.assertEqual((200, {"PrimaryEmail": "two@here.example"}), self.post("getPrimaryEmail"))
        self.assertEqual(404, self.server.own("GET", pending)[0])
        events = harness.run("events", self.server.url, "--json").stdout
        self.assertNotIn(shown["otp"], events)


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
