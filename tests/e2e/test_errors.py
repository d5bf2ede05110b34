# SPDX-License-Identifier: Apache-2.0
"""Every class of error as boto3 sees it: code, status and AWS's words."""
import aws
import harness
from aws import allow, document

POLICY = document(allow("iam:GetUser"))


class Entities(aws.BotoCase):
    def test_no_such_entity(self):
        self.iam.create_user(UserName="alice")
        self.iam.create_group(GroupName="crew")
        user, group = "The user with name bob cannot be found.", \
            "The group with name club cannot be found."
        key = "The Access Key with id AKIAIOSFODNN7UNKNOWN cannot be found."
        for message, call, arguments in [
                (user, self.iam.get_user, {"UserName": "bob"}),
                (user, self.iam.delete_user, {"UserName": "bob"}),
                (user, self.iam.list_user_tags, {"UserName": "bob"}),
                (user, self.iam.create_access_key, {"UserName": "bob"}),
                (user, self.iam.add_user_to_group, {"GroupName": "crew", "UserName": "bob"}),
                (group, self.iam.get_group, {"GroupName": "club"}),
                (group, self.iam.add_user_to_group, {"GroupName": "club", "UserName": "alice"}),
                (group, self.iam.put_group_policy, {"GroupName": "club", "PolicyName": "p",
                                                    "PolicyDocument": POLICY}),
                (key, self.iam.delete_access_key, {"UserName": "alice",
                                                   "AccessKeyId": "AKIAIOSFODNN7UNKNOWN"}),
                ("The user policy with name p cannot be found.", self.iam.get_user_policy,
                 {"UserName": "alice", "PolicyName": "p"}),
                ("The group policy with name p cannot be found.", self.iam.delete_group_policy,
                 {"GroupName": "crew", "PolicyName": "p"})]:
            with self.subTest(call=call.__name__), self.refused("NoSuchEntity", 404, message):
                call(**arguments)

    def test_entity_already_exists_whatever_the_case(self):
        self.iam.create_user(UserName="alice")
        self.iam.create_user(UserName="bob")
        self.iam.create_group(GroupName="crew")
        with self.refused("EntityAlreadyExists", 409, "User with name alice already exists."):
            self.iam.create_user(UserName="alice")
        with self.refused("EntityAlreadyExists", 409):
            self.iam.create_user(UserName="ALICE")
        with self.refused("EntityAlreadyExists", 409):
            self.iam.update_user(UserName="bob", NewUserName="Alice")
        with self.refused("EntityAlreadyExists", 409, "Group with name crew already exists."):
            self.iam.create_group(GroupName="crew")
        self.assertEqual("alice", self.iam.get_user(UserName="ALICE")["User"]["UserName"])

    def test_boto3_knows_the_exceptions_by_name(self):
        with self.assertRaises(self.iam.exceptions.NoSuchEntityException):
            self.iam.get_user(UserName="bob")

    def test_delete_conflict_until_nothing_is_left(self):
        key, _ = self.new_user("alice", POLICY)
        self.iam.create_group(GroupName="crew")
        self.iam.add_user_to_group(GroupName="crew", UserName="alice")
        self.iam.put_group_policy(GroupName="crew", PolicyName="p", PolicyDocument=POLICY)
        for call, arguments in [
                (self.iam.remove_user_from_group, {"GroupName": "crew", "UserName": "alice"}),
                (self.iam.delete_access_key, {"UserName": "alice", "AccessKeyId": key}),
                (self.iam.delete_user_policy, {"UserName": "alice", "PolicyName": "inline"})]:
            with self.refused("DeleteConflict", 409):
                self.iam.delete_user(UserName="alice")
            with self.refused("DeleteConflict", 409):
                self.iam.delete_group(GroupName="crew")
            call(**arguments)
        self.iam.delete_user(UserName="alice")
        with self.refused("DeleteConflict", 409,
                          "Cannot delete entity, must delete policies first."):
            self.iam.delete_group(GroupName="crew")
        self.iam.delete_group_policy(GroupName="crew", PolicyName="p")
        self.iam.delete_group(GroupName="crew")


class Limits(aws.BotoCase):
    options = ("--quota", "Users=2", "--quota=GroupsPerUser=1,Groups=2")

    def test_limit_exceeded(self):
        self.iam.create_user(UserName="alice")
        self.iam.create_user(UserName="bob")
        with self.refused("LimitExceeded", 409):
            self.iam.create_user(UserName="carol")
        for name in ("crew", "club"):
            self.iam.create_group(GroupName=name)
        with self.refused("LimitExceeded", 409):
            self.iam.create_group(GroupName="band")
        self.iam.add_user_to_group(GroupName="crew", UserName="alice")
        with self.refused("LimitExceeded", 409):
            self.iam.add_user_to_group(GroupName="club", UserName="alice")
        for _ in range(2):
            self.iam.create_access_key(UserName="alice")
        with self.refused("LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2"):
            self.iam.create_access_key(UserName="alice")

    def test_policy_sizes_do_not_count_white_space(self):
        self.iam.create_user(UserName="alice")
        self.iam.put_user_policy(UserName="alice", PolicyName="p",
                                 PolicyDocument=POLICY + " " * 2048)
        with self.refused("LimitExceeded", 409,
                          "Maximum policy size of 2048 bytes exceeded for user alice"):
            self.iam.put_user_policy(UserName="alice", PolicyName="q", PolicyDocument=document(
                allow("iam:GetUser", ["arn:aws:iam::*:user/" + "x" * 2000])))

    def test_quotas_can_be_changed_while_running(self):
        status, quotas = self.server.own("PUT", "quotas", {"Users": 3})
        self.assertEqual((200, 3), (status, quotas["Users"]))
        for name in ("alice", "bob", "carol"):
            self.iam.create_user(UserName=name)
        with self.refused("LimitExceeded", 409):
            self.iam.create_user(UserName="dave")
        status, _ = self.server.own("PUT", "quotas", {"Users": 9, "Nonsense": 1})
        self.assertEqual(400, status)
        self.assertEqual(3, self.server.own("GET", "quotas")[1]["Users"])


class Input(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.iam = aws.client("iam", self.server, parameter_validation=False)
        self.iam.create_user(UserName="alice")

    def test_malformed_policy_document(self):
        for text, message in [
                ("{", "Syntax errors in policy."),
                ('{"Statement": [{"Effect": "Allow", "Resource": "*"}]}',
                 "Policy statement must contain actions."),
                (document({"Effect": "Allow", "Action": "iam:GetUser"}),
                 "Policy statement must contain resources."),
                (document(allow("GetUser")), "Actions/Conditions must be prefaced by a vendor, "
                                             "e.g., iam, sdb, ec2, etc."),
                (document(allow("iam:GetUser", "alice")),
                 'Resource alice must be in ARN format or "*".')]:
            with self.subTest(text=text), self.refused("MalformedPolicyDocument", 400, message):
                self.iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=text)
        last = self.server.own("GET", "explain")[1]["requests"][0]["request_id"]
        explanation = self.server.own("GET", f"explain/{last}")[1]
        self.assertEqual((True, "MalformedPolicyDocument"),
                         (explanation["allowed"], explanation["error"]))
        self.assertRegex(explanation["reason"], r"^line 1, column \d+ of the document$")
        self.assertEqual([], self.iam.list_user_policies(UserName="alice")["PolicyNames"])
        log = self.server.printed()
        self.assertIn('reason="line 1, column 2 of the document: the text is no JSON', log)
        self.assertRegex(log, r'message="Actions/[^\n]+ reason="line 1, column \d+ of the doc')

    def test_validation_error(self):
        for arguments, part in [
                ({"UserName": "a" * 129}, "Member must have length less than or equal to 128"),
                ({"UserName": "a/b"}, "The specified value for userName is invalid. It must contain"
                                      " only alphanumeric characters and/or the following: "
                                      "+=,.@_-"),
                ({"UserName": ""}, "Member must have length greater than or equal to 1")]:
            with self.subTest(**arguments), self.refused("ValidationError", 400) as caught:
                self.iam.get_user(**arguments)
            self.assertIn(part, str(caught.exception))
        with self.refused("ValidationError", 400) as caught:
            self.iam.create_user()
        self.assertIn("'userName' failed to satisfy constraint: Member must not be null",
                      str(caught.exception))
        for arguments in ({"MaxItems": 0}, {"MaxItems": 1001}, {"Marker": "nonsense"},
                          {"PathPrefix": "no-slash"}):
            with self.subTest(**arguments), self.refused("ValidationError", 400):
                self.iam.list_users(**arguments)
        with self.refused("ValidationError", 400) as caught:
            self.iam.list_user_tags(UserName="b" * 129, MaxItems=0)
        self.assertIn("2 validation errors detected", str(caught.exception))

    def test_invalid_input(self):
        message = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        with self.refused("InvalidInput", 400, message):
            self.iam.tag_user(UserName="alice", Tags=[{"Key": "a", "Value": "1"},
                                                      {"Key": "A", "Value": "2"}])
        with self.refused("InvalidInput", 400):
            self.iam.tag_user(UserName="alice", Tags=[{"Key": "aws:x", "Value": "1"}])
        self.assertEqual([], self.iam.list_user_tags(UserName="alice")["Tags"])

    def test_all_operations_are_implemented(self):
        _, answer = self.server.own("GET", "operations")
        for service in answer["services"]:
            for op in service["operations"]:
                self.assertTrue(op["implemented"], op["name"])


class OtherServices(aws.BotoCase):
    """Clients of every protocol show the sentence, whatever key they have."""

    def test_where_to_send_iam_and_sts_only(self):
        for service, scope, operation, arguments in [
                ("ec2", "ec2", "describe_instances", {}),
                ("s3", "s3", "list_buckets", {}),
                ("s3", "s3", "put_object", {"Bucket": "b", "Key": "k", "Body": b"x"}),
                ("route53", "route53", "list_hosted_zones", {}),
                ("sns", "sns", "list_topics", {}),
                ("sqs", "sqs", "list_queues", {}),
                ("dynamodb", "dynamodb", "list_tables", {}),
                ("lambda", "lambda", "list_functions", {}),
                ("cloudwatch", "monitoring", "list_metrics", {}),
                ("batch", "batch", "describe_job_queues", {}),
                ("kms", "kms", "list_keys", {})]:
            client = aws.client(service, self.server, ("test", "test"))
            with self.subTest(service=service), self.refused(
                    "NotImplemented", 501,
                    "IAM Local serves only iam, sts, organizations and account, not "
                    f"{scope}. Set AWS_ENDPOINT_URL_IAM, AWS_ENDPOINT_URL_STS, "
                    "AWS_ENDPOINT_URL_ORGANIZATIONS and AWS_ENDPOINT_URL_ACCOUNT "
                    "instead of AWS_ENDPOINT_URL."):
                getattr(client, operation)(**arguments)


class Credentials(aws.BotoCase):
    def call(self, **arguments):
        return aws.client("sts", self.server, **arguments).get_caller_identity()

    def test_invalid_client_token_id(self):
        message = "The security token included in the request is invalid."
        active, inactive = self.new_user("alice"), self.new_user("bob")
        self.iam.update_access_key(UserName="bob", AccessKeyId=inactive[0], Status="Inactive")
        for arguments in ({"key": ("AKIAIOSFODNN7UNKNOWN", harness.ROOT[1])}, {"key": inactive},
                          {"key": active, "token": "FwoGZXIvYXdzEXAMPLE"},
                          {"key": (harness.ACCOUNT, "x")}):
            with self.subTest(**arguments), self.refused("InvalidClientTokenId", 403, message):
                self.call(**arguments)
        self.call(key=active)

    def test_signature_does_not_match(self):
        with self.refused("SignatureDoesNotMatch", 403, (
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method. Consult the service "
                "documentation for details.")):
            self.call(key=(harness.ROOT[0], harness.ROOT[1][:-1] + "x"))

    def test_missing_authentication_token(self):
        with self.refused("MissingAuthenticationToken", 403,
                          "Request is missing Authentication Token"):
            aws.unsigned("sts", self.server).get_caller_identity()
        with self.refused("MissingAuthenticationToken", 403):
            aws.unsigned("iam", self.server).list_users()


if __name__ == "__main__":
    harness.main()
