# SPDX-License-Identifier: Apache-2.0
"""--data: what survives a restart and a crash, and who may have the directory."""
import contextlib
import pathlib
import sqlite3
import tempfile
import time

import aws
import harness
from aws import allow, document


class Data(aws.BotoCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.data = str(pathlib.Path(folder.name, "state"))
        self.options = ("--data", self.data)
        super().setUp()

    def restart(self):
        self.assertEqual(0, self.server.stop())
        self.server = self.start(*self.options)
        self.iam = aws.client("iam", self.server)

    def test_everything_is_there_after_a_restart(self):
        key = self.new_user("alice", document(allow("iam:GetUser")))
        self.iam.tag_user(UserName="alice", Tags=[{"Key": "team", "Value": "blue"}])
        self.iam.create_group(GroupName="crew", Path="/x/")
        self.iam.put_group_policy(GroupName="crew", PolicyName="p",
                                  PolicyDocument=document(allow("iam:ListUsers")))
        self.iam.add_user_to_group(GroupName="crew", UserName="alice")
        second = aws.make_key(self.iam)
        self.iam.update_access_key(AccessKeyId=harness.ROOT[0], Status="Inactive")
        root = aws.client("iam", self.server, second)
        before = root.get_user(UserName="alice")["User"]

        self.restart()
        alice = aws.client("iam", self.server, key)
        self.assertEqual(before, alice.get_user()["User"])
        self.assertEqual(1, len(alice.list_users()["Users"]))
        with self.denied("alice", "iam:DeleteUser", "user alice"):
            alice.delete_user(UserName="alice")
        with self.refused("InvalidClientTokenId", 403):
            self.iam.list_users()
        root = aws.client("iam", self.server, second)
        keys = {k["AccessKeyId"]: k["Status"]
                for k in root.list_access_keys()["AccessKeyMetadata"]}
        self.assertEqual({harness.ROOT[0]: "Inactive", second[0]: "Active"}, keys)

    def test_last_use_of_keys_is_there_after_a_restart(self):
        key = self.new_user("alice")
        aws.client("sts", self.server, key, region="eu-west-3").get_caller_identity()
        before = self.iam.get_access_key_last_used(AccessKeyId=key[0])["AccessKeyLastUsed"]
        self.restart()
        after = self.iam.get_access_key_last_used(AccessKeyId=key[0])["AccessKeyLastUsed"]
        self.assertEqual(before, after)
        self.assertEqual(("sts", "eu-west-3"), (after["ServiceName"], after["Region"]))

    def test_other_accounts_are_there_after_a_restart(self):
        _, made = self.server.own("POST", "accounts", {"account": "222222222222"})
        self.restart()
        root = (made["access_key_id"], made["secret_access_key"])
        identity = aws.client("sts", self.server, root).get_caller_identity()
        self.assertEqual("arn:aws:iam::222222222222:root", identity["Arn"])

    def test_accounts_without_the_roles_of_aws_get_them(self):
        def linked():
            return {role["RoleName"]: role["RoleId"] for role in self.iam.list_roles(
                PathPrefix="/aws-service-role/")["Roles"]}

        before = linked()
        self.assertEqual({"AWSServiceRoleForSupport", "AWSServiceRoleForTrustedAdvisor"},
                         set(before))
        self.assertEqual(0, self.server.stop())
        [file] = pathlib.Path(self.data).glob("*.db")
        with contextlib.closing(sqlite3.connect(file)) as database, database:
            for table in "iam_role", "attachment", "policy_use", "account_count":
                database.execute(f"DELETE FROM {table}")
        for _ in range(2):
            self.server = self.start(*self.options)
            self.iam = aws.client("iam", self.server)
            self.assertEqual(before, linked())
            self.assertEqual(2, self.iam.get_account_summary()["SummaryMap"]["Roles"])
            self.assertEqual(0, self.server.stop())
        self.server = self.start(*self.options)

    def test_what_was_answered_survives_a_crash_of_the_program(self):
        for number in range(20):
            self.iam.create_user(UserName=f"user-{number:02}")
        self.server.kill()
        self.server = self.start(*self.options)
        self.iam = aws.client("iam", self.server)
        self.assertEqual(20, len(self.iam.list_users()["Users"]))

    def refused_to_start(self, *options):
        """Ends with status 1 and one line, which is returned."""
        done = harness.run("--listen", "127.0.0.1:0", *self.options, *options)
        self.assertEqual((1, "", 1), (done.returncode, done.stdout,
                                      len(done.stderr.splitlines())), done.stderr)
        return done.stderr

    def test_a_root_key_the_directory_does_not_have_is_refused(self):
        self.server.stop()
        secret = ("--root-secret-access-key", "correct-horse-battery")
        other = ("--root-access-key-id", "AKIAZZZZZZZZZZZZZZZZ")
        for options in (secret, other, other + secret):
            with self.subTest(options=options):
                message = self.refused_to_start(*options)
                self.assertIn("--root-access-key-id", message)
                self.assertIn(self.data, message)
                self.assertNotIn(secret[1], message)
        done = harness.run("--listen", "127.0.0.1:0", *self.options,
                           IAM_LOCAL_ROOT_SECRET_ACCESS_KEY=secret[1])
        self.assertEqual(1, done.returncode, done.stderr)
        self.server = self.start(*self.options, "--root-secret-access-key", harness.ROOT[1])

    def test_the_banner_shows_only_keys_that_work(self):
        second = aws.make_key(self.iam)
        root = aws.client("iam", self.server, second)
        self.assertIn(harness.ROOT[1], self.server.printed())
        for change, part in (
                (lambda: root.update_access_key(AccessKeyId=harness.ROOT[0], Status="Inactive"),
                 "root key      as in the data directory\n"),
                (lambda: root.update_access_key(AccessKeyId=second[0], Status="Inactive"),
                 "root key      none is active; the way back is POST /_iam-local/reset")):
            change()
            self.restart()
            root = aws.client("iam", self.server, second)
            banner = self.server.printed()
            self.assertIn(part, banner)
            self.assertIn(f"export AWS_ENDPOINT_URL_IAM={self.server.url}\n", banner)
            for key in (*harness.ROOT, *second, "export AWS_ACCESS_KEY_ID"):
                self.assertNotIn(key, banner)

    def test_a_seed_does_not_give_out_ids_again(self):
        self.server.stop()
        self.assertIn("--seed", self.refused_to_start("--seed", "7"))

    def test_reset_reaches_the_directory(self):
        self.iam.create_user(UserName="alice")
        self.server.own("POST", "reset")
        self.restart()
        self.assertEqual([], self.iam.list_users()["Users"])

    def test_a_second_process_is_turned_away(self):
        second = harness.run("--listen", "127.0.0.1:0", *self.options)
        self.assertEqual((1, "", 1), (second.returncode, second.stdout,
                                      len(second.stderr.splitlines())), second.stderr)
        self.assertIn(self.data, second.stderr)
        self.iam.create_user(UserName="alice")

    def log_lines(self, part):
        return [line for line in self.server.printed().splitlines() if part in line]

    def test_a_directory_that_is_gone_is_noticed(self):
        self.iam.create_user(UserName="alice")
        away = pathlib.Path(self.data).rename(self.data + "-away")
        for _ in range(5):
            with self.refused("ServiceFailure", 500):
                self.iam.create_user(UserName="bob")
        self.assertEqual("alice", self.iam.get_user(UserName="alice")["User"]["UserName"])
        status, health = self.server.own("GET", "health")
        self.assertEqual((503, "failing"), (status, health["status"]))
        self.assertIn("iam-local.db is gone", health["error"])
        told = harness.run("health", self.server.url)
        self.assertEqual(1, told.returncode)
        self.assertIn("iam-local.db is gone", told.stderr)
        self.assertEqual(500, self.server.own("POST", "reset")[0])
        (line,) = self.log_lines("refused")
        self.assertIn("iam-local.db is gone", line)
        self.assertFalse(pathlib.Path(self.data).exists())

        away.rename(self.data)
        self.iam.create_user(UserName="bob")
        status, health = self.server.own("GET", "health")
        self.assertEqual((200, "ok"), (status, health["status"]))
        self.restart()
        self.assertEqual(2, len(self.iam.list_users()["Users"]))
        self.assertEqual([], self.log_lines("holds less"))

    def test_an_overwritten_log_is_noticed_without_a_write(self):
        self.iam.create_user(UserName="alice")
        wal = pathlib.Path(self.data, "iam-local.db-wal")
        wal.write_bytes(wal.read_bytes()[:-100])
        deadline = time.monotonic() + harness.STOP_SECONDS
        while not self.log_lines("iam-local.db-wal was changed"):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def test_a_start_that_finds_less_says_so(self):
        self.iam.create_user(UserName="alice")
        self.restart()
        self.assertEqual([], self.log_lines("holds less"))
        self.server.stop()
        pathlib.Path(self.data, "iam-local.db").unlink()
        self.server = self.start(*self.options)
        (line,) = self.log_lines("holds less than the last run left")
        self.assertIn(self.data, line)

    def test_full_durability_serves_as_well(self):
        self.options += ("--durability", "full")
        self.restart()
        self.iam.create_user(UserName="alice")
        self.restart()
        self.iam.get_user(UserName="alice")


if __name__ == "__main__":
    harness.main()
