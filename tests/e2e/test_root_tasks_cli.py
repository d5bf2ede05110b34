# SPDX-License-Identifier: Apache-2.0
"""An administrator with the AWS CLI tries what only the root user can do by an operation of AWS.
The tasks that AWS has no operation for are those of test_root_tasks.py."""
import harness
import test_cli

ALL = test_cli.allow("*", "*")
DENY_ALL = ALL.replace("Allow", "Deny")


class RootTasks(test_cli.CliCase):
    def setUp(self):
        super().setUp()
        self.aws("iam", "create-user", "--user-name", "admin")
        self.aws("iam", "put-user-policy", "--user-name", "admin", "--policy-name", "all",
                 "--policy-document", ALL)
        self.admin = self.new_key("--user-name", "admin")

    def new_key(self, *options, key=harness.ROOT):
        made = self.aws("iam", "create-access-key", *options, key=key)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]

    def no_entity(self, *arguments):
        self.refused("An error occurred (NoSuchEntity) when calling", "iam", *arguments,
                     key=self.admin)

    def test_all_are_tried(self):
        """Of the table those that are operations: a test of this file for each."""
        tasks = self.server.own("GET", "account-tasks")[1]["tasks"]
        for task in tasks:
            if task["way"] == "api":
                self.assertTrue(hasattr(self, "test_" + task["name"].replace("-", "_")),
                                task["name"])

    def test_create_root_access_key(self):
        """Without a name the caller is meant, and the root user has none."""
        made = self.aws("iam", "create-access-key", key=self.admin)["AccessKey"]
        self.assertEqual("admin", made["UserName"])
        for name in ("root", harness.ACCOUNT, "root@example.com"):
            self.no_entity("create-access-key", "--user-name", name)
        for operation, *more in (("update-access-key", "--status", "Inactive"),
                                 ("delete-access-key",)):
            self.no_entity(operation, "--access-key-id", harness.ROOT[0], *more)
        self.no_entity("create-login-profile", "--user-name", "root", "--password",
                       "Correct-Horse-1")
        listed = self.aws("iam", "list-access-keys", key=self.admin)["AccessKeyMetadata"]
        self.assertNotIn(harness.ROOT[0], [key["AccessKeyId"] for key in listed])
        root = self.new_key()
        self.assertEqual(harness.ROOT_ARN, self.aws("sts", "get-caller-identity", key=root)["Arn"])

    def test_restore_iam_permissions(self):
        """The last administrator has denied itself everything, and cannot deny the root user."""
        for operation, *more in (
                ("put-user-policy", "--policy-name", "p", "--policy-document", DENY_ALL),
                ("attach-user-policy", "--policy-arn", "arn:aws:iam::aws:policy/AWSDenyAll"),
                ("put-user-permissions-boundary", "--permissions-boundary",
                 "arn:aws:iam::aws:policy/AWSDenyAll")):
            self.no_entity(operation, "--user-name", "root", *more)
        slip = ("--user-name", "admin", "--policy-name", "slip")
        self.aws("iam", "put-user-policy", *slip, "--policy-document", DENY_ALL, key=self.admin)
        self.refused("is not authorized to perform: iam:DeleteUserPolicy on resource: user admin "
                     "with an explicit deny in an identity-based policy", "iam",
                     "delete-user-policy", *slip, key=self.admin)
        self.aws("iam", "delete-user-policy", *slip)
        users = self.aws("iam", "list-users", key=self.admin)["Users"]
        self.assertEqual(["admin"], [user["UserName"] for user in users])


if __name__ == "__main__":
    harness.main()
