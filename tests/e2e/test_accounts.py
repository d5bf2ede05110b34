# SPDX-License-Identifier: Apache-2.0
"""Several accounts named at the start: who is root in them, and roles from one to the next."""
import pathlib
import tempfile

import aws
import harness
from aws import allow, document

ACCOUNTS = ("111111111111", "222222222222", "333333333333")


def trust(arn):
    return document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": arn}})


class Accounts(aws.BotoCase):
    options = ("--account", ",".join(ACCOUNTS[:2]), "--account", ACCOUNTS[2])

    def root_of(self, account, server=None):
        """A new access key of its root user."""
        status, made = (server or self.server).own("POST", f"accounts/{account}/access-keys")
        self.assertEqual((201, account), (status, made["account"]))
        return made["access_key_id"], made["secret_access_key"]

    def identity(self, key, token=None, server=None):
        answer = aws.client("sts", server or self.server, key, token=token).get_caller_identity()
        return answer["Arn"]

    def listed(self, server=None):
        _, answer = (server or self.server).own("GET", "accounts")
        return [(each["account"], each["email"]) for each in answer["accounts"]]

    def test_each_has_a_root_user(self):
        self.assertEqual([(ACCOUNTS[0], "root@example.com")] + [
            (account, f"root@{account}.example") for account in ACCOUNTS[1:]], self.listed())
        self.assertEqual(f"arn:aws:iam::{ACCOUNTS[0]}:root", self.identity(harness.ROOT))
        for account in ACCOUNTS[1:]:
            self.assertEqual(f"arn:aws:iam::{account}:root", self.identity(self.root_of(account)))
        self.root_of(ACCOUNTS[2])
        status, answer = self.server.own("POST", f"accounts/{ACCOUNTS[2]}/access-keys")
        self.assertEqual((409, {"error": "Cannot exceed quota for AccessKeysPerUser: 2"}),
                         (status, answer))
        self.assertEqual(404, self.server.own("POST", "accounts/444444444444/access-keys")[0])

    def test_a_reset_makes_them_anew(self):
        key = self.root_of(ACCOUNTS[1])
        self.server.own("POST", "accounts", {"account": "444444444444"})
        before = self.listed()[:3]
        self.server.own("POST", "reset")
        self.assertEqual(before, self.listed())
        with self.refused("InvalidClientTokenId", 403):
            self.identity(key)

    def test_roles_from_account_to_account(self):
        others = [aws.client("iam", self.server, self.root_of(each)) for each in ACCOUNTS[1:]]
        hop = document(allow("sts:AssumeRole"))
        user = self.new_user("alice", hop)
        before = self.identity(user)
        self.assertEqual(f"arn:aws:iam::{ACCOUNTS[0]}:user/alice", before)
        sts = aws.client("sts", self.server, user)
        trusted = before
        for account, iam, name in zip(ACCOUNTS[1:], others, ("deploy", "audit")):
            role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(trusted))["Role"]
            iam.put_role_policy(RoleName=name, PolicyName="hop", PolicyDocument=hop)
            made = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="chain")["Credentials"]
            sts = aws.client("sts", self.server, (made["AccessKeyId"], made["SecretAccessKey"]),
                             token=made["SessionToken"])
            answer = sts.get_caller_identity()
            self.assertEqual((account, f"arn:aws:sts::{account}:assumed-role/{name}/chain",
                              f"{role['RoleId']}:chain"),
                             (answer["Account"], answer["Arn"], answer["UserId"]))
            trusted = role["Arn"]
        # The user itself is trusted by the first role alone.
        with self.refused("AccessDenied", 403):
            aws.client("sts", self.server, user).assume_role(RoleArn=trusted,
                                                             RoleSessionName="chain")

    def test_accounts_of_a_directory_stay_as_they_are(self):
        with tempfile.TemporaryDirectory() as folder:
            server = self.start("--data", folder, *self.options[:2])
            key = self.root_of(ACCOUNTS[1], server)
            server.stop()
            server = self.start("--data", folder, *self.options)
            self.assertEqual(list(ACCOUNTS), [account for account, _ in self.listed(server)])
            self.assertEqual(f"arn:aws:iam::{ACCOUNTS[1]}:root", self.identity(key, server=server))
            server.stop()

    def test_the_root_user_s_password_outlives_the_option(self):
        """It is hashed in the background, and in no file or log as it is."""
        def ask(server, password="Correct-horse-1"):
            return server.own("POST", "check-password", {
                "email": "Root@Example.com", "password": password})[1]["result"]

        with tempfile.TemporaryDirectory() as folder:
            server = self.start("--data", folder, "--log-level", "debug",
                                "--root-password", "Correct-horse-1")
            self.assertEqual(("ok", "wrong"), (ask(server), ask(server, "Correct-horse-2")))
            server.stop()
            self.assertNotIn("Correct-horse", server.text)
            for file in pathlib.Path(folder).rglob("*"):
                self.assertNotIn(b"Correct-horse", file.read_bytes() if file.is_file() else b"")
            server = self.start("--data", folder)
            self.assertEqual("ok", ask(server))
            root = f"accounts/{harness.ACCOUNT}/root"
            self.assertEqual(200, server.own("PUT", root, {"password": "Correct-horse-2"})[0])
            server.stop()
            server = self.start("--data", folder, "--root-password", "Correct-horse-1")
            self.assertEqual(("wrong", "ok"), (ask(server), ask(server, "Correct-horse-2")))
            server.stop()


if __name__ == "__main__":
    harness.main()
