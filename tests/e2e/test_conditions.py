# SPDX-License-Identifier: Apache-2.0
"""What policies can know about a request of a real client: each condition key, by its value."""
import aws
import harness
from aws import allow, deny, document

ALICE = f"arn:aws:iam::{harness.ACCOUNT}:user/staff/alice"
TAGS = [{"Key": "team", "Value": "blue"}]


class Keys(aws.BotoCase):
    def setUp(self):
        super().setUp()
        made = self.iam.create_user(UserName="alice", Path="/staff/", Tags=TAGS)["User"]
        self.user_id = made["UserId"]
        self.key = aws.make_key(self.iam, UserName="alice")
        self.alice = aws.client("iam", self.server, self.key, user_agent="frobnicator/1.0")

    def put(self, *statements):
        self.iam.put_user_policy(UserName="alice", PolicyName="p",
                                 PolicyDocument=document(*statements))

    def assert_holds(self, call, action, operator, key, value):
        """The call is allowed under the condition, and refused under its negation."""
        with self.subTest(operator=operator, key=key, value=value):
            self.put(allow(action, **{operator: {key: value}}))
            call()
            self.put(allow(action), deny(action, **{operator: {key: value}}))
            with self.refused("AccessDenied", 403):
                call()

    def test_keys_of_the_caller_and_the_request(self):
        for operator, key, value in [
                ("ArnEquals", "aws:PrincipalArn", ALICE),
                ("StringEquals", "aws:username", "alice"),
                ("StringEquals", "aws:userid", self.user_id),
                ("StringEquals", "aws:PrincipalType", "User"),
                ("StringEquals", "aws:PrincipalAccount", harness.ACCOUNT),
                ("StringEquals", "aws:PrincipalTag/team", "blue"),
                ("IpAddress", "aws:SourceIp", "127.0.0.0/8"),
                ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "::1"]),
                ("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
                ("DateLessThan", "aws:CurrentTime", "2099-01-01T00:00:00Z"),
                ("NumericGreaterThan", "aws:EpochTime", "1577836800"),
                ("Bool", "aws:SecureTransport", "true"),
                ("StringLike", "aws:UserAgent", "frobnicator/*"),
                ("StringEquals", "aws:RequestedRegion", "us-east-1"),
                ("StringEquals", "aws:ResourceAccount", harness.ACCOUNT),
                ("StringEquals", "aws:ResourceTag/team", "blue"),
                ("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}"),
                ("StringEqualsIgnoreCase", "AWS:UserName", "ALICE"),
                ("StringNotEquals", "aws:PrincipalTag/none", "x"),
                ("StringEqualsIfExists", "aws:PrincipalTag/none", "x"),
                ("Null", "aws:PrincipalTag/none", "true"),
                ("Null", "aws:MultiFactorAuthPresent", "true"),
                ("Null", "aws:TokenIssueTime", "true"),
                ("Null", "aws:RequestTag/team", "true"),
                ("BoolIfExists", "aws:MultiFactorAuthPresent", "false")]:
            self.assert_holds(self.alice.get_user, "iam:GetUser", operator, key, value)

    def test_keys_of_tags_in_the_request(self):
        def tag():
            self.alice.tag_user(UserName="alice", Tags=TAGS + [{"Key": "Cost", "Value": "1"}])
        for operator, key, value in [
                ("StringEquals", "aws:RequestTag/team", "blue"),
                ("StringEquals", "aws:RequestTag/cost", "1"),
                ("ForAllValues:StringEquals", "aws:TagKeys", ["team", "Cost", "other"]),
                ("ForAnyValue:StringEquals", "aws:TagKeys", "team"),
                ("Null", "aws:TagKeys", "false"),
                ("Null", "aws:RequestTag/none", "true")]:
            self.assert_holds(tag, "iam:TagUser", operator, key, value)

    def test_permissions_boundaries_of_new_users(self):
        self.put(allow("iam:CreateUser", Null={"iam:PermissionsBoundary": "false"}))
        with self.refused("AccessDenied", 403):
            self.alice.create_user(UserName="bob")
        with self.refused("NoSuchEntity", 404):
            self.alice.create_user(UserName="bob", PermissionsBoundary=(
                f"arn:aws:iam::{harness.ACCOUNT}:policy/none"))

    def test_a_name_can_be_given_to_those_who_hold_it_and_to_those_who_get_it(self):
        """A rename needs the permission for the old and for the new name."""
        old, new = (f"arn:aws:iam::{harness.ACCOUNT}:user/{path}" for path in ("bob", "x/carol"))
        for resources, resource in (([old], new), ([new], "user bob")):
            self.iam.create_user(UserName="bob")
            self.put(allow("iam:UpdateUser", resources))
            with self.denied("staff/alice", "iam:UpdateUser", resource):
                self.alice.update_user(UserName="bob", NewUserName="carol", NewPath="/x/")
            self.iam.delete_user(UserName="bob")
        self.iam.create_user(UserName="bob")
        self.put(allow("iam:UpdateUser", [old, new]))
        self.alice.update_user(UserName="bob", NewUserName="carol", NewPath="/x/")


if __name__ == "__main__":
    harness.main()
