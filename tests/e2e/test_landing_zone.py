# SPDX-License-Identifier: Apache-2.0
"""An administrator builds a landing zone with boto3, lives in it and takes it down again."""
import json
import time
import unittest

import aws
import harness

SCP, RCP, TAG = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY"
ROLE = "OrganizationAccountAccessRole"
OUTSIDE = "777788889999"
ACCOUNT_SERVICE = "account.amazonaws.com"
NO_PERMISSIONS = "You don't have permissions to access this resource."
CONTACT = {"AlternateContactType": "SECURITY", "Name": "Sam", "Title": "CISO",
           "EmailAddress": "sam@example.com", "PhoneNumber": "+1 206 555 0102"}
HAS_CENTRAL_ROOT = "AssumeRoot" in aws.session.client(
    "sts", region_name="us-east-1").meta.service_model.operation_names


class LandingZone(aws.BotoCase):
    """Two units, one in the other, with an account each; the third account is in the root."""

    def setUp(self):
        super().setUp()
        self.admin = self.new_user("admin", aws.ADMINISTRATOR)
        self.organizations = aws.client("organizations", self.server, self.admin)
        self.organization = self.organizations.create_organization()["Organization"]
        self.root = self.organizations.list_roots()["Roots"][0]["Id"]
        self.workloads = self.unit(self.root, "Workloads")
        self.production = self.unit(self.workloads, "Production")
        self.audit, self.lab, self.shop = self.members("audit", "lab", "shop")
        self.move(self.lab, self.root, self.workloads)
        self.move(self.shop, self.root, self.production)

    def unit(self, parent, name):
        return self.organizations.create_organizational_unit(
            ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]

    def members(self, *names):
        """Accounts that are asked for at once; their ids in the order of the names."""
        requests = [self.organizations.create_account(
            Email=name + "@here.example", AccountName=name)["CreateAccountStatus"]["Id"]
            for name in names]
        return [self.wait_for(request) for request in requests]

    def wait_for(self, request):
        while True:
            status = self.organizations.describe_create_account_status(
                CreateAccountRequestId=request)["CreateAccountStatus"]
            if status["State"] != "IN_PROGRESS":
                self.assertEqual("SUCCEEDED", status["State"], status)
                return status["AccountId"]
            time.sleep(0.05)

    def move(self, account, source, destination):
        self.organizations.move_account(AccountId=account, SourceParentId=source,
                                        DestinationParentId=destination)

    def pages(self, operation, key, of="Id", **arguments):
        pages = self.organizations.get_paginator(operation).paginate(
            PaginationConfig={"PageSize": 1}, **arguments)
        return {item[of] for page in pages for item in page[key]}

    def policy(self, kind, content, target):
        """One that is attached, its type enabled."""
        made = self.organizations.create_policy(
            Name=f"policy of {self.id()}", Description="", Type=kind,
            Content=content)["Policy"]["PolicySummary"]
        self.organizations.enable_policy_type(RootId=self.root, PolicyType=kind)
        self.organizations.attach_policy(PolicyId=made["Id"], TargetId=target)
        return made

    def root_of(self, account, service="iam", **settings):
        """The root user of a member, with a key of its own."""
        _, key = self.server.own("POST", f"accounts/{account}/access-keys")
        return aws.client(service, self.server, (key["access_key_id"], key["secret_access_key"]),
                          **settings)

    def inside(self, account, service="iam", role=ROLE, key=None):
        """The administrator, who went into a member by a role."""
        made = aws.client("sts", self.server, key or self.admin).assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="admin")["Credentials"]
        return aws.client(service, self.server, (made["AccessKeyId"], made["SecretAccessKey"]),
                          token=made["SessionToken"])

    def outsider(self):
        """The key of a user with all permissions in an account that is in no organization."""
        self.server.own("POST", "accounts", {"account": OUTSIDE, "keys": False})
        iam = self.root_of(OUTSIDE)
        iam.create_user(UserName="mallory")
        iam.put_user_policy(UserName="mallory", PolicyName="all",
                            PolicyDocument=aws.ADMINISTRATOR)
        return aws.make_key(iam, UserName="mallory")


class Tree(LandingZone):
    def test_pages(self):
        everybody = {harness.ACCOUNT, self.audit, self.lab, self.shop}
        self.assertEqual(everybody, self.pages("list_accounts", "Accounts"))
        self.assertEqual({harness.ACCOUNT, self.audit}, self.pages(
            "list_accounts_for_parent", "Accounts", ParentId=self.root))
        self.assertEqual({self.root}, self.pages("list_roots", "Roots"))
        self.assertEqual({self.production}, self.pages(
            "list_organizational_units_for_parent", "OrganizationalUnits",
            ParentId=self.workloads))
        self.assertEqual({self.lab}, self.pages("list_children", "Children",
                                                ParentId=self.workloads, ChildType="ACCOUNT"))
        self.assertEqual({self.production}, self.pages("list_parents", "Parents",
                                                       ChildId=self.shop))
        self.assertEqual(everybody - {harness.ACCOUNT}, self.pages(
            "list_create_account_status", "CreateAccountStatuses", "AccountId",
            States=["SUCCEEDED", "FAILED"]))

    def test_a_used_address_fails_later(self):
        request = self.organizations.create_account(
            Email="shop@here.example", AccountName="another")["CreateAccountStatus"]["Id"]
        with self.assertRaisesRegex(AssertionError, "EMAIL_ALREADY_EXISTS"):
            self.wait_for(request)

    def test_accounts_are_whole(self):
        iam = self.inside(self.shop)
        iam.get_waiter("role_exists").wait(RoleName=ROLE)
        self.assertEqual(f"arn:aws:sts::{self.shop}:assumed-role/{ROLE}/admin",
                         self.inside(self.shop, "sts").get_caller_identity()["Arn"])
        self.assertLessEqual({ROLE, "AWSServiceRoleForOrganizations"},
                             {role["RoleName"] for role in iam.list_roles()["Roles"]})
        iam.create_user(UserName="bob")
        iam.get_waiter("user_exists").wait(UserName="bob")

    def test_taken_down(self):
        with self.refused("OrganizationNotEmptyException", 400):
            self.organizations.delete_organization()
        for account in (self.audit, self.lab, self.shop):
            with self.refused("ConstraintViolationException", 400,
                              "This operation requires a wait period.  Try again later."):
                self.organizations.remove_account_from_organization(AccountId=account)
            self.server.own("PUT", f"accounts/{account}/standalone-data", {
                "payment_method": True, "agreement": True, "phone_verified": True})
        self.server.own("PUT", "clock", {"advance": "PT96H"})
        self.root_of(self.audit, "organizations").leave_organization()
        for account in (self.lab, self.shop):
            self.organizations.remove_account_from_organization(AccountId=account)
        for unit in (self.production, self.workloads):
            self.organizations.delete_organizational_unit(OrganizationalUnitId=unit)
        self.organizations.delete_organization()
        with self.assertRaises(self.organizations.exceptions.AWSOrganizationsNotInUseException):
            self.organizations.describe_organization()

    def test_closed_accounts_are_suspended(self):
        self.organizations.close_account(AccountId=self.lab)
        with self.assertRaises(self.organizations.exceptions.ConflictException):
            self.organizations.close_account(AccountId=self.lab)
        self.server.own("PUT", "clock", {"advance": "PT1H"})
        account = self.organizations.describe_account(AccountId=self.lab)["Account"]
        self.assertEqual("SUSPENDED", account["Status"])
        with self.assertRaises(self.organizations.exceptions.AccountAlreadyClosedException):
            self.organizations.close_account(AccountId=self.lab)


class Guardrails(LandingZone):
    def test_root_of_a_member(self):
        deny = self.policy(SCP, aws.document(aws.deny("iam:CreateUser")), self.workloads)
        root = self.root_of(self.shop)
        with self.refused("AccessDenied", 403, (
                f"User: arn:aws:iam::{self.shop}:root is not authorized to perform: "
                f"iam:CreateUser on resource: arn:aws:iam::{self.shop}:user/eve with an explicit "
                f"deny in a service control policy: {deny['Arn']}")):
            root.create_user(UserName="eve")
        root.create_group(GroupName="others")
        self.iam.create_user(UserName="eve")  # the root user of the management account
        self.root_of(self.audit).create_user(UserName="eve")  # outside of the unit
        self.move(self.shop, self.production, self.root)
        root.create_user(UserName="eve")

    def test_a_level_without_an_allow(self):
        reads = self.policy(SCP, aws.document(aws.allow("iam:List*")), self.production)
        self.organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=self.production)
        root = self.root_of(self.shop)
        root.list_users()
        with self.refused("AccessDenied", 403, (
                f"User: arn:aws:iam::{self.shop}:root is not authorized to perform: iam:GetUser "
                f"on resource: arn:aws:iam::{self.shop}:root because no service control policy "
                "allows the iam:GetUser action")):
            root.get_user()
        self.root_of(self.lab).get_user()
        self.organizations.update_policy(PolicyId=reads["Id"],
                                         Content=aws.document(aws.allow("iam:*")))
        root.get_user()

    def test_nobody_from_outside(self):
        self.inside(self.shop).create_role(RoleName="open", AssumeRolePolicyDocument=aws.document(
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}))
        mallory = self.outsider()
        self.inside(self.shop, "sts", "open", mallory).get_caller_identity()
        self.policy(RCP, aws.document({**aws.deny("sts:AssumeRole", StringNotEqualsIfExists={
            "aws:PrincipalOrgID": self.organization["Id"]}), "Principal": "*"}), self.root)
        with self.refused("AccessDenied", 403, (  # strangers are not told why
                f"User: arn:aws:iam::{OUTSIDE}:user/mallory is not authorized to perform: "
                f"sts:AssumeRole on resource: arn:aws:iam::{self.shop}:role/open")):
            self.inside(self.shop, "sts", "open", mallory)
        self.inside(self.shop, "sts", "open").get_caller_identity()

    def test_regions(self):
        """STS is where it is called, IAM and the others are in us-east-1, whoever signs for what
        (Service control policy examples, "Deny access to AWS based on the requested AWS Region").
        """
        self.policy(SCP, aws.document({
            "Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": {
                "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}}),
            self.workloads)
        self.root_of(self.lab, "sts", region="eu-west-1").get_federation_token(Name="bob")
        self.root_of(self.lab, "iam", region="ap-south-1").list_users()
        for service, call, arguments in (("sts", "get_federation_token", {"Name": "bob"}),
                                         ("account", "get_alternate_contact",
                                          {"AlternateContactType": "SECURITY"})):
            with self.assertRaisesRegex(aws.ClientError, "deny in a service control policy"):
                getattr(self.root_of(self.shop, service), call)(**arguments)

    def test_effective_tag_policy(self):
        tags = json.dumps({"tags": {"team": {"tag_key": {"@@assign": "Team"},
                                             "tag_value": {"@@assign": ["red", "blue"]}}}})
        policy = self.policy(TAG, tags, self.workloads)
        shop = self.root_of(self.shop, "organizations")
        effective = shop.describe_effective_policy(PolicyType=TAG)["EffectivePolicy"]
        self.assertEqual((self.shop, TAG), (effective["TargetId"], effective["PolicyType"]))
        self.assertEqual({"tags": {"team": {"tag_key": "Team", "tag_value": ["red", "blue"]}}},
                         json.loads(effective["PolicyContent"]))
        self.assertEqual({self.workloads}, self.pages("list_targets_for_policy", "Targets",
                                                      "TargetId", PolicyId=policy["Id"]))
        self.organizations.detach_policy(PolicyId=policy["Id"], TargetId=self.workloads)
        with self.assertRaises(shop.exceptions.EffectivePolicyNotFoundException):
            shop.describe_effective_policy(PolicyType=TAG)


class Delegation(LandingZone):
    def delegate(self):
        self.organizations.enable_aws_service_access(ServicePrincipal=ACCOUNT_SERVICE)
        self.organizations.register_delegated_administrator(AccountId=self.audit,
                                                            ServicePrincipal=ACCOUNT_SERVICE)

    def test_reads(self):
        delegate = self.root_of(self.audit, "organizations")
        with self.refused("AccessDeniedException", 400, NO_PERMISSIONS):
            delegate.list_accounts()
        self.delegate()
        self.assertEqual(4, len(delegate.list_accounts()["Accounts"]))
        with self.refused("AccessDeniedException", 400, NO_PERMISSIONS):
            delegate.move_account(AccountId=self.audit, SourceParentId=self.root,
                                  DestinationParentId=self.workloads)
        self.assertEqual({self.audit}, self.pages("list_delegated_administrators",
                                                  "DelegatedAdministrators"))
        account, = delegate.list_delegated_administrators()["DelegatedAdministrators"]
        self.assertLessEqual(account["JoinedTimestamp"], account["DelegationEnabledDate"])
        self.assertEqual({ACCOUNT_SERVICE}, self.pages(
            "list_delegated_services_for_account", "DelegatedServices", "ServicePrincipal",
            AccountId=self.audit))
        self.assertEqual({ACCOUNT_SERVICE}, self.pages(
            "list_aws_service_access_for_organization", "EnabledServicePrincipals",
            "ServicePrincipal"))

    def test_contacts_of_members(self):
        audit = self.root_of(self.audit, "account")
        with self.refused("AccessDeniedException", 403):
            audit.put_alternate_contact(AccountId=self.shop, **CONTACT)
        self.delegate()
        audit.put_alternate_contact(AccountId=self.shop, **CONTACT)
        for reader, arguments in ((self.root_of(self.shop, "account"), {}),
                                  (aws.client("account", self.server, self.admin),
                                   {"AccountId": self.shop})):
            found = reader.get_alternate_contact(AlternateContactType="SECURITY", **arguments)
            self.assertEqual(CONTACT, found["AlternateContact"])
        with self.refused("AccessDeniedException", 403):
            self.root_of(self.lab, "account").get_alternate_contact(
                AlternateContactType="SECURITY", AccountId=self.shop)

    def test_contacts_that_a_unit_keeps(self):
        """Members that change their own are known by where they are and by their tags."""
        self.policy(SCP, aws.document(
            aws.deny("account:PutAlternateContact", "arn:aws:account::*:account",
                     **{"ForAnyValue:StringLike": {"account:AccountResourceOrgPaths": [
                         f"{self.organization['Id']}/{self.root}/{self.workloads}/*"]}}),
            aws.deny("account:PutAlternateContact", **{"StringEquals": {
                "account:AccountResourceOrgTags/contacts": "kept"}})), self.root)
        self.root_of(self.audit, "account").put_alternate_contact(**CONTACT)
        self.organizations.tag_resource(ResourceId=self.audit, Tags=[
            {"Key": "contacts", "Value": "kept"}])
        for account in (self.audit, self.lab, self.shop):
            with self.refused("AccessDeniedException", 403):
                self.root_of(account, "account").put_alternate_contact(**CONTACT)
        aws.client("account", self.server, self.admin).put_alternate_contact(**CONTACT)

    def test_resource_policy(self):
        lab = self.root_of(self.lab, "organizations")
        document = {"Name": "lab", "Description": "", "Type": SCP,
                    "Content": aws.document(aws.deny("s3:*"))}
        self.organizations.put_resource_policy(Content=aws.document({
            "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{self.lab}:root"},
            "Action": "organizations:CreatePolicy", "Resource": "*",
            "Condition": {"StringEquals": {"organizations:PolicyType": SCP}}}))
        lab.create_policy(**document)
        with self.refused("AccessDeniedException", 400, NO_PERMISSIONS):
            lab.list_policies(Filter=SCP)
        with self.refused("AccessDeniedException", 400, NO_PERMISSIONS):
            self.root_of(self.shop, "organizations").create_policy(**document)
        self.organizations.delete_resource_policy()
        with self.refused("AccessDeniedException", 400, NO_PERMISSIONS):
            lab.create_policy(**{**document, "Name": "another"})

    @unittest.skipUnless(HAS_CENTRAL_ROOT, "this boto3 does not assume root users")
    def test_central_root(self):
        iam = aws.client("iam", self.server, self.admin)
        with self.assertRaises(iam.exceptions.ServiceAccessNotEnabledException):
            iam.enable_organizations_root_sessions()
        self.organizations.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
        iam.enable_organizations_root_credentials_management()
        features = iam.enable_organizations_root_sessions()
        self.assertEqual(self.organization["Id"], features["OrganizationId"])
        self.assertEqual({"RootCredentialsManagement", "RootSessions"},
                         set(iam.list_organizations_features()["EnabledFeatures"]))
        self.root_of(self.shop)
        made = aws.client("sts", self.server, self.admin).assume_root(
            TargetPrincipal=self.shop, TaskPolicyArn={
                "arn": "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials"})
        made = made["Credentials"]
        root = aws.client("iam", self.server, (made["AccessKeyId"], made["SecretAccessKey"]),
                          token=made["SessionToken"])
        [key] = root.list_access_keys()["AccessKeyMetadata"]
        root.delete_access_key(AccessKeyId=key["AccessKeyId"])
        self.assertEqual([], root.list_access_keys()["AccessKeyMetadata"])
        with self.refused("AccessDenied", 403):
            root.create_user(UserName="eve")


class Handshakes(LandingZone):
    def setUp(self):
        super().setUp()
        self.recipient = aws.client("organizations", self.server, self.outsider())

    def invite(self):
        return self.organizations.invite_account_to_organization(
            Target={"Id": OUTSIDE, "Type": "ACCOUNT"}, Notes="Join us.")["Handshake"]

    def received(self):
        pages = self.recipient.get_paginator("list_handshakes_for_account").paginate()
        return [one["Id"] for one in pages.build_full_result()["Handshakes"]]

    def test_accepted(self):
        sent = self.invite()
        self.assertEqual(("OPEN", "INVITE"), (sent["State"], sent["Action"]))
        self.assertEqual({sent["Id"]}, self.pages("list_handshakes_for_organization",
                                                  "Handshakes"))
        self.assertEqual([sent["Id"]], self.received())
        shown = self.recipient.describe_handshake(HandshakeId=sent["Id"])["Handshake"]
        self.assertEqual(sent, shown)
        self.assertEqual("ACCEPTED", self.recipient.accept_handshake(
            HandshakeId=sent["Id"])["Handshake"]["State"])
        account = self.organizations.describe_account(AccountId=OUTSIDE)["Account"]
        self.assertEqual(("ACTIVE", "INVITED"), (account["Status"], account["JoinedMethod"]))
        self.assertEqual(self.organization["Id"],
                         self.recipient.describe_organization()["Organization"]["Id"])
        with self.refused("AccessDenied", 403):
            self.inside(OUTSIDE)  # an invited account has no such role
        with self.refused("AccessDeniedException", 400):
            self.recipient.leave_organization()  # without access to its bills
        self.root_of(OUTSIDE, "organizations").leave_organization()
        self.assertNotIn(OUTSIDE, self.pages("list_accounts", "Accounts"))

    def test_not_accepted(self):
        declined = self.invite()["Id"]
        with self.refused("AccessDeniedException", 400):
            self.organizations.accept_handshake(HandshakeId=declined)
        self.recipient.decline_handshake(HandshakeId=declined)
        canceled = self.invite()["Id"]
        with self.refused("AccessDeniedException", 400):
            self.recipient.cancel_handshake(HandshakeId=canceled)
        self.organizations.cancel_handshake(HandshakeId=canceled)
        expired = self.invite()["Id"]
        self.server.own("PUT", "clock", {"advance": "PT360H"})
        self.assertEqual({declined: "DECLINED", canceled: "CANCELED", expired: "EXPIRED"}, {
            one: self.organizations.describe_handshake(HandshakeId=one)["Handshake"]["State"]
            for one in self.received()})
        with self.assertRaises(
                self.recipient.exceptions.InvalidHandshakeTransitionException):
            self.recipient.accept_handshake(HandshakeId=expired)


if __name__ == "__main__":
    harness.main()
