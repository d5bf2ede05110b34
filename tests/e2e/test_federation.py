# SPDX-License-Identifier: Apache-2.0
"""Web identities as boto3 uses them: tokens shaped as GitHub Actions and EKS make them, issuers
that are fetched over HTTP and those that misbehave, and tokens for services outside AWS."""
import base64
import concurrent.futures
import contextlib
import http.server
import json
import re
import threading
import time

import aws
import harness
import signed
from botocore.exceptions import ClientError

GITHUB = "https://token.actions.githubusercontent.com"
OF_TEST = {"StringLike": {GITHUB[8:] + ":sub": "te*t"}}  # GitHub's subject has to be named
EKS = "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
DISCOVERY = "/.well-known/openid-configuration"
THUMBPRINT = "990f4193972f2becf12ddeda5237f9c952f20d9e"  # older botocores want one
NO_KEY = "Couldn't retrieve verification key from your identity provider,  please reference"


def parts(token):
    """Header and claims of a token, unverified."""
    return [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            for part in token.split(".")[:2]]


class Issuer(http.server.ThreadingHTTPServer):
    """An issuer on this host, whose answers the test decides: a path's text, status or place."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answers, self.asked = {}, []
        self.answers[DISCOVERY] = json.dumps(
            {"issuer": self.url, "jwks_uri": self.url + "/keys"})

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # pylint: disable=invalid-name
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path, 404)
        if callable(answer):
            answer = answer()
        if isinstance(answer, tuple):
            self.send_response(302)
            self.send_header("Location", answer[0])
            answer = ""
        elif isinstance(answer, int):
            self.send_response(answer)
            answer = ""
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(answer.encode())

    def do_CONNECT(self):  # pylint: disable=invalid-name
        self.server.asked.append(self.path)
        self.send_error(502)

    def log_message(self, *_):
        pass


class Federation(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.iam = aws.client("iam", self.server)
        self.sts = aws.client("sts", self.server)

    def own(self, method, path, body=None, server=None):
        status, _, text = (server or self.server).request(
            method, "/_iam-local/oidc/" + path, json.dumps(body) if body is not None else None)
        self.assertEqual(200, status, text)
        return json.loads(text)

    def token(self, algorithm="RS256", server=None, **claims):
        return self.own("POST", "token?algorithm=" + algorithm, claims, server)["token"]

    def provider(self, url, *clients):
        return self.iam.create_open_id_connect_provider(
            Url=url, ClientIDList=list(clients),
            ThumbprintList=[THUMBPRINT])["OpenIDConnectProviderArn"]

    def role(self, name, provider, condition, actions=("sts:AssumeRoleWithWebIdentity",)):
        self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=aws.document(
            {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": list(actions),
             "Condition": condition}))
        self.iam.put_role_policy(RoleName=name, PolicyName="p",
                                 PolicyDocument=aws.ADMINISTRATOR)
        return f"arn:aws:iam::{harness.ACCOUNT}:role/{name}"

    def assume(self, role, token, **more):
        return self.sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="session", WebIdentityToken=token, **more)

    def refused(self, code, message, role, token, **more):
        with self.assertRaises(ClientError) as caught:
            self.assume(role, token, **more)
        error = caught.exception.response["Error"]
        self.assertEqual(code, error["Code"], error)
        self.assertIn(message, error["Message"])
        return caught.exception.response["ResponseMetadata"]["RequestId"]

    def client(self, service, credentials):
        return aws.client(service, self.server, token=credentials["SessionToken"],
                          key=(credentials["AccessKeyId"], credentials["SecretAccessKey"]))

    def test_github_actions(self):
        arn = self.provider(GITHUB, "sts.amazonaws.com")
        self.assertEqual(f"arn:aws:iam::{harness.ACCOUNT}:oidc-provider/" + GITHUB[8:], arn)
        name = GITHUB[8:]
        role = self.role("deploy", arn, {
            "StringEquals": {name + ":aud": "sts.amazonaws.com", name + ":environment": "prod"},
            "StringLike": {name + ":sub": "repo:octo/app:*"}})
        claims = {"iss": GITHUB, "sub": "repo:octo/app:ref:refs/heads/main", "environment": "prod"}
        answer = self.assume(role, self.token(**claims) + "\n")
        self.assertEqual(arn, answer["Provider"])
        self.assertEqual("sts.amazonaws.com", answer["Audience"])
        self.assertEqual(claims["sub"], answer["SubjectFromWebIdentityToken"])
        session = self.client("sts", answer["Credentials"])
        self.assertEqual(f"arn:aws:sts::{harness.ACCOUNT}:assumed-role/deploy/session",
                         session.get_caller_identity()["Arn"])
        denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
        self.refused("AccessDenied", denied, role,
                     self.token(**{**claims, "sub": "repo:octo/other:ref:refs/heads/main"}))
        self.refused("AccessDenied", denied, role, self.token(**{**claims, "environment": "dev"}))
        self.refused("AccessDenied", denied, role + "x", self.token(**claims))
        self.refused("InvalidIdentityToken", "Incorrect token audience", role,
                     self.token(**claims, aud="somebody"))
        self.refused("ExpiredTokenException", "must be before the expiration", role,
                     self.token(**claims, exp=1))

    def test_eks(self):
        name = EKS[8:]
        arn = self.provider(EKS, "sts.amazonaws.com")
        account = "system:serviceaccount:default:app"
        role = self.role("pod", arn, {"StringEquals": {name + ":sub": account,
                                                       name + ":aud": "sts.amazonaws.com"}})
        token = self.token(iss=EKS, sub=account, aud=["sts.amazonaws.com"])
        credentials = self.assume(role, token)["Credentials"]
        users = self.client("iam", credentials)
        self.assertEqual([], users.list_users()["Users"])
        self.iam.put_role_policy(RoleName="pod", PolicyName="q", PolicyDocument=aws.document(
            aws.deny("iam:ListUsers", StringEquals={"aws:FederatedProvider": arn})))
        with self.assertRaisesRegex(ClientError, "with an explicit deny in an identity-based"):
            users.list_users()

    def test_session_tags_and_source_identity_need_leave(self):
        arn = self.provider(GITHUB, "sts.amazonaws.com")
        tags = {"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["team"]}
        token = self.token(iss=GITHUB, **{"https://aws.amazon.com/tags": tags})
        source = self.token(iss=GITHUB, **{"https://aws.amazon.com/source_identity": "alice"})
        plain = self.role("plain", arn, OF_TEST)
        self.refused("AccessDenied", "sts:TagSession", plain, token)
        self.refused("AccessDenied", "sts:SetSourceIdentity", plain, source)
        role = self.role("r", arn, {"StringEqualsIfExists": {"aws:RequestTag/team": "blue"},
                                    **OF_TEST},
                         ["sts:AssumeRoleWithWebIdentity", "sts:TagSession",
                          "sts:SetSourceIdentity"])
        self.assertEqual("alice", self.assume(role, source)["SourceIdentity"])
        credentials = self.assume(role, token)["Credentials"]
        self.iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=aws.document(
            aws.allow("iam:ListUsers", StringEquals={"aws:PrincipalTag/team": "blue"})))
        self.client("iam", credentials).list_users()

    def test_an_issuer_is_fetched_and_remembered(self):
        other = harness.Server()
        issuer = other.url + "/_iam-local/oidc"
        role = self.role("r", self.provider(issuer, "sts.amazonaws.com"), {})
        for algorithm in ("RS256", "ES384"):
            self.assume(role, self.token(algorithm, other))
        token = self.token(server=other)
        other.stop()
        self.assume(role, token)
        head, claims, signature = token.split(".")
        self.refused("InvalidIdentityToken", "signature", role,
                     ".".join([head, claims, signature[:-8] + "AAAAAAAA"]))

    def test_issuers_that_misbehave(self):
        """What they answer to questions for the discovery document and for the keys, in turn."""
        other = harness.Server()
        keys = json.dumps(self.own("GET", ".well-known/jwks.json", server=other))
        elsewhere = other.url + "/_iam-local/oidc/.well-known/jwks.json"
        foreign, nowhere = "is another issuer's", "has no usable jwks_uri"

        def discovery(at, **changes):
            return json.dumps({"issuer": at.url, "jwks_uri": at.url + "/keys", **changes})

        cases = (
            ("another issuer's document", foreign,
             lambda issuer: (discovery(issuer, issuer="https://example.com"), keys)),
            ("no document", "answered 404", lambda issuer: (404, keys)),
            ("no JSON", foreign, lambda issuer: ("<html>", keys)),
            ("no keys", "has no keys that could be used",
             lambda issuer: (discovery(issuer), '{"keys": []}')),
            ("endless", "has more than 262144 bytes",
             lambda issuer: (discovery(issuer), keys + " " * 262144)),
            ("sent to another host", "sends on to another host",
             lambda issuer: (discovery(issuer), (elsewhere,))),
            ("sent in a circle", "sends on too often",
             lambda issuer: (discovery(issuer), ("/keys",))),
            ("keys without TLS", nowhere,
             lambda issuer: (discovery(issuer, jwks_uri="http://192.0.2.1/keys"), keys)),
            ("a user that looks like this host", nowhere,
             lambda issuer: (discovery(issuer, jwks_uri="http://localhost:1@192.0.2.1/"), keys)),
            ("a host that looks like this one", nowhere,
             lambda issuer: (discovery(issuer, jwks_uri="http://192.0.2.1?.localhost/"), keys)),
        )
        issuers = contextlib.ExitStack()  # all to the end, so that none gets another one's port
        self.addCleanup(issuers.close)
        for name, reason, answers in cases:
            with self.subTest(name):
                issuer = issuers.enter_context(Issuer())
                issuer.answers[DISCOVERY], issuer.answers["/keys"] = answers(issuer)
                arn = self.provider(issuer.url, "sts.amazonaws.com")
                role = self.role("bad-" + str(issuer.server_port), arn, {})
                request = self.refused("InvalidIdentityToken", NO_KEY, role,
                                       self.token(server=other, iss=issuer.url))
                status, _, text = self.server.request("GET", "/_iam-local/explain/" + request)
                self.assertEqual(200, status)
                self.assertIn(reason, json.loads(text)["reason"])
        issuer = issuers.enter_context(Issuer())
        issuer.answers["/keys"] = ("/more",)
        issuer.answers["/more"] = keys + " " * (262144 - len(keys))
        role = self.role("good", self.provider(issuer.url, "sts.amazonaws.com"), {})
        self.assume(role, self.token(server=other, iss=issuer.url))

    def test_keys_that_come_and_an_issuer_that_goes(self):
        old, new = harness.Server(), harness.Server()
        keys = [self.own("GET", ".well-known/jwks.json", server=each) for each in (old, new)]
        with Issuer() as issuer:
            issuer.answers["/keys"] = json.dumps(keys[0])
            role = self.role("r", self.provider(issuer.url, "sts.amazonaws.com"), {})
            tokens = [self.token(server=each, iss=issuer.url) for each in (old, new)]
            self.assume(role, tokens[0])
            working = issuer.answers[DISCOVERY]
            issuer.answers[DISCOVERY] = 500
            asked = len(issuer.asked)
            while len(issuer.asked) == asked:  # not more than every few seconds
                self.refused("InvalidIdentityToken", NO_KEY, role, tokens[1])
                time.sleep(0.2)
            self.assume(role, tokens[0])
            issuer.answers[DISCOVERY] = working
            issuer.answers["/keys"] = json.dumps(keys[1])
            asked = len(issuer.asked)
            while len(issuer.asked) == asked:
                with contextlib.suppress(ClientError):
                    self.assume(role, tokens[1])
                time.sleep(0.2)
            self.assume(role, tokens[1])
            self.refused("InvalidIdentityToken", NO_KEY, role, tokens[0])

    def test_no_proxy_for_this_host(self):
        with Issuer() as proxy, Issuer() as issuer:
            server = harness.Server(http_proxy=proxy.url)
            issuer.answers["/keys"] = json.dumps(self.own("GET", ".well-known/jwks.json"))
            iam = aws.client("iam", server)
            provider = iam.create_open_id_connect_provider(
                Url=issuer.url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=[THUMBPRINT])
            role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=aws.document(
                {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
                 "Principal": {"Federated": provider["OpenIDConnectProviderArn"]}}))
            aws.client("sts", server).assume_role_with_web_identity(
                RoleArn=role["Role"]["Arn"], RoleSessionName="session",
                WebIdentityToken=self.token(iss=issuer.url))
            self.assertEqual([], proxy.asked)

    def test_hosts_that_no_proxy_is_asked_for(self):
        """Nobody listens for https at that address, which is this host but does not look so."""
        issuer = "https://0.0.0.0"
        for asked, variables in ((["0.0.0.0:443"], {}), ([], {"NO_PROXY": "0.0.0.0"}),
                                 (["0.0.0.0:443"], {"no_proxy": "", "NO_PROXY": "0.0.0.0"}),
                                 ([], {"no_proxy": "*"})):
            with self.subTest(variables), Issuer() as proxy:
                server = harness.Server(https_proxy=proxy.url, **variables)
                aws.client("iam", server).create_open_id_connect_provider(
                    Url=issuer, ClientIDList=["sts.amazonaws.com"], ThumbprintList=[THUMBPRINT])
                with self.assertRaisesRegex(ClientError, "could not be reached"):
                    aws.client("sts", server).assume_role_with_web_identity(
                        RoleArn=f"arn:aws:iam::{harness.ACCOUNT}:role/r", RoleSessionName="s1",
                        WebIdentityToken=self.token(iss=issuer))
                self.assertEqual(asked, proxy.asked)
                server.stop()

    def test_an_issuer_that_is_not_there(self):
        with Issuer() as issuer:
            url = issuer.url
        other = harness.Server()
        role = self.role("r", self.provider(url, "sts.amazonaws.com"), {})
        self.refused("IDPCommunicationError", "could not be reached", role,
                     self.token(server=other, iss=url))

    def test_nobody_waits_for_a_slow_issuer(self):
        """And those who have to do it not for ever: this one never answers."""
        with Issuer() as issuer, concurrent.futures.ThreadPoolExecutor() as pool:
            asked, over = threading.Event(), threading.Event()

            def slow():
                asked.set()
                over.wait()
                return 500

            issuer.answers[DISCOVERY] = slow
            role = self.role("r", self.provider(issuer.url, "sts.amazonaws.com"), {})
            token = self.token(server=harness.Server(), iss=issuer.url)
            waiting = [pool.submit(self.refused, "IDPCommunicationError", "could not be reached",
                                   role, token) for _ in range(4)]
            self.assertTrue(asked.wait(10))
            for _ in range(20):
                self.sts.get_caller_identity()
            self.assertEqual([False] * 4, [each.done() for each in waiting])
            for each in waiting:
                each.result()
            over.set()

    def test_keys_put_in_by_hand(self):
        other = harness.Server()
        role = self.role("r", self.provider(GITHUB, "sts.amazonaws.com"), OF_TEST)
        keys = self.own("GET", ".well-known/jwks.json", server=other)
        self.own("PUT", "jwks", {"issuer": GITHUB, "jwks": keys})
        token = self.token(server=other, iss=GITHUB)
        self.assume(role, token)
        self.own("PUT", "jwks", {"issuer": GITHUB, "jwks": {"keys": keys["keys"][1:]}})
        self.refused("InvalidIdentityToken", NO_KEY, role, token)
        own = self.server.url + "/_iam-local/oidc"
        role = self.role("own", self.provider(own, "sts.amazonaws.com"), {})
        self.assume(role, self.token())
        token = self.token(server=other, iss=own)
        self.refused("InvalidIdentityToken", NO_KEY, role, token)
        self.own("PUT", "jwks", {"issuer": own, "jwks": keys})
        self.assume(role, token)
        for wrong in ({"issuer": GITHUB, "jwks": {"keys": []}}, {"issuer": "x", "jwks": keys}):
            status, _, _ = self.server.request("PUT", "/_iam-local/oidc/jwks", json.dumps(wrong))
            self.assertEqual(400, status)

    def test_what_is_no_token(self):
        role = self.role("r", self.provider(GITHUB, "sts.amazonaws.com"), OF_TEST)
        no_jwt = "The ID Token provided is not a valid JWT."
        for text in ("none", "a.b.c", "....", self.token(iss=GITHUB)[:-1] + ".x"):
            self.refused("InvalidIdentityToken", no_jwt, role, text)
        self.refused("InvalidIdentityToken", "No OpenIDConnect provider found in your account for "
                     "https://nobody.example", role, self.token(iss="https://nobody.example"))
        claims = self.token(iss=GITHUB).split(".")[1]
        for head in ({"alg": "none"}, {"alg": "HS256"}):
            text = base64.urlsafe_b64encode(json.dumps(head).encode()).decode().rstrip("=")
            self.own("PUT", "jwks", {"issuer": GITHUB,
                                     "jwks": self.own("GET", ".well-known/jwks.json")})
            self.refused("InvalidIdentityToken", "signature", role, f"{text}.{claims}.")

    def test_tokens_for_others(self):
        """Older botocores know none of these operations."""
        iam, sts = signed.Client(self.server), signed.Client(self.server, service="sts")
        wanted = {"Audience.member.1": "https://api.example", "SigningAlgorithm": "RS256"}
        status, text = sts.call("GetWebIdentityToken", **wanted)
        self.assertEqual(403, status)
        self.assertIn("OutboundWebIdentityFederationDisabledException", text)
        self.assertEqual(200, iam.call("EnableOutboundWebIdentityFederation")[0])
        status, text = sts.call("GetWebIdentityToken", **wanted)
        self.assertEqual(200, status, text)
        head, claims = parts(re.search("<WebIdentityToken>(.*)</WebIdentityToken>", text)[1])
        self.assertEqual((harness.ROOT_ARN, "https://api.example"), (claims["sub"], claims["aud"]))
        self.assertEqual(harness.ACCOUNT, claims["https://sts.amazonaws.com/"]["aws_account"])
        issuer = claims["iss"].removeprefix(self.server.url)
        _, _, text = self.server.request("GET", issuer + "/.well-known/openid-configuration")
        self.assertEqual(claims["iss"], json.loads(text)["issuer"])
        keys = json.loads(text)["jwks_uri"].removeprefix(self.server.url)
        _, _, text = self.server.request("GET", keys)
        self.assertIn(head["kid"], [key["kid"] for key in json.loads(text)["keys"]])
        with self.assertRaisesRegex(ClientError, "Invalid Open ID Connect Provider URL"):
            self.provider(claims["iss"], "https://api.example")


if __name__ == "__main__":
    harness.main()
