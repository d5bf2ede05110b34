// SPDX-License-Identifier: Apache-2.0
// The pictures of the documentation, in the folder PICTURES.
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { iam, makeKey, organizations, own, root } from "../support.js";
import { walk } from "./browser.js";
import { addPerson, administrator, enter } from "./place.js";

const WIDTH = 1200;
const HEIGHT = 780;
const MOST_BYTES = 150 * 1024;
const SCP = "SERVICE_CONTROL_POLICY";
const write = (...Statement) => JSON.stringify({ Version: "2012-10-17", Statement }, null, 4);
const DRAFT = write(
  { Sid: "PassAnyRole", Effect: "Allow", Action: "iam:PassRole", Resource: "*" },
  { Sid: "Uploads", Effect: "Allow", Action: ["s3:PutObject", "s3:PutObjects"],
    Resource: "arn:aws:s3:::acme-uploads/*" });

async function shoot(visitor, name, colorScheme, height = HEIGHT) {
  const file = `${process.env.PICTURES}/${name}.png`;
  await visitor.page.setViewportSize({ width: WIDTH, height });
  await visitor.page.emulateMedia({ colorScheme });
  await visitor.page.mouse.move(0, 0);
  await visitor.page.screenshot({ path: file });
  const { size } = await stat(file);
  assert.ok(size < MOST_BYTES, `${file} has ${size} bytes`);
}

async function company() {
  const boss = organizations();
  await boss.createOrganization({ FeatureSet: "ALL" });
  const { Roots: [{ Id: RootId }] } = await boss.listRoots({});
  await boss.enablePolicyType({ RootId, PolicyType: SCP });
  const units = {};
  for (const [Name, parent] of [["Security"], ["Workloads"], ["Production", "Workloads"],
    ["Test", "Workloads"]]) {
    const { OrganizationalUnit } = await boss.createOrganizationalUnit({ Name,
      ParentId: units[parent] ?? RootId });
    units[Name] = OrganizationalUnit.Id;
  }
  const { Policy } = await boss.createPolicy({ Name: "KeepTheTrail", Type: SCP,
    Description: "Nobody ends the audit trail",
    Content: write({ Effect: "Deny", Action: "cloudtrail:StopLogging", Resource: "*" }) });
  await boss.attachPolicy({ PolicyId: Policy.PolicySummary.Id, TargetId: units.Workloads });
}

async function developers() {
  await root.createAccountAlias({ AccountAlias: "acme" });
  await root.createGroup({ GroupName: "developers" });
  await root.attachGroupPolicy({ GroupName: "developers",
    PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
  const alice = await addPerson("alice", ["s3:PutObject", "sqs:*"]);
  await root.addUserToGroup({ GroupName: "developers", UserName: alice.name });
  return alice;
}

// What is denied to alice outside of the office; gives the request's id.
async function denied(alice) {
  await root.putUserPolicy({ UserName: alice.name, PolicyName: "office", PolicyDocument: write({
    Sid: "OnlyFromOffice", Effect: "Allow", Action: "iam:CreateUser", Resource: "*",
    Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } }) });
  const client = iam(await makeKey(root, alice.name));
  const error = await client.createUser({ UserName: "bob" }).catch((reason) => reason);
  return error.$metadata.requestId;
}

await own("PUT", "clock", { set: "2026-09-01T09:30:00Z" });
await company();
const alice = await developers();
const admin = await administrator("carol");
const requestId = await denied(alice);

walk("as a developer", async (visitor) => {
  await visitor.open("/signin/acme");
  await shoot(visitor, "sign-in", "light");
  await enter(visitor, alice, "/console");
  await shoot(visitor, "home", "light");
});

walk("as an administrator", async (visitor) => {
  await enter(visitor, admin, `/console/decisions/${requestId}`);
  await shoot(visitor, "denied", "dark", 1000);
  await visitor.open(`/console/users/${alice.name}/new-policy`);
  await visitor.send("/new-policy", { policy: "deploy", document: DRAFT }, "[value=check]");
  await visitor.page.evaluate(() => scrollTo(0, 0));
  await shoot(visitor, "editor", "light");
  await visitor.open("/console/organization");
  await shoot(visitor, "organization", "dark");
});
