# SPDX-License-Identifier: Apache-2.0
"""Passwords as boto3 gives and changes them, what a sign-in would say of them, and attacks: trying
passwords, trying names, and looking for passwords wherever the server writes."""
import concurrent.futures
import json
import pathlib
import tempfile

import aws
import harness

RIGHT, NEXT, THIRD = "Correct-Horse1", "Second-Horse2", "Third-Horse3"
VIOLATION = "Password does not conform to the account password policy."
NAMES, TRIES, AT_ONCE = 500, 2500, 16


class Passwords(aws.BotoCase):
    options = ("--password-cost", "1", "--log-level", "debug", "--log-format", "json")

    def check(self, name, password, server=None, **more):
        body = {"account": harness.ACCOUNT, "user_name": name, "password": password, **more}
        status, answer = (server or self.server).own("POST", "check-password", body)
        self.assertEqual(status, 200, answer)
        return answer["result"]

    def settings(self, **numbers):
        status, answer = self.server.own("PUT", "settings", numbers)
        self.assertEqual(status, 200, answer)

    def new_person(self, name, password=RIGHT, **more):
        """Somebody with an access key and a password."""
        person = self.user_client(name)
        self.iam.create_login_profile(UserName=name, Password=password, **more)
        return person

    def test_first_sign_in(self):
        self.iam.update_account_password_policy(AllowUsersToChangePassword=True)
        alice = self.new_person("alice", PasswordResetRequired=True)
        self.assertEqual(self.check("alice", RIGHT), "reset_required")
        created = self.iam.get_login_profile(UserName="alice")["LoginProfile"]
        self.assertTrue(created["PasswordResetRequired"])
        alice.change_password(OldPassword=RIGHT, NewPassword=NEXT)
        changed = self.iam.get_login_profile(UserName="alice")["LoginProfile"]
        self.assertEqual(changed, {**created, "PasswordResetRequired": False})
        self.assertEqual(self.check("alice", RIGHT), "wrong")
        self.assertNotIn("PasswordLastUsed", self.iam.get_user(UserName="alice")["User"])
        self.assertEqual(self.check("alice", NEXT), "ok")
        self.assertIn("PasswordLastUsed", self.iam.get_user(UserName="alice")["User"])
        self.assertIn("PasswordLastUsed", self.iam.list_users()["Users"][0])

    def test_change_password_refused(self):
        alice = self.new_person("alice")
        with self.refused("AccessDenied", 403):
            alice.change_password(OldPassword=RIGHT, NewPassword=NEXT)
        self.iam.update_account_password_policy(AllowUsersToChangePassword=True,
                                                MinimumPasswordLength=10, RequireNumbers=True)
        with self.refused("AccessDenied", 403, "The old password was incorrect."):
            alice.change_password(OldPassword=NEXT, NewPassword=THIRD)
        with self.refused("PasswordPolicyViolation", 400, VIOLATION):
            alice.change_password(OldPassword=RIGHT, NewPassword="Horse-Horse")
        with self.refused("InvalidUserType", 400, "Only IAM Users can change their own password"):
            self.iam.change_password(OldPassword=RIGHT, NewPassword=NEXT)
        self.assertEqual(self.check("alice", RIGHT), "ok")

    def test_age_and_reuse(self):
        self.iam.update_account_password_policy(
            AllowUsersToChangePassword=True, MaxPasswordAge=90, PasswordReusePrevention=2)
        alice = self.new_person("alice")
        self.server.own("PUT", "clock", {"advance": "P90D"})
        self.assertEqual(self.check("alice", RIGHT), "expired")
        with self.refused("AccessDenied", 403):
            alice.change_password(OldPassword=RIGHT, NewPassword=RIGHT)
        alice.change_password(OldPassword=RIGHT, NewPassword=NEXT)
        self.assertEqual(self.check("alice", NEXT), "ok")
        with self.refused("PasswordPolicyViolation", 400, VIOLATION):
            alice.change_password(OldPassword=NEXT, NewPassword=RIGHT)
        with self.refused("PasswordPolicyViolation", 400, VIOLATION):
            self.iam.update_login_profile(UserName="alice", Password=NEXT)
        alice.change_password(OldPassword=NEXT, NewPassword=THIRD)
        alice.change_password(OldPassword=THIRD, NewPassword=RIGHT)

    def test_user_cannot_be_deleted_with_it(self):
        self.iam.create_user(UserName="alice")
        self.iam.create_login_profile(UserName="alice", Password=RIGHT)
        with self.refused("DeleteConflict", 409,
                          "Cannot delete entity, must delete login profile first."):
            self.iam.delete_user(UserName="alice")
        self.iam.delete_login_profile(UserName="alice")
        self.iam.delete_user(UserName="alice")
        self.assertEqual(self.check("alice", RIGHT), "wrong")

    def test_changes_at_once(self):
        """One of them is made; the others find another password than they have compared."""
        self.settings(lockout_failures=0)
        self.iam.update_account_password_policy(AllowUsersToChangePassword=True,
                                                PasswordReusePrevention=1)
        alice = self.new_person("alice")

        def change(i):
            try:
                alice.change_password(OldPassword=RIGHT, NewPassword=f"Horse-Number-{i}")
                return i
            except aws.ClientError as error:
                self.assertIn(error.response["Error"]["Code"],
                              ("AccessDenied", "EntityTemporarilyUnmodifiable"))
                return None

        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            made = [i for i in pool.map(change, range(AT_ONCE)) if i is not None]
        self.assertEqual(len(made), 1)
        self.assertEqual(self.check("alice", f"Horse-Number-{made[0]}"), "ok")

    def test_thousands_of_wrong_ones(self):
        """For ever other names and for one. Neither tells who is there, and alice still gets in."""
        self.new_person("alice")
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            said = set(pool.map(lambda i: self.check(f"user-{i}", "x"), range(NAMES)))
            self.assertEqual(said, {"wrong"})
            self.assertEqual(self.check("alice", RIGHT), "ok")
            for name in ("alice", "nobody"):
                said = list(pool.map(lambda _, name=name: self.check(name, "x"), range(TRIES)))
                self.assertEqual(set(said), {"wrong", "locked"})
                # Those that are on their way when it is locked are looked at, too.
                self.assertLess(said.count("wrong"), 10 + AT_ONCE)
        self.assertEqual(self.check("alice", RIGHT), "locked")
        self.server.own("PUT", "clock", {"advance": "PT60S"})
        self.assertEqual(self.check("alice", RIGHT), "ok")

    def test_passwords_are_written_nowhere(self):
        secrets = ["Hidden-Horse1", "Hidden-Horse2", "Hidden-Horse3", "hidden-horse"]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        server = self.start(*self.options, "--data", folder.name)
        root = aws.client("iam", server)
        root.update_account_password_policy(AllowUsersToChangePassword=True, RequireNumbers=True)
        root.create_user(UserName="alice")
        alice = aws.client("iam", server, aws.make_key(root, UserName="alice"))
        root.create_login_profile(UserName="alice", Password=secrets[0])
        root.update_login_profile(UserName="alice", Password=secrets[1])
        alice.change_password(OldPassword=secrets[1], NewPassword=secrets[2])
        for call in (lambda: alice.change_password(OldPassword=secrets[0], NewPassword=secrets[1]),
                     lambda: root.update_login_profile(UserName="alice", Password=secrets[3]),
                     lambda: alice.update_login_profile(UserName="alice", Password=secrets[0])):
            with self.assertRaises(aws.ClientError) as caught:
                call()
            self.assertNotIn("idden", json.dumps(caught.exception.response, default=str))
        self.assertEqual(self.check("alice", secrets[2], server), "ok")
        self.assertEqual(self.check("alice", secrets[3], server), "wrong")
        told = [server.own("GET", "explain")[1]]
        told += [server.own("GET", "explain/" + line["request_id"])[1]
                 for line in told[0]["requests"]]
        told.append(server.own("GET", "events")[1])
        text = json.dumps(told)
        self.assertIn("ChangePassword", text)
        server.stop()
        text += server.text
        for path in pathlib.Path(folder.name).rglob("*"):
            if path.is_file():
                text += path.read_bytes().decode(errors="replace")
        self.assertNotIn("idden-", text)


if __name__ == "__main__":
    harness.main()
