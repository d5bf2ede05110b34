# SPDX-License-Identifier: Apache-2.0
"""Roles from their creation to their deletion: whom they trust, what they may do, who may give
them to instances, and those that belong to services."""
import urllib.parse

import aws
import harness
from aws import allow, document

ARN = f"arn:aws:iam::{harness.ACCOUNT}"
OTHER = "222222222222"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OF_EVERY_ACCOUNT = ["AWSServiceRoleForSupport", "AWSServiceRoleForTrustedAdvisor"]


def trust(*principals):
    return document({"Effect": "Allow", "Action": "sts:AssumeRole",
                     "Principal": {"AWS": list(principals)}})


EC2 = document({"Effect": "Allow", "Action": "sts:AssumeRole",
                "Principal": {"Service": "ec2.amazonaws.com"}})


class Life(aws.BotoCase):
    def test_of_a_role(self):
        made = self.iam.create_role(RoleName="Deploy", Path="/team/", Description="ships",
                                    AssumeRolePolicyDocument=EC2, MaxSessionDuration=7200,
                                    Tags=[{"Key": "team", "Value": "blue"}])["Role"]
        self.assertEqual(f"{ARN}:role/team/Deploy", made["Arn"])
        self.assertRegex(made["RoleId"], "^AROA[A-Z2-7]{17}$")
        self.assertNotIn("Description", made)
        self.iam.get_waiter("role_exists").wait(RoleName="Deploy", WaiterConfig={"Delay": 1})
        self.iam.update_role(RoleName="deploy", MaxSessionDuration=3600)
        role = self.iam.get_role(RoleName="deploy")["Role"]
        self.assertEqual((3600, "ships", {}), (role["MaxSessionDuration"], role["Description"],
                                               role["RoleLastUsed"]))
        self.assertEqual("ec2.amazonaws.com", role["AssumeRolePolicyDocument"]["Statement"][0]
                         ["Principal"]["Service"])
        self.assertEqual([*OF_EVERY_ACCOUNT, "Deploy"], [
            r["RoleName"] for page in self.iam.get_paginator("list_roles").paginate()
            for r in page["Roles"]])
        self.iam.delete_role(RoleName="Deploy")
        with self.refused("NoSuchEntity", 404, "The role with name Deploy cannot be found."):
            self.iam.get_role(RoleName="Deploy")

    def test_conflicts_of_its_deletion(self):
        self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=EC2)
        self.iam.create_instance_profile(InstanceProfileName="web")
        self.iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="web",
                                                            WaiterConfig={"Delay": 1})
        self.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="deploy")
        self.iam.attach_role_policy(RoleName="deploy", PolicyArn=READ_ONLY)
        self.iam.put_role_policy(RoleName="deploy", PolicyName="own",
                                 PolicyDocument=document(allow("s3:*")))
        steps = (
            ("must remove roles from instance profile first.",
             lambda: self.iam.remove_role_from_instance_profile(InstanceProfileName="web",
                                                                RoleName="deploy")),
            ("must detach all policies first.",
             lambda: self.iam.detach_role_policy(RoleName="deploy", PolicyArn=READ_ONLY)),
            ("must delete policies first.",
             lambda: self.iam.delete_role_policy(RoleName="deploy", PolicyName="own")),
        )
        for reason, remedy in steps:
            with self.refused("DeleteConflict", 409, f"Cannot delete entity, {reason}"):
                self.iam.delete_role(RoleName="deploy")
            remedy()
        self.iam.delete_role(RoleName="deploy")
        self.iam.delete_instance_profile(InstanceProfileName="web")
        summary = self.iam.get_account_summary()["SummaryMap"]
        self.assertEqual((2, 0, 2), (summary["Roles"], summary["InstanceProfiles"],
                                     summary["PolicyVersionsInUse"]))

    def test_in_the_details_of_the_account(self):
        self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=EC2,
                             PermissionsBoundary=READ_ONLY)
        self.iam.create_instance_profile(InstanceProfileName="web")
        self.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="deploy")
        details = self.iam.get_account_authorization_details(Filter=["Role"])
        role, = (r for r in details["RoleDetailList"] if r["RoleName"] not in OF_EVERY_ACCOUNT)
        self.assertEqual("web", role["InstanceProfileList"][0]["InstanceProfileName"])
        self.assertEqual(READ_ONLY, role["PermissionsBoundary"]["PermissionsBoundaryArn"])
        bounded = self.iam.list_entities_for_policy(PolicyArn=READ_ONLY, EntityFilter="Role")
        self.assertEqual(["deploy"], [r["RoleName"] for r in bounded["PolicyRoles"]])


class Trust(aws.BotoCase):
    def principals(self, role="deploy"):
        policy = self.iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        return policy["Statement"][0]["Principal"]["AWS"]

    def test_is_about_whom_it_was_given_for(self):
        alice = self.iam.create_user(UserName="alice")["User"]
        self.iam.create_role(RoleName="ops", AssumeRolePolicyDocument=EC2)
        self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust(
            f"{ARN}:user/alice", f"{ARN}:role/ops"))
        self.assertEqual([f"{ARN}:user/alice", f"{ARN}:role/ops"], self.principals())
        self.iam.update_user(UserName="alice", NewUserName="alicia", NewPath="/people/")
        self.assertEqual([f"{ARN}:user/people/alicia", f"{ARN}:role/ops"], self.principals())
        self.iam.delete_user(UserName="alicia")
        self.iam.create_user(UserName="alice")
        self.assertEqual([alice["UserId"], f"{ARN}:role/ops"], self.principals())

    def test_is_kept_byte_for_byte(self):
        text = '{ "Statement" : {"Effect":"Allow",\n\t"Principal":"*" ,"Action":"sts:AssumeRole"}}'
        self.iam.create_role(RoleName="open", AssumeRolePolicyDocument=text)
        status, body = self.server.own("PUT", "enforcement", {"enforcement": "off"})
        self.assertEqual(200, status, body)
        query = urllib.parse.urlencode({"Action": "GetRole", "Version": "2010-05-08",
                                        "RoleName": "open"})
        self.assertIn(urllib.parse.quote(text, safe=""),
                      self.server.request("GET", "/?" + query)[2])

    def test_knows_who_exists(self):
        self.server.own("POST", "accounts", {"account": OTHER})
        for nobody in (f"{ARN}:user/nobody", f"{ARN}:role/none", f"arn:aws:iam::{OTHER}:user/bob"):
            message = f'Invalid principal in policy: "AWS":"{nobody}"'
            with self.refused("MalformedPolicyDocument", 400, message):
                self.iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(nobody))
        self.assertEqual(OF_EVERY_ACCOUNT,
                         [r["RoleName"] for r in self.iam.list_roles()["Roles"]])
        elsewhere = ["333333333333", "arn:aws:iam::444444444444:user/somebody", f"{ARN}:root"]
        self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust(*elsewhere))
        self.assertEqual(elsewhere, self.principals())

    def test_of_another_account(self):
        _, made = self.server.own("POST", "accounts", {"account": OTHER})
        there = aws.client("iam", self.server, (made["access_key_id"],
                                                made["secret_access_key"]))
        bob = there.create_user(UserName="bob")["User"]
        self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust(bob["Arn"], OTHER))
        self.assertEqual([bob["Arn"], OTHER], self.principals())
        there.delete_user(UserName="bob")
        self.assertEqual([bob["UserId"], OTHER], self.principals())


class Passing(aws.BotoCase):
    def test_a_role_to_instances_needs_permission(self):
        self.iam.create_role(RoleName="admin", AssumeRolePolicyDocument=EC2)
        self.iam.create_role(RoleName="web", Path="/apps/", AssumeRolePolicyDocument=EC2)
        alice = self.user_client("alice", document(
            allow(["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"]),
            allow("iam:PassRole", f"{ARN}:role/apps/*",
                  StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})))
        alice.create_instance_profile(InstanceProfileName="p")
        with self.denied("alice", "iam:PassRole", f"{ARN}:role/admin"):
            alice.add_role_to_instance_profile(InstanceProfileName="p", RoleName="admin")
        alice.add_role_to_instance_profile(InstanceProfileName="p", RoleName="web")
        roles = self.iam.get_instance_profile(InstanceProfileName="p")["InstanceProfile"]["Roles"]
        self.assertEqual(["web"], [role["RoleName"] for role in roles])


class OfServices(aws.BotoCase):
    def test_life_of_a_service_linked_role(self):
        made = self.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
        name = made["RoleName"]
        self.assertEqual(f"{ARN}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
                         made["Arn"])
        policies = self.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        self.assertEqual(["AmazonECSServiceRolePolicy"], [p["PolicyName"] for p in policies])
        with self.refused("UnmodifiableEntity", 400, (
                f"Cannot perform the operation on the protected role '{name}' - this role is only "
                "modifiable by AWS")):
            self.iam.delete_role(RoleName=name)
        task = self.iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
        status = self.iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"]
        self.assertEqual("SUCCEEDED", status)
        self.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")

    def test_permission_for_one_service(self):
        alice = self.user_client("alice", document(allow(
            "iam:CreateServiceLinkedRole",
            StringEquals={"iam:AWSServiceName": "ecs.amazonaws.com"})))
        with self.denied("alice", "iam:CreateServiceLinkedRole",
                         f"{ARN}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"):
            alice.create_service_linked_role(AWSServiceName="batch.amazonaws.com")
        alice.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")


if __name__ == "__main__":
    harness.main()
