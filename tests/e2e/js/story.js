// SPDX-License-Identifier: Apache-2.0
// Root and alice, from nothing to almost everything.
import assert from "node:assert/strict";
import test from "node:test";
import { NoSuchEntityException } from "@aws-sdk/client-iam";
import { ACCOUNT, USERS, allow, denied, iam, makeKey, newUser, refused, root, sts, thrown }
  from "./support.js";

const ROOT_KEY = process.env.AWS_ACCESS_KEY_ID;

test("root says who it is", async () => {
  const { $metadata, ...identity } = await sts().getCallerIdentity({});
  assert.equal($metadata.httpStatusCode, 200);
  assert.deepEqual(identity, { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:root`,
    UserId: ACCOUNT });
});

test("alice starts with nothing and gets what policies say", async () => {
  const { User } = await root.createUser({ UserName: "alice", Path: "/team/" });
  assert.equal(User.Arn, `${USERS}/team/alice`);
  assert.ok(User.CreateDate instanceof Date);
  const key = await makeKey(root, "alice");
  const alice = iam(key);
  const identity = await sts(key).getCallerIdentity({});
  assert.deepEqual([identity.Arn, identity.UserId], [User.Arn, User.UserId]);

  await denied(alice.listUsers({}), "team/alice", "iam:ListUsers", `${USERS}/`);
  await denied(alice.createUser({ UserName: "bob" }), "team/alice", "iam:CreateUser",
    `${USERS}/bob`);

  await root.putUserPolicy({ UserName: "alice", PolicyName: "self",
    PolicyDocument: allow("iam:GetUser", "arn:aws:iam::*:user/team/${aws:username}") });
  assert.equal((await alice.getUser({})).User.UserName, "alice");
  await denied(alice.getUser({ UserName: "bob" }), "team/alice", "iam:GetUser", "user bob");

  await root.createGroup({ GroupName: "administrators" });
  await root.putGroupPolicy({ GroupName: "administrators", PolicyName: "all",
    PolicyDocument: allow("*") });
  await root.addUserToGroup({ GroupName: "administrators", UserName: "alice" });
  await alice.createUser({ UserName: "bob" });
  assert.deepEqual((await alice.listUsers({})).Users.map((user) => user.UserName),
    ["alice", "bob"]);
  const { Users } = await alice.getGroup({ GroupName: "administrators" });
  assert.deepEqual(Users.map((user) => user.UserId), [User.UserId]);

  await root.removeUserFromGroup({ GroupName: "administrators", UserName: "alice" });
  await denied(alice.deleteUser({ UserName: "bob" }), "team/alice", "iam:DeleteUser", "user bob");
});

test("an administrator neither sees nor touches the keys of root", async () => {
  const key = await newUser("carol");
  await root.putUserPolicy({ UserName: "carol", PolicyName: "all", PolicyDocument: allow("*") });
  const carol = iam(key);
  const own = (await carol.listAccessKeys({})).AccessKeyMetadata;
  assert.deepEqual(own.map((one) => one.AccessKeyId), [key.accessKeyId]);
  await thrown(carol.deleteAccessKey({ AccessKeyId: ROOT_KEY }), NoSuchEntityException, 404,
    `The Access Key with id ${ROOT_KEY} cannot be found.`);
  const roots = (await root.listAccessKeys({})).AccessKeyMetadata;
  assert.deepEqual(roots.map((one) => one.AccessKeyId), [ROOT_KEY]);
});

test("keys: switched off, last used, wrong, deleted", async () => {
  const key = await newUser("dave");
  const { accessKeyId: AccessKeyId } = key;
  await sts(key).getCallerIdentity({});
  const used = await root.getAccessKeyLastUsed({ AccessKeyId });
  assert.deepEqual([used.UserName, used.AccessKeyLastUsed.ServiceName], ["dave", "sts"]);
  assert.ok(used.AccessKeyLastUsed.LastUsedDate instanceof Date);
  assert.equal((await sts().getAccessKeyInfo({ AccessKeyId })).Account, ACCOUNT);

  const gone = "The security token included in the request is invalid.";
  await root.updateAccessKey({ UserName: "dave", AccessKeyId, Status: "Inactive" });
  await refused(sts(key).getCallerIdentity({}), "InvalidClientTokenId", 403, gone);
  await root.updateAccessKey({ UserName: "dave", AccessKeyId, Status: "Active" });
  await sts(key).getCallerIdentity({});

  for (const client of [iam, sts]) {
    const liar = client({ ...key, secretAccessKey: "wrong" });
    await refused(client === iam ? liar.getUser({}) : liar.getCallerIdentity({}),
      "SignatureDoesNotMatch", 403);
  }
  await root.deleteAccessKey({ UserName: "dave", AccessKeyId });
  await refused(sts(key).getCallerIdentity({}), "InvalidClientTokenId", 403, gone);
});

test("tags and names with every letter", async () => {
  await root.createUser({ UserName: "erin", Tags: [{ Key: "team", Value: "blue" }] });
  await root.tagUser({ UserName: "erin",
    Tags: [{ Key: "Cost", Value: "1" }, { Key: "team", Value: "grün +=/@" }] });
  const { Tags } = await root.listUserTags({ UserName: "erin" });
  assert.deepEqual(Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value])),
    { Cost: "1", team: "grün +=/@" });
  await root.untagUser({ UserName: "erin", TagKeys: ["Cost", "none"] });
  const { User } = await root.getUser({ UserName: "erin" });
  assert.deepEqual(User.Tags, [{ Key: "team", Value: "grün +=/@" }]);
  await root.updateUser({ UserName: "erin", NewUserName: "erin+=,.@-_" });
  assert.equal((await root.getUser({ UserName: "erin+=,.@-_" })).User.UserId, User.UserId);
});

test("alias and summary of the account", async () => {
  assert.deepEqual((await root.listAccountAliases({})).AccountAliases, []);
  await root.createAccountAlias({ AccountAlias: "our-lab" });
  assert.deepEqual((await root.listAccountAliases({})).AccountAliases, ["our-lab"]);
  await root.deleteAccountAlias({ AccountAlias: "our-lab" });
  const { SummaryMap } = await root.getAccountSummary({});
  assert.equal(SummaryMap.Users, (await root.listUsers({})).Users.length);
  assert.equal(SummaryMap.AccountAccessKeysPresent, 1);
});
