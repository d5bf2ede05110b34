# SPDX-License-Identifier: Apache-2.0
"""What lets somebody in is told once, and nowhere else.

Every kind of secret is made or sent, rightly and wrongly. Then all that the server says is looked
through: its log, the event log, records, explanations, reports, what all operations that list
and get things answer, and every answer but the one that hands the secret out.
"""
import base64
import html
import json
import pathlib
import re
import tempfile
import time
import urllib.parse

import certificates
import harness
import signed

HANDED_OUT = ("SecretAccessKey", "SessionToken", "Base32StringSeed", "QRCodePNG", "ServicePassword",
              "ServiceCredentialSecret", "WebIdentityToken")
KEYS = pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "corpus" / "ssh_key"
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden" / "iam" / "saml_provider"
ALICE = f"arn:aws:iam::{harness.ACCOUNT}:user/alice"
GIT = "codecommit.amazonaws.com"
PAGES = ("health", "operations", "explain", "events", "quotas", "settings", "clock", "accounts",
         "accounts/" + harness.ACCOUNT, "sandboxes", "sandboxes/default", "account-tasks",
         "account-tasks/state", "enforcement", "instance", "security-report")


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


def found(name, text):
    return [html.unescape(value) for value in re.findall(f"<{name}>([^<]+)</{name}>", text)]


def forms(secret):
    """As it stands, and as texts of other kinds have it."""
    return {secret, html.escape(secret), urllib.parse.quote(secret, safe=""),
            json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode()}


class Secrets(harness.ServerCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-secrets-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.token, self.password = "token-of-admins-0123456789", "Root-Passw0rd-0123456789"
        self.server = self.start("--admin-token", self.token, "--root-password", self.password,
                                 "--log-level", "debug", "--event-log", self.folder / "events",
                                 "--data", self.folder / "data")
        self.secrets = {self.token: None, self.password: None}
        self.texts = []  # pairs of a name and what was said

    def call(self, action, service="iam", key=harness.ROOT, sends=(), **parameters):
        client = signed.Client(self.server, key, service)
        self.addCleanup(client.close)
        text = client.call(action, **parameters)[1]
        name = f"answer {len(self.texts)} to {action}"
        self.texts.append((name, text))
        self.secrets.update({secret: None for secret in sends})
        self.secrets.update({secret: name for kind in HANDED_OUT for secret in found(kind, text)})
        return text

    def own(self, method, path, body=None, token=None, hands_out=()):
        headers = {"authorization": "Bearer " + (token or self.token)}
        status, _, text = self.server.request(method, "/_iam-local/" + path,
                                              body and json.dumps(body), headers)
        name = f"answer {len(self.texts)} to {method} {path}"
        self.texts.append((name, text))
        self.secrets.update({json.loads(text)[kind]: name for kind in hands_out})
        return status, text

    def keys(self):
        """Access keys, sessions, and requests that are signed with something else."""
        text = self.call("CreateAccessKey", UserName="alice")
        key = (found("AccessKeyId", text)[0], found("SecretAccessKey", text)[0])
        self.call("PutUserPolicy", UserName="alice", PolicyName="p",
                  PolicyDocument=document(Action="*", Resource="*"))
        trust = document(Action="sts:AssumeRole", Principal={"AWS": ALICE})
        self.call("CreateRole", RoleName="deploy", AssumeRolePolicyDocument=trust)
        self.call("GetUser", key=(key[0], key[1][::-1]))
        for action, parameters in (
                ("GetSessionToken", {}), ("GetFederationToken", {"Name": "guest"}),
                ("AssumeRole", {"RoleSessionName": "session", "RoleArn":
                                f"arn:aws:iam::{harness.ACCOUNT}:role/deploy"})):
            text = self.call(action, "sts", key, **parameters)
            session = [found(name, text)[0]
                       for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
            self.call("GetCallerIdentity", "sts", session)
            self.call("ListUsers", key=session)
            self.call("ListUsers", key=(*session[:2], session[2][:-8] + "AAAAAAAA"))
        return key

    def passwords(self, key):
        first, second, weak = "Passw0rd!of-alice", "Passw0rd!another-one", "Wäk-passw0rd-€"
        self.call("CreateLoginProfile", UserName="alice", Password=weak, sends=[weak])
        self.call("CreateLoginProfile", UserName="alice", Password=first, sends=[first])
        self.call("CreateLoginProfile", UserName="alice", Password=first)
        long = "Passw0rd!too-long" * 10
        self.call("UpdateLoginProfile", UserName="alice", Password=long, sends=[long])
        self.call("UpdateAccountPasswordPolicy", MinimumPasswordLength="40")
        self.call("UpdateLoginProfile", UserName="alice", Password=second, sends=[second])
        self.call("DeleteAccountPasswordPolicy")
        self.call("ChangePassword", key=key, OldPassword=second, NewPassword=first)
        self.call("ChangePassword", key=key, OldPassword=first, NewPassword=second)
        check = {"account": harness.ACCOUNT, "user": "alice", "password": first}
        for body in (check, {**check, "password": second}, {"password": [first]}):
            self.own("POST", "check-password", body)
        self.own("PUT", f"accounts/{harness.ACCOUNT}/root", {"password": second + "-of-root"})
        self.secrets[second + "-of-root"] = None
        self.own("GET", "quotas", token="another-token-of-nobody")
        self.secrets["another-token-of-nobody"] = None

    def certificates(self):
        lines = certificates.text("server.key").split("\n")[1:-2]
        self.secrets.update({line: None for line in lines if len(line) == 64})
        chain = {"CertificateChain": certificates.text("intermediate.pem")}
        for name, body, key in (("site", "server.pem", "server.key"),
                                ("wrong", "person.pem", "server.key"),
                                ("bad name", "server.pem", "server.key")):
            self.call("UploadServerCertificate", ServerCertificateName=name, **chain,
                      CertificateBody=certificates.text(body), PrivateKey=certificates.text(key))
        self.call("UploadSigningCertificate", UserName="alice",
                  CertificateBody=certificates.text("server.key"))
        self.call("UploadSSHPublicKey", UserName="alice",
                  SSHPublicKeyBody=certificates.text("server.key"))
        request = (GOLDEN / "21-create-encrypted.req").read_text(encoding="utf-8")
        pairs = [line.split("=", 1) for line in request.splitlines() if line]
        given = {name: value.replace("\\n", "\n") for name, value in pairs}
        self.secrets.update({line: None for line in given["AddPrivateKey"].split("\n")
                             if len(line) == 64})
        self.call(given.pop("Action"), **given)

    def make_all(self):
        self.call("CreateUser", UserName="alice")
        key = self.keys()
        self.passwords(key)
        self.certificates()
        self.call("CreateVirtualMFADevice", VirtualMFADeviceName="phone")
        serial = f"arn:aws:iam::{harness.ACCOUNT}:mfa/phone"
        self.call("EnableMFADevice", UserName="alice", SerialNumber=serial, sends=["424242"],
                  AuthenticationCode1="424242", AuthenticationCode2="424242")
        self.call("GetSessionToken", "sts", key, SerialNumber=serial, TokenCode="424242")
        for service in (GIT, "bedrock.amazonaws.com", "no.such.service"):
            text = self.call("CreateServiceSpecificCredential", UserName="alice",
                             ServiceName=service)
        name = found("ServiceSpecificCredentialId", "".join(text for _, text in self.texts))[0]
        self.call("ResetServiceSpecificCredential", UserName="alice",
                  ServiceSpecificCredentialId=name)
        self.call("UploadSSHPublicKey", UserName="alice",
                  SSHPublicKeyBody=(KEYS / "pem").read_text(encoding="ascii"))
        self.call("EnableOutboundWebIdentityFederation")
        self.call("GetWebIdentityToken", "sts", key, SigningAlgorithm="RS256",
                  **{"Audience.member.1": "a"})
        self.own("POST", f"accounts/{harness.ACCOUNT}/access-keys",
                 hands_out=["secret_access_key"])
        return serial

    def ask_all(self, serial):
        """All operations that read, with whatever they may need."""
        said = "".join(text for _, text in self.texts)
        arn = f"arn:aws:iam::{harness.ACCOUNT}:"
        given = {"UserName": "alice", "RoleName": "deploy", "SerialNumber": serial,
                 "PolicyName": "p", "Encoding": "PEM", "ServerCertificateName": "site",
                 "SAMLProviderArn": arn + "saml-provider/corp", "PolicyArn":
                 "arn:aws:iam::aws:policy/ReadOnlyAccess", "PolicySourceArn": ALICE,
                 "ActionNames.member.1": "iam:GetUser"}
        given.update({name: found(name, said)[-1] for name in
                      ("AccessKeyId", "SSHPublicKeyId", "ServiceSpecificCredentialId")})
        _, text = self.own("GET", "operations")
        names = set(re.findall(r'"((?:List|Get|Generate|Simulate)\w+)"', text))
        self.assertGreater(len(names), 60)
        for name in sorted(names | {"GenerateCredentialReport"}):
            if name not in ("GetSessionToken", "GetFederationToken", "GetWebIdentityToken"):
                self.call(name, **given)
        while "COMPLETE" not in self.call("GenerateCredentialReport"):
            time.sleep(0.05)
        self.call("GetCredentialReport")
        for report in found("Content", self.texts[-1][1]):
            self.texts.append(("credential report", base64.b64decode(report).decode()))

    def collect(self):
        for page in PAGES:
            self.own("GET", page)
        for _, text in list(self.texts):
            for name in found("RequestId", text):
                self.own("GET", "explain/" + name)
        shown = harness.run("events", self.server.url, IAM_LOCAL_ADMIN_TOKEN=self.token)
        self.texts.append(("iam-local events", shown.stdout + shown.stderr))
        self.server.stop()
        self.texts.append(("output", self.server.text))
        self.texts.append(("event log", (self.folder / "events").read_text(encoding="utf-8")))

    def test_told_once(self):
        self.ask_all(self.make_all())
        self.collect()
        kinds = {name for name in HANDED_OUT for _, text in self.texts if found(name, text)}
        self.assertEqual(set(HANDED_OUT), kinds)
        for secret, source in self.secrets.items():
            for name, text in self.texts:
                for form in forms(secret) if name != source else ():
                    self.assertNotIn(form, text, f"{name} has what {source or 'a request'} had")

    def test_what_is_only_hashed_is_not_stored(self):
        self.make_all()
        self.server.stop()
        hashed = [secret for secret in self.secrets if secret.startswith(("Passw0rd", "ABSK"))]
        hashed += [secret for _, text in self.texts for secret in found("ServicePassword", text)]
        self.assertGreater(len(hashed), 5)
        for path in (self.folder / "data").rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            for secret in hashed:
                self.assertNotIn(secret.encode(), content, path)


if __name__ == "__main__":
    harness.main()
