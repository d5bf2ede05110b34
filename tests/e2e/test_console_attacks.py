# SPDX-License-Identifier: Apache-2.0
"""What other sites, other ports and other people may try with the pages."""
import base64
import datetime
import pathlib
import re
import unittest
import urllib.parse

import harness
import signed
import totp
from visitor import Visitor

FOREIGN_HOSTS = ("evil.example", "evil.example:4566", "127.0.0.1.evil.example", "iam-local.",
                 "localhost.evil.example", "evil.local", "", "127.0.0.1@evil.example",
                 "evil.example/127.0.0.1", "0x7f.1.evil.example")
OWN_HOSTS = ("localhost", "localhost.", "localhost:1", "127.0.0.1", "[::1]:80", "iam-local",
             "a.localhost", "host.docker.internal")
HERE = {"Sec-Fetch-Site": "same-origin"}
LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
ELSEWHERE = ({**LINK, "Sec-Fetch-Dest": "iframe"}, {**LINK, "Sec-Fetch-Dest": "embed"},
             {**LINK, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
             {**LINK, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
             {**LINK, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
             {**LINK, "Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "same-site"},
             {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "nonsense"},
             {"Origin": "http://evil.example"}, {"Origin": "null"})
# Where `next` must not lead: all but a path of this server.
AWAY = ("//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "https://evil.example", "http:evil.example", "javascript:alert(1)",
        "data:text/html,x",
        "/console\r\nSet-Cookie: a=b", "/console\nLocation: http://evil.example", "evil.example",
        "/%2f/evil.example", "//127.0.0.1:1/", "@evil.example", "/..//evil.example", "?", "\x00/")
# What texts would like to become.
EVIL = ("\"'><script>alert(1)</script><img src=x onerror=alert(2)>", "javascript:alert(1)",
        "//evil.example/", "\r\nX-Evil: 1\r\n\r\n<script>", "</textarea></title></pre><script>",
        "{{base}}", "&lt;script&gt;", "\u202e\u2028\ufeff", "a" * 9000, "%00%ff", "..%2f..", "-1")
# Where links and forms lead, and the mark of each page comes from.
OURS = r"/(?![/\\])|[#?]|data:image/svg\+xml,|https://docs\.aws\.amazon\.com/|$"
FILES = ("/console/style.css", "/console/live.js")
# What is sent there proves itself who sends it; a cookie is worth nothing.
FOR_PROGRAMS = ("/federation",)
COOKIE = "iam-local-default"
SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "schema" / "api" / "console"


def pages(method):
    """The paths of all pages, with something in the place of names, from the model."""
    for file in sorted(SCHEMA.glob("*.api")):
        for path in re.findall(rf"(?m)^    http {method} (\S+)", file.read_text("utf-8")):
            yield re.sub(r"\{\w+\}", "users", path)


def members(method):
    """Path, and names of the members in the query and the body, of each page."""
    for file in sorted(SCHEMA.glob("*.api")):
        for op in re.split(r"(?m)^op ", file.read_text("utf-8"))[1:]:
            for path in re.findall(rf"(?m)^    http {method} +(\S+)", op):
                yield (path, re.findall(r"(?m)^    in (\w+) .*\bquery\b", op),
                       re.findall(r"(?m)^    in (\w+)(?!.*\b(?:query|path)\b)", op))


# The one picture that a page of ours has: a QR code, whatever its form says that it is.
PICTURE = r"data:image/png;base64,[A-Za-z0-9%._~-]*\Z"


def dangers(page):
    """What in a page would run, or lead away, that no page of ours has."""
    for tag, attributes in page.read.tags:
        if tag == "img" and re.match(PICTURE, attributes.get("src", "")):
            attributes = {name: value for name, value in attributes.items() if name != "src"}
        elif tag in ("img", "iframe", "object", "base", "style") or (
                tag == "script" and not attributes.get("src", "").startswith("/console/")):
            yield tag
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                yield f"{tag} {name}={value}"
            if name in ("href", "src", "action", "formaction") and not re.match(OURS, value):
                yield f"{tag} {name}={value}"


def masked(page):
    """What is there for whom it may concern: without what differs from visit to visit."""
    return re.sub(r'(?s)name="(csrf|state)" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}', "", page.body)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = harness.Server()
        cls.addClassCleanup(cls.server.stop)
        cls.client = signed.Client(cls.server)
        cls.own("PUT", f"accounts/{harness.ACCOUNT}/root",
                {"email": "root@example.com", "password": "Root-of-all-7"})
        cls.person("alice", "iam:ListUsers")

    @classmethod
    def own(cls, method, endpoint, body=None):
        status, answer = cls.server.own(method, endpoint, body)
        assert status < 300, answer
        return answer

    @classmethod
    def call(cls, action, **parameters):
        status, text = cls.client.call(action, **parameters)
        assert status == 200, text
        return text

    @classmethod
    def person(cls, name, *actions):
        cls.call("CreateUser", UserName=name)
        cls.call("CreateLoginProfile", UserName=name, Password=f"{name}-Horse-7")
        for action in actions:
            cls.call("PutUserPolicy", UserName=name, PolicyName="may", PolicyDocument=(
                '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*",'
                f'"Action":"{action}"}}}}'))

    def signed_in(self, name="alice"):
        visitor = Visitor(self.server)
        page = visitor.sign_in(harness.ACCOUNT, name, f"{name}-Horse-7")
        self.assertEqual("/console", page.path, page.body)
        return visitor

    def is_in(self, visitor):
        return visitor.get("/console/me").path == "/console/me"


class Pages(Case):
    """All of them, those that nobody has to sign in for included."""

    def status(self, path, method="GET", **headers):
        return Visitor(self.server).request(method, path, headers=headers).status

    def test_names_of_other_people(self):
        """DNS rebinding: a foreign name that leads here."""
        visitor = self.signed_in()
        for path in pages("GET"):
            for host in FOREIGN_HOSTS:
                with self.subTest(path, host=host):
                    page = visitor.request("GET", path, headers={"Host": host})
                    self.assertIn(page.status, (400, 403))
                    self.assertNotIn("set-cookie", page.headers)
                    self.assertNotIn("alice", page.body)
            for host in OWN_HOSTS:
                with self.subTest(path, host=host):
                    self.assertNotEqual(403, self.status(path, Host=host))

    def test_pages_of_other_sites(self):
        visitor = self.signed_in()
        for path in pages("GET"):
            for headers in ELSEWHERE:
                with self.subTest(path, **headers):
                    page = visitor.request("GET", path, headers=headers)
                    self.assertEqual(403, page.status)
                    self.assertNotIn("set-cookie", page.headers)
                    self.assertNotIn("access-control-allow-origin", page.headers)
                    self.assertNotIn("alice", page.body)
            for headers in (HERE, LINK, {}):
                with self.subTest(path, **headers):
                    self.assertNotEqual(403, self.status(path, **headers))

    def test_links_only_show(self):
        for path in pages("POST"):
            with self.subTest(path):
                self.assertEqual(403, self.status(path, "POST", **LINK))

    def test_nothing_is_kept(self):
        visitor = self.signed_in()
        for one in (Visitor(self.server), visitor):
            for path in pages("GET"):
                with self.subTest(path):
                    page = one.request("GET", path)
                    kept = path in FILES
                    self.assertEqual("max-age=31536000, immutable" if kept else "no-store",
                                     page.headers["cache-control"])
                    self.assertEqual("DENY", page.headers["x-frame-options"])
                    self.assertIn("frame-ancestors 'none'",
                                  page.headers["content-security-policy"])

    def test_nobody_sees_the_console(self):
        for path in pages("GET"):
            if path.startswith("/console") and path not in FILES:
                with self.subTest(path):
                    page = Visitor(self.server).request("GET", path)
                    self.assertEqual(303, page.status)
                    self.assertTrue(page.headers["location"].startswith("/signin"))


class Forms(Case):
    """Each wants what only a page that was made for this browser has."""

    def forged(self, visitor):
        """Bodies and headers."""
        mine = visitor.get("/signin/root").form("/signin/root").fields
        csrf = dict(mine)["csrf"]
        other = dict(Visitor(self.server).get("/signin/root").form("/signin/root").fields)["csrf"]
        theirs = dict(self.signed_in().get("/console/me").form("/signout").fields)["csrf"]
        yield {}, {}
        for value in ("", "x", "A" * len(csrf), other, theirs, csrf[:-1], csrf + "A", csrf.lower()):
            yield {"csrf": value}, {}
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"},
                        {"Origin": "http://127.0.0.1:1"}, {"Origin": "http://localhost"},
                        {"Origin": "https://" + self.server.authority},
                        {"Sec-Fetch-Site": "same-site"}, LINK, {"Cookie": ""},
                        {"Cookie": f"{COOKIE}={'A' * 43}"}):
            yield {"csrf": csrf}, headers

    def test_forged(self):
        visitor = self.signed_in()
        forged = list(self.forged(visitor))
        for path in set(pages("POST")) - set(FOR_PROGRAMS):
            for fields, headers in forged:
                with self.subTest(path, fields=fields, **headers):
                    page = visitor.post(path, fields, headers)
                    refused = page.status == 403
                    self.assertTrue(refused or page.path.startswith("/signin"), page.status)
                    self.assertTrue(refused or "Cookie" in headers)
        self.assertTrue(self.is_in(visitor))

    def test_forged_before_signing_in(self):
        visitor = Visitor(self.server)
        forged = list(self.forged(visitor))
        for path in pages("POST"):
            if path.startswith("/signin"):
                for fields, headers in forged:
                    with self.subTest(path, fields=fields, **headers):
                        self.assertEqual(403, visitor.post(path, fields, headers).status)

    def test_other_kinds_of_bodies(self):
        visitor = self.signed_in()
        csrf = dict(visitor.get("/console/me").form("/signout").fields)["csrf"]
        for kind in ("text/plain", "multipart/form-data; boundary=x", "application/json", ""):
            with self.subTest(kind):
                page = visitor.post("/signout", {"csrf": csrf}, {"Content-Type": kind})
                self.assertGreaterEqual(page.status, 400)
        self.assertTrue(self.is_in(visitor))


class Texts(Case):
    """What comes in is shown as text, if it is shown."""

    def check(self, page):
        self.assertLess(page.status, 500, page.body)
        self.assertEqual([], list(dangers(page)), page.body)
        self.assertNotIn("x-evil", page.headers)

    def test_addresses(self):
        for visitor in (Visitor(self.server), self.signed_in()):
            for path, query, _ in members("GET"):
                for text in EVIL:
                    with self.subTest(path, text=text):
                        part = urllib.parse.quote(text[:1000], safe="")
                        target = re.sub(r"\{\w+\}", part, path).split("?")[0]
                        if query:
                            target += "?" + urllib.parse.urlencode({name: text for name in query})
                        self.check(visitor.get(target))

    def test_forms(self):
        for visitor in (Visitor(self.server), self.signed_in()):
            csrf = dict(visitor.get("/signin/root").form("/signin/root").fields)["csrf"]
            for path, _, fields in members("POST"):
                for text in EVIL if not path.startswith("/signout") else ():
                    with self.subTest(path, text=text):
                        target = re.sub(r"\{\w+\}", urllib.parse.quote(text[:1000], safe=""), path)
                        self.check(visitor.post(target, {
                            "csrf": csrf, **{name: text for name in fields}}))
                        self.check(visitor.post(target, {"csrf": csrf, text[:1000]: "x"}))

    def test_cookies(self):
        for text in EVIL:
            with self.subTest(text):
                for value in (urllib.parse.quote(text, safe=""), text.split("\r")[0][:1000]):
                    value = value.encode("utf-8").decode("latin-1")
                    page = Visitor(self.server).request("GET", "/signin", headers={
                        "Cookie": f"{COOKIE}-user={value}/{value}; {COOKIE}={value}"})
                    self.check(page)

    def test_much(self):
        visitor = self.signed_in()
        for body in ("&" * 100_000, "=" * 100_000, "csrf=" * 20_000, "a=b&" * 50_000, "%" * 9999,
                     "a" * 1_000_000):
            with self.subTest(body[:10]):
                page = visitor.request("POST", "/signin", body, {
                    "Content-Type": "application/x-www-form-urlencoded"})
                self.assertIn(page.status, (400, 403))
        self.assertTrue(self.is_in(visitor))

    def test_other_methods(self):
        for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
            with self.subTest(method):
                page = Visitor(self.server).request(method, "/console/me", headers={
                    "Origin": self.server.url, "Access-Control-Request-Method": "POST"})
                self.assertGreaterEqual(page.status, 400)
                self.assertNotIn("access-control-allow-origin", page.headers)


class Sessions(Case):
    def test_ends_with_what_it_is_of(self):
        """Whoever is deleted, or has another password, is out in all browsers."""
        for name, action, more in (
                ("gone", "DeleteLoginProfile", {}),
                ("other", "UpdateLoginProfile", {"Password": "Another-Horse-8"})):
            with self.subTest(action):
                self.person(name)
                visitor = self.signed_in(name)
                self.call(action, UserName=name, **more)
                self.assertFalse(self.is_in(visitor))

    def test_fixation(self):
        """A cookie from before the sign-in is worth nothing after it, whoever made it."""
        for cookie in (None, "A" * 43, "x"):
            visitor = Visitor(self.server)
            if cookie:
                visitor.cookies[COOKIE] = cookie
            visitor.get("/signin")
            before = visitor.cookies.get(COOKIE)
            visitor.sign_in(harness.ACCOUNT, "alice", "alice-Horse-7")
            self.assertTrue(self.is_in(visitor))
            self.assertNotIn(visitor.cookies[COOKIE], (before, cookie))
            for one in {before, cookie} - {None}:
                thief = Visitor(self.server)
                thief.cookies[COOKIE] = one
                self.assertFalse(self.is_in(thief))

    def test_cookie(self):
        visitor = Visitor(self.server)
        page = visitor.request("GET", "/signin")
        attributes = page.headers["set-cookie"].split("; ")
        self.assertRegex(attributes[0], r"^iam-local-default=[A-Za-z0-9_-]{43}$")
        self.assertEqual({"HttpOnly", "SameSite=Lax", "Path=/"}, set(attributes[1:]))

    def test_signed_out(self):
        visitor, thief = self.signed_in(), Visitor(self.server)
        thief.cookies = dict(visitor.cookies)
        self.assertTrue(self.is_in(thief))
        visitor.send(visitor.get("/console/me"), "/signout")
        self.assertFalse(self.is_in(visitor))
        self.assertFalse(self.is_in(thief))

    def test_another_sandbox(self):
        prefix = self.server.sandbox("other")
        visitor = self.signed_in()
        cookie = visitor.cookies[COOKIE]
        other = Visitor(self.server, prefix)
        other.cookies = {COOKIE: cookie, "iam-local-other": cookie}
        self.assertNotEqual(prefix + "/console/me", other.get("/console/me").path)

    def test_links_stay_in_their_sandbox(self):
        prefix = self.server.sandbox("w1")
        status, _ = self.server.own("PUT", f"accounts/{harness.ACCOUNT}/root",
                                    {"password": "Other-Root-7"}, prefix=prefix)
        self.assertEqual(200, status)
        visitor = Visitor(self.server, prefix)
        page = visitor.send(visitor.get("/signin/root"), "/signin/root", email="root@example.com")
        page = visitor.send(page, "/signin/root/password", password="Other-Root-7")
        self.assertEqual(prefix + "/console", page.path)
        for path in set(pages("GET")) - {"/console/sandboxes"}:  # which is about all of them
            with self.subTest(path):
                for tag, attributes in visitor.get(path).read.tags:
                    target = attributes.get("href" if tag == "a" else "action", "#")
                    if tag in ("a", "form") and not re.match("[#?]|https:|$", target):
                        self.assertTrue(target.startswith(prefix + "/"), target)

    def test_next(self):
        for away in AWAY:
            with self.subTest(away):
                visitor = Visitor(self.server)
                page = visitor.get("/signin?next=" + urllib.parse.quote(away))
                self.assertIn(page.status, (200, 400))
                form = visitor.get("/signin").form("/signin")
                fields = {**dict(form.fields), "next": away, "account": harness.ACCOUNT,
                          "user": "alice", "password": "alice-Horse-7"}
                answer = visitor.request("POST", "/signin", urllib.parse.urlencode(fields),
                                         {"Content-Type": "application/x-www-form-urlencoded"})
                self.assertIn(answer.status, (303, 400))
                target = urllib.parse.urljoin(self.server.url + "/signin",
                                              answer.headers.get("location", "/"))
                self.assertTrue(target.startswith(self.server.url + "/"), target)
                self.assertNotRegex(answer.headers.get("location", ""), r"^/[/\\]|[\t\r\n\\]")
                self.assertNotIn("a=b", answer.headers.get("set-cookie", ""))


class Guesses(Case):
    def attempt(self, account, user, password):
        return Visitor(self.server).sign_in(account, user, password)

    def test_who_is_there(self):
        """Nothing tells an unknown account, alias or user from a wrong password."""
        self.call("CreateUser", UserName="keys-only")
        answers = {(page.status, page.heading, masked(page).replace(user, "").replace(account, ""))
                   for account, user in ((harness.ACCOUNT, "alice"), (harness.ACCOUNT, "nobody"),
                                         (harness.ACCOUNT, "keys-only"), ("210987654321", "alice"),
                                         ("no-such-alias", "alice"))
                   for page in [self.attempt(account, user, "wrong")]}
        self.assertEqual(1, len(answers), answers)

    def test_which_root_user_is_there(self):
        answers = set()
        for email in ("root@example.com", "nobody@example.com"):
            visitor = Visitor(self.server)
            page = visitor.send(visitor.get("/signin/root"), "/signin/root", email=email)
            refused = visitor.send(page, "/signin/root/password", password="wrong")
            answers.add((page.status, masked(page).replace(email, ""), refused.status,
                         masked(refused).replace(email, "")))
        self.assertEqual(1, len(answers), answers)

    def test_which_alias_is_there(self):
        self.call("CreateAccountAlias", AccountAlias="acme")
        answers = {masked(Visitor(self.server).get("/signin/" + name)).replace(name, "")
                   for name in ("acme", "nothing-like-that", harness.ACCOUNT, "210987654321")}
        self.assertEqual(1, len(answers), answers)

    def test_brute_force(self):
        self.person("guessed")
        most = self.own("GET", "settings")["lockout_failures"]
        for i in range(most):
            self.attempt(harness.ACCOUNT, "guessed", f"guess {i}")
        self.assertNotEqual("/console", self.attempt(harness.ACCOUNT, "guessed",
                                                     "guessed-Horse-7").path)
        self.assertEqual("/console", self.attempt(harness.ACCOUNT, "alice", "alice-Horse-7").path)

    def device(self, name):
        """A virtual device of a user; returns its seed."""
        serial = f"arn:aws:iam::{harness.ACCOUNT}:mfa/{name}"
        made = self.call("CreateVirtualMFADevice", VirtualMFADeviceName=name)
        seed = base64.b64decode(re.search("<Base32StringSeed>(.*)</Base32StringSeed>", made)[1])
        now = self.now()
        self.call("EnableMFADevice", UserName=name, SerialNumber=serial,
                  AuthenticationCode1=totp.code(seed, now),
                  AuthenticationCode2=totp.code(seed, now, 1))
        return seed

    def now(self):
        return datetime.datetime.fromisoformat(self.own("GET", "clock")["now"]).timestamp()

    def enter(self, name, code):
        """With a second factor; returns the page that it ends at."""
        visitor = Visitor(self.server)
        page = visitor.sign_in(harness.ACCOUNT, name, f"{name}-Horse-7")
        if any(form.action.endswith("/signin/code") for form in page.read.forms):
            page = visitor.send(page, "/signin/code", code=code)
        return page.path

    def test_codes(self):
        """A second factor of six digits is no use when all of them can be tried."""
        self.own("PUT", "clock", {"freeze": True})
        self.person("coded")
        seed = self.device("coded")
        self.own("PUT", "clock", {"advance": "PT90S"})
        self.assertEqual("/console", self.enter("coded", totp.code(seed, self.now())))
        self.own("PUT", "clock", {"advance": "PT30S"})
        right = totp.code(seed, self.now())
        for i in range(1, 20):
            self.enter("coded", f"{(int(right) + 1000 * i) % 1000000:06}")
        self.assertNotEqual("/console", self.enter("coded", right))

    def test_secrets_stay_secret(self):
        page = self.attempt(harness.ACCOUNT, "alice", "a-wrong-secret")
        self.assertNotIn("a-wrong-secret", page.body)
        visitor = self.signed_in()
        csrf = dict(visitor.get("/console/me").form("/signout").fields)["csrf"]
        told = self.server.printed() + str(self.own("GET", "events")) + str(
            self.own("GET", "explain"))
        for secret in ("a-wrong-secret", "alice-Horse-7", visitor.cookies[COOKIE], csrf):
            self.assertNotIn(secret, told)


if __name__ == "__main__":
    harness.main()
