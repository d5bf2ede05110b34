# SPDX-License-Identifier: Apache-2.0
"""boto3 with services that IAM Local is not: their requests are recognised, signatures hold, and a
refusal is the exception that the service's own would be.
"""
import botocore.exceptions

import authorize
import aws
import capture
import harness
import sample

OF_EACH = 3  # operations of a service
LEAST_SERVICES = 60
ADMIN = f"arn:aws:iam::{harness.ACCOUNT}:user/admin"
BOB = f"arn:aws:iam::{harness.ACCOUNT}:user/bob"


def calls(session, services, few, key):
    """Requests as they are sent now: service, operation and the description."""
    for service in services:
        client = capture.client(session, service, key=key)
        model = client.meta.service_model
        if (service, model.signing_name) in authorize.SIGN_FOR_OTHERS:
            continue
        sampler = sample.Sampler(model.signing_name)
        for operation in capture.spread(list(model.operation_names), few):
            line = capture.send(client, operation,
                                sampler.parameters(model.operation_model(operation)))
            if line:
                yield service, operation, line


class Requests(authorize.Case):
    def test_requests_of_many_services(self):
        """As they are made at this moment: who may everything is allowed when the signature is
        right. What the model has unsigned is nobody's.
        """
        session = aws.session._session
        services = [one for one in capture.MANY if one in session.get_available_services()]
        key = self.new_user("admin", aws.ADMINISTRATOR)
        aliases, seen = authorize.aliases(), set()
        for service, operation, line in calls(session, services, OF_EACH, key):
            with self.subTest(service=service, operation=operation):
                answer = self.ask(line)
                signed = "authorization" in str(line["headers"]).lower()
                self.assertEqual((operation, ADMIN if signed else None),
                                 (answer["operation"], answer["principal"]), answer)
                if service != "sts":  # whose roles there are not
                    self.assertEqual("Allow", answer["decision"], answer)
                if service != answer["service"]:
                    self.assertIn((service, answer["service"]), aliases)
                seen.add(service)
        self.assertGreaterEqual(len(seen), LEAST_SERVICES)

    def test_a_request_that_was_changed(self):
        client = capture.client(aws.session._session, "dynamodb")
        line = capture.send(client, "GetItem", {"TableName": "orders", "Key": {"id": {"S": "7"}}})
        for changed in ({"target": "/other"}, {"method": "PUT"},
                        {"headers": {**line["headers"], "X-Amz-Target": "DynamoDB_20120810.Scan"}},
                        {"body": "e30="}):
            with self.subTest(changed=changed):
                answer = self.ask({**line, **changed})
                self.assertNotEqual("Allow", answer["decision"], answer)

    def test_forms_of_signatures(self):
        """Hash of the payload, none of it, chunks with a trailer, the query, a browser's form."""
        session = aws.session._session
        o = {"Bucket": "reports", "Key": "2026/q3.pdf"}
        s3 = capture.client(session, "s3", signature_version="s3v4")
        local = capture.client(session, "s3", capture.LOCAL, s3={"addressing_style": "path"})
        for line in [capture.send(s3, "PutObject", {**o, "Body": b"text"}),
                     capture.send(local, "PutObject", {**o, "Body": b"text"}),
                     capture.make(session, "s3", "PutObject", {**o, "Body": b"text"},
                                  {"form": "stream"}),
                     capture.presigned(s3, "PutObject", o), capture.posted(s3, o)]:
            answer = self.ask(line)
            self.assertEqual(
                ("Allow", [{"action": "s3:PutObject", "decision": "Allow",
                            "resource": "arn:aws:s3:::reports/2026/q3.pdf"}]),
                (answer["decision"], answer["decisions"]), answer)
            self.assertIn(answer["operation"], ("PutObject", "PostObject"))


class Exceptions(authorize.Case):
    """Each row of the table of refusals: the exception, its code, the status."""

    def setUp(self):
        super().setUp()
        self.bob = self.user("bob")

    def fails(self, service, method, exception, code, status, says, **parameters):
        client = self.other(service, self.bob)
        kind = getattr(client.exceptions, exception, botocore.exceptions.ClientError)
        with self.assertRaises(kind) as caught:
            getattr(client, method)(**parameters)
        response = caught.exception.response
        self.assertEqual((code, status), (response["Error"]["Code"],
                                          response["ResponseMetadata"]["HTTPStatusCode"]))
        self.assertRegex(response["Error"]["Message"], says)
        self.assertTrue(response["ResponseMetadata"].get("RequestId"), response)

    def refused(self, service, method, code, status, action, exception="ClientError", **parameters):
        self.fails(service, method, exception, code, status,
                   f"^User: {BOB} is not authorized to perform: {action}"
                   r"( on resource: .+)? because no identity-based policy allows the",
                   **parameters)

    def test_query(self):
        for service, method, action, parameters in [
                ("iam", "list_users", "iam:ListUsers", {}),
                ("rds", "describe_db_instances", "rds:DescribeDBInstances", {}),
                ("cloudformation", "list_stacks", "cloudformation:ListStacks", {}),
                ("autoscaling", "describe_auto_scaling_groups",
                 "autoscaling:DescribeAutoScalingGroups", {}),
                ("elbv2", "describe_load_balancers",
                 "elasticloadbalancing:DescribeLoadBalancers", {}),
                ("redshift", "describe_clusters", "redshift:DescribeClusters", {}),
                ("elasticache", "describe_cache_clusters",
                 "elasticache:DescribeCacheClusters", {}),
                ("ses", "list_identities", "ses:ListIdentities", {})]:
            with self.subTest(service=service):
                self.refused(service, method, "AccessDenied", 403, action, **parameters)

    def test_sns(self):
        self.refused("sns", "publish", "AuthorizationError", 403, "SNS:Publish",
                     "AuthorizationErrorException", Message="m",
                     TopicArn=f"arn:aws:sns:us-east-1:{harness.ACCOUNT}:news")

    def test_sqs(self):
        """Of either protocol: the newer one says in a header what it is in the older one."""
        self.refused("sqs", "send_message", "AccessDenied", 403, "sqs:sendmessage", MessageBody="m",
                     QueueUrl=f"https://sqs.us-east-1.amazonaws.com/{harness.ACCOUNT}/orders")

    def test_ec2(self):
        self.fails("ec2", "describe_instances", "ClientError", "UnauthorizedOperation", 403,
                   "^You are not authorized to perform this operation")
        self.fails("ec2", "delete_vpc", "ClientError", "UnauthorizedOperation", 403,
                   f"^You are not authorized to perform this operation. User: {BOB} is not "
                   "authorized to perform: ec2:DeleteVpc on resource: .*"
                   "Encoded authorization failure message: ", VpcId="vpc-0123456789abcdef0")
        message = self.refusals[-1]["message"]
        encoded = self.refusals[-1]["refusal"]["body"].partition("failure message: ")[2]
        decoded = self.sts.decode_authorization_message(
            EncodedMessage=encoded.partition("<")[0])["DecodedMessage"]
        self.assertIn("ec2:DeleteVpc", decoded, message)

    def test_s3(self):
        where = {"Bucket": "reports", "Key": "a"}
        for method, action, more in [("get_object", "GetObject", {}), ("put_object", "PutObject", {
                "Body": b"text"}), ("delete_object", "DeleteObject", {})]:
            self.refused("s3", method, "AccessDenied", 403, "s3:" + action, **where, **more)
        client = self.other("s3", self.bob)
        with self.assertRaises(client.exceptions.ClientError) as caught:
            client.head_object(**where)
        self.assertEqual("403", caught.exception.response["Error"]["Code"])

    def test_keys_that_are_refused_alone(self):
        """The answer to DeleteObjects says of each key why not. That others may be deleted does not
        delete them: the request has gone no further.
        """
        self.iam.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=aws.document(
            aws.allow("s3:DeleteObject", "arn:aws:s3:::reports/mine/*")))
        client = self.other("s3", self.bob)

        def delete(*keys):
            answered = client.delete_objects(
                Bucket="reports", Delete={"Objects": [{"Key": key} for key in keys]})
            return {one["Key"]: one["Code"] for one in answered["Errors"]}

        self.assertEqual({"other": "AccessDenied"}, delete("other"))
        self.assertEqual({"other": "AccessDenied", "mine/a": "OperationAborted"},
                         delete("mine/a", "other"))
        with self.allowed():
            delete("mine/a", "mine/b")

    def test_rest_xml(self):
        for service, method, action, parameters in [
                ("route53", "list_hosted_zones", "route53:ListHostedZones", {}),
                ("cloudfront", "list_distributions", "cloudfront:ListDistributions", {}),
                ("s3control", "get_public_access_block", "s3:GetAccountPublicAccessBlock",
                 {"AccountId": harness.ACCOUNT})]:
            with self.subTest(service=service):
                self.refused(service, method, "AccessDenied", 403, action, **parameters)

    def test_json(self):
        for service, method, action, parameters in [
                ("dynamodb", "get_item", "dynamodb:GetItem",
                 {"TableName": "orders", "Key": {"id": {"S": "7"}}}),
                ("kms", "list_keys", "kms:ListKeys", {}),
                ("secretsmanager", "list_secrets", "secretsmanager:ListSecrets", {}),
                ("ssm", "describe_parameters", "ssm:DescribeParameters", {}),
                ("logs", "describe_log_groups", "logs:DescribeLogGroups", {}),
                ("events", "list_event_buses", "events:ListEventBuses", {}),
                ("stepfunctions", "list_state_machines", "states:ListStateMachines", {}),
                ("ecs", "list_clusters", "ecs:ListClusters", {}),
                ("ecr", "get_authorization_token", "ecr:GetAuthorizationToken", {}),
                ("glue", "get_databases", "glue:GetDatabases", {}),
                ("athena", "list_work_groups", "athena:ListWorkGroups", {}),
                ("kinesis", "list_streams", "kinesis:ListStreams", {}),
                ("acm", "list_certificates", "acm:ListCertificates", {})]:
            with self.subTest(service=service):
                self.refused(service, method, "AccessDeniedException", 400, action,
                             "AccessDeniedException", **parameters)

    def test_cloudwatch(self):
        """It has three protocols, of which newer clients speak newer ones."""
        self.refused("cloudwatch", "list_metrics", "AccessDenied", 403, "cloudwatch:ListMetrics")

    def test_rest_json(self):
        for service, method, action, parameters in [
                ("lambda", "invoke", "lambda:InvokeFunction", {"FunctionName": "resize"}),
                ("eks", "list_clusters", "eks:ListClusters", {}),
                ("batch", "describe_job_queues", "batch:DescribeJobQueues", {}),
                ("opensearch", "list_domain_names", "es:ListDomainNames", {}),
                ("apigateway", "get_rest_apis", "apigateway:GET", {})]:
            with self.subTest(service=service):
                self.refused(service, method, "AccessDeniedException", 403, action,
                             "AccessDeniedException", **parameters)


class Credentials(authorize.Case):
    """Who it is that asks is known in the same ways as by the server's own operations."""

    def fails(self, service, method, key, code, status, **parameters):
        client = self.other(service, key)
        with self.assertRaises(client.exceptions.ClientError) as caught:
            getattr(client, method)(**parameters)
        response = caught.exception.response
        self.assertEqual((code, status), (response["Error"]["Code"],
                                          response["ResponseMetadata"]["HTTPStatusCode"]))

    def test_nobodys_key(self):
        key = ("AKIAIOSFODNN7NOBODYS", "secret")
        self.fails("ec2", "describe_instances", key, "AuthFailure", 401)
        self.fails("s3", "list_buckets", key, "InvalidAccessKeyId", 403)
        self.fails("dynamodb", "list_tables", key, "UnrecognizedClientException", 400)
        self.fails("rds", "describe_db_instances", key, "InvalidClientTokenId", 403)

    def test_another_secret(self):
        key = (harness.ROOT[0], "another")
        self.fails("s3", "list_buckets", key, "SignatureDoesNotMatch", 403)
        self.fails("dynamodb", "list_tables", key, "InvalidSignatureException", 400)
        self.fails("ec2", "describe_instances", key, "AuthFailure", 401)

    def test_session_of_a_role(self):
        self.iam.create_role(RoleName="reader", AssumeRolePolicyDocument=aws.document(
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": harness.ACCOUNT}}))
        self.iam.attach_role_policy(RoleName="reader",
                                    PolicyArn=authorize.MANAGED + "AmazonS3ReadOnlyAccess")
        carol = self.new_user("carol", aws.document(aws.allow("sts:AssumeRole")))
        given = aws.client("sts", self.server, carol).assume_role(
            RoleArn=f"arn:aws:iam::{harness.ACCOUNT}:role/reader",
            RoleSessionName="ci")["Credentials"]
        key = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        with self.allowed() as answers:
            self.other("s3", key).get_object(Bucket="reports", Key="a")
        self.assertEqual(f"arn:aws:sts::{harness.ACCOUNT}:assumed-role/reader/ci",
                         answers[0]["principal"])
        self.fails("s3", "put_object", key, "AccessDenied", 403, Bucket="reports", Key="a")


if __name__ == "__main__":
    harness.main()
