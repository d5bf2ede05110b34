# SPDX-License-Identifier: Apache-2.0
"""The middleware that the README shows, in front of a small application and, where it is installed,
of moto's server.
"""
import re
import threading
import wsgiref.simple_server

import authorize
import aws
import harness

README = authorize.ROOT / "README.md"
FILE = "guard.py"


def middleware():
    """The function that the README has people write to a file."""
    shown = re.search(rf"    \$ cat > {FILE} << 'END'\n(.*?)    END\n",
                      README.read_text(encoding="utf-8"), re.DOTALL)[1]
    made = {}
    exec(re.sub("(?m)^    ", "", shown).partition("\nmake_server(")[0], made)
    return made["guard"]


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        """Nothing is printed."""


class Guarded(authorize.Case):
    def serve(self, app):
        """The application behind the middleware; gives its endpoint."""
        server = wsgiref.simple_server.make_server(
            "127.0.0.1", 0, middleware()(app, self.server.url), handler_class=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return "http://127.0.0.1:%d" % server.server_address[1]

    def clients(self, url, key):
        return lambda service: aws.session.client(
            service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
            config=aws.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}))

    def test_small_application(self):
        asked = []

        def app(environ, start_response):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], body))
            start_response("200 OK", [("Content-Length", "0"), ("ETag", '"1"')])
            return []

        client = self.clients(self.serve(app), self.user("alice", "AmazonS3FullAccess"))
        client("s3").put_object(Bucket="reports", Key="a b/ü+%2F", Body=b"text")
        path = "/reports/a b/ü+%2F".encode().decode("latin-1")
        self.assertEqual([("PUT", path, b"text")], asked)
        for service, call in [
                ("ec2", lambda ec2: ec2.run_instances(ImageId="ami-0123456789abcdef0", MinCount=1,
                                                      MaxCount=1)),
                ("dynamodb", lambda dynamodb: dynamodb.list_tables()),
                ("lambda", lambda function: function.invoke(FunctionName="f"))]:
            with self.assertRaisesRegex(aws.ClientError, "not authorized to perform") as caught:
                call(client(service))
            self.assertRegex(caught.exception.response["Error"]["Code"],
                             "UnauthorizedOperation|AccessDeniedException")
        self.assertEqual(1, len(asked))

    def test_body_that_is_too_long_to_be_shown(self):
        """A part of an upload counts by its signed hash; what has to be read is refused."""
        came = []

        def app(environ, start_response):
            came.append(len(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
            start_response("200 OK", [("Content-Length", "0"), ("ETag", '"1"')])
            return []

        client = self.clients(self.serve(app), self.user("alice", "AdministratorAccess"))
        client("s3").upload_part(Bucket="reports", Key="k", UploadId="u", PartNumber=1,
                                 Body=b"x" * (8 << 20))
        self.assertEqual([8 << 20], came)
        with self.refused("IncompleteSignatureException", 400) as caught:
            client("logs").put_log_events(logGroupName="g", logStreamName="s", logEvents=[
                {"timestamp": 1, "message": "x" * (900 << 10)}])
        self.assertIn("body", str(caught.exception))
        self.assertEqual(1, len(came))

    def test_moto(self):
        try:
            from moto.server import DomainDispatcherApplication, create_backend_app
        except ImportError:
            self.skipTest("moto is not installed")
        url = self.serve(DomainDispatcherApplication(create_backend_app))
        client = self.clients(url, self.user("alice", "AmazonS3FullAccess"))
        s3 = client("s3")
        s3.create_bucket(Bucket="reports")
        s3.put_object(Bucket="reports", Key="2026/a b.txt", Body=b"text")
        self.assertEqual(b"text", s3.get_object(Bucket="reports",
                                                Key="2026/a b.txt")["Body"].read())
        self.assertEqual(["2026/a b.txt"],
                         [one["Key"] for one in s3.list_objects_v2(Bucket="reports")["Contents"]])
        with self.refused("UnauthorizedOperation", 403) as caught:
            client("ec2").run_instances(ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1)
        encoded = str(caught.exception).partition("failure message: ")[2]
        self.assertIn("ec2:RunInstances", self.sts.decode_authorization_message(
            EncodedMessage=encoded)["DecodedMessage"])
        admin = self.clients(url, self.new_user("admin", aws.ADMINISTRATOR))
        self.assertEqual([], admin("dynamodb").list_tables()["TableNames"])
        self.assertEqual([], admin("ec2").describe_instances()["Reservations"])


if __name__ == "__main__":
    harness.main()
