// SPDX-License-Identifier: Apache-2.0
// Clients of the server that the environment names, as root or with a key; what tests expect often.
import assert from "node:assert/strict";
import { IAM, IAMServiceException } from "@aws-sdk/client-iam";
import { Organizations } from "@aws-sdk/client-organizations";
import { STS } from "@aws-sdk/client-sts";

export const ACCOUNT = "123456789012";
export const USERS = `arn:aws:iam::${ACCOUNT}:user`;

// Endpoint, region and the key of root come from the environment, as in a user's shell. Nothing is
// retried: what the server answers first is what is tested.
export const iam = (credentials) => new IAM({ maxAttempts: 1, credentials });
export const sts = (credentials) => new STS({ maxAttempts: 1, credentials });
export const organizations = (credentials) => new Organizations({ maxAttempts: 1, credentials });
export const root = iam();

const credentialsOf = (key) => ({ accessKeyId: key.access_key_id,
  secretAccessKey: key.secret_access_key });

// An endpoint of the server's own; gives what it answers.
export async function own(method, endpoint, body) {
  const answer = await fetch(`${process.env.AWS_ENDPOINT_URL}/_iam-local/${endpoint}`, { method,
    body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${endpoint}: ${answer.status}`);
  return answer.json();
}

// A new access key of an account's root user.
export const rootOf = async (account) =>
  credentialsOf(await own("POST", `accounts/${account}/access-keys`));

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

// Gives the error.
export async function refused(promise, name, status, message) {
  const error = await promise.then(() => assert.fail(`it was answered, not refused: ${name}`),
    (reason) => reason);
  assert.equal(error.name, name);
  assert.equal(error.$metadata.httpStatusCode, status);
  assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
  if (message !== undefined) {
    assert.equal(error.message, message);
  }
  return error;
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
