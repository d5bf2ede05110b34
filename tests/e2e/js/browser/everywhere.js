// SPDX-License-Identifier: Apache-2.0
// Every page that links lead to, in a place where all texts would like to be more than that.
import assert from "node:assert/strict";
import { ACCOUNT, allow, makeKey, organizations, own, root, sts } from "../support.js";
import { SERVER, walk } from "./browser.js";
import { addPerson, enter, enterAsRoot, ROOT, setRoot } from "./place.js";

const LATIN = `"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;{{base}}`;
const EVIL = `${LATIN}\u202e\u2028</textarea></pre></title></style>`;
const WAY = `/"><img/src=x/onerror=alert(3)>/..//%2e%2e/`; // of all that paths may have
const ODD = "o+=,.@-_d"; // and names
const LONG = "long-" + "a".repeat(59);
const Tags = [{ Key: "why/:=", Value: "\u00e9 @\u3000\u202f" }]; // and tags
const SCP = "SERVICE_CONTROL_POLICY";

const condition = { StringLike: { "aws:username": [LATIN, EVIL] } };
// Documents may have all characters, but say most of them by their numbers.
const write = (document) => JSON.stringify({ Version: "2012-10-17", ...document })
  .replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
const document = (statement) => write({ Id: LATIN, Statement: [
  { Effect: "Allow", Action: "s3:*", Condition: condition, ...statement },
  { Effect: "Deny", NotAction: "iam:*", Resource: "*" }] });

async function people() {
  const PolicyDocument = document({ Resource: `arn:aws:s3:::b/${LATIN}` });
  const AssumeRolePolicyDocument = write({ Statement: [{ Effect: "Allow", Condition: condition,
    Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }] });
  await root.createGroup({ GroupName: ODD, Path: WAY });
  await root.createUser({ UserName: ODD, Path: WAY, Tags });
  await root.createUser({ UserName: LONG });
  await root.addUserToGroup({ UserName: ODD, GroupName: ODD });
  await root.createRole({ RoleName: ODD, Path: WAY, Description: LATIN,
    AssumeRolePolicyDocument });
  const { Policy } = await root.createPolicy({ PolicyName: ODD, Description: LATIN,
    PolicyDocument });
  const { Arn: PolicyArn } = Policy;
  await root.attachUserPolicy({ UserName: ODD, PolicyArn });
  await root.putUserPermissionsBoundary({ UserName: ODD, PermissionsBoundary: PolicyArn });
  await root.putUserPolicy({ UserName: ODD, PolicyName: ODD, PolicyDocument });
  await root.putGroupPolicy({ GroupName: ODD, PolicyName: ODD, PolicyDocument });
  await root.putRolePolicy({ RoleName: ODD, PolicyName: ODD, PolicyDocument });
  await root.createVirtualMFADevice({ VirtualMFADeviceName: ODD, Path: WAY });
  const odd = sts(await makeKey(root, ODD));
  await assert.rejects(odd.assumeRole({ RoleSessionName: ODD,
    RoleArn: `arn:aws:iam::${ACCOUNT}:role${WAY}${ODD}` }));
}

async function company() {
  const boss = organizations();
  await boss.createOrganization({ FeatureSet: "ALL" });
  const { Roots: [{ Id: RootId }] } = await boss.listRoots({});
  await boss.enablePolicyType({ RootId, PolicyType: SCP });
  const { OrganizationalUnit: unit } = await boss.createOrganizationalUnit({ ParentId: RootId,
    Name: EVIL, Tags });
  const { Policy } = await boss.createPolicy({ Name: EVIL, Description: EVIL, Type: SCP, Tags,
    Content: document({ Resource: "*" }) });
  await boss.attachPolicy({ PolicyId: Policy.PolicySummary.Id, TargetId: unit.Id });
  await boss.createAccount({ AccountName: `"><script>alert(4)</script>&lt;`, Tags,
    Email: "other@example.com" });
}

// What differs among pages of one kind is behind the part of a path that names a collection.
function kindOf(path) {
  const [, ...parts] = path.split("/");
  const whole = parts[1] === "root-tasks";
  return parts.map((part, i) => (i > 1 && i % 2 === 0 && !whole ? "*" : part)).join("/");
}

// So many pages of those that differ only in what they are about.
async function crawl(visitor, sameKind) {
  visitor.patient = true; // all faults at once
  const waiting = ["/console", "/console/me"], known = new Set(waiting), looked = {};
  while (waiting.length) {
    const target = waiting.shift();
    await visitor.open(target);
    if (visitor.status !== 200) {
      visitor.faults.push(`${visitor.status} at ${target}`);
    }
    if (await visitor.page.locator("script:not([src]), img, style").count()) {
      visitor.faults.push(`a text has become an element at ${target}`);
    }
    const links = await visitor.page.locator("a[href]").evaluateAll((all) =>
      all.map((one) => one.href));
    for (const link of links.map((href) => new URL(href))) {
      const way = link.pathname + link.search, kind = kindOf(link.pathname);
      if (link.pathname.startsWith("/console") && !known.has(way) &&
          (looked[kind] ?? 0) < sameKind) {
        looked[kind] = (looked[kind] ?? 0) + 1;
        known.add(way);
        waiting.push(way);
      }
    }
  }
  console.log(`${known.size} pages`);
}

await setRoot(ACCOUNT, ROOT);
await people();
await company();
await root.createRole({ RoleName: "operator", AssumeRolePolicyDocument: write({ Statement: [
  { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }] }) });
await root.attachRolePolicy({ RoleName: "operator",
  PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
const boss = await addPerson("boss", ["*"]);
const nobody = await addPerson("nobody");

walk("as the root user", async (visitor) => {
  await enterAsRoot(visitor);
  await crawl(visitor, 2);
});

walk("as a user to whom all is denied", async (visitor) => {
  await enter(visitor, nobody);
  await crawl(visitor, 1);
});

// Others see the same pages with less on them.
walk("as the root user of a member account", async (visitor) => {
  const { Accounts } = await organizations().listAccounts({});
  const { Id } = Accounts.find((one) => one.Id !== ACCOUNT);
  const member = { email: "member@example.com", password: ROOT.password };
  await setRoot(Id, member);
  await enterAsRoot(visitor, "/console/me", member);
  visitor.inspects = false;
  await crawl(visitor, 1);
});

walk("as a role", async (visitor) => {
  await enter(visitor, boss);
  await visitor.open(`/switchrole?account=${ACCOUNT}&roleName=operator&displayName=<b>`);
  await visitor.send("/switchrole");
  visitor.inspects = false;
  await crawl(visitor, 1);
});

walk("as a federated user", async (visitor) => {
  const { Credentials: made } = await sts(await makeKey(root, boss.name)).getFederationToken({
    Name: "guest", Policy: allow("*") });
  const Session = JSON.stringify({ sessionId: made.AccessKeyId, sessionKey: made.SecretAccessKey,
    sessionToken: made.SessionToken });
  const answer = await fetch(`${SERVER}/federation`, { method: "POST",
    body: new URLSearchParams({ Action: "getSigninToken", Session }) });
  const { SigninToken } = await answer.json();
  await visitor.open(`/federation?${new URLSearchParams({ Action: "login", SigninToken })}`);
  visitor.inspects = false;
  await crawl(visitor, 1);
});
