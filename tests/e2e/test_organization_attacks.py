# SPDX-License-Identifier: Apache-2.0
"""Who would break an organization, or have others wait for it: tokens that are made up, lists
without end, accounts that would reach beyond what they may."""
import base64
import http.client
import json
import pathlib
import tempfile

import harness
import signed

MEMBER = "111122223333"
SCP = "SERVICE_CONTROL_POLICY"


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Resource": "*", **statement}})


class Caller:
    """A root user, by its key."""

    def __init__(self, test, key=harness.ROOT):
        self.client = signed.Client(test.server, key, "organizations")
        test.addCleanup(self.client.close)

    def send(self, action, **parameters):
        """Status and what was answered."""
        self.client.connection.sendall(self.client.signer.organizations(action, **parameters))
        answer = http.client.HTTPResponse(self.client.connection)
        answer.begin()
        text = answer.read().decode()
        return answer.status, json.loads(text) if text else {}


class Organization(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.manager = Caller(self)
        self.call("CreateOrganization")
        self.root = self.call("ListRoots")["Roots"][0]["Id"]

    def call(self, action, caller=None, **parameters):
        status, answer = (caller or self.manager).send(action, **parameters)
        self.assertEqual(200, status, answer)
        return answer

    def refused(self, code, action, caller=None, **parameters):
        """With the code, and its reason behind a slash."""
        status, answer = (caller or self.manager).send(action, **parameters)
        reason = answer.get("Reason")
        self.assertEqual((400, code), (status, answer["__type"] + (reason and f"/{reason}" or "")))

    def new_account(self, account):
        """Gives the key of its root user."""
        self.server.own("POST", "accounts",
                        {"account": account, "email": f"{account}@example.com"})
        _, key = self.server.own("POST", f"accounts/{account}/access-keys")
        return key["access_key_id"], key["secret_access_key"]

    def member(self, account):
        """Joins; gives its root user."""
        caller = Caller(self, self.new_account(account))
        invited = self.call("InviteAccountToOrganization",
                            Target={"Type": "ACCOUNT", "Id": account})
        self.call("AcceptHandshake", caller, HandshakeId=invited["Handshake"]["Id"])
        return caller


class Attacks(Organization):
    def test_resource_policies_that_are_asked_again_and_again(self):
        member = self.member(MEMBER)
        for sid in range(3):
            self.call("PutResourcePolicy", Content=document(
                Sid=str(sid), Effect="Allow", Principal={"AWS": MEMBER},
                Action="organizations:ListRoots"))
            for _ in range(10):
                self.call("ListRoots", member)
                self.refused("AccessDeniedException", "ListAccounts", member)

    def test_positions_in_tokens_that_are_made_up(self):
        self.call("EnablePolicyType", RootId=self.root, PolicyType=SCP)
        policy = self.call("CreatePolicy", Name="p", Description="", Type=SCP,
                           Content=document(Effect="Deny", Action="s3:*"))["Policy"]
        self.call("AttachPolicy", PolicyId=policy["PolicySummary"]["Id"], TargetId=self.root)
        of_root = {"TargetId": self.root, "Filter": SCP}
        token = self.call("ListPoliciesForTarget", MaxResults=1, **of_root)["NextToken"]
        operation = base64.b64decode(token)[:4]
        for position in (b"p", b"1p", b"99999999999999999999", b"\xff", b" "):
            made_up = base64.b64encode(operation + position).decode()
            self.refused("InvalidInputException/INVALID_NEXT_TOKEN", "ListPoliciesForTarget",
                         NextToken=made_up, **of_root)

    def test_lists_of_tags_without_end(self):
        keys = [f"{i:x}" for i in range(30_000)]
        tags = [{"Key": key, "Value": ""} for key in keys]
        too_many = "ConstraintViolationException/MAX_TAG_LIMIT_EXCEEDED"
        self.refused(too_many, "TagResource", ResourceId=self.root, Tags=tags)
        self.refused(too_many, "TagResource", ResourceId=self.root, Tags=tags[:51])
        self.refused(too_many, "CreateOrganizationalUnit", ParentId=self.root, Name="unit",
                     Tags=tags)
        self.refused("InvalidInputException/MAX_LENGTH_EXCEEDED", "UntagResource",
                     ResourceId=self.root, TagKeys=keys)
        self.call("TagResource", ResourceId=self.root, Tags=tags[:50])
        self.call("UntagResource", ResourceId=self.root, TagKeys=keys[:50])
        self.assertEqual([], self.call("ListTagsForResource", ResourceId=self.root)["Tags"])

    def test_documents_without_end(self):
        service = "iam.amazonaws.com"
        for lists in ({"services": [service] * 1001}, {"policy_types": ["S3_POLICY"] * 1001},
                      {"delegates": [{"account": "111122223333", "service": service}] * 1001}):
            status, answer = self.server.own("POST", "organization", lists)
            self.assertEqual((400, "The document has more than 1000 things in it."),
                             (status, answer["error"]))


class Deep(Organization):
    options = ("--quota", "OrganizationalUnitDepth=60")

    def test_trees_that_are_deeper_than_those_of_aws(self):
        unit = {}
        for number in range(20):
            unit = {"name": f"unit-{number}", "units": [unit] if unit else []}
        self.manager.send("DeleteOrganization")
        status, answer = self.server.own("POST", "organization", {"root": {"units": [unit]}})
        self.assertEqual((200, []), (status, answer["differences"]))
        self.assertEqual(20, answer["tree"][-1]["depth"])


class Told(Organization):
    """What is for two sides, or for one of them, is in no log."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.events = pathlib.Path(folder.name, "events")
        super().setUp()

    def start(self, *options, **settings):
        return super().start("--log-level", "debug", "--event-log", self.events, *options,
                             **settings)

    def test_notes_names_and_addresses(self):
        account = Caller(self, self.new_account(MEMBER))
        target = {"Type": "EMAIL", "Id": f"{MEMBER}@example.com"}
        self.call("InviteAccountToOrganization", Target=target, Notes="for-your-eyes-only")
        sent = self.call("ListHandshakesForAccount", account)["Handshakes"][0]
        self.assertIn("for-your-eyes-only", json.dumps(sent))
        self.call("DescribeHandshake", account, HandshakeId=sent["Id"])
        self.call("AcceptHandshake", account, HandshakeId=sent["Id"])
        self.call("CreateAccount", AccountName="nobody-knows", Email="secret@example.com")
        self.call("ListAccounts")
        self.server.stop()
        said = self.server.text + self.events.read_text(encoding="utf-8")
        self.assertIn("AcceptHandshake", said)
        for secret in ("for-your-eyes-only", target["Id"], "nobody-knows", "secret@example.com"):
            self.assertNotIn(secret, said)


if __name__ == "__main__":
    harness.main()
