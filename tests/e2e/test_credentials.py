# SPDX-License-Identifier: Apache-2.0
"""Where SDKs find credentials when they are given none: the provider of containers and the metadata
service of instances, through the default chain of boto3."""
import contextlib
import os
import pathlib
import tempfile
import unittest
from unittest import mock

import aws
import boto3
import harness
from aws import allow, document
from botocore.exceptions import BotoCoreError, NoCredentialsError
from botocore.utils import ContainerMetadataFetcher

TOKEN_FILES = (1, 34, 41)  # the first boto3 that reads tokens from files


def trust(service):
    return document({"Effect": "Allow", "Action": "sts:AssumeRole",
                     "Principal": {"Service": service}})


@contextlib.contextmanager
def surroundings(**variables):
    """An environment as it is on an instance or in a container."""
    with mock.patch.dict(os.environ, variables):
        os.environ.pop("AWS_EC2_METADATA_DISABLED")
        yield


class Chain(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.fill()

    def fill(self):
        self.role = self.new_role("worker", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com")
        self.iam.create_instance_profile(InstanceProfileName="profile")
        self.iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="worker")

    def new_role(self, name, *services):
        role = self.iam.create_role(RoleName=name,
                                    AssumeRolePolicyDocument=trust(list(services)))["Role"]
        self.iam.put_role_policy(RoleName=name, PolicyName="p",
                                 PolicyDocument=document(allow("iam:ListUsers")))
        return role

    def default(self, service, server=None):
        """A client whose credentials are its own business."""
        return boto3.Session(region_name="us-east-1").client(
            service, endpoint_url=(server or self.server).url)

    def identity(self, server=None):
        answer = self.default("sts", server).get_caller_identity()
        return answer["Arn"], answer["UserId"]

    def choose(self, profile="profile", server=None):
        status, shown = (server or self.server).own("PUT", "instance",
                                                    {"instance_profile": profile})
        self.assertEqual(200, status)
        return shown["instance_id"]

    def on_instance(self, server=None):
        return surroundings(
            AWS_EC2_METADATA_SERVICE_ENDPOINT=(server or self.server).url + "/",
            AWS_METADATA_SERVICE_NUM_ATTEMPTS="1")

    def container(self, server=None, **body):
        status, variables = (server or self.server).own("POST", "container", body)
        self.assertEqual(200, status, variables)
        return variables

    def assume_arn(self, name):
        return f"arn:aws:sts::{harness.ACCOUNT}:assumed-role/worker/{name}"


class Instance(Chain):
    def test_is_its_role(self):
        instance = self.choose()
        self.assertRegex(instance, "^i-0[0-9a-f]{16}$")
        with self.on_instance():
            self.assertEqual((self.assume_arn(instance), f"{self.role['RoleId']}:{instance}"),
                             self.identity())
            iam = self.default("iam")
            iam.list_users()
            with self.refused("AccessDenied", 403):
                iam.list_roles()

    def test_the_role_changes_under_it(self):
        self.choose()
        with self.on_instance():
            iam = self.default("iam")
            iam.list_users()
            self.iam.delete_role_policy(RoleName="worker", PolicyName="p")
            with self.refused("AccessDenied", 403):
                iam.list_users()

    def test_the_trust_policy_decides(self):
        self.choose()
        self.iam.update_assume_role_policy(RoleName="worker",
                                           PolicyDocument=trust("ecs-tasks.amazonaws.com"))
        with self.on_instance(), self.assertRaises(NoCredentialsError):
            self.identity()

    def test_without_a_profile_there_are_none(self):
        with self.on_instance(), self.assertRaises(NoCredentialsError):
            self.identity()

    def test_they_end_with_the_clock(self):
        self.choose()
        with self.on_instance():
            session = boto3.Session(region_name="us-east-1")
            credentials = session.get_credentials()
            first = credentials.get_frozen_credentials()
            self.assertEqual(first, credentials.get_frozen_credentials())
            self.server.own("PUT", "clock", {"advance": "PT7H"})
            sts = session.client("sts", endpoint_url=self.server.url)
            with self.refused("ExpiredToken", 403):
                sts.get_caller_identity()
            self.assertIn("assumed-role/worker", self.identity()[0])

    def test_of_another_account(self):
        _, made = self.server.own("POST", "accounts", {"account": "222222222222"})
        iam = aws.client("iam", self.server, (made["access_key_id"], made["secret_access_key"]))
        iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
        arn = iam.create_instance_profile(InstanceProfileName="p")["InstanceProfile"]["Arn"]
        iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="worker")
        first = self.choose()
        for choice in ({"instance_profile": arn},
                       {"instance_profile": "p", "account": "222222222222"}):
            _, shown = self.server.own("PUT", "instance", choice)
            self.assertEqual(arn, shown["instance_profile"])
            self.assertNotEqual(first, shown["instance_id"])
            with self.on_instance():
                self.assertIn(":222222222222:assumed-role/worker/i-0", self.identity()[0])


class Container(Chain):
    def test_is_its_role(self):
        with surroundings(**self.container(role="worker")):
            arn, unique = self.identity()
            self.assertRegex(arn, "^" + self.assume_arn("[0-9a-f]{32}$"))
            self.assertEqual(self.role["RoleId"], unique.split(":")[0])
            self.default("iam").list_users()

    @unittest.skipIf(aws.VERSION < TOKEN_FILES, "this boto3 does not read tokens from files")
    def test_with_its_token_in_a_file(self):
        variables = self.container(role=self.role["Arn"])
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "token")
            file.write_text(variables.pop("AWS_CONTAINER_AUTHORIZATION_TOKEN"), encoding="utf-8")
            with surroundings(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(file), **variables):
                self.assertIn("assumed-role/worker", self.identity()[0])

    def test_of_kubernetes(self):
        self.new_role("pod", "pods.eks.amazonaws.com")
        with surroundings(**self.container(role="pod", service="pods.eks.amazonaws.com")):
            self.assertIn("assumed-role/pod", self.identity()[0])

    def test_refusals(self):
        self.new_role("other", "lambda.amazonaws.com")
        token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
        good = self.container(role="worker")
        with mock.patch.object(ContainerMetadataFetcher, "SLEEP_TIME", 0):
            for variables, why in ((self.container(role="other"), "AccessDenied"),
                                   ({**good, token: "wrong"}, "InvalidClientTokenId"),
                                   ({**good, token: good[token][:-4]}, "InvalidClientTokenId")):
                with surroundings(**variables), self.assertRaisesRegex(BotoCoreError, why):
                    self.identity()


class Restart(Chain):
    def test_both_outlast_it(self):
        with tempfile.TemporaryDirectory() as folder:
            options = ("--data", folder)
            server = self.start(*options)
            self.iam = aws.client("iam", server)
            self.fill()
            instance = self.choose(server=server)
            token = self.container(server, role="worker")["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
            server.stop()
            server = self.start(*options)
            with self.on_instance(server):
                self.assertEqual(self.assume_arn(instance), self.identity(server)[0])
            uri = f"{server.url}/_iam-local/container/credentials"
            with surroundings(AWS_CONTAINER_CREDENTIALS_FULL_URI=uri,
                              AWS_CONTAINER_AUTHORIZATION_TOKEN=token):
                self.assertIn("assumed-role/worker", self.identity(server)[0])
            server.own("POST", "reset")
            self.assertIsNone(server.own("GET", "instance")[1]["instance_profile"])
            server.stop()


if __name__ == "__main__":
    harness.main()
