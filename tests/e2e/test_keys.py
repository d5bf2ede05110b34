# SPDX-License-Identifier: Apache-2.0
"""SSH public keys and service-specific credentials, as clients see them."""
import base64
import datetime
import hashlib
import pathlib
import re

import aws
import harness
import signed

KEYS = pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "corpus" / "ssh_key"
LINE, PEM = ((KEYS / name).read_text(encoding="ascii") for name in ("line", "pem"))
GIT = "codecommit.amazonaws.com"


def fingerprint(line):
    digest = hashlib.md5(base64.b64decode(line.split()[1])).hexdigest()
    return ":".join(digest[i:i + 2] for i in range(0, len(digest), 2))


class SshKeys(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.iam.create_user(UserName="alice")

    def get(self, key, encoding, user="alice"):
        return self.iam.get_ssh_public_key(UserName=user, SSHPublicKeyId=key,
                                           Encoding=encoding)["SSHPublicKey"]

    def listed(self, user="alice"):
        return self.iam.list_ssh_public_keys(UserName=user)["SSHPublicKeys"]

    def test_from_upload_to_delete(self):
        made = self.iam.upload_ssh_public_key(UserName="alice", SSHPublicKeyBody=LINE)
        key = made["SSHPublicKey"]
        self.assertRegex(key["SSHPublicKeyId"], "^APKA[A-Z2-7]{16}$")
        self.assertEqual(fingerprint(LINE), key["Fingerprint"])
        self.assertEqual(LINE.strip(), key["SSHPublicKeyBody"].strip())
        ssh, pem = (self.get(key["SSHPublicKeyId"], name) for name in ("SSH", "PEM"))
        self.assertEqual(" ".join(LINE.split()[:2]), ssh["SSHPublicKeyBody"])
        self.assertEqual(PEM.strip(), pem["SSHPublicKeyBody"].strip())
        with self.refused("DuplicateSSHPublicKey", 400,
                          "The SSH public key is already associated with the user."):
            self.iam.upload_ssh_public_key(UserName="alice", SSHPublicKeyBody=PEM)
        self.iam.update_ssh_public_key(UserName="alice", SSHPublicKeyId=key["SSHPublicKeyId"],
                                       Status="Inactive")
        self.iam.update_user(UserName="alice", NewUserName="alicia")
        (found,) = self.listed("alicia")
        self.assertEqual(("alicia", key["SSHPublicKeyId"], "Inactive", key["UploadDate"]),
                         tuple(found[name] for name in ("UserName", "SSHPublicKeyId", "Status",
                                                        "UploadDate")))
        self.iam.delete_ssh_public_key(UserName="alicia", SSHPublicKeyId=key["SSHPublicKeyId"])
        self.assertEqual([], self.listed("alicia"))
        self.iam.delete_user(UserName="alicia")


class ServiceCredentials(aws.BotoCase):
    def setUp(self):
        super().setUp()
        self.iam.create_user(UserName="alice")

    def make(self, service=GIT, user="alice"):
        return self.iam.create_service_specific_credential(
            UserName=user, ServiceName=service)["ServiceSpecificCredential"]

    def listed(self, **user):
        return self.iam.list_service_specific_credentials(**user)["ServiceSpecificCredentials"]

    def test_from_create_to_delete(self):
        first, second = self.make(), self.make()
        self.assertEqual([f"alice-at-{harness.ACCOUNT}", f"alice+1-at-{harness.ACCOUNT}"],
                         [one["ServiceUserName"] for one in (first, second)])
        self.assertNotEqual(first["ServicePassword"], second["ServicePassword"])
        self.assertEqual(45, len(base64.b64decode(first["ServicePassword"])))
        name = {"UserName": "alice",
                "ServiceSpecificCredentialId": first["ServiceSpecificCredentialId"]}
        again = self.iam.reset_service_specific_credential(**name)["ServiceSpecificCredential"]
        self.assertNotEqual(first.pop("ServicePassword"), again.pop("ServicePassword"))
        self.assertEqual(first, again)
        self.iam.update_service_specific_credential(**name, Status="Inactive")
        self.assertEqual({"Active", "Inactive"}, {one["Status"] for one in
                                                  self.listed(UserName="alice")})
        self.assertNotIn("ServicePassword", str(self.listed(UserName="alice", ServiceName=GIT)))
        self.iam.delete_service_specific_credential(**name)
        (left,) = self.listed(UserName="alice")
        self.assertEqual(second["ServiceSpecificCredentialId"],
                         left["ServiceSpecificCredentialId"])

    def test_own_credentials(self):
        alice = aws.client("iam", self.server, aws.make_key(self.iam, UserName="alice"))
        self.iam.put_user_policy(
            UserName="alice", PolicyName="own", PolicyDocument=aws.document(aws.allow(
                "iam:*ServiceSpecificCredential*", "arn:aws:iam::*:user/${aws:username}")))
        made = alice.create_service_specific_credential(UserName="alice", ServiceName=GIT)
        name = made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
        (found,) = alice.list_service_specific_credentials()["ServiceSpecificCredentials"]
        self.assertEqual(name, found["ServiceSpecificCredentialId"])
        alice.delete_service_specific_credential(ServiceSpecificCredentialId=name)


class Expiry(harness.ServerCase):
    """Debian's clients know no credentials that expire."""

    def call(self, action, **parameters):
        client = signed.Client(self.server)
        self.addCleanup(client.close)
        return client.call(action, **parameters)[1]

    def advance(self, time):
        return self.server.own("PUT", "clock", {"advance": time})

    def status(self):
        text = self.call("ListServiceSpecificCredentials", AllUsers="true")
        return re.search("<Status>([^<]+)<", text)[1]

    def test_days(self):
        self.call("CreateUser", UserName="alice")
        text = self.call("CreateServiceSpecificCredential", UserName="alice",
                         ServiceName="bedrock.amazonaws.com", CredentialAgeDays="3")
        made, ends = (datetime.datetime.strptime(re.search(f"<{name}>([^<]+)<", text)[1],
                                                 "%Y-%m-%dT%H:%M:%SZ")
                      for name in ("CreateDate", "ExpirationDate"))
        self.assertEqual(datetime.timedelta(days=3), ends - made)
        name = re.search("<ServiceSpecificCredentialId>([^<]+)<", text)[1]
        alias, secret = (re.search(f"<ServiceCredential{part}>([^<]+)<", text)[1]
                         for part in ("Alias", "Secret"))
        self.assertEqual(alias, base64.b64decode(secret.removeprefix("ABSK")).decode()
                         .partition(":")[0])
        self.server.own("PUT", "enforcement", {"mode": "off"})  # dates of signatures are past
        self.advance("P2D")
        self.assertEqual("Active", self.status())
        self.advance("P1D")
        self.assertEqual("Expired", self.status())
        text = self.call("ResetServiceSpecificCredential", UserName="alice",
                         ServiceSpecificCredentialId=name)
        self.assertIn("<Status>Expired</Status>", text)
        self.assertEqual("Expired", self.status())


if __name__ == "__main__":
    harness.main()
