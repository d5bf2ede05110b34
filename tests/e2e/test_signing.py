# SPDX-License-Identifier: Apache-2.0
"""Signed requests in every form boto3 makes, and requests that no client would make."""
import json
import subprocess
import sys
import time
import unittest
import urllib.parse
from email.utils import parsedate_to_datetime

import aws
import harness

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Endpoints(aws.BotoCase):
    def test_any_path_prefix(self):
        for prefix in ("", "/", "/iam", "/aws/iam-local/", "/a%20b/c+d", "/a//b"):
            with self.subTest(prefix=prefix):
                sts = aws.client("sts", self.server, prefix=prefix)
                self.assertEqual(harness.ROOT_ARN, sts.get_caller_identity()["Arn"])

    def test_any_region(self):
        for region in ("us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "mars-north-7"):
            for service, call in (("iam", "list_users"), ("sts", "get_caller_identity")):
                with self.subTest(service=service, region=region):
                    getattr(aws.client(service, self.server, region=region), call)()

    def test_names_that_need_escapes(self):
        name, path = "a+b=c,d.e@f-g_h", "/x!y~z%20&'*<\"/"
        tags = [{"Key": "k é/=+", "Value": " 日本:@_  "}]
        self.iam.create_user(UserName=name, Path=path, Tags=tags)
        user = self.iam.get_user(UserName=name)["User"]
        self.assertEqual((name, path, tags), (user["UserName"], user["Path"], user["Tags"]))


    @unittest.skipIf(aws.VERSION < (1, 28), "boto3 before 1.28 has no AWS_ENDPOINT_URL_*")
    def test_newer_clients_need_nothing_but_iam_local_env(self):
        program = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
        script = 'eval "$("$0" env --listen "$1")" && exec "$2" -c "$3"'
        done = subprocess.run(["sh", "-c", script, harness.PROGRAM, self.server.authority,
                               sys.executable, program], text=True, capture_output=True,
                              check=False, timeout=harness.STOP_SECONDS)
        self.assertEqual(harness.ROOT_ARN + "\n", done.stdout, done.stderr)


class Presigned(aws.BotoCase):
    def url(self, method="get_caller_identity", **options):
        sts = aws.client("sts", self.server, prefix=options.pop("prefix", ""))
        return sts.generate_presigned_url(method, **options)

    def get(self, url, method="GET", **headers):
        target = url.removeprefix(self.server.url)
        return self.server.request(method, target, headers=headers)

    def test_works_and_expires(self):
        url = self.url(HttpMethod="GET", ExpiresIn=2)
        status, headers, text = self.get(url)
        self.assertEqual(200, status, text)
        self.assertEqual("text/xml", headers["content-type"])
        self.assertIn(f"<Arn>{harness.ROOT_ARN}</Arn>", text)
        time.sleep(3.1)
        status, _, text = self.get(url)
        self.assertEqual(403, status, text)
        self.assertIn("<Code>SignatureDoesNotMatch</Code>", text)
        self.assertIn("Signature expired: ", text)

    def test_behind_a_path_and_as_post(self):
        self.assertEqual(200, self.get(self.url(HttpMethod="GET", prefix="/some/where"))[0])
        self.assertEqual(200, self.get(self.url(HttpMethod="POST"), "POST")[0])

    def test_holds_for_what_was_signed_only(self):
        url = self.url(HttpMethod="GET")
        self.assertEqual(403, self.get(url, "POST")[0])
        self.assertEqual(403, self.get(url.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601"))[0])
        self.assertEqual(403, self.get(url + "&Extra=1")[0])
        self.assertEqual(200, self.get(url)[0])

    def test_answers_in_json_when_asked(self):
        status, headers, text = self.get(self.url(HttpMethod="GET"), Accept="application/json")
        self.assertEqual((200, "application/json"), (status, headers["content-type"]))
        answer = json.loads(text)["GetCallerIdentityResponse"]
        self.assertEqual(harness.ROOT_ARN, answer["GetCallerIdentityResult"]["Arn"])
        self.assertEqual(headers["x-amzn-requestid"], answer["ResponseMetadata"]["RequestId"])

    def test_errors_in_json_when_asked(self):
        url = self.url("get_access_key_info", Params={"AccessKeyId": "x" * 16}, HttpMethod="GET")
        status, _, text = self.get(url + "1", Accept="application/json")
        answer = json.loads(text)
        self.assertEqual((403, "SignatureDoesNotMatch", "Sender"),
                         (status, answer["Error"]["Code"], answer["Error"]["Type"]))


class Raw(harness.ServerCase):
    def refused(self, status, code, parameters, **headers):
        """Sends the parameters as a form; returns the message."""
        body = urllib.parse.urlencode(parameters)
        got, answer_headers, text = self.server.request(
            "POST", "/", body, {**FORM, "Accept": "application/json", **headers})
        answer = json.loads(text)
        self.assertEqual((status, code), (got, answer["Error"]["Code"]), text)
        self.assertEqual(answer["RequestId"], answer_headers["x-amzn-requestid"])
        return answer["Error"]["Message"]

    def test_invalid_action(self):
        for parameters, message in [
                ({"Action": "Frobnicate", "Version": "2010-05-08"},
                 "Could not find operation Frobnicate for version 2010-05-08"),
                ({"Action": "ListUsers"},
                 "Could not find operation ListUsers for version NO_VERSION_SPECIFIED"),
                ({"Action": "ListUsers", "Version": "2011-06-15"},
                 "Could not find operation ListUsers for version 2011-06-15")]:
            with self.subTest(**parameters):
                self.assertEqual(message, self.refused(400, "InvalidAction", parameters))

    def test_incomplete_signature(self):
        scope = f"{harness.ROOT[0]}/20260101/us-east-1/iam/aws4_request"
        signed = f"SignedHeaders=host, Signature={'0' * 64}"
        dated = {"X-Amz-Date": "20260101T000000Z"}
        for header, date, part in [
                (f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host", dated,
                 "Authorization header requires 'Signature' parameter."),
                (f"AWS4-HMAC-SHA256 {signed}", dated,
                 "Authorization header requires 'Credential' parameter."),
                (f"AWS4-HMAC-SHA256 Credential={scope}, {signed}", {},
                 "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
                 "header."),
                (f"AWS4-HMAC-SHA256 Credential=a/b, {signed}", dated,
                 "Credential must have exactly 5 slash-delimited elements, e.g. "
                 "keyid/date/region/service/term, got 'a/b'")]:
            with self.subTest(header=header):
                message = self.refused(400, "IncompleteSignature", {
                    "Action": "ListUsers", "Version": "2010-05-08"}, Authorization=header, **date)
                self.assertIn(part, message)

    def test_without_action_is_sent_away(self):
        status, headers, text = self.server.request("GET", "/?Version=2011-06-15")
        self.assertEqual((302, "https://aws.amazon.com/iam?Version=2011-06-15", ""),
                         (status, headers["location"], text))

    def test_headers_are_those_of_aws(self):
        usual = {"date", "content-length", "x-amzn-requestid"}
        for target, status, more in [
                ("/?Action=ListUsers&Version=2010-05-08", 403, {"content-type"}),
                ("/?Action=Frobnicate", 400, {"content-type"}),
                ("/?Version=2010-05-08", 302, {"location"})]:
            with self.subTest(target=target):
                got, headers, text = self.server.request("GET", target)
                self.assertEqual((status, usual | more),
                                 (got, {name.lower() for name in headers}))
                self.assertEqual(len(text), int(headers["content-length"]))
                self.assertLess(abs(parsedate_to_datetime(headers["date"]).timestamp()
                                    - time.time()), 60)

    def test_own_endpoints_are_no_place_for_web_pages(self):
        for headers in ({"Host": "evil.example.com"}, {"Origin": "https://evil.example.com"},
                        {"Sec-Fetch-Site": "cross-site"}):
            with self.subTest(**headers):
                self.assertEqual(403, self.server.own("POST", "reset", headers=headers)[0])
        self.assertEqual(200, self.server.own("POST", "reset")[0])

    def test_the_api_is_no_place_for_web_pages(self):
        for headers in ({"Host": "evil.example.com"}, {"Origin": "https://evil.example.com"},
                        {"Sec-Fetch-Site": "cross-site"}):
            for method in ("GET", "POST", "OPTIONS"):
                with self.subTest(method=method, **headers):
                    status, _, text = self.server.request(
                        method, "/?Action=ListUsers&Version=2010-05-08", headers=headers)
                    self.assertEqual(403, status)
                    self.assertIn("<Code>AccessDenied</Code>", text)

    def test_unknown_endpoints_name_the_known_ones(self):
        status, answer = self.server.own("GET", "nonsense")
        self.assertEqual(404, status)
        self.assertIn("/_iam-local/health", answer["error"])


if __name__ == "__main__":
    harness.main()
