// SPDX-License-Identifier: Apache-2.0
// An administrator builds an organization and lives in it.
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout } from "node:timers/promises";
import { Account } from "@aws-sdk/client-account";
import { ServiceAccessNotEnabledException, waitUntilRoleExists, waitUntilUserExists }
  from "@aws-sdk/client-iam";
import { AccessDeniedException, AWSOrganizationsNotInUseException, paginateListAccounts,
  paginateListAccountsForParent, paginateListCreateAccountStatus,
  paginateListHandshakesForAccount, paginateListPoliciesForTarget }
  from "@aws-sdk/client-organizations";
import { ACCOUNT, allow, iam, newUser, organizations, own, refused, root, rootOf, sts }
  from "./support.js";

const ROLE = "OrganizationAccountAccessRole", OUTSIDE = "777788889999";
const SCP = "SERVICE_CONTROL_POLICY", TAGS = "TAG_POLICY";
const SERVICE = "account.amazonaws.com";
const DAY = 24 * 60 * 60 * 1000;
const account = (credentials) => new Account({ maxAttempts: 1, credentials });
const document = (statement) =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Resource: "*", ...statement } });

const admin = await newUser("admin");
await root.putUserPolicy({ UserName: "admin", PolicyName: "all", PolicyDocument: allow("*") });
const boss = organizations(admin);
const members = {};
let organization, top, unit, shop;

async function all(paginator, input, items, client = boss) {
  const found = [];
  for await (const page of paginator({ client, pageSize: 1 }, input)) {
    found.push(...items(page));
  }
  return found;
}

async function newAccount(AccountName) {
  const Email = `${AccountName}@here.example`;
  let { CreateAccountStatus: status } = await boss.createAccount({ Email, AccountName });
  while (status.State === "IN_PROGRESS") {
    await setTimeout(50);
    ({ CreateAccountStatus: status } =
      await boss.describeCreateAccountStatus({ CreateAccountRequestId: status.Id }));
  }
  return status;
}

const key = ({ AccessKeyId, SecretAccessKey, SessionToken }) =>
  ({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });

// Credentials of the administrator in a member.
async function inside(member) {
  const { Credentials } = await sts(admin).assumeRole({ RoleSessionName: "admin",
    RoleArn: `arn:aws:iam::${member}:role/${ROLE}` });
  return key(Credentials);
}

async function attached(Type, Content, TargetId) {
  const { Policy } = await boss.createPolicy({ Name: `a ${Type}`, Description: "", Type, Content });
  const { Id, Arn } = Policy.PolicySummary;
  await boss.enablePolicyType({ RootId: top, PolicyType: Type });
  await boss.attachPolicy({ PolicyId: Id, TargetId });
  return { Id, Arn };
}

test("an organization, a unit and accounts", async () => {
  await assert.rejects(boss.describeOrganization({}), AWSOrganizationsNotInUseException);
  organization = (await boss.createOrganization({})).Organization;
  top = (await boss.listRoots({})).Roots[0].Id;
  unit = (await boss.createOrganizationalUnit({ ParentId: top, Name: "Shops" })).OrganizationalUnit;
  const made = await Promise.all(["audit", "shop"].map(newAccount));
  for (const { AccountName, AccountId, State, CompletedTimestamp } of made) {
    assert.equal(State, "SUCCEEDED");
    assert.ok(CompletedTimestamp instanceof Date);
    members[AccountName] = AccountId;
  }
  const again = await newAccount("shop");
  assert.deepEqual([again.State, again.FailureReason], ["FAILED", "EMAIL_ALREADY_EXISTS"]);
  await boss.moveAccount({ AccountId: members.shop, SourceParentId: top,
    DestinationParentId: unit.Id });
  shop = iam(await rootOf(members.shop));
});

test("pages", async () => {
  const ids = (page) => page.Accounts.map((one) => one.Id);
  assert.deepEqual((await all(paginateListAccounts, {}, ids)).sort(),
    [ACCOUNT, ...Object.values(members)].sort());
  assert.deepEqual(await all(paginateListAccountsForParent, { ParentId: unit.Id }, ids),
    [members.shop]);
  const states = await all(paginateListCreateAccountStatus, {},
    (page) => page.CreateAccountStatuses.map((one) => one.State));
  assert.deepEqual(states.sort(), ["FAILED", "SUCCEEDED", "SUCCEEDED"]);
});

test("accounts are whole", async () => {
  const client = iam(await inside(members.shop));
  await waitUntilRoleExists({ client, maxWaitTime: 5 }, { RoleName: ROLE });
  await client.createUser({ UserName: "bob" });
  await waitUntilUserExists({ client, maxWaitTime: 5 }, { UserName: "bob" });
});

test("a service control policy refuses the root user of a member", async () => {
  const { Arn } = await attached(SCP,
    document({ Effect: "Deny", Action: "iam:CreateUser" }), unit.Id);
  await refused(shop.createUser({ UserName: "eve" }), "AccessDenied", 403,
    `User: arn:aws:iam::${members.shop}:root is not authorized to perform: iam:CreateUser on ` +
    `resource: arn:aws:iam::${members.shop}:user/eve with an explicit deny in a service control ` +
    `policy: ${Arn}`);
  await root.createUser({ UserName: "eve" });
  const names = await all(paginateListPoliciesForTarget, { TargetId: unit.Id, Filter: SCP },
    (page) => page.Policies.map((one) => one.Name));
  assert.deepEqual(names.sort(), ["FullAWSAccess", `a ${SCP}`]);
});

test("root users of members, from above", async () => {
  await assert.rejects(iam(admin).enableOrganizationsRootSessions({}),
    ServiceAccessNotEnabledException);
  await boss.enableAWSServiceAccess({ ServicePrincipal: "iam.amazonaws.com" });
  await iam(admin).enableOrganizationsRootCredentialsManagement({});
  const { OrganizationId, EnabledFeatures } = await iam(admin).enableOrganizationsRootSessions({});
  assert.equal(OrganizationId, organization.Id);
  assert.deepEqual(EnabledFeatures.sort(), ["RootCredentialsManagement", "RootSessions"]);
  const { Credentials } = await sts(admin).assumeRoot({ TargetPrincipal: members.shop,
    TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials" } });
  const client = iam(key(Credentials));
  const [{ AccessKeyId }] = (await client.listAccessKeys({})).AccessKeyMetadata;
  await client.deleteAccessKey({ AccessKeyId });
  await refused(shop.listUsers({}), "InvalidClientTokenId", 403);
});

test("a delegated administrator and contacts of members", async () => {
  const credentials = await inside(members.audit);
  await assert.rejects(organizations(credentials).listAccounts({}), AccessDeniedException);
  await boss.enableAWSServiceAccess({ ServicePrincipal: SERVICE });
  await boss.registerDelegatedAdministrator({ AccountId: members.audit,
    ServicePrincipal: SERVICE });
  assert.equal((await organizations(credentials).listAccounts({})).Accounts.length, 3);
  const [{ DelegationEnabledDate }] = (await boss.listDelegatedServicesForAccount({
    AccountId: members.audit })).DelegatedServices;
  assert.ok(DelegationEnabledDate instanceof Date);
  const contact = { AlternateContactType: "SECURITY", Name: "Sam", Title: "CISO",
    EmailAddress: "sam@example.com", PhoneNumber: "+1 206 555 0102" };
  await account(credentials).putAlternateContact({ AccountId: members.shop, ...contact });
  const theirs = account(await inside(members.shop));
  assert.deepEqual((await theirs.getAlternateContact({ AlternateContactType: "SECURITY" }))
    .AlternateContact, contact);
});

test("another e-mail address for a member", async () => {
  const PrimaryEmail = "store@here.example", AccountId = members.shop;
  const { Status } = await account(admin).startPrimaryEmailUpdate({ AccountId, PrimaryEmail });
  assert.equal(Status, "PENDING");
  const { otp: Otp } = await own("GET", `accounts/${AccountId}/primary-email-update`);
  await account(admin).acceptPrimaryEmailUpdate({ AccountId, PrimaryEmail, Otp });
  assert.equal((await boss.describeAccount({ AccountId })).Account.Email, PrimaryEmail);
});

test("effective tag policies", async () => {
  const policy = { tags: { team: { tag_key: { "@@assign": "Team" },
    tag_value: { "@@assign": ["red"] } } } };
  await attached(TAGS, JSON.stringify(policy), unit.Id);
  const { EffectivePolicy } = await organizations(await inside(members.shop))
    .describeEffectivePolicy({ PolicyType: TAGS });
  assert.ok(EffectivePolicy.LastUpdatedTimestamp instanceof Date);
  assert.deepEqual(JSON.parse(EffectivePolicy.PolicyContent),
    { tags: { team: { tag_key: "Team", tag_value: ["red"] } } });
});

test("handshakes of two accounts", async () => {
  await own("POST", "accounts", { account: OUTSIDE, keys: false });
  const recipient = organizations(await rootOf(OUTSIDE));
  const invite = async () => (await boss.inviteAccountToOrganization({
    Target: { Id: OUTSIDE, Type: "ACCOUNT" } })).Handshake;
  const first = await invite();
  assert.equal(first.ExpirationTimestamp - first.RequestedTimestamp, 15 * DAY);
  await recipient.declineHandshake({ HandshakeId: first.Id });
  const { Id } = await invite();
  const states = await all(paginateListHandshakesForAccount, {},
    (page) => page.Handshakes.map((one) => one.State), recipient);
  assert.deepEqual(states.sort(), ["DECLINED", "OPEN"]);
  await recipient.acceptHandshake({ HandshakeId: Id });
  const { Account: joined } = await boss.describeAccount({ AccountId: OUTSIDE });
  assert.deepEqual([joined.JoinedMethod, joined.State], ["INVITED", "ACTIVE"]);
  await recipient.leaveOrganization({});
});

test("one organization pays for another", async () => {
  const other = organizations(await rootOf(OUTSIDE));
  await other.createOrganization({});
  const now = new Date();
  const { Handshake } = await boss.inviteOrganizationToTransferResponsibility({ Type: "BILLING",
    Target: { Id: OUTSIDE, Type: "ACCOUNT" }, SourceName: "Bills",
    StartTimestamp: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)) });
  await other.acceptHandshake({ HandshakeId: Handshake.Id });
  const [transfer] = (await boss.listInboundResponsibilityTransfers({ Type: "BILLING" }))
    .ResponsibilityTransfers;
  assert.deepEqual([transfer.Status, transfer.Source.ManagementAccountId], ["ACCEPTED", OUTSIDE]);
  assert.ok(transfer.StartTimestamp instanceof Date);
});
