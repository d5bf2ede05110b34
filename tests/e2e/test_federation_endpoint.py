# SPDX-License-Identifier: Apache-2.0
"""A broker of identities: it gets credentials with boto3, shows them to the federation endpoint as
command lines and scripts do, and sends a browser to the console."""
import concurrent.futures
import json
import pathlib
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import aws
import harness
from visitor import Visitor

try:
    import requests
except ImportError:
    requests = None

ROLE = f"arn:aws:iam::{harness.ACCOUNT}:role/deploy"
TRUST = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": harness.ACCOUNT},
                                  "Action": ["sts:AssumeRole", "sts:TagSession"]}})
USER = {"User-Agent": "Mozilla/5.0"}


def shown(credentials):
    return json.dumps({"sessionId": credentials["AccessKeyId"],
                       "sessionKey": credentials["SecretAccessKey"],
                       "sessionToken": credentials["SessionToken"]})


class Broker(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.key = self.new_user("broker", aws.document(aws.allow("*")))
        self.new_role()

    def new_role(self, prefix=""):
        iam = aws.client("iam", self.server, prefix=prefix)
        iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=TRUST)
        iam.put_role_policy(RoleName="deploy", PolicyName="all",
                            PolicyDocument=aws.document(aws.allow("*")))

    def as_broker(self, **more):
        return aws.client("sts", self.server, self.key, **more)

    def assume(self, **more):
        return self.as_broker().assume_role(RoleArn=ROLE, RoleSessionName="carol@example.com",
                                            **more)["Credentials"]

    def ask(self, parameters, prefix="", body=None):
        """Status and text."""
        url = f"{self.server.url}{prefix}/federation"
        url += "?" + parameters if body is None else ""
        try:
            with urllib.request.urlopen(url, data=body, timeout=harness.STOP_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def token(self, credentials, prefix="", **more):
        """As the IAM User Guide's example in Python asks for it."""
        parameters = "Action=getSigninToken&Session=" + urllib.parse.quote_plus(shown(credentials))
        if more:
            parameters += "&" + urllib.parse.urlencode(more)
        status, text = self.ask(parameters, prefix)
        self.assertEqual(200, status, text)
        return json.loads(text)["SigninToken"]

    def link(self, token, **more):
        return "/federation?" + urllib.parse.urlencode(
            {"Action": "login", "Issuer": "https://broker.example/", **more, "SigninToken": token})

    def open(self, token, visitor=None, **more):
        return (visitor or Visitor(self.server)).request("GET", self.link(token, **more))

    def test_to_the_console(self):
        visitor = Visitor(self.server, **USER)
        page = visitor.get(self.link(self.token(self.assume(), SessionDuration="43200"),
                                     Destination="https://console.aws.amazon.com/"))
        self.assertEqual((200, "/console"), (page.status, page.path))
        self.assertIn("carol@example.com", visitor.get("/console/me").text)
        page = visitor.get(self.link(self.token(self.federated()),
                                     Destination=self.server.url + "/console/me"))
        self.assertEqual((200, "/console/me"), (page.status, page.path))
        self.assertIn("federated-user/dave", page.text)

    def federated(self):
        return self.as_broker().get_federation_token(
            Name="dave", Policy=aws.document(aws.allow("iam:List*")))["Credentials"]

    def test_as_programs_ask(self):
        """In other orders, with members that are others' or nobody's, and by POST."""
        credentials = self.assume()
        session = shown(credentials)
        for parameters in (
                {"Action": "getSigninToken", "DurationSeconds": "3600", "Session": session},
                {"Session": session, "SessionType": "json", "Action": "getSigninToken"},
                {"Action": "getSigninToken", "Session": session.replace(" ", "")},
                {"Action": "getSigninToken", "SessionDuration": "3600",
                 "Session": json.dumps({**json.loads(session), "more": [1]}, indent=4)}):
            for form in (urllib.parse.urlencode(parameters),
                         urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)):
                for text in (self.ask(form), self.ask("", body=form.encode())):
                    self.assertEqual(200, text[0], text[1])
                    page = self.open(json.loads(text[1])["SigninToken"])
                    self.assertEqual((303, "/console"),
                                     (page.status, page.headers["location"]))

    def test_requests(self):
        if requests is None:
            self.skipTest("python3-requests is not installed")
        parameters = {"Action": "getSigninToken", "SessionDuration": 3600,
                      "Session": shown(self.assume())}
        url = self.server.url + "/federation"
        with requests.Session() as session:
            for answer in (session.get(url, params=parameters), session.post(url, data=parameters),
                           session.post(url, params=parameters)):
                self.assertEqual(200, answer.status_code, answer.text)
                token = answer.json()["SigninToken"]
                answer = session.get(url, allow_redirects=False, params={
                    "Action": "login", "Issuer": "x", "Destination": "/console/me",
                    "SigninToken": token})
                self.assertEqual("/console/me", answer.headers["Location"])

    def test_refused(self):
        """Clients look at nothing but the status."""
        long_term = {"AccessKeyId": self.key[0], "SecretAccessKey": self.key[1],
                     "SessionToken": ""}
        user = self.as_broker().get_session_token()["Credentials"]
        role = self.assume()
        next_role = aws.client("sts", self.server, (role["AccessKeyId"], role["SecretAccessKey"]),
                               token=role["SessionToken"]).assume_role(
                                   RoleArn=ROLE, RoleSessionName="next")["Credentials"]
        cases = [(long_term, {}), (user, {}), ({**role, "SecretAccessKey": "x"}, {}),
                 ({**role, "AccessKeyId": user["AccessKeyId"]}, {}),
                 (role, {"SessionDuration": "899"}), (role, {"SessionDuration": "43201"}),
                 (self.federated(), {"SessionDuration": "3600"}),
                 (next_role, {"SessionDuration": "3600"})]
        for credentials, more in cases:
            status, text = self.ask(urllib.parse.urlencode(
                {"Action": "getSigninToken", "Session": shown(credentials), **more}))
            self.assertEqual(400, status, text)
            for secret in (role["SessionToken"], role["SecretAccessKey"], self.key[1]):
                self.assertNotIn(secret, text)
        self.token(next_role)

    def test_large_sessions(self):
        """Tags and policies make tokens long: they fit into links all the same."""
        tags = [{"Key": f"key-{i}", "Value": 200 * "v" + str(i)} for i in range(5)]
        policy = aws.document(aws.allow("iam:*", "arn:aws:iam::*:user/" + 1200 * "u"))
        self.assertEqual(303, self.open(self.token(self.assume(Tags=tags, Policy=policy))).status)

    def test_used_by_many_at_once(self):
        token = self.token(self.assume())
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            pages = list(pool.map(lambda _: self.open(token).status, range(24)))
        self.assertEqual([303] + 23 * [400], sorted(pages))

    def test_over_a_restart(self):
        with tempfile.TemporaryDirectory() as folder:
            self.server = self.start("--data", folder)
            self.iam = aws.client("iam", self.server)
            self.key = self.new_user("broker", aws.document(aws.allow("*")))
            self.new_role()
            used, other = self.token(self.assume()), self.token(self.assume())
            self.assertEqual(303, self.open(used).status)
            self.assertEqual(0, self.server.stop())
            self.server = self.start("--data", folder)
            self.assertEqual(400, self.open(used).status)
            self.assertEqual(303, self.open(other).status)

    def test_sandboxes(self):
        """What is of one opens no other, and leads to the pages of its own."""
        prefix = self.server.sandbox("w1")
        self.new_role(prefix)
        key = self.make_broker(prefix)
        credentials = aws.client("sts", self.server, key, prefix).assume_role(
            RoleArn=ROLE, RoleSessionName="there")["Credentials"]
        token = self.token(credentials, prefix)
        self.assertEqual(400, self.open(token).status)
        page = Visitor(self.server).request(
            "GET", prefix + self.link(token, Destination=f"{self.server.url}{prefix}/console/me"))
        self.assertEqual((303, prefix + "/console/me"), (page.status, page.headers["location"]))
        status, _ = self.ask(urllib.parse.urlencode(
            {"Action": "getSigninToken", "Session": shown(credentials)}))
        self.assertEqual(400, status)

    def make_broker(self, prefix):
        iam = aws.client("iam", self.server, prefix=prefix)
        iam.create_user(UserName="broker")
        iam.put_user_policy(UserName="broker", PolicyName="all",
                            PolicyDocument=aws.document(aws.allow("*")))
        return aws.make_key(iam, UserName="broker")

    def test_nobody_is_sent_elsewhere(self):
        for destination in ("https://evil.example/", "//evil.example", "/\\evil.example",
                            "https://console.aws.amazon.com.evil.example/", "javascript:alert(1)",
                            f"http://{self.server.authority}@evil.example/",
                            "/console\r\nLocation: https://evil.example", "https:evil.example",
                            "/%0d%0a/evil.example", "https://[::1]evil.example/"):
            page = self.open(self.token(self.assume()), Destination=destination)
            self.assertIn((page.status, page.headers.get("location")),
                          ((400, None), (303, "/console")), destination)

    def test_what_is_written_down(self):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder, "events")
            self.server = self.start("--log-level", "debug", "--event-log", log)
            self.iam = aws.client("iam", self.server)
            self.key = self.new_user("broker", aws.document(aws.allow("*")))
            self.new_role()
            credentials = self.assume()
            token = self.token(credentials)
            visitor = Visitor(self.server)
            self.open(token, visitor)
            self.open(token, visitor)
            done = harness.run("events", self.server.url, "--source", "signin.amazonaws.com")
            self.assertEqual(0, self.server.stop())
            lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
            written = log.read_text(encoding="utf-8") + self.server.text
        names = [line["eventName"] for line in lines if line["eventSource"].startswith("signin")]
        self.assertEqual(["GetSigninToken", "ConsoleLogin"], names)
        self.assertIn("signin:ConsoleLogin", done.stdout)
        for secret in (credentials["SecretAccessKey"], credentials["SessionToken"], token,
                       *visitor.cookies.values()):
            self.assertNotIn(secret, written)


class SwitchRole(aws.BotoCase):
    def test_there_and_back(self):
        """A user signs in, is a role, does what that may, and is the user again."""
        self.new_user("erin", aws.document(aws.allow("sts:AssumeRole")))
        self.iam.create_login_profile(UserName="erin", Password="Correct-Horse1")
        self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=TRUST)
        self.iam.put_role_policy(RoleName="deploy", PolicyName="all",
                                 PolicyDocument=aws.document(aws.allow("*")))
        visitor = Visitor(self.server)
        visitor.sign_in(harness.ACCOUNT, "erin", "Correct-Horse1")
        self.assertIn("iam:ListUsers", visitor.get("/console/users").text)
        page = visitor.get(f"/switchrole?account={harness.ACCOUNT}&roleName=deploy"
                           "&displayName=Ship+it&color=99BCE3")
        page = visitor.send(page, "/switchrole")
        self.assertEqual((200, "/console"), (page.status, page.path))
        page = visitor.get("/console/users")
        self.assertIn("Back to erin", page.text)
        self.assertIn("Ship it", page.text)
        self.assertNotIn("not authorized", page.text)
        page = visitor.send(page, "/switchrole/back")
        self.assertNotIn("Back to erin", page.text)
        page = visitor.send(visitor.get("/switchrole"), "/switchrole",
                            account=harness.ACCOUNT, roleName="nobody")
        self.assertEqual(403, page.status)
        self.assertIn("is not authorized to perform: sts:AssumeRole", page.text)


if __name__ == "__main__":
    harness.main()
