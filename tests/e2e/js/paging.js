// SPDX-License-Identifier: Apache-2.0
// The paginators of the SDK follow markers to the end.
import assert from "node:assert/strict";
import test from "node:test";
import { paginateGetAccountAuthorizationDetails, paginateListPolicies, paginateListUsers }
  from "@aws-sdk/client-iam";
import { root } from "./support.js";

const NAMES = Array.from({ length: 130 }, (_, n) => `user-${String(n).padStart(3, "0")}`);

async function pages(paginator, settings, input, items) {
  const found = [];
  for await (const page of paginator({ client: root, ...settings }, input)) {
    found.push(items(page));
  }
  return found;
}

test.before(async () => {
  for (const UserName of NAMES) {
    await root.createUser({ UserName });
  }
});

test("pages of 60 users, all of them once", async () => {
  const found = await pages(paginateListUsers, { pageSize: 60 }, {},
    (page) => page.Users.map((user) => user.UserName));
  assert.deepEqual(found.map((page) => page.length), [60, 60, 10]);
  assert.deepEqual(found.flat(), NAMES);
});

test("a page is 100 when nothing is said", async () => {
  const found = await pages(paginateListUsers, {}, {}, (page) => page.Users.length);
  assert.deepEqual(found, [100, 30]);
});

test("policies of AWS and the account", async () => {
  const arns = (await pages(paginateListPolicies, { pageSize: 1000 }, { Scope: "AWS" },
    (page) => page.Policies.map((policy) => policy.Arn))).flat();
  assert.ok(arns.length > 1);
  assert.ok(arns.every((arn) => arn.startsWith("arn:aws:iam::aws:policy/")));
  assert.equal(new Set(arns).size, arns.length);
  const users = await pages(paginateGetAccountAuthorizationDetails, { pageSize: 50 },
    { Filter: ["User"] }, (page) => page.UserDetailList.map((user) => user.UserName));
  assert.deepEqual(users.flat(), NAMES);
});
