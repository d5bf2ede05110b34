# SPDX-License-Identifier: Apache-2.0
"""Server certificates and signing certificates as boto3 uses them: what is uploaded comes back, but
for private keys, which are nowhere; and time passes for them, too."""
import json
import pathlib
import tempfile

import aws
import certificates
import harness

UNREADABLE = "Unable to parse certificate. Please ensure the certificate is in PEM format."
PASSED = ("Certificate is no longer valid. The 'Not After' date restriction on the certificate has "
          "passed.")
SITE = {"ServerCertificateName": "site"}


def uploaded(name="site", **more):
    return {"ServerCertificateName": name, "CertificateBody": certificates.text("server.pem"),
            "PrivateKey": certificates.text("server.key"), **more}


class ServerCertificates(aws.BotoCase):
    def test_from_upload_to_delete(self):
        chain = certificates.text("intermediate.pem", "root.pem")
        made = self.iam.upload_server_certificate(**uploaded(
            Path="/cloudfront/", CertificateChain=chain, Tags=[{"Key": "a", "Value": "b"}]))
        metadata = made["ServerCertificateMetadata"]
        self.assertEqual(21, len(metadata["ServerCertificateId"]))
        self.assertEqual("2120-01-01", metadata["Expiration"].strftime("%Y-%m-%d"))

        found = self.iam.get_server_certificate(ServerCertificateName="SITE")["ServerCertificate"]
        self.assertEqual({"ServerCertificateMetadata": metadata, "CertificateChain": chain.strip(),
                          "CertificateBody": certificates.text("server.pem").strip(),
                          "Tags": [{"Key": "a", "Value": "b"}]}, found)
        self.assertEqual([metadata], self.listed("/cloudfront"))
        self.assertEqual([], self.listed("/other/"))

        self.iam.update_server_certificate(**SITE, NewServerCertificateName="moved", NewPath="/")
        moved = self.iam.get_server_certificate(ServerCertificateName="moved")["ServerCertificate"]
        self.assertEqual({**metadata, "Path": "/", "ServerCertificateName": "moved",
                          "Arn": f"arn:aws:iam::{harness.ACCOUNT}:server-certificate/moved"},
                         moved["ServerCertificateMetadata"])
        self.assertEqual(found["Tags"], moved["Tags"])
        self.assertEqual(1, self.counted())
        self.iam.delete_server_certificate(ServerCertificateName="moved")
        self.assertEqual(0, self.counted())

    def listed(self, prefix):
        pages = self.iam.get_paginator("list_server_certificates").paginate(PathPrefix=prefix)
        return [one for page in pages for one in page["ServerCertificateMetadataList"]]

    def counted(self):
        return self.iam.get_account_summary()["SummaryMap"]["ServerCertificates"]

    def test_twenty_of_an_account(self):
        for i in range(20):
            self.iam.upload_server_certificate(**uploaded(f"site-{i}"))
        with self.refused("LimitExceeded", 409,
                          "Cannot exceed quota for ServerCertificatesPerAccount: 20"):
            self.iam.upload_server_certificate(**uploaded())
        self.assertEqual(20, len(self.listed("/")))
        self.iam.delete_server_certificate(ServerCertificateName="site-7")
        self.iam.upload_server_certificate(**uploaded())

    def test_validity_by_the_clock_of_the_sandbox(self):
        self.server.own("PUT", "clock", {"set": "2019-12-31T23:59:59Z"})
        with self.refused("MalformedCertificate", 400, UNREADABLE):
            self.iam.upload_server_certificate(**uploaded())
        self.server.own("PUT", "clock", {"set": "2121-01-01T00:00:00Z"})
        with self.refused("MalformedCertificate", 400, PASSED):
            self.iam.upload_server_certificate(**uploaded())
        self.server.own("PUT", "clock", {"set": "2119-12-31T00:00:00Z"})
        self.iam.upload_server_certificate(**uploaded())
        self.iam.upload_signing_certificate(CertificateBody=certificates.text("person.pem"))

    def test_private_keys_are_nowhere(self):
        with tempfile.TemporaryDirectory() as data:
            server = self.start("--data", data, "--log-level", "debug", "--event-log",
                                data + "/events")
            iam = aws.client("iam", server)
            names = "server.key", "person.key", "rsa2048.key", "encrypted.key"
            iam.upload_server_certificate(**uploaded())
            for i, name in enumerate(names[1:]):
                with self.refused(("KeyPairMismatch", "KeyPairMismatch",
                                   "MalformedCertificate")[i], 400):
                    iam.upload_server_certificate(**uploaded(
                        "new", PrivateKey=certificates.text(name)))
            with self.refused("ValidationError", 400):
                iam.upload_server_certificate(**uploaded(
                    "new", PrivateKey=certificates.text("server.key") + "\u20ac"))
            told = [json.dumps(iam.get_server_certificate(**SITE), default=str)]
            for one in server.own("GET", "explain")[1]["requests"]:
                told.append(json.dumps(server.own("GET", "explain/" + one["request_id"])))
            told.append(json.dumps(server.own("GET", "events")))
            self.assertEqual(0, server.stop())
            told.append(server.text)
            told += [path.read_bytes().decode("latin-1")
                     for path in pathlib.Path(data).rglob("*") if path.is_file()]
        for name in names:
            secret, *_ = certificates.text(name).splitlines()[1:-1]
            self.assertFalse(any(secret in text for text in told), name)


class SigningCertificates(aws.BotoCase):
    def upload(self, name, **user):
        return self.iam.upload_signing_certificate(
            CertificateBody=certificates.text(name), **user)["Certificate"]

    def test_of_a_user(self):
        alice = {"UserName": "alice"}
        self.iam.create_user(**alice)
        made = self.upload("person.pem", **alice)
        self.assertEqual(32, len(made["CertificateId"]))
        one = {"CertificateId": made["CertificateId"], **alice}
        self.iam.update_signing_certificate(**one, Status="Inactive")
        self.assertEqual(made, self.upload("person.pem", **alice))
        (listed,) = self.iam.list_signing_certificates(**alice)["Certificates"]
        self.assertEqual({**made, "Status": "Inactive"}, listed)
        with self.refused("DeleteConflict", 409,
                          "Cannot delete entity, must delete certificates first."):
            self.iam.delete_user(**alice)
        self.iam.delete_signing_certificate(**one)
        self.iam.delete_user(**alice)

    def test_of_the_root_user(self):
        made = self.upload("person.pem")
        self.assertNotIn("UserName", made)
        self.upload("person2.pem")
        with self.refused("LimitExceeded", 409, "Cannot exceed quota for CertificatesPerUser: 2"):
            self.upload("rsa1024.pem")
        self.assertEqual(1, self.present())
        for one in self.iam.list_signing_certificates()["Certificates"]:
            self.iam.delete_signing_certificate(CertificateId=one["CertificateId"])
        self.assertEqual(0, self.present())

    def present(self):
        return self.iam.get_account_summary()["SummaryMap"]["AccountSigningCertificatesPresent"]

    def test_a_certificate_is_one_users_of_an_account(self):
        self.iam.create_user(UserName="bob")
        self.upload("person.pem", UserName="bob")
        with self.refused("DuplicateCertificate", 409):
            self.upload("person.pem")
        self.server.own("POST", "accounts", {"account": "210987654321"})
        key = self.server.own("POST", "accounts/210987654321/access-keys")[1]
        self.iam = aws.client("iam", self.server, (key["access_key_id"], key["secret_access_key"]))
        self.upload("person.pem")
        self.assertEqual(1, self.present())


if __name__ == "__main__":
    harness.main()
