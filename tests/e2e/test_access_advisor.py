# SPDX-License-Identifier: Apache-2.0
"""Access reports: who has called what, as boto3 sees them."""
import time

import aws
import harness

USERS = f"arn:aws:iam::{harness.ACCOUNT}:user"
IN_PROGRESS = {"JobStatus", "JobCreationDate", "IsTruncated"}
ROLE = f"arn:aws:iam::{harness.ACCOUNT}:role/deploy"
TRUST = aws.document({"Effect": "Allow", "Principal": {"AWS": harness.ACCOUNT},
                      "Action": "sts:AssumeRole"})


def session_of(answer):
    found = answer["Credentials"]
    return {"key": (found["AccessKeyId"], found["SecretAccessKey"]),
            "token": found["SessionToken"]}


class AccessAdvisor(aws.BotoCase):
    def report(self, arn, granularity="SERVICE_LEVEL", iam=None):
        iam = iam or self.iam
        job = iam.generate_service_last_accessed_details(Arn=arn, Granularity=granularity)["JobId"]
        return self.finished(job, iam)

    def finished(self, job, iam):
        report = iam.get_service_last_accessed_details(JobId=job, MaxItems=1000)
        while report["JobStatus"] == "IN_PROGRESS":
            self.assertLessEqual(set(report) - {"ResponseMetadata"}, IN_PROGRESS)
            time.sleep(0.01)
            report = iam.get_service_last_accessed_details(JobId=job, MaxItems=1000)
        self.assertEqual("COMPLETED", report["JobStatus"])
        return report

    def services(self, arn, **options):
        return {service["ServiceNamespace"]: service
                for service in self.report(arn, **options)["ServicesLastAccessed"]}

    def actions(self, arn, service="iam"):
        """Those that have been called, and by whom."""
        found = self.services(arn, granularity="ACTION_LEVEL")[service]
        return {action["ActionName"]: action["LastAccessedEntity"]
                for action in found["TrackedActionsLastAccessed"] if "LastAccessedTime" in action}

    def test_calls_count_denied_ones_too(self):
        key = self.new_user("alice", aws.document(aws.allow(["iam:*", "sts:*", "s3:*"]),
                                                  aws.deny("iam:ListUsers")))
        alice = aws.client("iam", self.server, key)
        alice.get_user()
        with self.refused("AccessDenied", 403):
            alice.list_users()
        found = self.services(f"{USERS}/alice")
        self.assertEqual((1, f"{USERS}/alice", "us-east-1"),
                         tuple(found["iam"][name] for name in (
                             "TotalAuthenticatedEntities", "LastAuthenticatedEntity",
                             "LastAuthenticatedRegion")))
        self.assertEqual((0, "Amazon S3"), (found["s3"]["TotalAuthenticatedEntities"],
                                            found["s3"]["ServiceName"]))
        self.assertNotIn("LastAuthenticated", found["sts"])
        self.assertEqual({"GetUser": f"{USERS}/alice"}, self.actions(f"{USERS}/alice"))

    def test_sessions_count_for_the_role_and_the_user(self):
        key = self.new_user("alice", aws.ADMINISTRATOR)
        self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=TRUST)
        self.iam.put_role_policy(RoleName="deploy", PolicyName="p",
                                 PolicyDocument=aws.ADMINISTRATOR)
        sts = aws.client("sts", self.server, key)
        role = session_of(sts.assume_role(RoleArn=ROLE, RoleSessionName="work"))
        aws.client("iam", self.server, **role).list_roles()
        self.assertEqual({"ListRoles": ROLE}, self.actions(ROLE))
        self.assertEqual({"AssumeRole": f"{USERS}/alice"},
                         self.actions(f"{USERS}/alice", "sts"))
        federated = session_of(sts.get_federation_token(Name="carol", Policy=aws.ADMINISTRATOR))
        aws.client("organizations", self.server, **federated).list_handshakes_for_account()
        self.assertEqual({"ListHandshakesForAccount": f"{USERS}/alice"},
                         self.actions(f"{USERS}/alice", "organizations"))

    def test_pass_role_is_never_called(self):
        self.new_user("alice", aws.document(aws.allow("iam:PassRole")))
        found = self.services(f"{USERS}/alice", granularity="ACTION_LEVEL")
        self.assertEqual(["iam"], list(found))
        self.assertNotIn("TrackedActionsLastAccessed", found["iam"])

    def test_a_session_reads_its_own_job_only(self):
        key = self.new_user("alice", aws.ADMINISTRATOR)
        self.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=TRUST)
        self.iam.put_role_policy(RoleName="deploy", PolicyName="p",
                                 PolicyDocument=aws.ADMINISTRATOR)
        sts = aws.client("sts", self.server, key)
        first, second = (aws.client("iam", self.server, **session_of(sts.assume_role(
            RoleArn=ROLE, RoleSessionName="work"))) for _ in range(2))
        job = first.generate_service_last_accessed_details(Arn=ROLE)["JobId"]
        self.finished(job, first)
        with self.refused("NoSuchEntity", 404):
            second.get_service_last_accessed_details(JobId=job, MaxItems=1000)

    def test_use_before_400_days_is_forgotten(self):
        self.server.own("PUT", "clock", {"freeze": True})
        key = self.new_user("alice", aws.ADMINISTRATOR)
        aws.client("iam", self.server, key).get_user()
        self.server.own("PUT", "clock", {"advance": "P399D"})
        self.assertIn("LastAuthenticated", self.services(f"{USERS}/alice")["iam"])
        self.server.own("PUT", "clock", {"advance": "P1D"})
        self.assertNotIn("LastAuthenticated", self.services(f"{USERS}/alice")["iam"])

    def test_somebody_of_the_same_name_begins_anew(self):
        aws.client("iam", self.server, self.new_user("alice", aws.ADMINISTRATOR)).get_user()
        self.assertEqual(1, self.services(f"{USERS}/alice")["iam"]["TotalAuthenticatedEntities"])
        for key in self.iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
            self.iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
        self.iam.delete_user_policy(UserName="alice", PolicyName="inline")
        self.iam.delete_user(UserName="alice")
        self.new_user("alice", aws.ADMINISTRATOR)
        self.assertEqual(0, self.services(f"{USERS}/alice")["iam"]["TotalAuthenticatedEntities"])

    def test_entities_of_a_policy(self):
        arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
        alice = aws.client("iam", self.server, self.new_user("alice"))
        self.new_user("bob")
        for name in ("alice", "bob"):
            self.iam.attach_user_policy(UserName=name, PolicyArn=arn)
        alice.list_users()
        job = self.iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
        self.finished(job, self.iam)
        found = self.iam.get_service_last_accessed_details_with_entities(
            JobId=job, ServiceNamespace="iam")["EntityDetailsList"]
        self.assertEqual([("alice", True), ("bob", False)],
                         [(one["EntityInfo"]["Name"], "LastAuthenticated" in one)
                          for one in found])

    def test_policies_that_grant(self):
        self.new_user("alice", aws.document(aws.allow("s3:GetObject")))
        self.iam.attach_user_policy(UserName="alice",
                                    PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
        found = self.iam.list_policies_granting_service_access(
            Arn=f"{USERS}/alice", ServiceNamespaces=["s3", "ec2"])["PoliciesGrantingServiceAccess"]
        self.assertEqual({"s3": ["inline", "ReadOnlyAccess"], "ec2": ["ReadOnlyAccess"]},
                         {entry["ServiceNamespace"]: [policy["PolicyName"]
                                                      for policy in entry["Policies"]]
                          for entry in found})


if __name__ == "__main__":
    harness.main()
