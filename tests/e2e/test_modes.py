# SPDX-License-Identifier: Apache-2.0
"""Enforcement modes, explanations, reset and further accounts."""
import aws
import harness
from aws import allow, deny, document

USERS = f"arn:aws:iam::{harness.ACCOUNT}:user"
SENTENCE = (f"User: {USERS}/alice is not authorized to perform: iam:ListUsers on resource: {USERS}/"
            " because no identity-based policy allows the iam:ListUsers action")


class Soft(aws.BotoCase):
    options = ("--enforce", "soft")

    def test_lets_through_and_says_what_it_would_have_refused(self):
        key = self.new_user("alice", document(allow("iam:GetUser")))
        alice = aws.client("iam", self.server, key)
        headers = aws.headers_of(alice.list_users())
        self.assertEqual(SENTENCE, headers["x-iam-local-would-deny"])
        self.assertEqual("soft", headers["x-iam-local-enforcement"])
        headers = aws.headers_of(alice.get_user())
        self.assertNotIn("x-iam-local-would-deny", headers)
        self.assertIn(SENTENCE, self.server.printed())
        with self.refused("SignatureDoesNotMatch", 403):
            aws.client("iam", self.server, (key[0], "wrong")).list_users()

    def test_is_switched_while_running(self):
        alice = self.user_client("alice")
        alice.list_users()
        self.assertEqual((200, {"enforcement": "strict"}),
                         self.server.own("PUT", "enforcement", {"enforcement": "strict"}))
        with self.refused("AccessDenied", 403, SENTENCE) as caught:
            alice.list_users()
        self.assertNotIn("x-iam-local-enforcement", aws.headers_of(caught.exception.response))
        self.assertEqual(400, self.server.own("PUT", "enforcement", {"enforcement": "no"})[0])
        self.server.own("PUT", "enforcement", {"enforcement": "off"})
        self.assertEqual("off", self.server.own("GET", "health")[1]["enforcement"])
        alice.list_users()


class Off(aws.BotoCase):
    options = ("--enforce", "off")

    def arn(self, sts):
        answer = sts.get_caller_identity()
        self.assertEqual("off", aws.headers_of(answer)["x-iam-local-enforcement"])
        return answer["Arn"]

    def test_unsigned_and_unknown_callers_are_root(self):
        self.assertEqual(harness.ROOT_ARN, self.arn(aws.unsigned("sts", self.server)))
        self.assertEqual(harness.ROOT_ARN, self.arn(aws.client("sts", self.server, ("test", "x"))))
        aws.unsigned("iam", self.server).create_user(UserName="alice")

    def test_known_keys_are_their_owners_without_a_look_at_signature_or_policies(self):
        key = self.new_user("alice")
        self.assertEqual(f"{USERS}/alice", self.arn(aws.client("sts", self.server, (key[0], "x"))))
        aws.client("iam", self.server, (key[0], "x")).list_users()

    def test_whoever_is_gone_is_root(self):
        trust = aws.document({"Effect": "Allow", "Action": "sts:AssumeRole",
                              "Principal": {"AWS": harness.ROOT_ARN}})
        role = self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)["Role"]
        given = self.sts.assume_role(RoleArn=role["Arn"], RoleSessionName="s1")["Credentials"]
        session = aws.client("sts", self.server, (given["AccessKeyId"], "x"),
                             token=given["SessionToken"])
        self.iam.delete_role(RoleName="deploy")
        self.assertEqual(harness.ROOT_ARN, self.arn(session))

    def test_twelve_digits_are_the_root_user_of_that_account(self):
        other = ("111122223333", "test")
        self.assertEqual("arn:aws:iam::111122223333:root",
                         self.arn(aws.client("sts", self.server, other)))
        self.iam.create_user(UserName="alice")
        iam = aws.client("iam", self.server, other)
        self.assertEqual([], iam.list_users()["Users"])
        made = iam.create_user(UserName="alice")["User"]
        self.assertEqual("arn:aws:iam::111122223333:user/alice", made["Arn"])


class Explain(aws.BotoCase):
    def explain(self, answer):
        request_id = answer["ResponseMetadata"]["RequestId"]
        status, record = self.server.own("GET", "explain/" + request_id)
        self.assertEqual((200, request_id), (status, record["request_id"]))
        return record

    def denial(self, call, **arguments):
        with self.refused("AccessDenied", 403) as caught:
            call(**arguments)
        record = self.explain(caught.exception.response)
        self.assertFalse(record["allowed"])
        return record["decisions"][-1]

    def test_shows_statements_and_conditions_with_the_values_compared(self):
        text = document({"Sid": "Here", **allow("iam:Get*", IpAddress={
            "aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}, StringEquals={
            "aws:username": "${aws:username}"})}, allow("iam:GetUser", f"{USERS}/bob"))
        alice = self.user_client("alice", text)
        decision = self.denial(alice.get_user)
        self.assertEqual(("iam:GetUser", f"{USERS}/alice"),
                         (decision["action"], decision["resource"]))
        policy, = decision["policies"]
        self.assertEqual("inline", policy["policy"])
        first, second = policy["statements"]
        self.assertEqual(("Here", "Allow", "condition not met"),
                         (first["sid"], first["effect"], first["result"]))
        conditions = {c["operator"]: c for c in first["conditions"]}
        self.assertEqual(["10.0.0.0/8", "192.168.0.0/16"],
                         conditions["IpAddress"]["policy_values"])
        self.assertEqual((["127.0.0.1"], False), (conditions["IpAddress"]["request_values"],
                                                  conditions["IpAddress"]["met"]))
        self.assertEqual((["alice"], True), (conditions["StringEquals"]["request_values"],
                                             conditions["StringEquals"]["met"]))
        self.assertEqual("resource does not match", second["result"])
        self.assertIn("but not under this condition: ", decision["missing"])
        self.assertNotIn("would_allow", decision)

    def test_the_statement_that_would_allow_does(self):
        alice = self.user_client("alice")
        missing = self.denial(alice.list_users)["would_allow"]
        self.iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=document(missing))
        record = self.explain(alice.list_users())
        self.assertTrue(record["allowed"])
        self.assertEqual("p", record["decisions"][0]["policy"])

    def test_names_the_statement_that_denies(self):
        alice = self.user_client("alice", document(allow("*")))
        self.iam.create_group(GroupName="crew")
        self.iam.put_group_policy(GroupName="crew", PolicyName="no",
                                  PolicyDocument=document(allow("*"), deny("iam:List*")))
        self.iam.add_user_to_group(GroupName="crew", UserName="alice")
        decision = self.denial(alice.list_users)
        self.assertEqual("no", decision["policy"])
        self.assertIn("crew", decision["attached_to"])
        self.assertNotIn("would_allow", decision)
        self.assertEqual({"inline", "no"}, {p["policy"] for p in decision["policies"]})

    def test_root_is_allowed_without_policies(self):
        record = self.explain(self.iam.list_users())
        self.assertTrue(record["allowed"])
        self.assertEqual(harness.ROOT_ARN, record["principal"])

    def test_unknown_requests(self):
        self.assertEqual(404, self.server.own("GET", "explain/nonsense")[0])


class Reset(aws.BotoCase):
    options = ("--quota", "Users=2")

    def test_leaves_the_root_user_of_the_default_account(self):
        key = self.new_user("alice")
        second = aws.make_key(self.iam)
        clients = [aws.client("sts", self.server, used) for used in (key, second)]
        for sts in clients:
            sts.get_caller_identity()
        self.iam.update_access_key(AccessKeyId=harness.ROOT[0], Status="Inactive")
        self.server.own("PUT", "quotas", {"Users": 0})
        self.server.own("PUT", "enforcement", {"enforcement": "off"})
        self.assertEqual(200, self.server.own("POST", "reset")[0])
        self.assertEqual([], self.iam.list_users()["Users"])
        for sts in clients:
            with self.refused("InvalidClientTokenId", 403):
                sts.get_caller_identity()
        for name in ("alice", "bob"):
            self.iam.create_user(UserName=name)
        with self.refused("LimitExceeded", 409):
            self.iam.create_user(UserName="carol")


class Seed(aws.BotoCase):
    options = ("--seed", "7")

    def ids(self, iam):
        user = iam.create_user(UserName="alice")["User"]
        return user["UserId"], *aws.make_key(iam, UserName="alice")

    def test_gives_the_same_ids_again(self):
        first = self.ids(self.iam)
        self.assertEqual(first, self.ids(aws.client("iam", self.start(*self.options))))
        self.server.own("POST", "reset")
        self.assertEqual(first, self.ids(self.iam))
        self.assertNotEqual(first, self.ids(aws.client("iam", self.start("--seed", "8"))))


class Accounts(aws.BotoCase):
    OTHER = "222222222222"

    def setUp(self):
        super().setUp()
        status, made = self.server.own("POST", "accounts", {"account": self.OTHER,
                                                            "email": "boss@example.com"})
        self.assertEqual(201, status)
        self.root = (made["access_key_id"], made["secret_access_key"])
        self.other = aws.client("iam", self.server, self.root)

    def test_has_its_own_root_user(self):
        identity = aws.client("sts", self.server, self.root).get_caller_identity()
        self.assertEqual((self.OTHER, self.OTHER, f"arn:aws:iam::{self.OTHER}:root"),
                         (identity["Account"], identity["UserId"], identity["Arn"]))
        keys = self.other.list_access_keys()["AccessKeyMetadata"]
        self.assertEqual([self.root[0]], [key["AccessKeyId"] for key in keys])
        self.assertEqual(self.OTHER,
                         self.sts.get_access_key_info(AccessKeyId=self.root[0])["Account"])

    def test_sees_and_reaches_nothing_of_the_first(self):
        key, _ = self.new_user("alice")
        self.iam.create_group(GroupName="crew")
        self.assertEqual([], self.other.list_users()["Users"])
        self.assertEqual([], self.other.list_groups()["Groups"])
        with self.refused("NoSuchEntity", 404):
            self.other.get_user(UserName="alice")
        with self.refused("NoSuchEntity", 404):
            self.other.get_access_key_last_used(AccessKeyId=key)
        for key_id in (key, harness.ROOT[0]):
            with self.refused("NoSuchEntity", 404):
                self.other.delete_access_key(AccessKeyId=key_id)
        made = self.other.create_user(UserName="alice")["User"]
        self.assertEqual(f"arn:aws:iam::{self.OTHER}:user/alice", made["Arn"])
        self.other.delete_user(UserName="alice")
        self.assertEqual("alice", self.iam.get_user(UserName="alice")["User"]["UserName"])

    def test_an_administrator_is_one_at_home(self):
        self.other.create_user(UserName="boss")
        self.other.put_user_policy(UserName="boss", PolicyName="p",
                                   PolicyDocument=aws.ADMINISTRATOR)
        boss = aws.client("iam", self.server, aws.make_key(self.other, UserName="boss"))
        self.new_user("alice")
        self.assertEqual(["boss"], [user["UserName"] for user in boss.list_users()["Users"]])

    def test_unusable_requests(self):
        self.assertEqual(409, self.server.own("POST", "accounts", {"account": self.OTHER})[0])
        self.assertEqual(400, self.server.own("POST", "accounts", {"account": "12"})[0])
        status, made = self.server.own("POST", "accounts")
        self.assertEqual(201, status)
        self.assertRegex(made["account"], "^[0-9]{12}$")


if __name__ == "__main__":
    harness.main()
