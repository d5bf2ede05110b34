# SPDX-License-Identifier: Apache-2.0
"""boto3 clients for the server of a test."""
import contextlib
import json

import harness

try:
    import boto3
    from botocore import UNSIGNED
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.exceptions import ClientError
except ImportError:
    harness.skip("this Python has no boto3")

ADMINISTRATOR = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"}]})

VERSION = tuple(int(part) for part in boto3.__version__.split("."))

session = boto3.Session()


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(action, resource="*", **condition):
    return statement("Allow", action, resource, condition)


def deny(action, resource="*", **condition):
    return statement("Deny", action, resource, condition)


def statement(effect, action, resource, condition):
    made = {"Effect": effect, "Action": action, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


def client(service, server, key=harness.ROOT, prefix="", region="us-east-1", token=None, **config):
    """Never retries: what the server answers first is what is tested."""
    settings = {"retries": {"total_max_attempts": 1}, "max_pool_connections": 16, **config}
    return session.client(service, endpoint_url=server.url + prefix, region_name=region,
                          aws_access_key_id=key[0], aws_secret_access_key=key[1],
                          aws_session_token=token, config=Config(**settings))


def unsigned(service, server):
    return client(service, server, signature_version=UNSIGNED)


def post(service, server, path, body, key=harness.ROOT, token=None):
    """JSON to a path that no client has an operation for; returns status and JSON, if any."""
    request = AWSRequest("POST", server.url + path, data=json.dumps(body),
                         headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials(*key, token), service, "us-east-1").add_auth(request)
    status, _, text = server.request("POST", path, request.body, dict(request.headers.items()))
    return status, json.loads(text or "null")


def make_key(iam, **user):
    key = iam.create_access_key(**user)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def headers_of(answer):
    return answer["ResponseMetadata"]["HTTPHeaders"]


class BotoCase(harness.ServerCase):
    """Speaks as the root user (iam, sts) and as whom a test makes."""

    def setUp(self):
        super().setUp()
        self.iam = client("iam", self.server)

    @property
    def sts(self):
        return client("sts", self.server)

    def new_user(self, name, policy=None):
        """A user with an access key and perhaps an inline policy; returns the key."""
        self.iam.create_user(UserName=name)
        if policy:
            self.iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=policy)
        return make_key(self.iam, UserName=name)

    def user_client(self, name, policy=None):
        return client("iam", self.server, self.new_user(name, policy))

    @contextlib.contextmanager
    def refused(self, code, status, message=None):
        """The body has to end in this error; a message is compared as a whole."""
        with self.assertRaises(ClientError) as caught:
            yield caught
        answer = caught.exception.response
        self.assertEqual((code, status), (answer["Error"]["Code"],
                                          answer["ResponseMetadata"]["HTTPStatusCode"]),
                         answer["Error"].get("Message"))
        if message is not None:
            self.assertEqual(message, answer["Error"]["Message"])

    def denied(self, user, action, resource):
        """The sentence of a denial for want of an allow."""
        return self.refused("AccessDenied", 403, (
            f"User: arn:aws:iam::{harness.ACCOUNT}:user/{user} is not authorized to perform: "
            f"{action} on resource: {resource} because no identity-based policy allows the "
            f"{action} action"))
