# SPDX-License-Identifier: Apache-2.0
"""Policy simulation by a real client, and what the server itself then does."""
import aws
import harness
from aws import allow, deny, document

ARN = f"arn:aws:iam::{harness.ACCOUNT}"
ALICE = f"{ARN}:user/alice"
BUCKET = "arn:aws:s3:::b/k"


def entry(key, kind, *values):
    return {"ContextKeyName": key, "ContextKeyType": kind, "ContextKeyValues": list(values)}


class Simulation(aws.BotoCase):
    def custom(self, *policies, actions=("s3:GetObject",), **more):
        return self.iam.simulate_custom_policy(
            PolicyInputList=list(policies), ActionNames=list(actions), **more)["EvaluationResults"]

    def principal(self, actions, arn=ALICE, **more):
        """The decisions by action."""
        results = self.iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=list(actions), **more)["EvaluationResults"]
        self.assertEqual(list(actions), [result["EvalActionName"] for result in results])
        return [result["EvalDecision"] for result in results]

    def test_custom_policies(self):
        allowed, denied, neither = self.custom(
            document(allow("s3:*"), deny("s3:Delete*")),
            actions=["s3:GetObject", "s3:DeleteObject", "ec2:RunInstances"])
        self.assertEqual(
            ["allowed", "explicitDeny", "implicitDeny"],
            [result["EvalDecision"] for result in (allowed, denied, neither)])
        text = document(allow("s3:*"), deny("s3:Delete*"))
        for result, place in (allowed, text.index("{", 1)), (denied, text.index("}, {") + 1):
            [statement] = result["MatchedStatements"]
            self.assertEqual("PolicyInputList.1", statement["SourcePolicyId"])
            self.assertEqual({"Line": 1, "Column": place + 1}, statement["StartPosition"])
        self.assertEqual([], neither["MatchedStatements"])
        self.assertNotIn("EvalDecisionDetails", neither)

    def test_context(self):
        policy = document(allow("s3:*", Bool={"aws:MultiFactorAuthPresent": "true"}))
        [result] = self.custom(policy)
        self.assertEqual("implicitDeny", result["EvalDecision"])
        self.assertEqual(["aws:MultiFactorAuthPresent"], result["MissingContextValues"])
        [result] = self.custom(
            policy, ContextEntries=[entry("aws:MultiFactorAuthPresent", "boolean", "true")])
        self.assertEqual("allowed", result["EvalDecision"])
        self.assertEqual([], result["MissingContextValues"])

    def test_resource_policy_of_another_account(self):
        policy = document({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "s3:*",
                           "Resource": BUCKET})
        [result] = self.custom(
            document(allow("iam:*")), ResourceArns=[BUCKET], ResourcePolicy=policy,
            CallerArn=ALICE, ResourceOwner="arn:aws:iam::999999999999:root")
        self.assertEqual("implicitDeny", result["EvalDecision"])
        self.assertEqual({"IAM Policy": "implicitDeny", "Resource Policy": "allowed"},
                         result["EvalDecisionDetails"])
        [result] = self.custom(document(allow("iam:*")), ResourceArns=[BUCKET],
                               ResourcePolicy=policy, CallerArn=ALICE)
        self.assertEqual(("allowed", {}), (result["EvalDecision"], result["EvalDecisionDetails"]))

    def test_trust_policy(self):
        policy = document({"Effect": "Deny", "Principal": {"AWS": ALICE},
                           "Action": "sts:AssumeRole"})
        [result] = self.custom(document(allow("*")), actions=["sts:AssumeRole"],
                               ResourceArns=[f"{ARN}:role/r"], ResourcePolicy=policy,
                               CallerArn=ALICE)
        self.assertEqual("allowed", result["EvalDecision"])
        self.assertEqual({"Enforced Decision": "explicitDeny"}, result["EvalDecisionDetails"])

    def test_principal_is_as_enforced(self):
        alice = self.user_client("alice", document(allow("iam:*User*", ALICE)))
        self.iam.create_group(GroupName="crew")
        self.iam.add_user_to_group(GroupName="crew", UserName="alice")
        self.iam.put_group_policy(GroupName="crew", PolicyName="p", PolicyDocument=document(
            allow("iam:ListGroups"), deny("iam:TagUser", "*")))
        tags = [{"Key": "k", "Value": "v"}]
        calls = {"iam:GetUser": alice.get_user,
                 "iam:ListUserTags": lambda: alice.list_user_tags(UserName="alice"),
                 "iam:TagUser": lambda: alice.tag_user(UserName="alice", Tags=tags),
                 "iam:ListGroupsForUser": lambda: alice.list_groups_for_user(UserName="alice"),
                 "iam:ListAccessKeys": lambda: alice.list_access_keys(UserName="alice")}
        for boundary in None, "IAMReadOnlyAccess", "AmazonS3ReadOnlyAccess":
            if boundary:
                self.iam.put_user_permissions_boundary(
                    UserName="alice", PermissionsBoundary=f"arn:aws:iam::aws:policy/{boundary}")
            decisions = self.principal(calls, ResourceArns=[ALICE])
            for decision, (action, call) in zip(decisions, calls.items()):
                with self.subTest(boundary=boundary, action=action):
                    if decision == "allowed":
                        call()
                        continue
                    with self.refused("AccessDenied", 403):
                        call()
        self.assertEqual(["allowed", "explicitDeny"],
                         self.principal(["iam:ListGroups", "iam:TagUser"], f"{ARN}:group/crew"))

    def test_pages(self):
        actions = [f"s3:Action{number}" for number in range(25)]
        pages = self.iam.get_paginator("simulate_custom_policy").paginate(
            PolicyInputList=[document(allow("*"))], ActionNames=actions,
            PaginationConfig={"PageSize": 10})
        sizes = []
        names = []
        for page in pages:
            sizes.append(len(page["EvaluationResults"]))
            names += [result["EvalActionName"] for result in page["EvaluationResults"]]
        self.assertEqual(([10, 10, 5], actions), (sizes, names))

    def test_keys(self):
        policy = document(allow("s3:*", "arn:aws:s3:::b/${aws:username}/*",
                                IpAddress={"aws:SourceIp": "10.0.0.0/8"}))
        keys = ["aws:username", "aws:SourceIp"]
        self.assertEqual(keys, self.iam.get_context_keys_for_custom_policy(
            PolicyInputList=[policy])["ContextKeyNames"])
        self.new_user("alice", policy)
        self.assertEqual(keys + ["aws:userid"], self.iam.get_context_keys_for_principal_policy(
            PolicySourceArn=ALICE, PolicyInputList=[document(
                allow("s3:*", Null={"aws:userid": "false"}))])["ContextKeyNames"])

    def test_errors(self):
        with self.refused("NoSuchEntity", 404, "Unable to retrieve specified IAM entity."):
            self.principal(["s3:GetObject"])
        with self.refused("InvalidInput", 400, "Invalid ARN provided in the request: "
                          f"arn:aws:sts::{harness.ACCOUNT}:assumed-role/r/s"):
            self.principal(["s3:GetObject"], f"arn:aws:sts::{harness.ACCOUNT}:assumed-role/r/s")
        with self.refused("InvalidInput", 400,
                          "ResourceNames are not in a valid ARN format: b."):
            self.custom(document(allow("*")), ResourceArns=["b"])
        with self.refused("InvalidInput", 400):
            self.custom("{}")
        alice = self.user_client("alice")
        with self.denied("alice", "iam:SimulatePrincipalPolicy", ALICE):
            alice.simulate_principal_policy(PolicySourceArn=ALICE, ActionNames=["s3:GetObject"])


if __name__ == "__main__":
    harness.main()
