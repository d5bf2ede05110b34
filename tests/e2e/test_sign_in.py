# SPDX-License-Identifier: Apache-2.0
"""People sign in with a browser: where that is kept, in which sandbox, and what nobody sees."""
import tempfile

import harness
import signed
from visitor import Visitor

EMAIL = "root@example.com"
RIGHT, OTHER = "Correct-Horse1", "Second-Horse2"


class SignIn(harness.ServerCase):
    def give_password(self, server, prefix=""):
        path = f"accounts/{harness.ACCOUNT}/root"
        self.assertEqual(200, server.own("PUT", path, {"password": RIGHT}, prefix=prefix)[0])

    def as_root(self, visitor, password=RIGHT):
        page = visitor.send(visitor.get("/signin/root"), "/signin/root", email=EMAIL)
        return visitor.send(page, "/signin/root/password", password=password)

    def new_user(self, server):
        client = signed.Client(server)
        for action, params in (
                ("UpdateAccountPasswordPolicy", {"AllowUsersToChangePassword": "true"}),
                ("CreateUser", {"UserName": "alice"}),
                ("CreateLoginProfile", {"UserName": "alice", "Password": RIGHT,
                                        "PasswordResetRequired": "true"})):
            self.assertEqual(200, client.call(action, **params)[0])
        client.close()

    def heading(self, visitor, path):
        return visitor.get(path).heading

    def change_first(self, visitor):
        page = visitor.sign_in(harness.ACCOUNT, "alice", RIGHT)
        self.assertEqual("Choose another password", page.heading)
        return visitor.send(page, "/signin/new-password", old=RIGHT, new=OTHER, again=OTHER)

    def test_in_a_directory(self):
        """Sessions last over a restart, and end with the password."""
        with tempfile.TemporaryDirectory() as folder:
            server = self.start("--data", folder)
            self.new_user(server)
            visitor = Visitor(server)
            self.change_first(visitor)
            self.assertEqual("Who am I?", self.heading(visitor, "/console/me"))
            self.assertEqual(0, server.stop())
            visitor.server = server = self.start("--data", folder)
            self.assertEqual("Who am I?", self.heading(visitor, "/console/me"))
            page = visitor.get("/console/me/password")
            page = visitor.send(page, "/console/me/password", old=OTHER, new=RIGHT, again=RIGHT)
            self.assertEqual("Who am I?", page.heading)
            page = visitor.send(page, "/signout/everywhere")
            self.assertEqual("Sign in", page.heading)
            self.assertEqual("Sign in", self.heading(visitor, "/console/me"))

    def test_in_a_sandbox(self):
        """Who is signed in there is not here, with the same cookies."""
        prefix = self.server.sandbox("w1")
        self.give_password(self.server, prefix)
        visitor = Visitor(self.server, prefix)
        self.as_root(visitor)
        page = visitor.get("/console/me")
        self.assertEqual((prefix + "/console/me", "Who am I?"), (page.path, page.heading))
        visitor.prefix = ""
        self.assertEqual("Sign in", self.heading(visitor, "/console/me"))
        self.assertEqual("Password of the root user", self.as_root(visitor).heading)

    def test_cookies(self):
        """No script reads them, and no other site sends them along."""
        self.give_password(self.server)
        visitor = Visitor(self.server)
        form = visitor.get("/signin/root").form("/signin/root")
        page = visitor.request(
            "POST", "/signin/root/password",
            f"csrf={dict(form.fields)['csrf']}&email={EMAIL}&password={RIGHT}",
            {"Content-Type": "application/x-www-form-urlencoded"})
        cookie, = page.headers.get_all("set-cookie")
        self.assertRegex(cookie, r"\Aiam-local-default=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax\Z")
        self.assertEqual("no-store", page.headers["cache-control"])

    def test_secrets_stay_inside(self):
        server = self.start("--log-level", "debug")
        self.new_user(server)
        visitor = Visitor(server)
        self.assertIn("incorrect", visitor.sign_in(harness.ACCOUNT, "alice", "Wrong-Horse3").text)
        self.change_first(visitor)
        events = server.request("GET", "/_iam-local/events")[2]
        explained = server.request("GET", "/_iam-local/explain")[2]
        for place in (server.printed(), events, explained):
            for secret in (RIGHT, OTHER, "Wrong-Horse3", *visitor.cookies.values()):
                self.assertNotIn(secret, place)
        self.assertIn("ConsoleLogin", events)


if __name__ == "__main__":
    harness.main()
