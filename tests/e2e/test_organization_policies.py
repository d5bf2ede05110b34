# SPDX-License-Identifier: Apache-2.0
"""Policies of an organization: what boto3 sees of types, attachments, pages and effective ones."""
import json

import aws
import harness

SCP = "SERVICE_CONTROL_POLICY"
DENY = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*",
                                                          "Resource": "*"}})


def tags(**settings):
    return json.dumps({"tags": {"team": settings}})


class Policies(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.organizations = aws.client("organizations", self.server)
        self.organizations.create_organization()
        self.root = self.organizations.list_roots()["Roots"][0]["Id"]

    def tearDown(self):
        self.organizations.delete_organization()
        super().tearDown()

    def create(self, name, content, kind):
        answer = self.organizations.create_policy(Name=name, Description="", Content=content,
                                                  Type=kind)
        return answer["Policy"]["PolicySummary"]["Id"]

    def pages(self, operation, key, **arguments):
        pages = self.organizations.get_paginator(operation).paginate(**arguments)
        return pages.build_full_result()[key]

    def test_pages(self):
        ids = {self.create(f"no-s3-{i}", DENY, SCP) for i in range(45)} | {"p-FullAWSAccess"}
        policies = self.pages("list_policies", "Policies", Filter=SCP)
        self.assertEqual("p-FullAWSAccess", policies[0]["Id"])
        self.assertEqual(sorted(ids), sorted(p["Id"] for p in policies))

    def test_targets(self):
        root = self.organizations.enable_policy_type(RootId=self.root, PolicyType=SCP)["Root"]
        self.assertEqual([{"Type": SCP, "Status": "ENABLED"}], root["PolicyTypes"])
        for i in range(25):
            self.organizations.create_organizational_unit(ParentId=self.root, Name=f"u{i}")
        targets = self.pages("list_targets_for_policy", "Targets", PolicyId="p-FullAWSAccess")
        self.assertEqual(27, len({t["TargetId"] for t in targets}))
        self.assertEqual({"ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT"}, {t["Type"] for t in targets})
        policies = self.pages("list_policies_for_target", "Policies", TargetId=harness.ACCOUNT,
                              Filter=SCP)
        self.assertEqual(["FullAWSAccess"], [p["Name"] for p in policies])

    def test_last(self):
        self.organizations.enable_policy_type(RootId=self.root, PolicyType=SCP)
        with self.assertRaises(
                self.organizations.exceptions.ConstraintViolationException) as caught:
            self.organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=self.root)
        self.assertEqual("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                         caught.exception.response["Reason"])

    def test_effective(self):
        self.organizations.enable_policy_type(RootId=self.root, PolicyType="TAG_POLICY")
        above = self.create("above", tags(tag_value={"@@assign": ["a", "b"]}), "TAG_POLICY")
        below = self.create("below", tags(tag_key={"@@assign": "Team"},
                                          tag_value={"@@append": ["c"]}), "TAG_POLICY")
        self.organizations.attach_policy(PolicyId=below, TargetId=harness.ACCOUNT)
        self.organizations.attach_policy(PolicyId=above, TargetId=self.root)
        answer = self.organizations.describe_effective_policy(PolicyType="TAG_POLICY")
        self.assertEqual({"tags": {"team": {"tag_value": ["a", "b", "c"], "tag_key": "Team"}}},
                         json.loads(answer["EffectivePolicy"]["PolicyContent"]))
        self.organizations.disable_policy_type(RootId=self.root, PolicyType="TAG_POLICY")
        with self.assertRaises(self.organizations.exceptions.EffectivePolicyNotFoundException):
            self.organizations.describe_effective_policy(PolicyType="TAG_POLICY")

    def test_malformed(self):
        sentence = ("The provided policy document does not meet the requirements of the specified "
                    "policy type.")
        with self.refused("MalformedPolicyDocumentException", 400, sentence):
            self.create("nonsense", "{}", SCP)


if __name__ == "__main__":
    harness.main()
