// SPDX-License-Identifier: Apache-2.0
// Errors of Organizations are instances of the classes that the SDK has for them, with their
// reasons. test_organization_errors.py makes the same calls by boto3.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as sdk from "@aws-sdk/client-organizations";
import { organizations, own, refused, rootOf } from "./support.js";

const { alone, document, steps } =
  JSON.parse(readFileSync(new URL("organization_errors.json", import.meta.url)));
const roots = {}, names = {};

// What stands in an answer at a path like Roots.0.Id.
const found = (answer, path) => path.split(".").reduce((at, name) => at[name], answer);

function call(step) {
  const text = Object.entries(names).reduce((said, [name, value]) =>
    said.replaceAll(`{${name}}`, value), JSON.stringify(step.with ?? {}));
  return roots[step.as][step.call[0].toLowerCase() + step.call.slice(1)](JSON.parse(text));
}

async function check(step) {
  if (!step.error) {
    const answer = await call(step);
    for (const [name, path] of Object.entries(step.keep ?? {})) {
      names[name] = found(answer, path);
    }
    return;
  }
  const error = await refused(call(step), step.error, 400);
  assert.ok(error instanceof sdk[step.error]);
  assert.equal(error.Reason, step.reason);
  assert.ok(error.message);
}

test.before(async () => {
  for (const account of alone) {
    await own("POST", "accounts", { account, keys: false });
  }
  await own("POST", "organization", document);
  for (const account of new Set(steps.map((step) => step.as))) {
    roots[account] = organizations(account && await rootOf(account));
  }
});

test("classes of errors", async (t) => {
  for (const step of steps) {
    await t.test(`${step.call} ${step.error ?? ""} ${step.reason ?? ""}`, () => check(step));
  }
});
