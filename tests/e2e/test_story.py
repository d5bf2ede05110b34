# SPDX-License-Identifier: Apache-2.0
"""Root and alice: what an IAM user may do, from nothing to almost everything, through boto3."""
import json

import aws
import harness
from aws import allow, deny, document

USERS = f"arn:aws:iam::{harness.ACCOUNT}:user"


class NewUser(aws.BotoCase):
    def test_may_do_nothing_but_say_who_she_is(self):
        key = self.new_user("alice")
        alice = aws.client("iam", self.server, key)
        with self.denied("alice", "iam:ListUsers", f"{USERS}/"):
            alice.list_users()
        with self.denied("alice", "iam:GetUser", "user alice"):
            alice.get_user()
        with self.denied("alice", "iam:CreateUser", f"{USERS}/team/bob"):
            alice.create_user(UserName="bob", Path="/team/")
        with self.denied("alice", "iam:CreateAccessKey", "user alice"):
            alice.create_access_key()
        identity = aws.client("sts", self.server, key).get_caller_identity()
        self.assertEqual(f"{USERS}/alice", identity["Arn"])
        self.assertEqual(harness.ACCOUNT, identity["Account"])
        user_id = self.iam.get_user(UserName="alice")["User"]["UserId"]
        self.assertEqual(user_id, identity["UserId"])
        self.assertEqual(1, len(self.iam.list_users()["Users"]))

    def test_root_says_who_it_is(self):
        identity = self.sts.get_caller_identity()
        self.assertEqual(harness.ROOT_ARN, identity["Arn"])
        self.assertEqual(harness.ACCOUNT, identity["UserId"])


class Policies(aws.BotoCase):
    def test_inline_policy_with_a_variable_is_exactly_what_it_says(self):
        own = document(allow("iam:GetUser", "arn:aws:iam::*:user/${aws:username}"))
        alice = self.user_client("alice", own)
        self.new_user("bob")
        self.assertEqual("alice", alice.get_user()["User"]["UserName"])
        self.assertEqual("alice", alice.get_user(UserName="alice")["User"]["UserName"])
        with self.denied("alice", "iam:GetUser", "user bob"):
            alice.get_user(UserName="bob")
        with self.denied("alice", "iam:DeleteUser", "user alice"):
            alice.delete_user(UserName="alice")

    def test_changes_count_from_the_next_request_on(self):
        alice = self.user_client("alice", document(allow("iam:ListUsers")))
        alice.list_users()
        self.iam.put_user_policy(UserName="alice", PolicyName="no", PolicyDocument=document(
            deny("iam:List*")))
        with self.refused("AccessDenied", 403, (
                f"User: {USERS}/alice is not authorized to perform: iam:ListUsers on resource: "
                f"{USERS}/ with an explicit deny in an identity-based policy")):
            alice.list_users()
        self.iam.delete_user_policy(UserName="alice", PolicyName="no")
        alice.list_users()
        self.iam.delete_user_policy(UserName="alice", PolicyName="inline")
        with self.denied("alice", "iam:ListUsers", f"{USERS}/"):
            alice.list_users()

    def test_conditions_on_request_and_resource_tags(self):
        alice = self.user_client("alice", document(
            allow("iam:CreateUser", StringEquals={"aws:RequestTag/team": "blue"}),
            allow("iam:TagUser", StringEquals={"aws:RequestTag/team": "blue"}),
            allow("iam:DeleteUser", StringEquals={"aws:ResourceTag/team": "blue"})))
        with self.denied("alice", "iam:CreateUser", f"{USERS}/red"):
            alice.create_user(UserName="red", Tags=[{"Key": "team", "Value": "red"}])
        alice.create_user(UserName="blue", Tags=[{"Key": "team", "Value": "blue"}])
        with self.denied("alice", "iam:DeleteUser", "user alice"):
            alice.delete_user(UserName="alice")
        alice.delete_user(UserName="blue")


class Administrator(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.alice = self.user_client("alice")
        self.iam.create_group(GroupName="administrators")
        self.iam.put_group_policy(GroupName="administrators", PolicyName="all",
                                  PolicyDocument=aws.ADMINISTRATOR)
        self.iam.add_user_to_group(GroupName="administrators", UserName="alice")

    def test_may_do_almost_everything_while_a_member(self):
        self.alice.create_user(UserName="bob")
        self.alice.put_user_policy(UserName="bob", PolicyName="p",
                                   PolicyDocument=document(allow("iam:*")))
        bob = aws.client("iam", self.server, aws.make_key(self.alice, UserName="bob"))
        self.assertEqual(["alice", "bob"], [u["UserName"] for u in bob.list_users()["Users"]])
        self.iam.remove_user_from_group(GroupName="administrators", UserName="alice")
        with self.denied("alice", "iam:GetUser", "user bob"):
            self.alice.get_user(UserName="bob")

    def test_does_not_see_the_keys_of_root(self):
        own = self.alice.list_access_keys()["AccessKeyMetadata"]
        self.assertEqual(["alice"], [key["UserName"] for key in own])
        self.assertEqual(["alice"], [u["UserName"] for u in self.alice.list_users()["Users"]])
        with self.refused("NoSuchEntity", 404):
            self.alice.get_access_key_last_used(AccessKeyId=harness.ROOT[0])

    def test_does_not_change_the_keys_of_root(self):
        gone = f"The Access Key with id {harness.ROOT[0]} cannot be found."
        for user in ({}, {"UserName": "alice"}):
            with self.subTest(user=user):
                with self.refused("NoSuchEntity", 404, gone):
                    self.alice.delete_access_key(AccessKeyId=harness.ROOT[0], **user)
                with self.refused("NoSuchEntity", 404, gone):
                    self.alice.update_access_key(AccessKeyId=harness.ROOT[0], Status="Inactive",
                                                 **user)
        self.sts.get_caller_identity()

    def test_cannot_name_root_as_a_user(self):
        calls = {
            "get_user": {}, "delete_user": {}, "list_access_keys": {}, "create_access_key": {},
            "update_access_key": {"AccessKeyId": harness.ROOT[0], "Status": "Inactive"},
            "delete_access_key": {"AccessKeyId": harness.ROOT[0]},
            "put_user_policy": {"PolicyName": "no", "PolicyDocument": document(deny("*"))},
            "add_user_to_group": {"GroupName": "administrators"},
            "tag_user": {"Tags": [{"Key": "a", "Value": "b"}]},
            "update_user": {"NewUserName": "mallory"},
        }
        for name in ("root", harness.ACCOUNT, "root@example.com"):
            for call, arguments in calls.items():
                with self.subTest(call=call, name=name), self.refused(
                        "NoSuchEntity", 404, f"The user with name {name} cannot be found."):
                    getattr(self.alice, call)(UserName=name, **arguments)
        self.sts.get_caller_identity()

    def test_a_user_with_the_name_of_the_account_is_nobody_special(self):
        for name in (harness.ACCOUNT, "root"):
            key = self.new_user(name)
            identity = aws.client("sts", self.server, key).get_caller_identity()
            self.assertEqual(f"{USERS}/{name}", identity["Arn"])
            with self.denied(name, "iam:ListUsers", f"{USERS}/"):
                aws.client("iam", self.server, key).list_users()
            listed = self.alice.list_access_keys(UserName=name)["AccessKeyMetadata"]
            self.assertEqual([key[0]], [k["AccessKeyId"] for k in listed])


class RootKeys(aws.BotoCase):
    def listed(self):
        keys = self.iam.list_access_keys()["AccessKeyMetadata"]
        self.assertFalse([key for key in keys if "UserName" in key])
        return {key["AccessKeyId"]: key["Status"] for key in keys}

    def test_live_by_the_same_calls_without_a_name(self):
        self.assertEqual({harness.ROOT[0]: "Active"}, self.listed())
        made = self.iam.create_access_key()["AccessKey"]
        self.assertNotIn("UserName", made)
        second = (made["AccessKeyId"], made["SecretAccessKey"])
        sts = aws.client("sts", self.server, second)
        self.assertEqual(harness.ROOT_ARN, sts.get_caller_identity()["Arn"])
        with self.refused("LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2"):
            self.iam.create_access_key()
        self.iam.update_access_key(AccessKeyId=second[0], Status="Inactive")
        self.assertEqual({harness.ROOT[0]: "Active", second[0]: "Inactive"}, self.listed())
        with self.refused("InvalidClientTokenId", 403):
            sts.get_caller_identity()
        self.iam.update_access_key(AccessKeyId=second[0], Status="Active")
        sts.get_caller_identity()
        self.iam.delete_access_key(AccessKeyId=second[0])
        self.assertEqual({harness.ROOT[0]: "Active"}, self.listed())
        with self.refused("InvalidClientTokenId", 403):
            sts.get_caller_identity()

    def test_last_use_is_shown_to_root_alone(self):
        used = self.iam.get_access_key_last_used(AccessKeyId=harness.ROOT[0])
        self.assertNotIn("UserName", used)
        self.assertEqual("iam", used["AccessKeyLastUsed"]["ServiceName"])


class Lives(aws.BotoCase):
    def test_rename_keeps_policies_keys_and_memberships(self):
        key = self.new_user("alice", document(allow("iam:GetUser")))
        self.iam.create_group(GroupName="crew")
        self.iam.add_user_to_group(GroupName="crew", UserName="alice")
        before = self.iam.get_user(UserName="alice")["User"]
        self.iam.update_user(UserName="alice", NewUserName="carol", NewPath="/staff/")
        with self.refused("NoSuchEntity", 404):
            self.iam.get_user(UserName="alice")
        after = aws.client("iam", self.server, key).get_user()["User"]
        self.assertEqual((before["UserId"], before["CreateDate"]),
                         (after["UserId"], after["CreateDate"]))
        self.assertEqual(f"{USERS}/staff/carol", after["Arn"])
        self.assertEqual(["inline"], self.iam.list_user_policies(UserName="carol")["PolicyNames"])
        keys = self.iam.list_access_keys(UserName="carol")["AccessKeyMetadata"]
        self.assertEqual([(key[0], "carol")], [(k["AccessKeyId"], k["UserName"]) for k in keys])
        groups = self.iam.list_groups_for_user(UserName="carol")["Groups"]
        self.assertEqual(["crew"], [group["GroupName"] for group in groups])
        members = self.iam.get_group(GroupName="crew")["Users"]
        self.assertEqual(["carol"], [member["UserName"] for member in members])

    def test_group_rename_keeps_policies_and_members(self):
        alice = self.user_client("alice")
        self.iam.create_group(GroupName="crew")
        self.iam.put_group_policy(GroupName="crew", PolicyName="p",
                                  PolicyDocument=document(allow("iam:GetGroup")))
        self.iam.add_user_to_group(GroupName="crew", UserName="alice")
        self.iam.update_group(GroupName="crew", NewGroupName="staff")
        members = alice.get_group(GroupName="staff")["Users"]
        self.assertEqual(["alice"], [member["UserName"] for member in members])

    def test_tags(self):
        self.iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "blue"}])
        self.iam.tag_user(UserName="alice", Tags=[{"Key": "Cost", "Value": "1"},
                                                  {"Key": "team", "Value": "grün"}])
        listed = self.iam.list_user_tags(UserName="alice")["Tags"]
        self.assertEqual({"Cost": "1", "team": "grün"}, {t["Key"]: t["Value"] for t in listed})
        self.iam.untag_user(UserName="alice", TagKeys=["Cost", "none"])
        user = self.iam.get_user(UserName="alice")["User"]
        self.assertEqual([{"Key": "team", "Value": "grün"}], user["Tags"])

    def test_documents_come_back_as_they_were(self):
        self.new_user("alice")
        text = '{\n  "Statement" : [{"Effect":"Allow", "Action":"iam:Get*","Resource":"*",' \
               '"Condition":{"StringLike":{"aws:username":"%3A+ \u00e9"}}}]}'
        self.iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=text)
        answer = self.iam.get_user_policy(UserName="alice", PolicyName="p")
        self.assertEqual(json.loads(text), answer["PolicyDocument"])

    def test_a_key_switched_off_by_one_is_refused_to_all(self):
        key = self.new_user("alice")
        clients = [aws.client("sts", self.server, key) for _ in range(4)]
        for sts in clients:
            sts.get_caller_identity()
        self.iam.update_access_key(UserName="alice", AccessKeyId=key[0], Status="Inactive")
        for sts in clients:
            with self.refused("InvalidClientTokenId", 403):
                sts.get_caller_identity()
        self.iam.update_access_key(UserName="alice", AccessKeyId=key[0], Status="Active")
        for sts in clients:
            sts.get_caller_identity()
        self.iam.delete_access_key(UserName="alice", AccessKeyId=key[0])
        self.iam.delete_user(UserName="alice")
        for sts in clients:
            with self.refused("InvalidClientTokenId", 403):
                sts.get_caller_identity()

    def test_whose_key_is_it(self):
        key = self.new_user("alice")
        self.assertEqual(harness.ACCOUNT,
                         self.sts.get_access_key_info(AccessKeyId=key[0])["Account"])
        unused = self.iam.get_access_key_last_used(AccessKeyId=key[0])
        self.assertEqual("alice", unused["UserName"])
        self.assertEqual("N/A", unused["AccessKeyLastUsed"]["ServiceName"])
        aws.client("sts", self.server, key, region="eu-west-3").get_caller_identity()
        used = self.iam.get_access_key_last_used(AccessKeyId=key[0])["AccessKeyLastUsed"]
        self.assertEqual(("sts", "eu-west-3"), (used["ServiceName"], used["Region"]))
        self.assertIn("LastUsedDate", used)


if __name__ == "__main__":
    harness.main()
