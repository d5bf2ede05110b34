# SPDX-License-Identifier: Apache-2.0
"""Administrators of every kind, and those who may do a part of it: fenced in by a permissions
boundary, looking after themselves, or told apart by tags."""

import aws
import harness
from aws import allow, deny, document
from botocore.exceptions import ClientError

USERS = f"arn:aws:iam::{harness.ACCOUNT}:user"
POLICIES = f"arn:aws:iam::{harness.ACCOUNT}:policy"
ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"


def outcome(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return "OK", ""


class Administrators(aws.BotoCase):
    """However AdministratorAccess came to somebody, it decides the same."""

    def by_managed_policy(self):
        self.iam.attach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR_ACCESS)

    def by_group(self):
        self.iam.create_group(GroupName="admins")
        self.iam.attach_group_policy(GroupName="admins", PolicyArn=ADMINISTRATOR_ACCESS)
        self.iam.add_user_to_group(GroupName="admins", UserName="admin")

    def by_inline_policy(self):
        self.iam.put_user_policy(UserName="admin", PolicyName="all",
                                 PolicyDocument=aws.ADMINISTRATOR)

    @staticmethod
    def day_of_work(iam):
        """What an administrator tries, and how each of it ends."""
        yield outcome(iam.create_user, UserName="bob")
        yield outcome(iam.create_policy, PolicyName="p", PolicyDocument=aws.ADMINISTRATOR)
        yield outcome(iam.attach_user_policy, UserName="bob", PolicyArn=f"{POLICIES}/p")
        yield outcome(iam.get_account_summary)
        yield outcome(iam.list_policies, Scope="Local")
        yield outcome(iam.delete_policy, PolicyArn=f"{POLICIES}/p")
        yield outcome(iam.delete_policy, PolicyArn=ADMINISTRATOR_ACCESS)
        yield outcome(iam.get_access_key_last_used, AccessKeyId=harness.ROOT[0])
        yield outcome(iam.delete_access_key, AccessKeyId=harness.ROOT[0])
        yield outcome(iam.detach_user_policy, UserName="bob", PolicyArn=f"{POLICIES}/p")
        yield outcome(iam.delete_policy, PolicyArn=f"{POLICIES}/p")
        yield outcome(iam.delete_user, UserName="bob")

    def test_the_same_decisions(self):
        days = {}
        for kind in ("by_managed_policy", "by_group", "by_inline_policy"):
            self.server.own("POST", "reset")
            key = self.new_user("admin")
            admin = aws.client("iam", self.server, key)
            self.assertEqual({"AccessDenied"}, {code for code, _ in self.day_of_work(admin)}, kind)
            getattr(self, kind)()
            days[kind] = list(self.day_of_work(admin))
        expected = ["OK", "OK", "OK", "OK", "OK", "DeleteConflict", "AccessDenied",
                    "NoSuchEntity", "NoSuchEntity", "OK", "OK", "OK"]
        for kind, day in days.items():
            self.assertEqual(expected, [code for code, _ in day], kind)
            self.assertEqual(days["by_group"], day, kind)

    def test_taking_it_away_counts_at_once(self):
        admin = self.user_client("admin")
        self.by_managed_policy()
        admin.list_users()
        self.iam.detach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR_ACCESS)
        with self.denied("admin", "iam:ListUsers", f"{USERS}/"):
            admin.list_users()

    def test_a_new_default_version_counts_at_once(self):
        admin = self.user_client("admin")
        self.iam.create_policy(PolicyName="p", PolicyDocument=aws.ADMINISTRATOR)
        arn = f"{POLICIES}/p"
        self.iam.attach_user_policy(UserName="admin", PolicyArn=arn)
        self.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(deny("iam:List*")))
        admin.list_users()
        self.iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
        with self.refused("AccessDenied", 403, (
                f"User: {USERS}/admin is not authorized to perform: iam:ListUsers on resource: "
                f"{USERS}/ with an explicit deny in an identity-based policy: {arn}")):
            admin.list_users()


class DelegatedAdministrator(aws.BotoCase):
    """May make users and give them anything, as long as they stay inside the boundary."""

    def setUp(self):
        super().setUp()
        self.edge = self.iam.create_policy(PolicyName="edge", PolicyDocument=document(
            allow(["iam:Get*", "iam:List*"])))["Policy"]["Arn"]
        inside = {"StringEquals": {"iam:PermissionsBoundary": self.edge}}
        self.delegate = self.user_client("delegate", document(
            allow(["iam:CreateUser", "iam:PutUserPolicy", "iam:AttachUserPolicy",
                   "iam:DetachUserPolicy", "iam:DeleteUserPolicy",
                   "iam:PutUserPermissionsBoundary"], f"{USERS}/*", **inside),
            allow(["iam:CreateAccessKey", "iam:Get*", "iam:List*"]),
            deny("iam:DeleteUserPermissionsBoundary"),
            deny(["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy",
                  "iam:DeletePolicyVersion"], self.edge)))

    def test_makes_users_only_inside_the_boundary(self):
        with self.denied("delegate", "iam:CreateUser", f"{USERS}/bob"):
            self.delegate.create_user(UserName="bob")
        with self.denied("delegate", "iam:CreateUser", f"{USERS}/bob"):
            self.delegate.create_user(UserName="bob", PermissionsBoundary=ADMINISTRATOR_ACCESS)
        made = self.delegate.create_user(UserName="bob", PermissionsBoundary=self.edge)["User"]
        self.assertEqual({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": self.edge},
                         made["PermissionsBoundary"])

    def test_an_administrator_inside_the_boundary_stays_inside(self):
        self.delegate.create_user(UserName="bob", PermissionsBoundary=self.edge)
        self.delegate.attach_user_policy(UserName="bob", PolicyArn=ADMINISTRATOR_ACCESS)
        bob = aws.client("iam", self.server, aws.make_key(self.delegate, UserName="bob"))
        bob.list_users()
        with self.refused("AccessDenied", 403, (
                f"User: {USERS}/bob is not authorized to perform: iam:CreateUser on resource: "
                f"{USERS}/eve because no permissions boundary allows the iam:CreateUser action")):
            bob.create_user(UserName="eve")

    def test_gives_nothing_to_users_outside(self):
        self.iam.create_user(UserName="outsider")
        for call, arguments in (
                (self.delegate.attach_user_policy, {"PolicyArn": ADMINISTRATOR_ACCESS}),
                (self.delegate.put_user_policy, {"PolicyName": "p",
                                                 "PolicyDocument": aws.ADMINISTRATOR})):
            for user in ("outsider", "delegate"):
                with self.subTest(user=user), self.refused("AccessDenied", 403):
                    call(UserName=user, **arguments)
        self.delegate.put_user_permissions_boundary(UserName="outsider",
                                                    PermissionsBoundary=self.edge)
        self.delegate.attach_user_policy(UserName="outsider", PolicyArn=ADMINISTRATOR_ACCESS)

    def test_does_not_move_the_fence(self):
        self.delegate.create_user(UserName="bob", PermissionsBoundary=self.edge)
        for call, arguments in (
                (self.delegate.delete_user_permissions_boundary, {"UserName": "bob"}),
                (self.delegate.put_user_permissions_boundary,
                 {"UserName": "bob", "PermissionsBoundary": ADMINISTRATOR_ACCESS}),
                (self.delegate.create_policy_version,
                 {"PolicyArn": self.edge, "PolicyDocument": aws.ADMINISTRATOR,
                  "SetAsDefault": True})):
            with self.subTest(arguments), self.refused("AccessDenied", 403):
                call(**arguments)
        boundary = self.iam.get_user(UserName="bob")["User"]["PermissionsBoundary"]
        self.assertEqual(self.edge, boundary["PermissionsBoundaryArn"])


class SelfService(aws.BotoCase):
    """The policy of AWS's documentation that lets everybody look after their own keys."""

    def setUp(self):
        super().setUp()
        self.iam.create_group(GroupName="everybody")
        own = allow(["iam:*AccessKey*", "iam:GetUser"], "arn:aws:iam::*:user/${aws:username}")
        arn = self.iam.create_policy(PolicyName="own-keys", PolicyDocument=document(
            own))["Policy"]["Arn"]
        self.iam.attach_group_policy(GroupName="everybody", PolicyArn=arn)
        self.clients = {}
        for name in ("alice", "bob"):
            self.clients[name] = self.user_client(name)
            self.iam.add_user_to_group(GroupName="everybody", UserName=name)

    def test_everybody_rotates_their_own_key(self):
        for name, iam in self.clients.items():
            old = iam.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"]
            fresh = aws.client("iam", self.server, aws.make_key(iam))
            fresh.update_access_key(AccessKeyId=old, Status="Inactive")
            with self.refused("InvalidClientTokenId", 403):
                iam.get_user()
            fresh.delete_access_key(UserName=name, AccessKeyId=old)
            self.assertEqual(1, len(fresh.list_access_keys()["AccessKeyMetadata"]))

    def test_nobody_touches_the_keys_of_others(self):
        alice = self.clients["alice"]
        with self.denied("alice", "iam:ListAccessKeys", "user bob"):
            alice.list_access_keys(UserName="bob")
        with self.denied("alice", "iam:CreateAccessKey", "user bob"):
            alice.create_access_key(UserName="bob")

    def test_the_variable_follows_a_new_name(self):
        self.iam.update_user(UserName="bob", NewUserName="robert")
        bob = self.clients["bob"]
        self.assertEqual("robert", bob.get_user()["User"]["UserName"])
        self.iam.create_user(UserName="bob")
        with self.denied("robert", "iam:GetUser", "user bob"):
            bob.get_user(UserName="bob")


class Tags(aws.BotoCase):
    """Attribute-based access: one policy for all teams."""

    def setUp(self):
        super().setUp()
        same = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
        new = {"StringEquals": {"aws:RequestTag/team": "${aws:PrincipalTag/team}"},
               "ForAllValues:StringEquals": {"aws:TagKeys": ["team", "name"]}}
        self.iam.create_group(GroupName="leads")
        self.iam.put_group_policy(GroupName="leads", PolicyName="abac", PolicyDocument=document(
            allow(["iam:GetUser", "iam:DeleteUser", "iam:ListUserTags"], **same),
            allow(["iam:CreateUser", "iam:TagUser", "iam:CreatePolicy", "iam:TagPolicy"], **new),
            allow(["iam:GetPolicy", "iam:DeletePolicy"], **same)))
        self.blue, self.red = self.lead("blue"), self.lead("red")

    def lead(self, team):
        iam = self.user_client(f"{team}-lead")
        self.iam.tag_user(UserName=f"{team}-lead", Tags=[{"Key": "Team", "Value": team}])
        self.iam.add_user_to_group(GroupName="leads", UserName=f"{team}-lead")
        return iam

    def test_each_team_has_its_own_users(self):
        blue = [{"Key": "team", "Value": "blue"}]
        self.blue.create_user(UserName="bob", Tags=blue)
        self.assertEqual(blue, self.blue.get_user(UserName="bob")["User"]["Tags"])
        with self.denied("red-lead", "iam:GetUser", "user bob"):
            self.red.get_user(UserName="bob")
        with self.denied("red-lead", "iam:CreateUser", f"{USERS}/eve"):
            self.red.create_user(UserName="eve", Tags=blue)
        with self.denied("blue-lead", "iam:CreateUser", f"{USERS}/eve"):
            self.blue.create_user(UserName="eve", Tags=blue + [{"Key": "cost", "Value": "1"}])
        self.iam.tag_user(UserName="bob", Tags=[{"Key": "team", "Value": "red"}])
        with self.denied("blue-lead", "iam:DeleteUser", "user bob"):
            self.blue.delete_user(UserName="bob")
        self.red.delete_user(UserName="bob")

    def test_policies_have_tags_too(self):
        arn = self.blue.create_policy(
            PolicyName="p", PolicyDocument=aws.ADMINISTRATOR,
            Tags=[{"Key": "team", "Value": "blue"}])["Policy"]["Arn"]
        with self.denied("red-lead", "iam:GetPolicy", f"policy {arn}"):
            self.red.get_policy(PolicyArn=arn)
        self.blue.get_policy(PolicyArn=arn)
        self.blue.delete_policy(PolicyArn=arn)

    def test_a_lead_who_changes_teams_sees_the_other_one(self):
        self.iam.create_user(UserName="bob", Tags=[{"Key": "team", "Value": "red"}])
        with self.denied("blue-lead", "iam:GetUser", "user bob"):
            self.blue.get_user(UserName="bob")
        self.iam.tag_user(UserName="blue-lead", Tags=[{"Key": "team", "Value": "red"}])
        self.blue.get_user(UserName="bob")


if __name__ == "__main__":
    harness.main()
