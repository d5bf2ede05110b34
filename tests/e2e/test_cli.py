# SPDX-License-Identifier: Apache-2.0
"""The AWS CLI lives the story of root and alice. A call takes a second, so it is a short one."""
import json
import os
import subprocess
import urllib.parse

import certificates
import clients
import harness

AWS = clients.cli()
USERS = f"arn:aws:iam::{harness.ACCOUNT}:user"
SESSIONS = f"arn:aws:sts::{harness.ACCOUNT}:assumed-role"
SELF = "arn:aws:iam::*:user/${aws:username}"
CALL_SECONDS = 30


def allow(action, resource):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": resource}]})


class CliCase(harness.ServerCase):
    prefix = ""

    def run_cli(self, key, arguments):
        # The option works with every CLI; Debian 12's does not know AWS_ENDPOINT_URL_IAM.
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1],
                       "AWS_MAX_ATTEMPTS": "1"}
        return subprocess.run(
            [AWS, "--endpoint-url", self.server.url + self.prefix, "--region", "us-east-1",
             "--output", "json", *arguments], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, env=environment, timeout=CALL_SECONDS, check=False)

    def aws(self, *arguments, key=harness.ROOT):
        done = self.run_cli(key, arguments)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout) if done.stdout else None

    def refused(self, error, *arguments, key):
        done = self.run_cli(key, arguments)
        self.assertNotEqual(0, done.returncode, done.stdout)
        self.assertIn(error, done.stderr)

    def denied(self, action, resource, *arguments, key):
        self.refused(f"User: {USERS}/alice is not authorized to perform: {action} on resource: "
                     f"{resource} because no identity-based policy allows the {action} action\n",
                     *arguments, key=key)


class DefaultChain(CliCase):
    """Without keys of its own, as on an instance and in a container."""

    def identity(self, **variables):
        environment = {**os.environ, **variables}
        del environment["AWS_EC2_METADATA_DISABLED"]
        done = subprocess.run(
            [AWS, "--endpoint-url", self.server.url + self.prefix, "--region", "us-east-1",
             "--output", "json", "sts", "get-caller-identity"], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, env=environment, timeout=CALL_SECONDS, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)["Arn"]

    def test_of_an_instance_and_a_container(self):
        trust = json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole",
             "Principal": {"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]}}]})
        profile = ("--instance-profile-name", "profile")
        self.aws("iam", "create-role", "--role-name", "worker", "--assume-role-policy-document",
                 trust)
        self.aws("iam", "create-instance-profile", *profile)
        self.aws("iam", "add-role-to-instance-profile", *profile, "--role-name", "worker")
        _, shown = self.server.own("PUT", "instance", {"instance_profile": "profile"},
                                   prefix=self.prefix)
        place = self.server.url + self.prefix + "/"
        self.assertEqual(f"{SESSIONS}/worker/{shown['instance_id']}",
                         self.identity(AWS_EC2_METADATA_SERVICE_ENDPOINT=place))
        _, variables = self.server.own("POST", "container", {"role": "worker"}, prefix=self.prefix)
        self.assertRegex(self.identity(**variables), f"^{SESSIONS}/worker/[0-9a-f]{{32}}$")


class DefaultChainInASandbox(DefaultChain):
    def setUp(self):
        super().setUp()
        self.prefix = self.server.sandbox("w1")


class Story(CliCase):
    def test_root_and_alice(self):
        self.aws("iam", "create-user", "--user-name", "alice")
        made = self.aws("iam", "create-access-key", "--user-name", "alice")["AccessKey"]
        alice = (made["AccessKeyId"], made["SecretAccessKey"])
        identity = self.aws("sts", "get-caller-identity", key=alice)
        self.assertEqual(f"{USERS}/alice", identity["Arn"])

        self.denied("iam:ListUsers", f"{USERS}/", "iam", "list-users", key=alice)

        self.aws("iam", "put-user-policy", "--user-name", "alice", "--policy-name", "self",
                 "--policy-document", allow("iam:GetUser", SELF))
        user = self.aws("iam", "get-user", key=alice)["User"]
        self.assertEqual("alice", user["UserName"])
        self.denied("iam:GetUser", "user bob", "iam", "get-user", "--user-name", "bob", key=alice)

        self.aws("iam", "create-group", "--group-name", "administrators")
        self.aws("iam", "put-group-policy", "--group-name", "administrators", "--policy-name",
                 "all", "--policy-document", allow("*", "*"))
        self.aws("iam", "add-user-to-group", "--group-name", "administrators", "--user-name",
                 "alice")
        self.assertEqual(1, len(self.aws("iam", "list-users", key=alice)["Users"]))
        keys = self.aws("iam", "list-access-keys", key=alice)["AccessKeyMetadata"]
        self.assertEqual([alice[0]], [key["AccessKeyId"] for key in keys])
        self.refused("NoSuchEntity", "iam", "delete-access-key", "--access-key-id",
                     harness.ROOT[0], key=alice)
        self.refused("The user with name root cannot be found.", "iam", "list-access-keys",
                     "--user-name", "root", key=alice)
        keys = self.aws("iam", "list-access-keys")["AccessKeyMetadata"]
        self.assertEqual([harness.ROOT[0]], [key["AccessKeyId"] for key in keys])


class Simulation(CliCase):
    def test_policies_and_principals(self):
        bucket = "arn:aws:s3:::b/k"
        [result] = self.aws(
            "iam", "simulate-custom-policy", "--policy-input-list", allow("s3:Get*", "*"),
            "--action-names", "s3:GetObject", "--resource-arns", bucket)["EvaluationResults"]
        self.assertEqual("allowed", result["EvalDecision"])
        self.assertEqual({}, result["EvalDecisionDetails"])
        self.assertEqual(bucket, result["ResourceSpecificResults"][0]["EvalResourceName"])

        self.aws("iam", "create-user", "--user-name", "alice")
        self.aws("iam", "put-user-policy", "--user-name", "alice", "--policy-name", "self",
                 "--policy-document", allow("iam:GetUser", SELF))
        decisions = self.aws(
            "iam", "simulate-principal-policy", "--policy-source-arn", f"{USERS}/alice",
            "--action-names", "iam:GetUser", "iam:TagUser", "--resource-arns", f"{USERS}/alice",
            "--query", "EvaluationResults[].EvalDecision")
        self.assertEqual(["allowed", "implicitDeny"], decisions)
        keys = self.aws("iam", "get-context-keys-for-principal-policy", "--policy-source-arn",
                        f"{USERS}/alice")["ContextKeyNames"]
        self.assertEqual(["aws:username"], keys)
        self.refused("Unable to retrieve specified IAM entity.", "iam",
                     "get-context-keys-for-principal-policy", "--policy-source-arn",
                     f"{USERS}/bob", key=harness.ROOT)


class Organizations(CliCase):
    def test_an_account_without_one(self):
        for words in ("(AWSOrganizationsNotInUseException) when calling the DescribeOrganization",
                      ": Your account is not a member of an organization.\n"):
            self.refused(words, "organizations", "describe-organization", key=harness.ROOT)
        self.assertEqual({"Handshakes": []},
                         self.aws("organizations", "list-handshakes-for-account"))


class Account(CliCase):
    def test_an_account_without_contacts(self):
        for words in ("(ResourceNotFoundException) when calling the GetAlternateContact",
                      ": No contact of the inputted alternate contact type found.\n"):
            self.refused(words, "account", "get-alternate-contact", "--alternate-contact-type",
                         "BILLING", key=harness.ROOT)

    def test_contacts(self):
        contact = {"FullName": "Jane Doe", "AddressLine1": "1 Main Street", "City": "Seattle",
                   "PostalCode": "98109", "CountryCode": "US", "PhoneNumber": "+1 206 555 0100"}
        self.aws("account", "put-contact-information", "--contact-information",
                 json.dumps(contact))
        self.assertEqual({"ContactInformation": contact},
                         self.aws("account", "get-contact-information"))
        self.aws("account", "put-alternate-contact", "--alternate-contact-type", "BILLING",
                 "--name", "Bill", "--title", "Head", "--email-address", "bill@example.com",
                 "--phone-number", "+1 206 555 0101")
        self.assertEqual("Bill", self.aws("account", "get-alternate-contact",
                                          "--alternate-contact-type", "BILLING", "--query",
                                          "AlternateContact.Name"))
        self.aws("account", "delete-alternate-contact", "--alternate-contact-type", "BILLING")
        self.refused("(AccessDeniedException) when calling the GetContactInformation", "account",
                     "get-contact-information", "--account-id", harness.ACCOUNT, key=harness.ROOT)


class Paging(CliCase):
    """Only listing takes the CLI: the users are made by plain requests, without signatures."""

    options = ("--enforce", "off")

    def setUp(self):
        super().setUp()
        for number in range(250):
            query = urllib.parse.urlencode({"Action": "CreateUser", "Version": "2010-05-08",
                                            "UserName": f"user-{number:03}"})
            self.assertEqual(200, self.server.request("GET", "/?" + query)[0])
        self.server.own("PUT", "enforcement", {"enforcement": "strict"})

    def test_follows_markers_by_itself(self):
        names = self.aws("iam", "list-users", "--page-size", "60", "--query", "Users[].UserName")
        self.assertEqual([f"user-{number:03}" for number in range(250)], names)


class Certificates(CliCase):
    def test_upload_and_look(self):
        site = "--server-certificate-name", "site"
        file = f"file://{certificates.FOLDER}/"
        made = self.aws("iam", "upload-server-certificate", *site, "--path", "/cloudfront/",
                        "--certificate-body", file + "server.pem", "--private-key",
                        file + "server.key", "--certificate-chain", file + "intermediate.pem")
        listed = self.aws("iam", "list-server-certificates", "--path-prefix", "/cloudfront/")
        self.assertEqual([made["ServerCertificateMetadata"]],
                         listed["ServerCertificateMetadataList"])
        found = self.aws("iam", "get-server-certificate", *site)["ServerCertificate"]
        self.assertEqual(certificates.text("server.pem").strip(), found["CertificateBody"])
        self.refused("(KeyPairMismatch)", "iam", "upload-server-certificate",
                     "--server-certificate-name", "new", "--certificate-body", file + "server.pem",
                     "--private-key", file + "person.key", key=harness.ROOT)
        self.aws("iam", "delete-server-certificate", *site)
        own = self.aws("iam", "upload-signing-certificate", "--certificate-body",
                       file + "person.pem")["Certificate"]["CertificateId"]
        self.aws("iam", "delete-signing-certificate", "--certificate-id", own)


if __name__ == "__main__":
    if not AWS:
        harness.skip("the AWS CLI is missing")
    harness.main()
