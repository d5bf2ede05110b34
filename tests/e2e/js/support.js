// SPDX-License-Identifier: Apache-2.0
// Clients of the server that the environment names, as root or with a key; what tests expect often.
import assert from "node:assert/strict";
import { IAM, IAMServiceException } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";

export const ACCOUNT = "123456789012";
export const USERS = `arn:aws:iam::${ACCOUNT}:user`;

// Endpoint, region and the key of root come from the environment, as in a user's shell. Nothing is
// retried: what the server answers first is what is tested.
export const iam = (credentials) => new IAM({ maxAttempts: 1, credentials });
export const sts = (credentials) => new STS({ maxAttempts: 1, credentials });
export const root = iam();

export async function makeKey(client, UserName) {
  const { AccessKey } = await client.createAccessKey({ UserName });
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

export async function newUser(UserName) {
  await root.createUser({ UserName });
  return makeKey(root, UserName);
}

export const allow = (Action, Resource = "*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });

// AWS sends documents percent-encoded, and this SDK leaves them so.
export const decoded = (text) => JSON.parse(decodeURIComponent(text));

export async function refused(promise, name, status, message) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
    if (message !== undefined) {
      assert.equal(error.message, message);
    }
    return true;
  });
}

// An error that the model of the SDK has a class for.
export async function thrown(promise, type, status, message) {
  assert.ok(type.prototype instanceof IAMServiceException);
  await assert.rejects(promise, type);
  await refused(promise, type.name, status, message);
}

export const denied = (promise, user, action, resource) =>
  refused(promise, "AccessDenied", 403,
    `User: ${USERS}/${user} is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`);
