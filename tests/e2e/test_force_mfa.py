# SPDX-License-Identifier: Apache-2.0
"""The policy that AWS documents for users who have to have an MFA device, from the first sign of
life to all of one's own credentials, with oathtool as the authenticator app."""
import json
import pathlib
import subprocess
import time

import aws
import harness

GOLDEN = pathlib.Path(__file__).parent.parent / "golden/iam"
STEP = 30
OWN = "arn:aws:iam::*:user/${aws:username}"

# IAM User Guide, "AWS: Allows MFA-authenticated IAM users to manage their own credentials on the
# Security credentials page".
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "AllowViewAccountInfo", "Effect": "Allow",
         "Action": ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"],
         "Resource": "*"},
        {"Sid": "AllowManageOwnPasswords", "Effect": "Allow",
         "Action": ["iam:ChangePassword", "iam:GetUser"],
         "Resource": OWN},
        {"Sid": "AllowManageOwnAccessKeys", "Effect": "Allow",
         "Action": ["iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:ListAccessKeys",
                    "iam:UpdateAccessKey", "iam:GetAccessKeyLastUsed"],
         "Resource": OWN},
        {"Sid": "AllowManageOwnSigningCertificates", "Effect": "Allow",
         "Action": ["iam:DeleteSigningCertificate", "iam:ListSigningCertificates",
                    "iam:UpdateSigningCertificate", "iam:UploadSigningCertificate"],
         "Resource": OWN},
        {"Sid": "AllowManageOwnSSHPublicKeys", "Effect": "Allow",
         "Action": ["iam:DeleteSSHPublicKey", "iam:GetSSHPublicKey", "iam:ListSSHPublicKeys",
                    "iam:UpdateSSHPublicKey", "iam:UploadSSHPublicKey"],
         "Resource": OWN},
        {"Sid": "AllowManageOwnGitCredentials", "Effect": "Allow",
         "Action": ["iam:CreateServiceSpecificCredential", "iam:DeleteServiceSpecificCredential",
                    "iam:ListServiceSpecificCredentials", "iam:ResetServiceSpecificCredential",
                    "iam:UpdateServiceSpecificCredential"],
         "Resource": OWN},
        {"Sid": "AllowManageOwnVirtualMFADevice", "Effect": "Allow",
         "Action": ["iam:CreateVirtualMFADevice"],
         "Resource": "arn:aws:iam::*:mfa/*"},
        {"Sid": "AllowManageOwnUserMFA", "Effect": "Allow",
         "Action": ["iam:DeactivateMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices",
                    "iam:ResyncMFADevice"],
         "Resource": OWN},
        {"Sid": "DenyAllExceptListedIfNoMFA", "Effect": "Deny",
         "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetUser",
                       "iam:GetMFADevice", "iam:ListMFADevices", "iam:ListVirtualMFADevices",
                       "iam:ResyncMFADevice", "sts:GetSessionToken"],
         "Resource": "*",
         "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
    ],
}


def recorded(conversation, step, parameter):
    """What a recorded request has for a parameter."""
    for line in (GOLDEN / conversation / (step + ".req")).read_text().splitlines():
        name, _, value = line.partition("=")
        if name == parameter:
            return value.replace("\\n", "\n")
    raise LookupError(parameter)


CERTIFICATE = recorded("signing_certificate", "04-upload", "CertificateBody")
SSH_KEY = recorded("ssh_public_key", "04-upload", "SSHPublicKeyBody")


class ForceMfa(aws.BotoCase):
    def setUp(self):
        super().setUp()
        arn = self.iam.create_policy(PolicyName="force-mfa", PolicyDocument=json.dumps(POLICY))[
            "Policy"]["Arn"]
        self.iam.create_group(GroupName="people")
        self.iam.attach_group_policy(GroupName="people", PolicyArn=arn)
        self.keys = {name: self.person(name) for name in ("alice", "bob")}

    def person(self, name):
        key = self.new_user(name)
        self.iam.add_user_to_group(GroupName="people", UserName=name)
        self.iam.create_login_profile(UserName=name, Password="Correct-horse-1")
        return key

    def oathtool(self, seed, steps=0):
        moment = self.now + steps * STEP
        done = subprocess.run(["oathtool", "--totp", "--base32", "--now", f"@{moment}", seed],
                              check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def stand_still(self):
        """In the middle of a step, so that codes are those of now."""
        self.now = int(time.time()) // STEP * STEP + STEP // 2
        self.server.own("PUT", "clock", {"freeze": True})
        self.server.own("PUT", "clock", {"set": time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                              time.gmtime(self.now))})

    def own_credentials(self, iam, name):
        """All that one does with one's own credentials, each with the action's name."""
        def key():
            made = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
            iam.update_access_key(UserName=name, AccessKeyId=made, Status="Inactive")
            iam.get_access_key_last_used(AccessKeyId=made)
            iam.list_access_keys(UserName=name)
            iam.delete_access_key(UserName=name, AccessKeyId=made)

        def certificate():
            made = iam.upload_signing_certificate(UserName=name, CertificateBody=CERTIFICATE)
            this = {"UserName": name, "CertificateId": made["Certificate"]["CertificateId"]}
            iam.update_signing_certificate(Status="Inactive", **this)
            iam.list_signing_certificates(UserName=name)
            iam.delete_signing_certificate(**this)

        def ssh_key():
            made = iam.upload_ssh_public_key(UserName=name, SSHPublicKeyBody=SSH_KEY)
            this = {"UserName": name, "SSHPublicKeyId": made["SSHPublicKey"]["SSHPublicKeyId"]}
            iam.get_ssh_public_key(Encoding="PEM", **this)
            iam.update_ssh_public_key(Status="Inactive", **this)
            iam.list_ssh_public_keys(UserName=name)
            iam.delete_ssh_public_key(**this)

        def git():
            made = iam.create_service_specific_credential(
                UserName=name, ServiceName="codecommit.amazonaws.com")["ServiceSpecificCredential"]
            this = {"UserName": name,
                    "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
            iam.reset_service_specific_credential(**this)
            iam.update_service_specific_credential(Status="Inactive", **this)
            iam.list_service_specific_credentials(UserName=name)
            iam.delete_service_specific_credential(**this)

        return {"CreateAccessKey": key, "UploadSigningCertificate": certificate,
                "UploadSSHPublicKey": ssh_key, "CreateServiceSpecificCredential": git}

    def look_around(self, iam, name):
        """What is allowed without MFA, too."""
        self.assertEqual(name, iam.get_user()["User"]["UserName"])
        iam.list_mfa_devices(UserName=name)
        iam.list_virtual_mfa_devices()

    def refuse_all(self, iam, name, words):
        for action, use in self.own_credentials(iam, name).items():
            with self.subTest(action):
                with self.refused("AccessDenied", 403) as caught:
                    use()
                message = caught.exception.response["Error"]["Message"]
                self.assertIn(f"is not authorized to perform: iam:{action} on resource", message)
                self.assertTrue(message.endswith(words), message)

    def equip(self, iam, name):
        """Makes a device and enables it, all as oneself and without MFA; returns serial number and
        seed."""
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
        serial, seed = made["SerialNumber"], made["Base32StringSeed"].decode()
        iam.enable_mfa_device(UserName=name, SerialNumber=serial,
                              AuthenticationCode1=self.oathtool(seed, -1),
                              AuthenticationCode2=self.oathtool(seed))
        return serial, seed

    def session(self, name, serial, code):
        answer = aws.client("sts", self.server, self.keys[name]).get_session_token(
            SerialNumber=serial, TokenCode=code)["Credentials"]
        return aws.client("iam", self.server, (answer["AccessKeyId"], answer["SecretAccessKey"]),
                          token=answer["SessionToken"])

    def test_step_by_step(self):
        self.stand_still()
        alice = aws.client("iam", self.server, self.keys["alice"])
        denied = ("with an explicit deny in an identity-based policy: "
                  f"arn:aws:iam::{harness.ACCOUNT}:policy/force-mfa")
        self.look_around(alice, "alice")
        self.refuse_all(alice, "alice", denied)
        with self.refused("AccessDenied", 403):
            alice.change_password(OldPassword="Correct-horse-1", NewPassword="Correct-horse-2")

        serial, seed = self.equip(alice, "alice")
        self.refuse_all(alice, "alice", denied)  # it is not the device, but its code
        with self.refused("AccessDenied", 403):
            alice.deactivate_mfa_device(UserName="alice", SerialNumber=serial)
        with self.refused("AccessDenied", 403):
            self.session("alice", serial, self.oathtool(seed))  # enabled the device

        session = self.session("alice", serial, self.oathtool(seed, 1))
        self.look_around(session, "alice")
        for action, use in self.own_credentials(session, "alice").items():
            with self.subTest(action):
                use()
        session.change_password(OldPassword="Correct-horse-1", NewPassword="Correct-horse-2")
        for outcome, password in (("mfa_required", "Correct-horse-2"),
                                  ("wrong", "Correct-horse-1")):
            answer = self.server.own("POST", "check-password", {
                "account": harness.ACCOUNT, "user_name": "alice", "password": password})[1]
            self.assertEqual(outcome, answer["result"])
        with self.refused("NoSuchEntity", 404):
            session.get_account_password_policy()
        session.deactivate_mfa_device(UserName="alice", SerialNumber=serial)

    def test_others_are_out_of_reach(self):
        self.stand_still()
        serial, seed = self.equip(aws.client("iam", self.server, self.keys["alice"]), "alice")
        session = self.session("alice", serial, self.oathtool(seed, 1))
        self.refuse_all(session, "bob", " action")  # because no policy allows it
        for use in (lambda: session.get_user(UserName="bob"), session.list_users,
                    lambda: session.list_mfa_devices(UserName="bob")):
            with self.refused("AccessDenied", 403):
                use()

    def test_a_device_of_somebody_else_does_not_help(self):
        self.stand_still()
        serial, seed = self.equip(aws.client("iam", self.server, self.keys["alice"]), "alice")
        with self.refused("AccessDenied", 403):
            self.session("bob", serial, self.oathtool(seed, 1))
        without = aws.client("sts", self.server, self.keys["alice"]).get_session_token()
        answer = without["Credentials"]
        session = aws.client("iam", self.server, (answer["AccessKeyId"],
                                                  answer["SecretAccessKey"]),
                             token=answer["SessionToken"])
        with self.refused("InvalidClientTokenId", 403):
            session.list_access_keys()


if __name__ == "__main__":
    harness.main()
