# SPDX-License-Identifier: Apache-2.0
"""Root users of members, whose credentials their organization audits, deletes and gives back."""
import json
import time
import urllib.parse
import xml.etree.ElementTree

import aws
import harness

TASK = "arn:aws:iam::aws:policy/root-task/"
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
PASSWORD = "Correct-Horse-7"


class CentralRoot(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.organizations = aws.client("organizations", self.server)
        self.organizations.create_organization()
        self.organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
        self.admin = self.new_user("admin", aws.ADMINISTRATOR)

    def query(self, service, action, key=harness.ROOT, **parameters):
        """Debian's boto3 is older than these operations; returns texts by the names of elements."""
        body = urllib.parse.urlencode(
            {"Action": action, "Version": VERSIONS[service], **parameters})
        request = aws.AWSRequest("POST", self.server.url + "/", data=body, headers={
            "Content-Type": "application/x-www-form-urlencoded"})
        aws.SigV4Auth(aws.Credentials(*key), service, "us-east-1").add_auth(request)
        status, _, text = self.server.request("POST", "/", request.body,
                                              dict(request.headers.items()))
        self.assertEqual(200, status, text)
        return {element.tag.rpartition("}")[2]: element.text
                for element in xml.etree.ElementTree.fromstring(text).iter()}

    def enable(self, *features):
        for feature in features:
            self.query("iam", "EnableOrganizations" + feature)

    def member(self, name):
        status = self.organizations.create_account(
            Email=name + "@here.example", AccountName=name)["CreateAccountStatus"]
        while status["State"] == "IN_PROGRESS":
            time.sleep(0.1)
            status = self.organizations.describe_create_account_status(
                CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
        self.assertEqual("SUCCEEDED", status["State"])
        return status["AccountId"]

    def root_of(self, account, task):
        """IAM as the root user of a member, for one task."""
        made = self.query("sts", "AssumeRoot", self.admin, **{
            "TargetPrincipal": account, "TaskPolicyArn.arn": TASK + task})
        return aws.client("iam", self.server, (made["AccessKeyId"], made["SecretAccessKey"]),
                          token=made["SessionToken"], parameter_validation=False)

    def sign_in(self, name):
        status, answer = self.server.own("POST", "check-password", {
            "email": name + "@here.example", "password": PASSWORD})
        self.assertEqual(200, status)
        return answer["result"]

    def put_password(self, account):
        return self.server.own("PUT", f"accounts/{account}/root", {"password": PASSWORD})[0]

    def test_story(self):
        account = self.member("old")
        self.enable("RootCredentialsManagement", "RootSessions")
        self.assertEqual(200, self.put_password(account))
        self.assertEqual("ok", self.sign_in("old"))
        _, made = self.server.own("POST", f"accounts/{account}/access-keys")
        key = made["access_key_id"], made["secret_access_key"]
        who = aws.client("sts", self.server, key).get_caller_identity()
        self.assertEqual(account, who["Account"])
        self.audit(account, key)
        self.delete(account, key)
        self.give_back(account)

    def audit(self, account, key):
        root = self.root_of(account, "IAMAuditRootUserCredentials")
        self.assertIn("CreateDate", root.get_login_profile()["LoginProfile"])
        keys = root.list_access_keys()["AccessKeyMetadata"]
        self.assertEqual([key[0]], [one["AccessKeyId"] for one in keys])
        self.assertEqual("sts", root.get_access_key_last_used(
            AccessKeyId=key[0])["AccessKeyLastUsed"]["ServiceName"])
        self.assertEqual([], root.list_mfa_devices()["MFADevices"])
        self.assertEqual([], root.list_signing_certificates()["Certificates"])
        self.assertEqual(1, root.get_account_summary()["SummaryMap"]["AccountPasswordPresent"])
        with self.assertRaises(aws.ClientError) as caught:
            root.delete_login_profile()
        self.assertIn("with an explicit deny in a session policy",
                      caught.exception.response["Error"]["Message"])

    def delete(self, account, key):
        root = self.root_of(account, "IAMDeleteRootUserCredentials")
        root.delete_access_key(AccessKeyId=key[0])
        root.delete_login_profile()
        with self.refused("NoSuchEntity", 404):
            root.delete_login_profile()
        with self.refused("InvalidClientTokenId", 403):
            aws.client("sts", self.server, key).get_caller_identity()
        self.assertEqual("wrong", self.sign_in("old"))
        self.assertEqual(403, self.put_password(account))
        self.assertEqual(403, self.server.own("POST", f"accounts/{account}/access-keys")[0])

    def give_back(self, account):
        root = self.root_of(account, "IAMCreateRootUserPassword")
        root.create_login_profile()
        with self.refused("EntityAlreadyExists", 409):
            root.create_login_profile()
        self.assertEqual("wrong", self.sign_in("old"))
        self.assertEqual(200, self.put_password(account))
        self.assertEqual("ok", self.sign_in("old"))

    def test_made_without(self):
        self.enable("RootCredentialsManagement", "RootSessions")
        account = self.member("new")
        with self.refused("NoSuchEntity", 404):
            self.root_of(account, "IAMAuditRootUserCredentials").get_login_profile()
        self.assertEqual(403, self.put_password(account))
        self.root_of(account, "IAMCreateRootUserPassword").create_login_profile()
        self.assertEqual(200, self.put_password(account))

    def test_record(self):
        account = self.member("told")
        self.enable("RootSessions")
        self.root_of(account, "IAMAuditRootUserCredentials").list_access_keys()
        records = [json.loads(line) for line in
                   harness.run("events", self.server.url, "--json").stdout.splitlines()]
        assumed, = [one for one in records if one["eventName"] == "AssumeRoot"]
        self.assertEqual({"targetPrincipal": account, "taskPolicyArn": {
            "arn": TASK + "IAMAuditRootUserCredentials"}}, assumed["requestParameters"])
        self.assertNotIn("secretAccessKey", json.dumps(assumed["responseElements"]))
        listed, = [one for one in records if one["eventName"] == "ListAccessKeys"]
        who = listed["userIdentity"]
        self.assertEqual(("Root", account), (who["type"], who["accountId"]))
        self.assertEqual("true", who["sessionContext"]["assumedRoot"])

    def test_service_control_policy(self):
        """It binds sessions, too, unless it leaves them out by aws:AssumedRoot."""
        account = self.member("bound")
        self.enable("RootSessions")
        root_id = self.organizations.list_roots()["Roots"][0]["Id"]
        self.organizations.enable_policy_type(RootId=root_id, PolicyType="SERVICE_CONTROL_POLICY")
        deny = aws.deny("iam:*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:root"})
        policy = self.organizations.create_policy(
            Name="no-root", Description="", Type="SERVICE_CONTROL_POLICY",
            Content=aws.document(deny))["Policy"]["PolicySummary"]
        self.organizations.attach_policy(PolicyId=policy["Id"], TargetId=account)
        root = self.root_of(account, "IAMAuditRootUserCredentials")
        with self.refused("AccessDenied", 403, (
                f"User: arn:aws:iam::{account}:root is not authorized to perform: "
                f"iam:ListAccessKeys on resource: arn:aws:iam::{account}:root with an explicit "
                f"deny in a service control policy: {policy['Arn']}")):
            root.list_access_keys()
        deny["Condition"]["Null"] = {"aws:AssumedRoot": "true"}
        self.organizations.update_policy(PolicyId=policy["Id"], Content=aws.document(deny))
        self.assertEqual([], root.list_access_keys()["AccessKeyMetadata"])


if __name__ == "__main__":
    harness.main()
