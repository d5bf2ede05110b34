# SPDX-License-Identifier: Apache-2.0
"""Every task of a root user, tried by an administrator with boto3, by a session, and by root."""
import aws
import harness

TASKS = "/_iam-local/account-tasks/"
ACCOUNT = "123456789012"

# What each task is told, in the order in which root does them.
BODIES = {
    "change-root-email": {"email": "me@here.example"},
    "change-root-password": {"password": "Correct-Horse-7"},
    "activate-iam-access-to-billing": {},
    "deactivate-iam-access-to-billing": {},
    "view-tax-invoices": {},
    "register-as-marketplace-seller": {"legal_name": "Here Ltd"},
    "sign-up-for-govcloud": {},
    "request-govcloud-root-keys": {},
    "link-mechanical-turk-requester": {"email": "turk@here.example"},
    "recover-kms-key": {"key": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"},
    "change-support-plan": {"plan": "developer"},
    "close-account": {"account": ACCOUNT},
    "reopen-account": {},
}


class RootTasks(aws.BotoCase):
    def do(self, key, name, body, token=None):
        return aws.post("own", self.server, TASKS + name, body, key, token)

    def tasks(self):
        return self.server.own("GET", "account-tasks")[1]["tasks"]

    def test_all(self):
        """Those with an endpoint: the table and what is tried here are the same."""
        admin = self.new_user("admin", aws.ADMINISTRATOR)
        rules = {task["name"]: task["rule"] for task in self.tasks() if task["way"] == "own"}
        self.assertEqual(set(rules), set(BODIES))
        for name, body in BODIES.items():
            status, answer = self.do(admin, name, body)
            if rules[name] == "policies":
                self.assertEqual(status, 200, name)
            elif name == "reopen-account":  # the account is closed
                self.assertEqual((status, answer["error"]), (
                    403, "The security token included in the request is invalid."))
            else:
                self.assertEqual(status, 403, name)
                self.assertIn(f"User: arn:aws:iam::{ACCOUNT}:user/admin is not authorized to "
                              "perform: ", answer["error"], name)
            status, answer = self.do(harness.ROOT, name, body)
            self.assertEqual(status, 200, (name, answer))
        self.assertEqual(self.sts.get_caller_identity()["Account"], ACCOUNT)

    def test_session(self):
        """Of a role with all permissions, as its administrator assumes it."""
        admin = self.new_user("admin", aws.ADMINISTRATOR)
        trust = aws.document({"Effect": "Allow", "Action": "sts:AssumeRole",
                              "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}})
        self.iam.create_role(RoleName="all", AssumeRolePolicyDocument=trust)
        self.iam.put_role_policy(RoleName="all", PolicyName="all",
                                 PolicyDocument=aws.ADMINISTRATOR)
        got = aws.client("sts", self.server, admin).assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/all", RoleSessionName="s1")["Credentials"]
        for task in self.tasks():
            if task["way"] == "own" and task["rule"] == "root":
                status, answer = self.do((got["AccessKeyId"], got["SecretAccessKey"]),
                                         task["name"], BODIES[task["name"]], got["SessionToken"])
                self.assertEqual(status, 403, task["name"])
                self.assertIn("assumed-role/all/s1 is not authorized", answer["error"])

    def test_root_keys(self):
        """Nobody else has a name for the root user: without one the caller is meant."""
        admin = self.new_user("admin", aws.ADMINISTRATOR)
        by_admin = aws.client("iam", self.server, admin)
        made = by_admin.create_access_key()["AccessKey"]
        self.assertEqual(made["UserName"], "admin")
        with self.refused("NoSuchEntity", 404):
            by_admin.create_access_key(UserName="root")
        made = self.iam.create_access_key()["AccessKey"]
        self.assertNotIn("UserName", made)
        key = made["AccessKeyId"], made["SecretAccessKey"]
        self.assertEqual(self.do(key, "view-tax-invoices", {})[0], 200)

    def test_restore(self):
        """The last administrator has denied itself everything."""
        admin = self.new_user("admin", aws.ADMINISTRATOR)
        by_admin = aws.client("iam", self.server, admin)
        by_admin.put_user_policy(UserName="admin", PolicyName="slip",
                                 PolicyDocument=aws.document(aws.deny("*")))
        with self.refused("AccessDenied", 403):
            by_admin.delete_user_policy(UserName="admin", PolicyName="slip")
        self.iam.delete_user_policy(UserName="admin", PolicyName="slip")
        by_admin.list_users()


if __name__ == "__main__":
    harness.main()
