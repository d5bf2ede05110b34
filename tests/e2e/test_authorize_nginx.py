# SPDX-License-Identifier: Apache-2.0
"""nginx asks IAM Local before it passes a request on, as the recipe of server/README.md has it.

auth_request sends no body along: what a request names in its line and its headers is decided, what
it names in a body is refused.
"""
import base64
import http.client
import socket
import socketserver
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler

import nginx
import authorize
import aws
import capture
import harness

O = {"Bucket": "reports", "Key": "2026/a b.pdf"}


class Backend(BaseHTTPRequestHandler):
    """Says yes to everything, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

    def log_message(self, *_):
        """Nothing is printed."""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=harness.STOP_SECONDS)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Guarded(authorize.Case):
    def setUp(self):
        super().setUp()
        backend = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Backend)
        backend.daemon_threads = True
        backend.asked = self.asked = []
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        self.addCleanup(backend.server_close)
        self.addCleanup(backend.shutdown)
        site = nginx.recipe({"listen 80;": "listen unix:{socket};",
                             "127.0.0.1:4566": self.server.authority,
                             "127.0.0.1:5000": "127.0.0.1:%d" % backend.server_address[1]})
        self.nginx = nginx.Nginx(site)
        self.addCleanup(self.nginx.stop)
        self.alice = self.user("alice")
        self.iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=aws.document(
            aws.allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::reports/*"),
            aws.allow(["lambda:InvokeFunction"], "arn:aws:lambda:*:*:function:resize"),
            aws.allow(["eks:DescribeCluster"])))

    def send(self, method, url, body=None, headers=None):
        """Status and text of what nginx answers."""
        url = urllib.parse.urlsplit(url)
        connection = UnixConnection(self.nginx.socket)
        self.addCleanup(connection.close)
        target = url.path + ("?" + url.query if url.query else "")
        connection.putrequest(method, target or "/", skip_host=True, skip_accept_encoding=True)
        headers = {"Host": url.netloc, **(headers or {})}
        if body:
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def call(self, service, operation, key=None, more=None, **parameters):
        """What a client's request is answered with; MORE headers are added after signing."""
        client = capture.client(aws.session._session, service, "http://127.0.0.1:5000",
                                key or self.alice, s3={"addressing_style": "path"})
        line = capture.send(client, operation, parameters)
        headers = {name: value for name, value in line["headers"].items()
                   if name.lower() not in ("content-length", "expect")}
        return self.send(line["method"], "http://127.0.0.1:5000" + line["target"],
                         base64.b64decode(line.get("body", "")), {**headers, **(more or {})})

    def passes(self, *arguments, **parameters):
        before = len(self.asked)
        status, said = self.call(*arguments, **parameters)
        self.assertEqual(200, status, said)
        self.assertEqual(before + 1, len(self.asked))

    def refuses(self, *arguments, says="", **parameters):
        """The request gets no further, and the reason is told."""
        before = len(self.asked)
        status, said = self.call(*arguments, **parameters)
        self.assertIn(status, (400, 403), said)
        self.assertIn(says, said)
        self.assertEqual(before, len(self.asked))

    def test_s3(self):
        self.passes("s3", "GetObject", **O)
        self.passes("s3", "PutObject", Body=b"text", **O)
        self.assertEqual(("PUT", "/reports/2026/a%20b.pdf", b"text"), self.asked[-1])
        self.passes("s3", "PutObject", Body=b"text", Metadata={"made_by": "alice"}, **O)
        self.refuses("s3", "DeleteObject", says="not authorized to perform: s3:DeleteObject", **O)
        self.refuses("s3", "GetObject", Bucket="secrets", Key="a", says="s3:GetObject")
        self.refuses("s3", "GetObject", ("AKIAIOSFODNN7NOBODYS", "x"), **O)

    def test_presigned(self):
        client = capture.client(aws.session._session, "s3", "http://127.0.0.1:5000", self.alice,
                                signature_version="s3v4", s3={"addressing_style": "path"})
        url = client.generate_presigned_url("get_object", O)
        self.assertEqual(200, self.send("GET", url)[0])
        self.assertEqual(403, self.send("GET", url.replace("reports", "secrets"))[0])
        self.assertEqual(403, self.send("PUT", url, b"text")[0])
        self.assertEqual(200, self.send("PUT", client.generate_presigned_url("put_object", O),
                                        b"text")[0])

    def test_length_that_is_signed(self):
        """By the SDK for JavaScript, for one; nginx asks with a request that has no body."""
        for key, status in (("2026/a.pdf", 200), ("", 403)):
            url = f"http://127.0.0.1:5000/{'reports' if key else 'secrets'}/{key or 'a'}"
            request = aws.AWSRequest("PUT", url, data=b"text", headers={"Content-Length": "4"})
            capture.S3SigV4Auth(aws.Credentials(*self.alice), "s3", "us-east-1").add_auth(request)
            self.assertIn("content-length;", request.headers["Authorization"])
            answered, said = self.send("PUT", url, b"text", dict(request.headers.items()))
            self.assertEqual(status, answered, said)
            self.assertNotIn("Signature", said)

    def test_lambda(self):
        self.passes("lambda", "Invoke", FunctionName="resize")
        self.refuses("lambda", "Invoke", FunctionName="other", says="lambda:InvokeFunction")

    def test_rest_json(self):
        self.passes("eks", "DescribeCluster", name="prod")
        self.refuses("eks", "DeleteCluster", name="prod", says="eks:DeleteCluster")

    def test_what_is_in_a_body(self):
        """It did not come, so nothing is known of it: even who may everything is refused."""
        root = harness.ROOT
        self.refuses("dynamodb", "GetItem", root, TableName="orders", Key={"id": {"S": "7"}},
                     says="body")
        self.refuses("s3", "DeleteObjects", root, Bucket="reports", says="body",
                     Delete={"Objects": [{"Key": "a"}]})

    def test_headers_that_a_client_makes_up(self):
        """The original is what nginx says that it is."""
        for name, value in [("X-Original-URI", "/reports/a"), ("X-Original-Method", "GET"),
                            ("X-Original-Host", "reports.s3.amazonaws.com")]:
            self.refuses("s3", "DeleteObject", more={name: value}, **O)
            self.passes("s3", "GetObject", more={name: value}, **O)

    def test_paths_are_read_once(self):
        """As they were sent, by whoever decides and by who answers."""
        for path in ("/secrets/../reports/a", "/secrets%2F..%2Freports/a", "/reports//a",
                     "/reports/%2e%2e/secrets/a"):
            status, said = self.send("GET", "http://127.0.0.1:5000" + path)
            self.assertIn(status, (400, 403), said)
        self.assertEqual([], self.asked)


if __name__ == "__main__":
    nginx.find()
    harness.main()
