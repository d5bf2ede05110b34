# SPDX-License-Identifier: Apache-2.0
"""What Envoy's filter ext_authz sends over HTTP, sent by a client of our own: the original's
method, its path behind a prefix, its Host and headers, and the body when the filter is told to.
"""
import http.client
import urllib.parse

import authorize
import aws
import capture
import harness

TOKEN = "envoy-0123456789"
PREFIX = "/_iam-local/authorize"


class Envoy(authorize.Case):
    """Clients whose requests an Envoy asks about; what it would pass on ends the call."""

    options = ("--admin-token", TOKEN)

    def setUp(self):
        super().setUp()
        self.alice = self.user("alice")
        self.iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=aws.document(
            aws.allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::reports/*"),
            aws.allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/orders")))
        self.with_body = True

    def check(self, method, target, headers, body=b""):
        """One question of the filter; gives status, headers and text."""
        passed = body if self.with_body else b""
        connection = http.client.HTTPConnection(self.server.authority,
                                                timeout=harness.STOP_SECONDS)
        self.addCleanup(connection.close)
        connection.putrequest(method, PREFIX + target, skip_host=True, skip_accept_encoding=True)
        own = {"Content-Length": str(len(passed)), "X-Forwarded-For": "127.0.0.1",
               "X-Envoy-Internal": "true", "X-Iam-Local-Admin-Token": TOKEN}
        if self.with_body:
            own["X-Envoy-Auth-Partial-Body"] = "false"
        kept = {name: value for name, value in headers.items()
                if name.lower() not in ("content-length", "transfer-encoding", "connection")}
        for name, value in {**kept, **own}.items():
            connection.putheader(name, value)
        connection.endheaders(passed or None)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def decide(self, request, **_):
        url = urllib.parse.urlsplit(request.url)
        status, headers, text = self.check(
            request.method, (url.path or "/") + ("?" + url.query if url.query else ""),
            {"Host": url.netloc, **capture.written(request.headers)}, capture.body_of(request))
        if status == 200:
            raise authorize.Allowed({"operation": "?"})
        return authorize.AWSResponse(request.url, status, dict(headers.items()),
                                     authorize.Body(text))

    def test_allowed_and_refused(self):
        s3, dynamodb = (self.other(name, self.alice) for name in ("s3", "dynamodb"))
        with self.allowed():
            s3.get_object(Bucket="reports", Key="a b/ü")
        with self.allowed():
            s3.put_object(Bucket="reports", Key="a", Body=b"text")
        with self.refused("AccessDenied", 403):
            s3.delete_object(Bucket="reports", Key="a")
        with self.allowed():
            dynamodb.get_item(TableName="orders", Key={"id": {"S": "7"}})
        with self.refused("AccessDeniedException", 400):
            dynamodb.get_item(TableName="people", Key={"id": {"S": "7"}})
        with self.refused("UnauthorizedOperation", 403):
            self.other("ec2", self.alice).describe_instances()

    def test_without_the_body(self):
        """What the line and the headers say is decided; what would be in the body is refused."""
        self.with_body = False
        with self.allowed():
            self.other("s3", self.alice).get_object(Bucket="reports", Key="a")
        with self.assertRaises(aws.ClientError):
            self.other("dynamodb").get_item(TableName="orders", Key={"id": {"S": "7"}})

    def test_a_part_of_the_body(self):
        client = capture.client(aws.session._session, "dynamodb")
        line = capture.send(client, "ListTables", {})
        status, _, _ = self.check(line["method"], line["target"],
                                  {**line["headers"], "X-Envoy-Auth-Partial-Body": "true"}, b"{")
        self.assertNotEqual(200, status)

    def test_without_the_token(self):
        """Nobody is told who may do what; and the token is not taken for one of the original."""
        status, _, _ = self.server.request("GET", PREFIX + "/reports/a")
        self.assertEqual(403, status)


if __name__ == "__main__":
    harness.main()
