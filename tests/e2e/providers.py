# SPDX-License-Identifier: Apache-2.0
"""The credential providers of a client: what it makes of profiles and variables, the same tests for
every client. Nothing else tells the client where the server is and who it is itself."""
import configparser
import datetime
import json
import pathlib
import re
import sys
import tempfile
import time

import harness
import signed

ACCOUNTS = ("111111111111", "222222222222", "333333333333")
ALICE = f"arn:aws:iam::{ACCOUNTS[0]}:user/alice"
RENEWAL_SECONDS = 10
ISSUER = "token.actions.githubusercontent.com"

# A credential_process: AssumeRole by curl, told in the words that SDKs expect.
PROCESS = """
curl --disable --silent --aws-sigv4 aws:amz:us-east-1:sts --user "$1" --header \
  'Accept: application/json' --data "Action=AssumeRole&Version=2011-06-15&RoleSessionName=process" \
  --data-urlencode "RoleArn=$2" "$AWS_ENDPOINT_URL_STS" |
"$3" -c '
import datetime, json, sys
made = json.load(sys.stdin)["AssumeRoleResponse"]["AssumeRoleResult"]["Credentials"]
made["Expiration"] = datetime.datetime.fromtimestamp(
    made["Expiration"], datetime.timezone.utc).isoformat()
print(json.dumps({"Version": 1, **made}))'
"""


def allow(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


HOP = allow(Action="sts:AssumeRole", Resource="*")


def write(file, sections):
    settings = configparser.ConfigParser()
    settings.read_dict(sections)
    with open(file, "w", encoding="utf-8") as out:
        settings.write(out)


def session(account, role, name=".+"):
    return f"^arn:aws:sts::{account}:assumed-role/{role}/{name}$"


class Providers(harness.ServerCase):
    """A class of a client adds ask_in(): it gives a function that asks GetCallerIdentity, with the
    same credentials as long as the client itself keeps them, and raises what was refused."""

    options = ("--account", ",".join(ACCOUNTS))

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.roots = [harness.ROOT]
        for account in ACCOUNTS[1:]:
            _, made = self.server.own("POST", f"accounts/{account}/access-keys")
            self.roots.append((made["access_key_id"], made["secret_access_key"]))
        self.call("CreateUser", UserName="alice")
        self.call("PutUserPolicy", UserName="alice", PolicyName="hop", PolicyDocument=HOP)
        made = self.call("CreateAccessKey", UserName="alice")
        self.key = [re.search(f"<{name}>(.*)</{name}>", made)[1]
                    for name in ("AccessKeyId", "SecretAccessKey")]

    def call(self, action, account=ACCOUNTS[0], **params):
        client = signed.Client(self.server, self.roots[ACCOUNTS.index(account)])
        status, text = client.call(action, **params)
        client.close()
        self.assertEqual(200, status, text)
        return text

    def role(self, name, principal, account=ACCOUNTS[0], action="sts:AssumeRole", condition=None,
             **params):
        """A role that these may enter, and that may enter others."""
        trust = allow(Action=action, Principal=principal, Condition=condition or {})
        self.call("CreateRole", account, RoleName=name, AssumeRolePolicyDocument=trust, **params)
        self.call("PutRolePolicy", account, RoleName=name, PolicyName="hop", PolicyDocument=HOP)
        return f"arn:aws:iam::{account}:role/{name}"

    def client(self, profiles=None, **variables):
        """The client in a home of its own, as the profile `work` if there are profiles. The
        credentials of the profile `alice` are in the other file."""
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        config, credentials = home / "config", home / "credentials"
        write(config, {f"profile {name}": settings for name, settings in (profiles or {}).items()})
        write(credentials, {"alice": {"aws_access_key_id": self.key[0],
                                      "aws_secret_access_key": self.key[1]}})
        if profiles:
            variables["AWS_PROFILE"] = "work"
        return self.ask_in({
            "HOME": str(home), "AWS_CONFIG_FILE": str(config), "AWS_REGION": "us-east-1",
            "AWS_SHARED_CREDENTIALS_FILE": str(credentials), "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_IAM": self.server.url, "AWS_ENDPOINT_URL_STS": self.server.url,
            **variables})

    def assumed(self):
        """Who has entered a role, in turn, as the server knows it."""
        _, shown = self.server.own("GET", "explain")
        return [each["principal"] for each in reversed(shown["requests"])
                if each.get("operation", "").startswith("sts:AssumeRole")]

    def token_file(self, role):
        """A token of the issuer that this role trusts, in a file."""
        self.call("CreateOpenIDConnectProvider", **{"Url": "https://" + ISSUER,
                                                    "ClientIDList.member.1": "sts.amazonaws.com"})
        provider = {"Federated": f"arn:aws:iam::{ACCOUNTS[0]}:oidc-provider/{ISSUER}"}
        arn = self.role(role, provider, action="sts:AssumeRoleWithWebIdentity",
                        condition={"StringEquals": {ISSUER + ":sub": "repo:octo/app"}})
        _, made = self.server.own("POST", "oidc/token", {"iss": "https://" + ISSUER,
                                                         "sub": "repo:octo/app"})
        file = self.folder / "token"
        file.write_text(made["token"], encoding="utf-8")
        return arn, str(file)

    def set_clock(self, minutes):
        """So many minutes from the real time, which is what clients go by."""
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        self.server.own("PUT", "clock", {"set": now.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def test_a_role(self):
        role = self.role("deploy", {"AWS": ALICE})
        ask = self.client({"work": {"role_arn": role, "source_profile": "alice"}})
        self.assertRegex(ask(), session(ACCOUNTS[0], "deploy"))
        self.assertEqual([ALICE], self.assumed())

    def test_three_roles_in_three_accounts(self):
        profiles, source, trusted = {}, "alice", ALICE
        for account, name in zip(ACCOUNTS, ("first", "second", "work")):
            trusted = self.role(name, {"AWS": trusted}, account)
            profiles[name] = {"role_arn": trusted, "source_profile": source,
                              "role_session_name": "chain"}
            source = name
        self.assertRegex(self.client(profiles)(), session(ACCOUNTS[2], "work", "chain"))
        self.assertEqual([ALICE, f"arn:aws:sts::{ACCOUNTS[0]}:assumed-role/first/chain",
                          f"arn:aws:sts::{ACCOUNTS[1]}:assumed-role/second/chain"], self.assumed())

    def test_external_id_session_name_and_duration(self):
        role = self.role("deploy", {"AWS": ALICE}, MaxSessionDuration="7200", condition={
            "StringEquals": {"sts:ExternalId": "x-1", "sts:RoleSessionName": "ci"}})
        settings = {"role_arn": role, "source_profile": "alice", "role_session_name": "ci"}
        with self.assertRaisesRegex(Exception, "AccessDenied"):
            self.client({"work": settings})()
        ask = self.client({"work": {**settings, "external_id": "x-1", "duration_seconds": "7200"}})
        self.assertRegex(ask(), session(ACCOUNTS[0], "deploy", "ci"))
        self.set_clock(110)
        self.assertRegex(ask(), session(ACCOUNTS[0], "deploy", "ci"))
        self.set_clock(121)
        with self.assertRaisesRegex(Exception, "ExpiredToken"):
            ask()

    def test_web_identity_by_variables(self):
        role, file = self.token_file("pod")
        ask = self.client(AWS_ROLE_ARN=role, AWS_WEB_IDENTITY_TOKEN_FILE=file,
                          AWS_ROLE_SESSION_NAME="ci")
        self.assertRegex(ask(), session(ACCOUNTS[0], "pod", "ci"))
        self.assertEqual(1, len(self.assumed()))

    def test_web_identity_by_profiles(self):
        """As the source of a role in another account."""
        role, file = self.token_file("pod")
        ask = self.client({
            "pod": {"role_arn": role, "web_identity_token_file": file, "role_session_name": "ci"},
            "work": {"role_arn": self.role("deploy", {"AWS": role}, ACCOUNTS[1]),
                     "source_profile": "pod"}})
        self.assertRegex(ask(), session(ACCOUNTS[1], "deploy"))
        self.assertEqual(f"arn:aws:sts::{ACCOUNTS[0]}:assumed-role/pod/ci", self.assumed()[-1])

    def test_a_process(self):
        role, script = self.role("deploy", {"AWS": ALICE}), self.folder / "process"
        script.write_text(PROCESS, encoding="utf-8")
        ask = self.client({"work": {"credential_process":
                                    f"sh {script} {':'.join(self.key)} {role} {sys.executable}"}})
        self.assertRegex(ask(), session(ACCOUNTS[0], "deploy", "process"))

    def test_a_role_entered_from_an_instance_or_a_container(self):
        worker = self.role("worker", {"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]})
        role = self.role("deploy", {"AWS": worker}, ACCOUNTS[1])
        self.call("CreateInstanceProfile", InstanceProfileName="profile")
        self.call("AddRoleToInstanceProfile", InstanceProfileName="profile", RoleName="worker")
        self.server.own("PUT", "instance", {"instance_profile": "profile"})
        _, container = self.server.own("POST", "container", {"role": "worker"})
        for source, variables in (("EcsContainer", container), ("Ec2InstanceMetadata", {
                "AWS_EC2_METADATA_DISABLED": "false",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.server.url + "/"})):
            ask = self.client({"work": {"role_arn": role, "credential_source": source}},
                              **variables)
            self.assertRegex(ask(), session(ACCOUNTS[1], "deploy"))
            self.assertRegex(self.assumed()[-1], session(ACCOUNTS[0], "worker"))

    def test_credentials_are_kept_and_made_anew(self):
        """Clients go by the real time: with the clock 56 minutes behind, an hour is 4 minutes."""
        profiles = {"work": {"role_arn": self.role("deploy", {"AWS": ALICE}),
                             "source_profile": "alice"}}
        ask = self.client(profiles)
        self.assertEqual(ask(), ask())
        self.assertEqual(1, len(self.assumed()))
        ask = self.client(profiles)
        self.set_clock(-56)
        ask()
        before = len(self.assumed())
        self.set_clock(5)
        # The SDK for JavaScript goes on with the old ones while it gets new ones.
        end = time.monotonic() + RENEWAL_SECONDS
        while self.expired(ask) and time.monotonic() < end:
            pass
        ask()
        self.assertGreater(len(self.assumed()), before)

    @staticmethod
    def expired(ask):
        try:
            ask()
        except Exception as error:  # each client has its own
            if "ExpiredToken" not in str(error):
                raise
            return True
        return False
