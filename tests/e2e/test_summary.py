# SPDX-License-Identifier: Apache-2.0
"""GetAccountSummary: all of AWS's 34 values, each of which follows what is made, changed and
removed, and nothing else does."""
import time

import aws
import certificates
import harness
import totp

COUNTED = {"AccountAccessKeysPresent", "AccountMFAEnabled", "AccountPasswordPresent",
           "AccountSigningCertificatesPresent", "Groups", "InstanceProfiles", "MFADevices",
           "MFADevicesInUse", "Policies", "PolicyVersionsInUse", "Providers", "Roles",
           "ServerCertificates", "Users"}
# As AWS's own answers have them.
FIXED = {"AccessKeysPerUserQuota": 2, "AssumeRolePolicySizeQuota": 2048,
         "AttachedPoliciesPerGroupQuota": 10, "AttachedPoliciesPerRoleQuota": 10,
         "AttachedPoliciesPerUserQuota": 10, "GlobalEndpointTokenVersion": 1,
         "GroupPolicySizeQuota": 5120, "GroupsPerUserQuota": 10, "GroupsQuota": 300,
         "InstanceProfilesQuota": 1000, "PoliciesQuota": 1500, "PolicySizeQuota": 6144,
         "PolicyVersionsInUseQuota": 10000, "RolePolicySizeQuota": 10240, "RolesQuota": 1000,
         "ServerCertificatesQuota": 20, "SigningCertificatesPerUserQuota": 2,
         "UserPolicySizeQuota": 2048, "UsersQuota": 5000, "VersionsPerPolicyQuota": 5}
TRUST = aws.document({"Effect": "Allow", "Action": "sts:AssumeRole",
                      "Principal": {"Service": "ec2.amazonaws.com"}})


class Summary(aws.BotoCase):
    def summary(self):
        return self.iam.get_account_summary()["SummaryMap"]

    def check(self, change, **more):
        """What a change adds to the values that were there before."""
        before = self.summary()
        result = change()
        after = self.summary()
        self.assertEqual({**before, **{name: before[name] + n for name, n in more.items()}}, after)
        return result

    def device(self):
        made = self.iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
        return made["VirtualMFADevice"]

    def codes(self, device):
        return {"SerialNumber": device["SerialNumber"], **{
            f"AuthenticationCode{i + 1}": totp.code(device["Base32StringSeed"], time.time(), i - 1)
            for i in range(2)}}

    def test_34_values(self):
        found = self.summary()
        self.assertEqual(34, len(found))
        self.assertEqual(FIXED, {name: found[name] for name in found if name not in COUNTED})

    def test_what_an_account_has(self):
        iam, check = self.iam, self.check
        check(lambda: iam.create_user(UserName="alice"), Users=1)
        check(lambda: iam.create_access_key(UserName="alice"))
        check(lambda: iam.create_login_profile(UserName="alice", Password="Correct-horse-7"))
        check(lambda: iam.upload_signing_certificate(
            UserName="alice", CertificateBody=certificates.text("person.pem")))
        check(lambda: iam.create_group(GroupName="crew"), Groups=1)
        check(lambda: iam.create_role(RoleName="work", AssumeRolePolicyDocument=TRUST), Roles=1)
        check(lambda: iam.create_instance_profile(InstanceProfileName="web"), InstanceProfiles=1)
        arn = check(lambda: iam.create_policy(PolicyName="p", PolicyDocument=aws.ADMINISTRATOR),
                    Policies=1)["Policy"]["Arn"]
        check(lambda: iam.create_policy_version(PolicyArn=arn, PolicyDocument=aws.ADMINISTRATOR))
        check(lambda: iam.attach_group_policy(GroupName="crew", PolicyArn=arn),
              PolicyVersionsInUse=1)
        check(lambda: iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=arn))
        check(lambda: iam.create_open_id_connect_provider(
            Url="https://idp.example", ThumbprintList=["0" * 40]), Providers=1)
        check(lambda: iam.upload_server_certificate(
            ServerCertificateName="site", CertificateBody=certificates.text("server.pem"),
            PrivateKey=certificates.text("server.key")), ServerCertificates=1)
        check(lambda: iam.delete_server_certificate(ServerCertificateName="site"),
              ServerCertificates=-1)
        check(lambda: iam.detach_group_policy(GroupName="crew", PolicyArn=arn))
        check(lambda: iam.delete_user_permissions_boundary(UserName="alice"),
              PolicyVersionsInUse=-1)
        check(lambda: iam.delete_group(GroupName="crew"), Groups=-1)

    def test_what_users_have(self):
        self.iam.create_user(UserName="alice")
        device = self.check(self.device, MFADevices=1)
        alice = {"UserName": "alice", "SerialNumber": device["SerialNumber"]}
        self.check(lambda: self.iam.enable_mfa_device(UserName="alice", **self.codes(device)),
                   MFADevicesInUse=1)
        self.check(lambda: self.iam.deactivate_mfa_device(**alice), MFADevicesInUse=-1)
        self.check(lambda: self.iam.delete_virtual_mfa_device(
            SerialNumber=device["SerialNumber"]), MFADevices=-1)

    def test_what_the_root_user_has(self):
        other = self.new_user("admin", aws.ADMINISTRATOR)
        device = self.device()
        self.check(lambda: self.iam.enable_mfa_device(UserName="root", **self.codes(device)),
                   MFADevicesInUse=1, AccountMFAEnabled=1)
        self.check(lambda: self.server.own("PUT", f"accounts/{harness.ACCOUNT}/root",
                                           {"password": "Correct-horse-7"}),
                   AccountPasswordPresent=1)
        made = self.check(lambda: self.iam.upload_signing_certificate(
            CertificateBody=certificates.text("person.pem")), AccountSigningCertificatesPresent=1)
        self.check(lambda: self.iam.upload_signing_certificate(
            CertificateBody=certificates.text("person2.pem")))
        self.check(lambda: self.iam.delete_signing_certificate(
            CertificateId=made["Certificate"]["CertificateId"]))
        self.check(self.iam.create_access_key)
        root, self.iam = self.iam, aws.client("iam", self.server, other)
        self.check(lambda: self.delete_root_keys(root), AccountAccessKeysPresent=-1)

    def delete_root_keys(self, root):
        """The one that signs goes last."""
        for key in root.list_access_keys()["AccessKeyMetadata"]:
            if key["AccessKeyId"] != harness.ROOT[0]:
                root.delete_access_key(AccessKeyId=key["AccessKeyId"])
        root.delete_access_key(AccessKeyId=harness.ROOT[0])

    def test_quotas_that_were_set(self):
        self.server.own("PUT", "quotas", {"ServerCertificates": 7, "Users": 9})
        found = self.summary()
        self.assertEqual((7, 9), (found["ServerCertificatesQuota"], found["UsersQuota"]))


if __name__ == "__main__":
    harness.main()
