# SPDX-License-Identifier: Apache-2.0
"""The credential report, field by field, and the security report of an account on its way from
the first start to one whose root user is locked away; oathtool is the authenticator app."""
import csv
import datetime
import io
import json
import re
import socket
import subprocess
import time

import aws
import harness
import signed

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
PASSWORD = "Correct-Horse-Battery1"
USERS, TRIES = 4000, 20
ROOT = {"root-access-keys": 1, "root-mfa": 1, "root-hardware-mfa": 1}
POLICY = {"password-policy": 1, "password-reuse": 1, "password-expiry": 1}
NONE = {"access_key_2_active": "false", "access_key_2_last_rotated": "N/A",
        "access_key_2_last_used_date": "N/A", "access_key_2_last_used_region": "N/A",
        "access_key_2_last_used_service": "N/A", "cert_1_active": "false",
        "cert_1_last_rotated": "N/A", "cert_2_active": "false", "cert_2_last_rotated": "N/A"}


def text_of(moment):
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def codes(seed):
    """Of now and of the next step."""
    run = subprocess.run(["oathtool", "--totp", "-b", "-w", "1", seed], capture_output=True,
                         text=True, check=True)
    return run.stdout.split()


class Reports(aws.BotoCase):
    def enable(self, iam, user, name):
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        first, second = codes(device["Base32StringSeed"].decode())
        iam.enable_mfa_device(UserName=user, SerialNumber=device["SerialNumber"],
                              AuthenticationCode1=first, AuthenticationCode2=second)

    def credential_report(self, iam):
        while iam.generate_credential_report()["State"] != "COMPLETE":
            time.sleep(0.1)
        report = iam.get_credential_report()
        self.assertEqual("text/csv", report["ReportFormat"])
        return {row["user"]: row for row in
                csv.DictReader(io.StringIO(report["Content"].decode()))}

    def test_credential_report(self):
        with self.refused("ReportNotPresent", 410):
            self.iam.get_credential_report()
        key = self.new_user("Alice")
        made = self.iam.get_user(UserName="Alice")["User"]["CreateDate"]
        self.iam.create_user(UserName="bob", Path="/staff/")
        self.iam.create_login_profile(UserName="Alice", Password=PASSWORD)
        self.iam.update_account_password_policy(MinimumPasswordLength=14, MaxPasswordAge=30)
        self.enable(self.iam, "Alice", "phone")
        aws.client("sts", self.server, key, region="eu-west-1").get_caller_identity()
        self.server.own("POST", "check-password", {
            "account": harness.ACCOUNT, "user_name": "alice", "password": PASSWORD})
        changed = self.iam.get_login_profile(UserName="Alice")["LoginProfile"]["CreateDate"]
        keys = self.iam.list_access_keys(UserName="Alice")["AccessKeyMetadata"]
        used = self.iam.get_access_key_last_used(AccessKeyId=key[0])["AccessKeyLastUsed"]
        rows = self.credential_report(self.iam)
        self.assertEqual(["<root_account>", "Alice", "bob"], list(rows))
        alice = rows["Alice"]
        self.assertEqual({
            "user": "Alice", "arn": f"arn:aws:iam::{harness.ACCOUNT}:user/Alice",
            "user_creation_time": text_of(made), "password_enabled": "true",
            "password_last_used": "no_information", "password_last_changed": text_of(changed),
            "password_next_rotation": text_of(changed + datetime.timedelta(days=30)),
            "mfa_active": "true", "access_key_1_active": "true",
            "access_key_1_last_rotated": text_of(keys[0]["CreateDate"]),
            "access_key_1_last_used_date": text_of(used["LastUsedDate"]),
            "access_key_1_last_used_region": "eu-west-1",
            "access_key_1_last_used_service": "sts", **NONE}, alice)
        self.assertEqual("not_supported", rows["<root_account>"]["password_enabled"])
        self.assertEqual("true", rows["<root_account>"]["access_key_1_active"])
        self.assertEqual("false", rows["bob"]["password_enabled"])
        self.assertEqual(f"arn:aws:iam::{harness.ACCOUNT}:user/staff/bob", rows["bob"]["arn"])

    def test_in_progress(self):
        """Of an account with so many users that a client sees it; a report is made once more as
        soon as it is old, should one have been missed."""
        client = signed.Client(self.server)
        self.addCleanup(client.close)
        self.server.own("PUT", "clock", {"freeze": True})
        for i in range(USERS):
            self.assertEqual(200, client.call("CreateUser", UserName=f"user-{i}")[0])
        seen = set()
        for _ in range(TRIES):
            if {"ReportInProgress", "INPROGRESS"} <= seen:
                break
            self.assertIn("STARTED", client.call("GenerateCredentialReport")[1])
            status, text = client.call("GetCredentialReport")
            while status != 200:
                self.assertEqual(404, status, text)
                seen.update(re.findall("<Code>(.*)</Code>", text))
                seen.update(re.findall("<State>(.*)</State>",
                                       client.call("GenerateCredentialReport")[1]))
                status, text = client.call("GetCredentialReport")
            self.server.own("PUT", "clock", {"advance": "PT4H"})
            self.assertIn("ReportExpired", client.call("GetCredentialReport")[1])
        self.assertIn("ReportInProgress", seen)
        self.assertIn("INPROGRESS", seen)
        self.assertEqual(USERS + 1, len(self.credential_report(self.iam)))

    def report(self, status, *options):
        """The names of the checks that have found something, with how much that is."""
        done = harness.run("report", self.server.url, "--json", *options)
        self.assertEqual(status, done.returncode, done.stderr)
        report = json.loads(done.stdout)
        found = {check["check"]: check["count"] for check in report["checks"] if check["count"]}
        self.assertEqual(sum(found.values()), report["findings"])
        return found

    def test_from_red_to_green(self):
        self.assertEqual({**ROOT, **POLICY}, self.report(1))
        self.iam.create_group(GroupName="admins")
        self.iam.attach_group_policy(GroupName="admins", PolicyArn=ADMINISTRATOR)
        key = self.new_user("admin", aws.ADMINISTRATOR)
        self.iam.create_login_profile(UserName="admin", Password=PASSWORD)
        self.iam.attach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR)
        self.iam.create_access_key(UserName="admin")
        self.assertEqual({**ROOT, **POLICY, "root-use": 1,
                          "wildcard-administrators": 1, "user-mfa": 1, "inline-policies": 1,
                          "direct-attachments": 1, "two-active-keys": 1}, self.report(1))
        admin = aws.client("iam", self.server, key)
        admin.add_user_to_group(GroupName="admins", UserName="admin")
        admin.delete_user_policy(UserName="admin", PolicyName="inline")
        admin.detach_user_policy(UserName="admin", PolicyArn=ADMINISTRATOR)
        for other in admin.list_access_keys()["AccessKeyMetadata"]:
            if other["AccessKeyId"] != key[0]:
                admin.delete_access_key(AccessKeyId=other["AccessKeyId"])
        self.enable(admin, "admin", "phone")
        admin.update_account_password_policy(
            MinimumPasswordLength=14, RequireSymbols=True, RequireNumbers=True,
            RequireUppercaseCharacters=True, RequireLowercaseCharacters=True,
            PasswordReusePrevention=24, MaxPasswordAge=90)
        self.assertEqual({**ROOT, "root-use": 1}, self.report(1))
        self.enable(self.iam, "root", "root-account-mfa-device")
        self.assertEqual({"root-access-keys": 1, "root-use": 1, "root-hardware-mfa": 1},
                         self.report(1))
        device = f"arn:aws:iam::{harness.ACCOUNT}:mfa/root-account-mfa-device"
        self.iam.deactivate_mfa_device(UserName="root", SerialNumber=device)
        self.server.own("POST", f"accounts/{harness.ACCOUNT}/security-keys", {})
        self.assertEqual({"root-access-keys": 1, "root-use": 1}, self.report(1))
        self.iam.delete_access_key(AccessKeyId=harness.ROOT[0])
        self.assertEqual({}, self.report(0))
        self.assertEqual((200, "green"), (lambda status, body: (status, body["status"]))(
            *self.server.own("GET", "security-report")))
        self.server.own("PUT", "clock", {"advance": "P91D"})
        self.assertEqual({"key-age": 1, "unused-credentials": 2}, self.report(1))
        self.assertEqual({}, self.report(0, "--key-age", "91", "--unused=91"))

    def test_text(self):
        for i in range(3):
            self.new_user(f"user-{i}", aws.ADMINISTRATOR)
        text = harness.run("report", self.server.url, "--limit", "1").stdout
        self.assertIn("high: policies allow everything (wildcard-administrators, Security Hub "
                      "IAM.1)\n    user-0: inline policy inline\n        aws --endpoint-url "
                      f"{self.server.url} iam delete-user-policy --user-name user-0 --policy-name "
                      "inline\n    and 2 more\n", text)
        aws_cli = f"aws --endpoint-url {self.server.url} iam "
        self.assertIn(f"{aws_cli}create-virtual-mfa-device --virtual-mfa-device-name "
                      "root-account-mfa-device --bootstrap-method QRCodePNG --outfile "
                      f"root-account-mfa-device.png && {aws_cli}enable-mfa-device --user-name root "
                      f"--serial-number arn:aws:iam::{harness.ACCOUNT}:mfa/root-account-mfa-device "
                      "--authentication-code1 CODE --authentication-code2 NEXT-CODE\n", text)
        self.assertTrue(text.endswith(f"red: 13 findings in account {harness.ACCOUNT}\n"), text)

    def test_shared_keys(self):
        host, port = self.server.authority.split(":")
        for address in "127.0.0.1", "127.0.0.1", "127.0.0.2":
            self.assertNotIn("shared-keys", self.report(1))
            client = signed.Client(self.server)
            client.close()
            client.connection = socket.create_connection((host, int(port)), harness.STOP_SECONDS,
                                                         source_address=(address, 0))
            self.assertEqual(200, client.call("GetAccountSummary")[0])
            client.close()
        self.assertEqual(1, self.report(1)["shared-keys"])

    def test_trouble(self):
        for arguments in (["--frob"], ["a", "b"], ["--limit"], ["--limit", "x"], ["ftp://x"],
                          ["http://127.0.0.1:1"], [self.server.url, "--limit=9999"],
                          [self.server.url, "--account=999999999999"]):
            done = harness.run("report", *arguments)
            self.assertEqual((2, ""), (done.returncode, done.stdout), arguments)
            self.assertRegex(done.stderr, "^iam-local: report: .*\n$")


if __name__ == "__main__":
    harness.main()
