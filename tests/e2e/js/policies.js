// SPDX-License-Identifier: Apache-2.0
// Inline and managed policies: versions, attachments, those of AWS, boundaries.
import assert from "node:assert/strict";
import test from "node:test";
import { DeleteConflictException, NoSuchEntityException } from "@aws-sdk/client-iam";
import { ACCOUNT, USERS, allow, decoded, denied, iam, newUser, refused, root, thrown }
  from "./support.js";

const READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";

test("inline documents come back as they were", async () => {
  await newUser("inline");
  const text = '{\n "Version": "2012-10-17", "Statement": [{"Effect":"Allow", "Resource":"*",' +
    '"Action":"iam:Get*","Condition":{"StringLike":{"aws:username":"%3A+ \u00e9"}}}]}';
  await root.putUserPolicy({ UserName: "inline", PolicyName: "p", PolicyDocument: text });
  const { PolicyDocument } = await root.getUserPolicy({ UserName: "inline", PolicyName: "p" });
  assert.equal(decodeURIComponent(PolicyDocument), text);
  assert.deepEqual((await root.listUserPolicies({ UserName: "inline" })).PolicyNames, ["p"]);
});

test("a managed policy counts while it is attached, in its default version", async () => {
  const managed = iam(await newUser("managed"));
  const { Policy } = await root.createPolicy({ PolicyName: "look", Path: "/team/",
    PolicyDocument: allow("iam:GetUser"), Tags: [{ Key: "team", Value: "blue" }] });
  const PolicyArn = Policy.Arn;
  assert.equal(PolicyArn, `arn:aws:iam::${ACCOUNT}:policy/team/look`);
  assert.equal(Policy.DefaultVersionId, "v1");
  await denied(managed.getUser({}), "managed", "iam:GetUser", "user managed");
  await root.attachUserPolicy({ UserName: "managed", PolicyArn });
  await managed.getUser({});
  await thrown(root.deletePolicy({ PolicyArn }), DeleteConflictException, 409);

  await root.createPolicyVersion({ PolicyArn, PolicyDocument: allow("iam:ListUsers"),
    SetAsDefault: true });
  await managed.listUsers({});
  await denied(managed.getUser({}), "managed", "iam:GetUser", "user managed");
  await root.setDefaultPolicyVersion({ PolicyArn, VersionId: "v1" });
  await managed.getUser({});
  const { Versions } = await root.listPolicyVersions({ PolicyArn });
  assert.deepEqual(Versions.map((one) => [one.VersionId, one.IsDefaultVersion]),
    [["v2", false], ["v1", true]]);
  const { PolicyVersion } = await root.getPolicyVersion({ PolicyArn, VersionId: "v2" });
  assert.equal(decoded(PolicyVersion.Document).Statement[0].Action, "iam:ListUsers");

  const entities = await root.listEntitiesForPolicy({ PolicyArn });
  assert.deepEqual(entities.PolicyUsers.map((user) => user.UserName), ["managed"]);
  await root.detachUserPolicy({ UserName: "managed", PolicyArn });
  await denied(managed.listUsers({}), "managed", "iam:ListUsers", `${USERS}/`);
  await root.deletePolicyVersion({ PolicyArn, VersionId: "v2" });
  await root.deletePolicy({ PolicyArn });
  await thrown(root.getPolicy({ PolicyArn }), NoSuchEntityException, 404,
    `Policy ${PolicyArn} was not found.`);
});

test("a policy of AWS through a group", async () => {
  const reader = iam(await newUser("reader"));
  await root.createGroup({ GroupName: "readers" });
  await root.addUserToGroup({ GroupName: "readers", UserName: "reader" });
  await root.attachGroupPolicy({ GroupName: "readers", PolicyArn: READ_ONLY });
  const { AttachedPolicies } = await reader.listAttachedGroupPolicies({ GroupName: "readers" });
  assert.deepEqual(AttachedPolicies, [{ PolicyName: "IAMReadOnlyAccess", PolicyArn: READ_ONLY }]);
  const { Policy } = await reader.getPolicy({ PolicyArn: READ_ONLY });
  assert.equal(Policy.AttachmentCount, 1);
  await denied(reader.createUser({ UserName: "x" }), "reader", "iam:CreateUser", `${USERS}/x`);
  await refused(root.deletePolicy({ PolicyArn: READ_ONLY }), "AccessDenied", 403);
});

test("a boundary limits what policies allow", async () => {
  const bound = iam(await newUser("bound"));
  await root.putUserPolicy({ UserName: "bound", PolicyName: "all", PolicyDocument: allow("*") });
  await root.putUserPermissionsBoundary({ UserName: "bound", PermissionsBoundary: READ_ONLY });
  const { User } = await bound.getUser({});
  assert.deepEqual(User.PermissionsBoundary,
    { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: READ_ONLY });
  await refused(bound.createUser({ UserName: "x" }), "AccessDenied", 403,
    `User: ${USERS}/bound is not authorized to perform: iam:CreateUser on resource: ${USERS}/x ` +
    "because no permissions boundary allows the iam:CreateUser action");
  await root.deleteUserPermissionsBoundary({ UserName: "bound" });
  await bound.createUser({ UserName: "x" });
});
