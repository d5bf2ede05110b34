# SPDX-License-Identifier: Apache-2.0
"""Virtual MFA devices as boto3 uses them, with an authenticator app of our own: enabled with two
codes, asked for by trust policies and by IAM, each code good once, and the root user's."""
import concurrent.futures
import contextlib
import datetime
import json
import os
import pty
import struct
import tempfile
import time
import zlib

import aws
import botocore.session
import clients
import harness
import totp
from totp import STEP

ROLE = f"arn:aws:iam::{harness.ACCOUNT}:role/deploy"
NOT_VALID = "Authentication code for device is not valid."
USED_OR_WRONG = "MultiFactorAuthentication failed with invalid MFA one time pass code."
NO_DEVICE = ("MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your "
             "MFA serial number is valid and associated with this user.")


class App:
    """An authenticator app, whose clock may be so many seconds ahead."""

    ahead = 0

    def __init__(self, test, device):
        self.test = test
        self.serial, self.seed = device["SerialNumber"], device["Base32StringSeed"]

    def code(self, steps=0):
        return totp.code(self.seed, self.test.now + self.ahead, steps)

    def pair(self):
        """The code before and the one shown now."""
        return {"SerialNumber": self.serial, "AuthenticationCode1": self.code(-1),
                "AuthenticationCode2": self.code()}

    def one(self):
        return {"SerialNumber": self.serial, "TokenCode": self.code()}


def chunks(png):
    """The chunks of a PNG, by their types."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n", png[:8]
    at, found = 8, {}
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        found[kind] = png[at + 8:at + 8 + size]
        at += 12 + size
        assert struct.unpack_from(">I", png, at - 4)[0] == zlib.crc32(kind + found[kind]), kind
    return found


class Mfa(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.stand_still(int(time.time()) // STEP * STEP + STEP // 2)

    def stand_still(self, now):
        """Codes depend on the time: it stands still in the middle of a step."""
        self.now = now
        shown = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
        self.server.own("PUT", "clock", {"freeze": True})
        self.server.own("PUT", "clock", {"set": shown.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def step(self, seconds=STEP):
        self.stand_still(self.now + seconds)

    def device(self, name="alice"):
        made = self.iam.create_virtual_mfa_device(VirtualMFADeviceName=name)
        return App(self, made["VirtualMFADevice"])

    def equipped(self, name):
        """The key of a new user who may do everything, and a device that is enabled."""
        key, app = self.new_user(name, aws.ADMINISTRATOR), self.device(name)
        self.iam.enable_mfa_device(UserName=name, **app.pair())
        self.step()
        return key, app

    def sts_of(self, key):
        return aws.client("sts", self.server, key)

    def client_of(self, service, answer):
        credentials = answer["Credentials"]
        return aws.client(service, self.server, (credentials["AccessKeyId"],
                                                 credentials["SecretAccessKey"]),
                          token=credentials["SessionToken"])

    def demanding_role(self, seconds=3600):
        """May list users, if the code is so young."""
        young = {"Bool": {"aws:MultiFactorAuthPresent": "true"},
                 "NumericLessThan": {"aws:MultiFactorAuthAge": str(seconds)}}
        self.iam.create_role(RoleName="deploy", MaxSessionDuration=43200,
                             AssumeRolePolicyDocument=aws.document({
                                 "Effect": "Allow", "Action": "sts:AssumeRole", "Condition": young,
                                 "Principal": {"AWS": harness.ROOT_ARN}}))
        self.iam.put_role_policy(RoleName="deploy", PolicyName="p", PolicyDocument=aws.document(
            aws.allow("iam:ListUsers", **young)))
        return {"RoleArn": ROLE, "RoleSessionName": "session"}

    def test_a_device_is_enabled_with_two_codes(self):
        self.new_user("alice")
        app = self.device()
        self.assertEqual(f"arn:aws:iam::{harness.ACCOUNT}:mfa/alice", app.serial)
        self.assertEqual(64, len(app.seed))
        for wrong in ({"AuthenticationCode1": app.code()}, {"AuthenticationCode2": app.code(1)}):
            with self.refused("InvalidAuthenticationCode", 403, NOT_VALID):
                self.iam.enable_mfa_device(UserName="alice", **{**app.pair(), **wrong})
        self.iam.enable_mfa_device(UserName="alice", **app.pair())
        (listed,) = self.iam.list_mfa_devices(UserName="alice")["MFADevices"]
        self.assertEqual(("alice", app.serial, self.now), (
            listed["UserName"], listed["SerialNumber"], listed["EnableDate"].timestamp()))
        (listed,) = self.iam.list_virtual_mfa_devices()["VirtualMFADevices"]
        self.assertEqual("alice", listed["User"]["UserName"])
        self.assertNotIn("Base32StringSeed", listed)

    def test_the_qr_code_is_a_png(self):
        made = self.iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")
        found = chunks(made["VirtualMFADevice"]["QRCodePNG"])
        self.assertEqual([b"IHDR", b"IDAT", b"IEND"], list(found))
        width, height, *kind = struct.unpack(">IIBBBBB", found[b"IHDR"])
        self.assertEqual((width, [1, 0, 0, 0, 0]), (height, kind))
        line = 1 + (width + 7) // 8
        pixels = zlib.decompress(found[b"IDAT"])
        self.assertEqual(height * line, len(pixels))
        # Four modules of four pixels are white; then comes the black edge of a corner, seven long.
        self.assertEqual(b"\xff" * (line - 1), pixels[1:line])
        row = pixels[16 * line + 1:17 * line]
        self.assertEqual("1" * 16 + "0" * 28 + "1" * 4, f"{int.from_bytes(row[:6], 'big'):048b}")

    def test_session_tokens_with_mfa_reach_iam(self):
        key, app = self.equipped("alice")
        without = self.client_of("iam", self.sts_of(key).get_session_token())
        with self.refused("InvalidClientTokenId", 403):
            without.list_users()
        code = app.one()
        self.client_of("iam", self.sts_of(key).get_session_token(**code)).list_users()
        with self.refused("AccessDenied", 403, USED_OR_WRONG):
            self.sts_of(key).get_session_token(**code)
        self.step()
        self.sts_of(key).get_session_token(**app.one())

    def test_only_codes_of_now(self):
        key, app = self.equipped("alice")
        self.step(10 * STEP)
        for steps in (-2, 2):
            with self.refused("AccessDenied", 403, USED_OR_WRONG):
                self.sts_of(key).get_session_token(SerialNumber=app.serial,
                                                   TokenCode=app.code(steps))
        for steps in (-1, 0, 1):  # a slow finger, and a clock that is a little off
            self.sts_of(key).get_session_token(SerialNumber=app.serial, TokenCode=app.code(steps))
        with self.refused("AccessDenied", 403, USED_OR_WRONG):
            self.sts_of(key).get_session_token(**app.one())

    def test_only_ones_own_device(self):
        alice, app = self.equipped("alice")
        bob, _ = self.equipped("bob")
        spare = self.device("spare")
        for key, code in ((bob, app.one()), (alice, spare.one()), (harness.ROOT, app.one()),
                          (alice, {"SerialNumber": app.serial}), (alice, {"TokenCode": app.code()}),
                          (alice, {**app.one(), "SerialNumber": app.serial.upper()})):
            with self.refused("AccessDenied", 403, NO_DEVICE):
                self.sts_of(key).get_session_token(**code)
        self.sts_of(alice).get_session_token(**app.one())

    def test_a_trust_policy_that_demands_mfa(self):
        (key, app), to = self.equipped("alice"), self.demanding_role()
        with self.refused("AccessDenied", 403):
            self.sts_of(key).assume_role(**to)
        last = self.server.own("GET", "explain")[1]["requests"][0]["request_id"]
        self.assertNotIn("is not a boolean", json.dumps(self.server.own("GET", "explain/" + last)))
        answer = self.sts_of(key).assume_role(**to, **app.one(), DurationSeconds=7200)
        iam = self.client_of("iam", answer)
        iam.list_users()
        self.step(5400)  # the session goes on, but its code is too old
        self.client_of("sts", answer).get_caller_identity()
        with self.refused("AccessDenied", 403):
            iam.list_users()

    def test_a_session_with_mfa_takes_it_along(self):
        (key, app), to = self.equipped("alice"), self.demanding_role()
        session = self.client_of("sts", self.sts_of(key).get_session_token(**app.one()))
        self.client_of("iam", session.assume_role(**to)).list_users()
        self.step(5400)
        with self.refused("AccessDenied", 403):
            session.assume_role(**to)
        role = session.assume_role(**to, **app.one())  # the user's device, asked for anew
        self.client_of("iam", role).list_users()
        with self.refused("AccessDenied", 403, NO_DEVICE):  # roles have none
            self.step()
            self.client_of("sts", role).assume_role(**to, **app.one())

    def test_the_next_role_of_a_chain_has_none(self):
        (key, app), to = self.equipped("alice"), self.demanding_role()
        first = self.sts_of(key).assume_role(**to, **app.one())
        self.iam.put_role_policy(RoleName="deploy", PolicyName="all",
                                 PolicyDocument=aws.ADMINISTRATOR)
        self.iam.create_role(RoleName="next", AssumeRolePolicyDocument=aws.document({
            "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ROLE}}))
        self.iam.put_role_policy(RoleName="next", PolicyName="p", PolicyDocument=aws.document(
            aws.allow("iam:ListUsers", Bool={"aws:MultiFactorAuthPresent": "true"})))
        answer = self.client_of("sts", first).assume_role(
            RoleArn=ROLE.replace("deploy", "next"), RoleSessionName="session")
        with self.refused("AccessDenied", 403):
            self.client_of("iam", answer).list_users()

    def test_a_code_is_spent_for_the_next_owner_too(self):
        _, app = self.equipped("alice")
        spent = app.pair()
        self.iam.deactivate_mfa_device(UserName="alice", SerialNumber=app.serial)
        with self.refused("InvalidAuthenticationCode", 403, NOT_VALID):
            self.iam.enable_mfa_device(UserName="alice", **spent)
        self.step(2 * STEP)
        self.iam.enable_mfa_device(UserName="alice", **app.pair())

    def test_codes_are_good_again_when_the_clock_was_set_back(self):
        key, app = self.equipped("alice")
        self.step(3600)
        self.sts_of(key).get_session_token(**app.one())
        self.step(-3600)
        self.sts_of(key).get_session_token(**app.one())
        with self.refused("AccessDenied", 403, USED_OR_WRONG):
            self.sts_of(key).get_session_token(**app.one())

    def test_a_code_is_spent_although_the_request_is_denied(self):
        (key, app), to = self.equipped("alice"), self.demanding_role(seconds=0)
        code = app.one()
        with self.refused("AccessDenied", 403):
            self.sts_of(key).assume_role(**to, **code)
        with self.refused("AccessDenied", 403, USED_OR_WRONG):
            self.sts_of(key).get_session_token(**code)

    def test_of_many_at_once_one_gets_through(self):
        key, app = self.equipped("alice")
        clients, code = [self.sts_of(key) for _ in range(8)], app.one()

        def through(sts):
            with contextlib.suppress(aws.ClientError):
                return bool(sts.get_session_token(**code))
            return False

        with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
            self.assertEqual(1, sum(pool.map(through, clients)))

    def test_a_restart_remembers_used_codes(self):
        with tempfile.TemporaryDirectory() as data:
            self.server = self.start("--data", data)
            self.iam = aws.client("iam", self.server)
            self.stand_still(self.now)
            key, app = self.equipped("alice")
            self.sts_of(key).get_session_token(**app.one())
            self.assertEqual(0, self.server.stop())
            self.server = self.start("--data", data)
            self.stand_still(self.now)
            with self.refused("AccessDenied", 403, USED_OR_WRONG):
                self.sts_of(key).get_session_token(**app.one())
            self.step()
            self.sts_of(key).get_session_token(**app.one())
            self.assertEqual(0, self.server.stop())

    def test_resync_after_drift(self):
        key, app = self.equipped("alice")
        app.ahead = 3600
        with self.refused("AccessDenied", 403, USED_OR_WRONG):
            self.sts_of(key).get_session_token(**app.one())
        with self.refused("InvalidAuthenticationCode", 403, NOT_VALID):
            self.iam.resync_mfa_device(UserName="alice",
                                       **{**app.pair(), "AuthenticationCode2": "000000"})
        self.iam.resync_mfa_device(UserName="alice", **app.pair())
        self.step()
        self.sts_of(key).get_session_token(**app.one())

    def test_a_device_goes(self):
        key, app = self.equipped("alice")
        with self.refused("DeleteConflict", 409):
            self.iam.delete_virtual_mfa_device(SerialNumber=app.serial)
        self.iam.delete_access_key(UserName="alice", AccessKeyId=key[0])
        self.iam.delete_user_policy(UserName="alice", PolicyName="inline")
        with self.refused("DeleteConflict", 409,
                          "Cannot delete entity, must delete MFA device first."):
            self.iam.delete_user(UserName="alice")
        self.iam.deactivate_mfa_device(UserName="alice", SerialNumber=app.serial)
        self.iam.delete_user(UserName="alice")
        self.iam.delete_virtual_mfa_device(SerialNumber=app.serial)
        self.assertEqual([], self.iam.list_virtual_mfa_devices()["VirtualMFADevices"])

    def test_eight_devices(self):
        self.new_user("alice")
        apps = [self.device(f"phone-{i}") for i in range(9)]
        for app in apps[:8]:
            self.iam.enable_mfa_device(UserName="alice", **app.pair())
        with self.refused("LimitExceeded", 409):
            self.iam.enable_mfa_device(UserName="alice", **apps[8].pair())
        self.assertEqual(8, len(self.iam.list_mfa_devices(UserName="alice")["MFADevices"]))

    def test_the_root_user(self):
        app = self.device("root-account-mfa-device")
        self.iam.enable_mfa_device(UserName="root", **app.pair())
        (event,) = self.server.own("GET", "events?name=EnableMFADevice")[1]["events"]
        self.assertEqual({"userName": "AWS ROOT USER", "serialNumber": app.serial},
                         event["requestParameters"])
        summary = self.iam.get_account_summary()["SummaryMap"]
        self.assertEqual((1, 1, 1), tuple(summary[name] for name in (
            "AccountMFAEnabled", "MFADevices", "MFADevicesInUse")))
        (listed,) = self.iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")[
            "VirtualMFADevices"]
        self.assertEqual(harness.ROOT_ARN, listed["User"]["Arn"])
        (own,) = self.iam.list_mfa_devices()["MFADevices"]
        self.assertEqual(app.serial, own["SerialNumber"])
        self.step()
        session = self.client_of("iam", self.sts.get_session_token(**app.one()))
        session.list_users()
        (event,) = self.server.own("GET", "events?type=Root&limit=1")[1]["events"]
        self.assertEqual("true", event["userIdentity"]["sessionContext"]["attributes"][
            "mfaAuthenticated"])
        session.deactivate_mfa_device(UserName="root", SerialNumber=app.serial)
        self.assertEqual([], session.list_mfa_devices()["MFADevices"])
        self.assertEqual(0, self.iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"])

    def test_a_user_called_root(self):
        """Is nobody else, as long as there is one."""
        self.new_user("root")
        app = self.device("phone")
        self.iam.enable_mfa_device(UserName="root", **app.pair())
        self.assertEqual([], self.iam.list_mfa_devices()["MFADevices"])
        (event,) = self.server.own("GET", "events?name=EnableMFADevice")[1]["events"]
        self.assertEqual("root", event["requestParameters"]["userName"])

    def test_modes(self):
        key, app = self.equipped("alice")
        wrong = {"SerialNumber": app.serial, "TokenCode": app.code(5)}
        self.server.own("PUT", "enforcement", {"enforcement": "soft"})
        with self.refused("AccessDenied", 403, USED_OR_WRONG):
            self.sts_of(key).get_session_token(**wrong)
        self.server.own("PUT", "enforcement", {"enforcement": "off"})
        self.sts_of(key).get_session_token(**wrong)

    @contextlib.contextmanager
    def profile(self):
        """A configuration file whose profile `work` is the role, and the app for its codes."""
        key, app = self.equipped("alice")
        self.demanding_role()
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as config:
            config.write(f"[profile base]\naws_access_key_id = {key[0]}\n"
                         f"aws_secret_access_key = {key[1]}\n[profile work]\nrole_arn = {ROLE}\n"
                         f"source_profile = base\nmfa_serial = {app.serial}\n")
            config.flush()
            yield config, app

    def test_a_profile_with_mfa_serial(self):
        """The code is asked for once."""
        asked = []
        with self.profile() as (config, app):
            session = botocore.session.Session(profile="work")
            session.set_config_variable("config_file", config.name)
            session.set_config_variable("region", "us-east-1")
            provider = session.get_component("credential_provider").get_provider("assume-role")

            def prompt(text):
                asked.append(text)
                return app.code()

            def client(name, **settings):
                return session.create_client(name, endpoint_url=self.server.url, **settings)

            # Older botocore has no setting for the endpoint of its own AssumeRole.
            provider._prompter, provider._client_creator = prompt, client
            client("iam").list_users()
            client("iam").list_users()
        self.assertEqual([f"Enter MFA code for {app.serial}: "], asked)

    def test_the_cli_asks_for_the_code(self):
        cli = next(filter(clients.reads_endpoints, clients.programs("aws")), None)
        if not cli:
            self.skipTest("no AWS CLI since the summer of 2023")
        with self.profile() as (config, app), tempfile.TemporaryDirectory() as home:
            child, terminal = pty.fork()
            if child == 0:
                os.environ.update(HOME=home,  # for the CLI's cache of credentials
                                  AWS_CONFIG_FILE=config.name, AWS_DEFAULT_REGION="us-east-1",
                                  AWS_ENDPOINT_URL_IAM=self.server.url,
                                  AWS_ENDPOINT_URL_STS=self.server.url)
                os.execv(cli, [cli, "--profile", "work", "--output", "json", "iam", "list-users"])
            shown = ""
            with contextlib.suppress(OSError):  # the end of a terminal
                while part := os.read(terminal, 4096).decode():
                    shown += part
                    if part.endswith(f"Enter MFA code for {app.serial}: "):
                        os.write(terminal, (app.code() + "\n").encode())
            os.close(terminal)
            self.assertEqual(0, os.waitpid(child, 0)[1], shown)
        self.assertIn('"UserName": "alice"', shown)


if __name__ == "__main__":
    harness.main()
