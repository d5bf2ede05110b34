# SPDX-License-Identifier: Apache-2.0
"""`aws login`: a client that follows its protocol, a browser of the standard library, and all that
is tried against the two.
"""
import concurrent.futures
import html
import re
import tempfile

import harness
import login
import signed
from visitor import Visitor

PASSWORD, OTHER = "Correct-Horse1", "Second-Horse2"
EMAIL = "root@example.com"
POLICY = "arn:aws:iam::aws:policy/SignInLocalDevelopmentAccess"
MEMBER = "111122223333"
TRUST = ('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",'
         f'"Principal":{{"AWS":"{harness.ACCOUNT}"}}}}}}')
ALICE = f"arn:aws:iam::{harness.ACCOUNT}:user/alice"


class LoginCase(harness.ServerCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="iam-local-login-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.make_alice()

    def iam(self, action, **params):
        client = signed.Client(self.server)
        status, text = client.call(action, **params)
        client.close()
        self.assertEqual(200, status, text)

    def make_alice(self):
        self.iam("CreateUser", UserName="alice")
        self.iam("CreateLoginProfile", UserName="alice", Password=PASSWORD)
        self.iam("AttachUserPolicy", UserName="alice", PolicyArn=POLICY)

    def as_alice(self, visitor):
        return visitor.sign_in(harness.ACCOUNT, "alice", PASSWORD)

    def new_login(self, prefix="", **options):
        return login.Login(self.server.url + prefix, self.folder, **options)

    def allow(self, visitor, page):
        return visitor.send(page, "/v1/authorize/consent")

    def code(self, client, visitor=None):
        """The way of a browser: sign in, say yes, follow the redirect."""
        visitor = visitor or Visitor(self.server)
        page = visitor.get(client.path())
        if page.heading == "Sign in":
            page = visitor.send(page, "/signin", account=harness.ACCOUNT, user="alice",
                                password=PASSWORD)
        page = self.allow(visitor, page)
        return client.listen(page.headers["location"])

    def logged_in(self, **options):
        client = self.new_login(**options)
        client.exchange(self.code(client))
        return client

    def caller(self, client):
        sts = signed.Client(self.server, client.credentials, "sts")
        status, text = sts.call("GetCallerIdentity")
        sts.close()
        self.assertEqual(200, status, text)
        return re.search("<Arn>(.*?)</Arn>", text)[1]

    def refused(self, answer, status, kind, error):
        got, headers, body = answer
        self.assertEqual((status, kind, error),
                         (got, headers["x-amzn-errortype"], body["error"]), body)
        self.assertEqual("no-store", headers["cache-control"])

    def malformed(self, answer):
        self.refused(answer, 400, "ValidationException", "INVALID_REQUEST")


class Walks(LoginCase):
    def test_same_device(self):
        client = self.new_login()
        visitor = Visitor(self.server)
        page = visitor.get(client.path())
        self.assertEqual("Sign in", page.heading)
        page = visitor.send(page, "/signin", account=harness.ACCOUNT, user="alice",
                            password=PASSWORD)
        self.assertEqual("Let a client sign in?", page.heading)
        port = client.redirect_uri.split(":")[2].split("/")[0]
        for part in (ALICE, client.client_id, f"port {port} of this device"):
            self.assertIn(part, page.text)
        page = self.allow(visitor, page)
        client.exchange(client.listen(page.headers["location"]))
        self.assertEqual((ALICE, ALICE), (client.arn, self.caller(client)))
        self.assertEqual(900, client.tokens["expiresIn"])
        before = client.credentials
        client.refresh()
        self.assertNotEqual(before, client.credentials)
        self.assertEqual(ALICE, self.caller(client))

    def test_cancelled(self):
        client, visitor = self.new_login(), Visitor(self.server)
        self.as_alice(visitor)
        page = visitor.send(visitor.get(client.path()), "/v1/authorize/consent", button=1)
        with self.assertRaisesRegex(PermissionError, "access_denied"):
            client.listen(page.headers["location"])

    def test_other_device(self):
        """The person copies the code from one to the other."""
        client, visitor = self.new_login(remote=True), Visitor(self.server)
        self.as_alice(visitor)
        page = self.allow(visitor, visitor.get(client.path()))
        self.assertTrue(page.headers["location"].startswith(client.redirect_uri + "?"))
        page = visitor.get(page.headers["location"].removeprefix(client.base))
        self.assertEqual("Copy this code", page.heading)
        copied = html.unescape(re.search(r'class="secret">([^<]*)<', page.body)[1])
        client.exchange(client.paste(copied))
        self.assertEqual(ALICE, self.caller(client))

    def as_root(self, account, email):
        path = f"accounts/{account}/root"
        self.assertEqual(200, self.server.own("PUT", path, {"password": PASSWORD})[0])
        visitor = Visitor(self.server)
        page = visitor.send(visitor.get("/signin/root"), "/signin/root", email=email)
        visitor.send(page, "/signin/root/password", password=PASSWORD)
        return visitor

    def test_root(self):
        client, visitor = self.new_login(), self.as_root(harness.ACCOUNT, EMAIL)
        client.exchange(self.code(client, visitor))
        client.refresh()
        self.assertEqual(harness.ROOT_ARN, self.caller(client))

    def test_organization(self):
        """What it denies counts for the root users of its accounts, too."""
        deny = {"Effect": "Deny", "Action": "signin:CreateOAuth2Token", "Resource": "*"}
        status, made = self.server.own("POST", "organization", {
            "policies": [{"name": "no-tokens", "content": {"Statement": deny}}],
            "root": {"units": [{"name": "Shops", "policies": ["no-tokens"], "accounts": [
                {"id": MEMBER, "name": "shop", "email": "shop@example.com"}]}]}})
        self.assertIn(status, (200, 201), made)
        client, visitor = self.new_login(), self.as_root(MEMBER, "shop@example.com")
        code = self.code(client, visitor)
        answer = client.post(client.code_body(code))
        self.refused(answer, 403, "AccessDeniedException", "INSUFFICIENT_PERMISSIONS")
        self.assertRegex(answer[2]["message"], "with an explicit deny in a service control policy")
        self.logged_in()

    def test_in_a_sandbox(self):
        """The browser is sent to the root of the server, where the sandbox is chosen."""
        prefix = self.server.sandbox("w1")
        path = f"accounts/{harness.ACCOUNT}/root"
        self.server.own("PUT", path, {"password": PASSWORD}, prefix=prefix)
        client, visitor = self.new_login(prefix), Visitor(self.server)
        page = visitor.get(client.path())
        link, = (one for one in page.read.links if one.startswith(prefix + "/v1/authorize"))
        page = visitor.get(link)
        self.assertEqual((prefix + "/signin", "Sign in"),
                         (page.path.split("?")[0], page.heading))
        root, = (one for one in page.read.links if "/signin/root" in one)
        page = visitor.send(visitor.get(root), "/signin/root", email=EMAIL)
        page = visitor.send(page, "/signin/root/password", password=PASSWORD)
        page = self.allow(visitor, page)
        code = client.listen(page.headers["location"])
        elsewhere = login.Login(self.server.url, self.folder, key=client.key)
        self.malformed(elsewhere.post(client.code_body(code)))
        client.exchange(code)
        client.refresh()

    def test_in_a_directory(self):
        with tempfile.TemporaryDirectory() as folder:
            self.server = self.start("--data", folder)
            self.make_alice()
            client = self.logged_in()
            code = self.code(self.new_login())
            self.assertEqual(0, self.server.stop())
            self.server = self.start("--data", folder)
            self.assertEqual(ALICE, self.caller(client))
            client.endpoint, client.authority = self.server.url, self.server.authority
            client.refresh()
            self.assertEqual(ALICE, self.caller(client))
            self.malformed(client.post(client.code_body(code)))

    def test_permissions(self):
        """Refused in AWS's words, on the page as well as where tokens are."""
        client = self.logged_in()
        self.iam("DetachUserPolicy", UserName="alice", PolicyArn=POLICY)
        self.refused(client.post(client.refresh_body()), 403, "AccessDeniedException",
                     "INSUFFICIENT_PERMISSIONS")
        visitor = Visitor(self.server)
        self.as_alice(visitor)
        page = self.allow(visitor, visitor.get(self.new_login().path()))
        self.assertEqual(403, page.status)
        self.assertIn("is not authorized to perform: signin:AuthorizeOAuth2Access", page.text)

    def test_ends(self):
        """With the password, with all sessions of the browser, and after twelve hours."""
        client, other, visitor = self.logged_in(), self.new_login(), Visitor(self.server)
        other.exchange(self.code(other, visitor))
        visitor.send(visitor.get("/console/me"), "/signout")
        other.refresh()
        self.as_alice(visitor)
        visitor.send(visitor.get("/console/me"), "/signout/everywhere")
        for one in (client, other):
            self.refused(one.post(one.refresh_body()), 403, "AccessDeniedException",
                         "USER_CREDENTIALS_CHANGED")
        client = self.logged_in()
        self.iam("UpdateLoginProfile", UserName="alice", Password=OTHER)
        self.refused(client.post(client.refresh_body()), 403, "AccessDeniedException",
                     "USER_CREDENTIALS_CHANGED")
        self.iam("UpdateLoginProfile", UserName="alice", Password=PASSWORD)
        client = self.logged_in()
        self.server.own("PUT", "clock", {"advance": "PT12H"})
        self.refused(client.post(client.refresh_body()), 401, "AccessDeniedException",
                     "TOKEN_EXPIRED")

    def test_role(self):
        """What a role that was switched to lets clients have is who switched's: it ends with that
        person's sessions, and others who use the role do not feel it."""
        self.iam("CreateRole", RoleName="shared", AssumeRolePolicyDocument=TRUST)
        self.iam("AttachRolePolicy", RoleName="shared", PolicyArn=POLICY)
        self.iam("PutUserPolicy", UserName="alice", PolicyName="switch",
                 PolicyDocument=TRUST.replace(f'"Principal":{{"AWS":"{harness.ACCOUNT}"}}',
                                              '"Resource":"*"'))
        client, visitor = self.new_login(), Visitor(self.server)
        self.as_alice(visitor)
        page = visitor.get(f"/switchrole?account={harness.ACCOUNT}&roleName=shared")
        visitor.send(page, "/switchrole")
        client.exchange(self.code(client, visitor))
        self.assertEqual(f"arn:aws:sts::{harness.ACCOUNT}:assumed-role/shared/alice",
                         self.caller(client))
        client.refresh()
        visitor.send(visitor.get("/console/me"), "/switchrole/back")
        visitor.send(visitor.get("/console/me"), "/signout/everywhere")
        self.refused(client.post(client.refresh_body()), 403, "AccessDeniedException",
                     "USER_CREDENTIALS_CHANGED")

    def test_records(self):
        client = self.logged_in()
        client.refresh()
        events = {one["eventName"]: one
                  for one in self.server.own("GET", "events?source=signin")[1]["events"]}
        asked, given = events["AuthorizeOAuth2Access"], events["CreateOAuth2Token"]
        self.assertEqual({"scope": "openid", "redirect_uri": client.redirect_uri,
                          "code_challenge_method": "SHA-256", "client_id": client.client_id},
                         asked["requestParameters"])
        self.assertEqual({"client_id": client.client_id}, given["requestParameters"])
        for event in (asked, given):
            self.assertEqual(
                ("1.11", "signin.amazonaws.com", "AwsApiCall", True, None, ALICE,
                 {"success": "true", "x-amzn-vpce-id": ""}),
                (event["eventVersion"], event["eventSource"], event["eventType"],
                 event["readOnly"], event["responseElements"], event["userIdentity"]["arn"],
                 event["additionalEventData"]))


class Attacks(LoginCase):
    def test_code_again(self):
        """What it gave ends, for whoever has it: one of the two is not the one it was made for."""
        client = self.new_login()
        code = self.code(client)
        client.exchange(code)
        self.malformed(client.post(client.code_body(code)))
        self.malformed(client.post(client.refresh_body()))

    def test_weaker_challenge(self):
        client, visitor = self.new_login(), Visitor(self.server)
        self.as_alice(visitor)
        for method in ("plain", "S256", "", None):
            page = visitor.get(client.path(code_challenge_method=method))
            self.assertIn("?error=invalid_request", page.headers["location"])
        page = visitor.get(client.path(code_challenge=None))
        self.assertIn("?error=invalid_request", page.headers["location"])
        code = self.code(client, visitor)
        for changes in ({"codeVerifier": "x" * 43}, {"codeVerifier": ""},
                        {"redirectUri": client.redirect_uri + "/"},
                        {"clientId": login.CROSS_DEVICE}):
            self.malformed(client.post(client.code_body(code, **changes)))
        body = client.code_body(code)
        del body["codeVerifier"]
        self.malformed(client.post(body))
        client.exchange(code)

    def test_proofs(self):
        """Of another time, for another place, and used before."""
        client = self.logged_in()
        url = self.server.url + "/v1/token"
        body = client.refresh_body()
        for proof in ("x", "a.b.c", client.key.proof(url, iat=0),
                      client.key.proof(url, htm="GET"), client.key.proof(url + "/"),
                      client.key.proof("http://127.0.0.1:1/v1/token"),
                      client.key.proof(self.server.url + "/_sandbox/w1/v1/token")):
            self.malformed(client.post(body, proof))
        proof = client.key.proof(url)
        self.assertEqual(200, client.post(body, proof)[0])
        self.malformed(client.post(body, proof))

    def test_stolen_token(self):
        """Without the key it is good for nothing."""
        client = self.logged_in()
        thief = self.new_login()
        self.malformed(thief.post(client.refresh_body()))
        self.malformed(client.post(client.refresh_body(clientId=login.CROSS_DEVICE)))
        token = client.tokens["refreshToken"]
        for other in (token[:-1], token + "A", token.swapcase(), client.tokens["idToken"], "ASOR"):
            self.malformed(client.post(client.refresh_body(refreshToken=other)))
        client.refresh()

    def test_two_exchanges_at_once(self):
        client = self.new_login()
        code = self.code(client)
        url = self.server.url + "/v1/token"
        proofs = [client.key.proof(url) for _ in range(8)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda proof: client.post(client.code_body(code), proof),
                                    proofs))
        self.assertEqual([200] + 7 * [400], sorted(status for status, _, _ in answers))

    def test_two_refreshes_at_once(self):
        """All are given the same."""
        client = self.logged_in()
        url = self.server.url + "/v1/token"
        proofs = [client.key.proof(url) for _ in range(8)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda proof: client.post(client.refresh_body(), proof),
                                    proofs))
        self.assertEqual({200}, {status for status, _, _ in answers})
        self.assertEqual(1, len({(body["refreshToken"], body["accessToken"]["accessKeyId"])
                                 for _, _, body in answers}))

    def test_web_pages(self):
        """Of other sites get nothing, and cannot be sent to."""
        client = self.logged_in()
        for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            self.assertEqual(403, client.post(client.refresh_body(), headers=headers)[0])
        visitor = Visitor(self.server)
        self.as_alice(visitor)
        page = visitor.get(client.path(redirect_uri="http://evil.example/oauth/callback"))
        self.assertEqual((400, None), (page.status, page.headers["location"]))

    def test_secrets_stay_inside(self):
        self.server = self.start("--log-level", "debug")
        self.make_alice()
        client = self.new_login()
        code = self.code(client)
        client.exchange(code)
        old = client.tokens["refreshToken"]
        client.refresh()
        self.malformed(client.post(client.refresh_body(refreshToken=old + "A")))
        visitor = Visitor(self.server)
        visitor.get(f"/v1/sessions/confirmation?state=a&code={code}")
        events = self.server.request("GET", "/_iam-local/events")[2]
        explained = self.server.request("GET", "/_iam-local/explain")[2]
        self.assertIn("CreateOAuth2Token", events)
        for place in (self.server.printed(), events, explained):
            for secret in (code, old, client.tokens["refreshToken"], client.verifier,
                           *client.credentials[1:], client.tokens["idToken"]):
                self.assertNotIn(secret, place)


if __name__ == "__main__":
    login.need_openssl()
    harness.main()
