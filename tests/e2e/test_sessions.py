# SPDX-License-Identifier: Apache-2.0
"""Roles and sessions as boto3 uses them: chains across accounts, session policies and tags, what
each kind of credentials may not do, and how sessions end."""
import base64
import json
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import aws
import harness
from botocore.exceptions import ClientError

CLIENTS = 4
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal, *actions, **more):
    return policy({"Effect": "Allow", "Principal": principal,
                   "Action": ["sts:AssumeRole", *actions], **more})


def keys(credentials):
    return {"key": (credentials["AccessKeyId"], credentials["SecretAccessKey"]),
            "token": credentials.get("SessionToken")}


class Sessions(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.iam = self.client("iam")
        self.sts = self.client("sts")

    def client(self, service, **credentials):
        return aws.client(service, self.server, **credentials)

    def refused(self, code, call, message=".", **params):
        with self.assertRaises(ClientError) as caught:
            call(**params)
        error = caught.exception.response["Error"]
        self.assertEqual(code, error["Code"], error)
        self.assertRegex(error["Message"], message)

    def user(self, name, *statements):
        """Keys of a new user."""
        self.iam.create_user(UserName=name)
        if statements:
            self.iam.put_user_policy(UserName=name, PolicyName="p",
                                     PolicyDocument=policy(*statements))
        return keys(self.iam.create_access_key(UserName=name)["AccessKey"])

    def role(self, name, trusts, *statements, iam=None):
        iam = iam or self.iam
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusts)["Role"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
        return role["Arn"]

    def assume(self, credentials, arn, name="session", **more):
        sts = self.client("sts", **credentials)
        return keys(sts.assume_role(RoleArn=arn, RoleSessionName=name, **more)["Credentials"])

    def may(self, credentials):
        """Whether the holder may list users."""
        try:
            self.client("iam", **credentials).list_users()
        except ClientError as error:
            self.assertEqual("AccessDenied", error.response["Error"]["Code"], error)
            return False
        return True

    def test_a_role_is_entered_by_its_trust_policy(self):
        alice, bob = self.user("alice"), self.user("bob", EVERYTHING)
        arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}),
                        {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"})
        session = self.assume(alice, arn)
        self.assertEqual({}, self.iam.get_role(RoleName="r")["Role"]["RoleLastUsed"])
        identity = self.client("sts", **session).get_caller_identity()
        self.assertEqual("arn:aws:sts::123456789012:assumed-role/r/session", identity["Arn"])
        self.assertTrue(self.may(session))
        used = self.iam.get_role(RoleName="r")["Role"]["RoleLastUsed"]
        self.assertEqual("us-east-1", used["Region"])
        self.assertFalse(self.may(alice))
        self.assume(alice, arn, ExternalId="any")
        self.refused("AccessDenied", self.client("sts", **bob).assume_role,
                     f"perform: sts:AssumeRole on resource: {arn}$", RoleArn=arn,
                     RoleSessionName="session")
        self.refused("AccessDenied", self.sts.assume_role, "^Roles may not be assumed by root",
                     RoleArn=arn, RoleSessionName="session")

    def test_a_user_made_anew_gets_nothing(self):
        alice = self.user("alice")
        arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}))
        self.assume(alice, arn)
        self.iam.delete_access_key(UserName="alice", AccessKeyId=alice["key"][0])
        self.iam.delete_user(UserName="alice")
        sts = self.client("sts", **self.user("alice"))
        self.refused("AccessDenied", sts.assume_role, RoleArn=arn, RoleSessionName="session")

    def test_unique_ids_in_trust_policies(self):
        """Shown as the ARN while the user lives; refused when it does not."""
        alice = self.user("alice")
        unique = self.iam.get_user(UserName="alice")["User"]["UserId"]
        arn = self.role("r", trust({"AWS": unique}))
        document = self.iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]
        self.assertEqual("arn:aws:iam::123456789012:user/alice",
                         document["Statement"][0]["Principal"]["AWS"])
        self.assume(alice, arn)
        self.iam.delete_access_key(UserName="alice", AccessKeyId=alice["key"][0])
        self.iam.delete_user(UserName="alice")
        document = self.iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]
        self.assertEqual(unique, document["Statement"][0]["Principal"]["AWS"])
        self.refused("MalformedPolicyDocument", self.iam.update_assume_role_policy,
                     f'^Invalid principal in policy: "AWS":"{unique}"$', RoleName="r",
                     PolicyDocument=json.dumps(document))

    def test_account_trust_delegates(self):
        arn = self.role("r", trust({"AWS": "123456789012"}))
        sts = self.client("sts", **self.user("without"))
        self.refused("AccessDenied", sts.assume_role, RoleArn=arn, RoleSessionName="session")
        self.assume(self.user("with", {"Effect": "Allow", "Action": "sts:AssumeRole",
                                       "Resource": arn}), arn)

    def test_a_chain_across_three_accounts(self):
        accounts = [self.iam]
        for account in ("111111111111", "222222222222"):
            made = self.server.own("POST", "accounts", {"account": account})[1]
            root = (made["access_key_id"], made["secret_access_key"])
            accounts.append(self.client("iam", key=root))
        hop = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
        user = self.user("alice", hop)
        first = self.role("one", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}), hop)
        second = self.role("two", trust({"AWS": first}), hop, iam=accounts[1])
        third = self.role("three", trust({"AWS": second}),
                          {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"},
                          iam=accounts[2])
        session = self.assume(user, first, DurationSeconds=3600)
        self.refused("AccessDenied", self.client("sts", **session).assume_role,
                     RoleArn=third, RoleSessionName="session")
        session = self.assume(self.assume(session, second), third)
        self.assertTrue(self.may(session))
        self.assertEqual("222222222222",
                         self.client("sts", **session).get_caller_identity()["Account"])

    def test_presigned_by_a_session(self):
        alice = self.user("alice", EVERYTHING)
        session = self.assume(alice, self.role("r", trust({"AWS": "123456789012"})))
        self.assertEqual(0, len(session["token"]) % 4)
        url = self.client("sts", **session).generate_presigned_url("get_caller_identity",
                                                                   HttpMethod="GET")
        status, headers, text = self.server.request("GET", url.removeprefix(self.server.url))
        self.assertEqual(200, status, text)
        self.assertIn("assumed-role/r/session</Arn>", text)
        extended = base64.b64decode(headers["x-amz-sts-extended-request-id"]).decode()
        self.assertRegex(extended, r"^1:us-east-1:S:\d{13}:R:[A-Za-z0-9]{8}$")

    def test_durations(self):
        alice = self.user("alice", EVERYTHING)
        self.iam.create_role(RoleName="r", MaxSessionDuration=7200, AssumeRolePolicyDocument=trust(
            {"AWS": "123456789012"}))
        arn = "arn:aws:iam::123456789012:role/r"
        self.iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=policy(EVERYTHING))
        session = self.assume(alice, arn, DurationSeconds=7200)
        for who, seconds, message in ((alice, 7201, "exceeds the MaxSessionDuration set for this "),
                                      (session, 3601, "1 hour session limit for roles assumed by")):
            self.refused("ValidationError", self.client("sts", **who).assume_role, message,
                         RoleArn=arn, RoleSessionName="session", DurationSeconds=seconds)

    def test_session_policies_are_a_filter(self):
        alice = self.user("alice")
        arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}), EVERYTHING)
        reads = policy({"Effect": "Allow", "Action": "iam:List*", "Resource": "*"})
        other = policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
        self.assertTrue(self.may(self.assume(alice, arn, Policy=reads)))
        self.assertFalse(self.may(self.assume(alice, arn, Policy=other)))
        read_only = [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
        self.assertTrue(self.may(self.assume(alice, arn, PolicyArns=read_only, Policy=other)))
        sts = self.client("sts", **alice)
        self.refused("MalformedPolicyDocument", sts.assume_role, RoleArn=arn, Policy="{}",
                     RoleSessionName="session")
        self.refused("MalformedPolicyDocument", sts.assume_role, RoleArn=arn,
                     RoleSessionName="session",
                     PolicyArns=[{"arn": "arn:aws:iam::aws:policy/NoSuchPolicy"}])

    def test_tags_and_source_identity(self):
        alice = self.user("alice")
        mine = {"AWS": "arn:aws:iam::123456789012:user/alice"}
        blue = {"StringEquals": {"aws:PrincipalTag/Team": "blue"}}
        hop = {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}
        arn = self.role("r", trust(mine, "sts:TagSession", "sts:SetSourceIdentity"), hop,
                        {**EVERYTHING, "Condition": blue})
        tags = [{"Key": "Team", "Value": "blue"}]
        self.assertFalse(self.may(self.assume(alice, arn)))
        session = self.assume(alice, arn, Tags=tags, TransitiveTagKeys=["team"],
                              SourceIdentity="ann")
        self.assertTrue(self.may(session))
        self.role("next", trust({"AWS": arn}, "sts:TagSession", "sts:SetSourceIdentity"),
                  {**EVERYTHING, "Condition": {
                      **blue, "StringLike": {"aws:SourceIdentity": "ann"}}})
        after = self.assume(session, "arn:aws:iam::123456789012:role/next")
        self.assertTrue(self.may(after))
        sts = self.client("sts", **session)
        to = {"RoleArn": "arn:aws:iam::123456789012:role/next", "RoleSessionName": "session"}
        self.refused("InvalidParameterValue", sts.assume_role, "conflicts with a transitive",
                     Tags=[{"Key": "TEAM", "Value": "red"}], **to)
        self.refused("InvalidParameterValue", sts.assume_role, "^Duplicate tag keys found",
                     Tags=[{"Key": "a", "Value": ""}, {"Key": "A", "Value": ""}], **to)
        self.refused("InvalidParameterValue", sts.assume_role, "must be included in the requested",
                     TransitiveTagKeys=["Stage"], **to)
        third = {"AWS": "arn:aws:iam::123456789012:role/next"}
        last = self.role("last", trust(third, "sts:SetSourceIdentity"),
                         {**EVERYTHING, "Condition": blue})
        self.assertTrue(self.may(self.assume(after, last)))
        self.refused("AccessDenied", self.client("sts", **after).assume_role,
                     "perform: sts:SetSourceIdentity on", RoleSessionName="session",
                     RoleArn=self.role("plain", trust(third)))
        self.refused("AccessDenied", sts.assume_role, "source identity of the calling session",
                     SourceIdentity="bob", **to)
        self.role("strict", trust(mine))
        self.refused("AccessDenied", self.client("sts", **alice).assume_role, "sts:TagSession",
                     RoleArn="arn:aws:iam::123456789012:role/strict", RoleSessionName="session",
                     Tags=tags)

    def test_tags_of_the_role(self):
        """By either of their names, in the caller's policy and in the trust policy."""
        for key in ("aws:ResourceTag/Team", "iam:ResourceTag/Team"):
            blue = {"StringEquals": {key: "blue"}}
            name = key[:3]
            caller = self.user(name, {"Effect": "Allow", "Action": "sts:*", "Resource": "*"},
                               {"Effect": "Deny", "Action": "sts:*", "Resource": "*",
                                "Condition": blue})
            for tag, role in (("blue", name + "-1"), ("red", name + "-2")):
                self.iam.create_role(RoleName=role, Tags=[{"Key": "Team", "Value": tag}],
                                     AssumeRolePolicyDocument=trust({"AWS": "123456789012"}))
            arn = f"arn:aws:iam::123456789012:role/{name}-"
            self.assume(caller, arn + "2")
            self.refused("AccessDenied", self.client("sts", **caller).assume_role,
                         RoleArn=arn + "1", RoleSessionName="session")

    def test_reserved_tags(self):
        alice = self.user("alice", EVERYTHING)
        arn = self.role("r", trust({"AWS": "123456789012"}, "sts:TagSession"))
        tags = [{"Key": "AWS:team", "Value": "blue"}]
        sts = self.client("sts", **alice)
        self.refused("InvalidParameterValue", sts.assume_role, "reserved prefix aws:", Tags=tags,
                     RoleArn=arn, RoleSessionName="session")
        self.refused("InvalidParameterValue", sts.get_federation_token, "reserved prefix aws:",
                     Name="bob", Tags=tags)

    def test_external_id(self):
        alice = self.user("alice")
        arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}, Condition={
            "StringEquals": {"sts:ExternalId": "secret"}}))
        sts = self.client("sts", **alice)
        self.refused("AccessDenied", sts.assume_role, RoleArn=arn, RoleSessionName="session",
                     ExternalId="other")
        self.assume(alice, arn, ExternalId="secret")

    def test_session_tokens_of_users(self):
        alice = self.user("alice", EVERYTHING)
        session = keys(self.client("sts", **alice).get_session_token()["Credentials"])
        sts = self.client("sts", **session)
        self.assertEqual("arn:aws:iam::123456789012:user/alice", sts.get_caller_identity()["Arn"])
        self.refused("InvalidClientTokenId", self.client("iam", **session).list_users)
        self.refused("AccessDenied", sts.get_session_token, "with session credentials$")
        self.refused("AccessDenied", sts.get_federation_token, "with session credentials$",
                     Name="bob")
        self.refused("AccessDenied", self.client("sts", **alice).get_session_token,
                     "MultiFactorAuthentication failed, unable to validate MFA code.  Please ",
                     SerialNumber="arn:aws:iam::123456789012:mfa/alice", TokenCode="123456")
        arn = self.role("r", trust({"AWS": "123456789012"}), EVERYTHING)
        self.assertTrue(self.may(self.assume(session, arn)))
        self.iam.delete_access_key(UserName="alice", AccessKeyId=alice["key"][0])
        self.iam.delete_user_policy(UserName="alice", PolicyName="p")
        self.iam.delete_user(UserName="alice")
        self.refused("InvalidClientTokenId", sts.get_caller_identity)

    def test_whose_key_it_is(self):
        alice = self.user("alice", EVERYTHING)
        arn = self.role("r", trust({"AWS": "123456789012"}), EVERYTHING)
        sts = self.client("sts", **alice)
        for session in (self.assume(alice, arn), keys(sts.get_session_token()["Credentials"]),
                        keys(sts.get_federation_token(Name="bob")["Credentials"])):
            self.assertEqual("123456789012", sts.get_access_key_info(
                AccessKeyId=session["key"][0])["Account"])

    def test_federated_users(self):
        alice = self.user("alice", EVERYTHING)
        answer = self.client("sts", **alice).get_federation_token(Name="bob")
        self.assertEqual("arn:aws:sts::123456789012:federated-user/bob",
                         answer["FederatedUser"]["Arn"])
        self.assertEqual(0, answer["PackedPolicySize"])
        bob = keys(answer["Credentials"])
        self.assertEqual("123456789012:bob",
                         self.client("sts", **bob).get_caller_identity()["UserId"])
        self.refused("InvalidClientTokenId", self.client("iam", **bob).list_users)

    def test_how_sessions_end(self):
        alice = self.user("alice")
        arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}), EVERYTHING)
        session = self.assume(alice, arn)
        self.assertTrue(self.may(session))
        self.iam.put_role_policy(RoleName="r", PolicyName="AWSRevokeOlderSessions",
                                 PolicyDocument=policy({
                                     "Effect": "Deny", "Action": "*", "Resource": "*",
                                     "Condition": {"DateLessThan": {
                                         "aws:TokenIssueTime": "2999-01-01T00:00:00Z"}}}))
        self.assertFalse(self.may(session))
        for name in ("p", "AWSRevokeOlderSessions"):
            self.iam.delete_role_policy(RoleName="r", PolicyName=name)
        self.iam.delete_role(RoleName="r")
        self.refused("InvalidClientTokenId", self.client("sts", **session).get_caller_identity)

    def test_no_request_is_let_through_after_a_revocation(self):
        """While clients keep asking. Sessions that are made later are not meant."""
        alice = self.user("alice")
        arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}), EVERYTHING)
        sessions = [self.assume(alice, arn) for _ in range(CLIENTS)]
        self.server.own("PUT", "clock", {"advance": "PT1M"})
        revoked, over = threading.Event(), threading.Event()

        def keep_asking(session):
            """Whether the revocation had been answered before it was sent, and what came of it."""
            iam, seen = self.client("iam", **session), set()
            while not over.is_set():
                late = revoked.is_set()
                try:
                    iam.list_users()
                    seen.add((late, "allowed"))
                except ClientError as error:
                    seen.add((late, error.response["Error"]["Code"]))
            return seen

        with ThreadPoolExecutor(CLIENTS) as pool:
            asking = [pool.submit(keep_asking, session) for session in sessions]
            time.sleep(0.3)
            self.iam.put_role_policy(
                RoleName="r", PolicyName="AWSRevokeOlderSessions", PolicyDocument=policy({
                    "Effect": "Deny", "Action": "*", "Resource": "*",
                    "Condition": {"DateLessThan": {
                        "aws:TokenIssueTime": self.server.own("GET", "clock")[1]["now"]}}}))
            revoked.set()
            self.assertTrue(self.may(self.assume(alice, arn)))
            time.sleep(0.3)
            over.set()
        for each in asking:
            self.assertEqual({(False, "allowed"), (True, "AccessDenied")},
                             each.result() - {(False, "AccessDenied")})

    def test_expiry_follows_the_clock_of_the_sandbox(self):
        alice = self.user("alice")
        arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}), EVERYTHING)
        session = self.assume(alice, arn, DurationSeconds=900)
        self.server.own("PUT", "clock", {"advance": "PT14M"})
        self.assertTrue(self.may(session))
        self.server.own("PUT", "clock", {"advance": "PT1M"})
        self.refused("ExpiredToken", self.client("sts", **session).get_caller_identity,
                     "^The security token included in the request is expired$")
        last = self.server.own("GET", "explain")[1]["requests"][0]
        self.assertEqual("ExpiredToken", last["error"])
        self.server.own("PUT", "clock", {"release": True})
        self.assertTrue(self.may(session))

    def test_tokens_of_others(self):
        alice = self.user("alice")
        arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}), EVERYTHING)
        one, two = self.assume(alice, arn), self.assume(alice, arn)
        token = one["token"]
        middle = len(token) // 2
        altered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1:]
        for bad in ({**one, "token": two["token"]}, {**one, "token": token[:-2]},
                    {**one, "token": altered}, {**one, "token": token * 20},
                    {**one, "token": None}, {**alice, "token": token},
                    {**one, "key": ("ASIAZL6XWCR2MIB6XHU7", one["key"][1])}):
            self.refused("InvalidClientTokenId", self.client("sts", **bad).get_caller_identity,
                         "^The security token included in the request is invalid.?$")
        wrong = {**one, "key": (one["key"][0], two["key"][1])}
        self.refused("SignatureDoesNotMatch", self.client("sts", **wrong).get_caller_identity,
                     "^The request signature we calculated does not match the signature you ")
        self.assertTrue(self.may(one))

    def test_a_restart_keeps_sessions(self):
        with tempfile.TemporaryDirectory() as data:
            self.server = self.start("--data", data)
            self.iam = self.client("iam")
            alice = self.user("alice")
            arn = self.role("r", trust({"AWS": "arn:aws:iam::123456789012:user/alice"}), EVERYTHING)
            session = self.assume(alice, arn)
            self.assertTrue(self.may(session))
            self.assertEqual(0, self.server.stop())
            self.server = self.start("--data", data)
            role = self.client("iam").get_role(RoleName="r")["Role"]
            self.assertEqual("us-east-1", role["RoleLastUsed"]["Region"])
            self.assertTrue(self.may(session))
            self.server.own("POST", "reset")
            self.refused("InvalidClientTokenId", self.client("sts", **session).get_caller_identity)
            self.assertEqual(0, self.server.stop())


if __name__ == "__main__":
    harness.main()
