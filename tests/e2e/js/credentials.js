// SPDX-License-Identifier: Apache-2.0
// The default chain of the SDK in a container and on an instance.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { IAM } from "@aws-sdk/client-iam";
import { ACCOUNT, own, refused, sts } from "./support.js";

const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_ENDPOINT_URL: url } = process.env;
const root = new IAM({ credentials: { accessKeyId, secretAccessKey } });
const SESSIONS = `arn:aws:sts::${ACCOUNT}:assumed-role`;

for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"]) {
  delete process.env[name];
}

async function surrounded(variables, run) {
  Object.assign(process.env, variables);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(variables)) {
      delete process.env[name];
    }
  }
}

const identity = async () => (await sts().getCallerIdentity({})).Arn;

test.before(async () => {
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole",
    Principal: { Service: ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"] } }] };
  await root.createRole({ RoleName: "worker", AssumeRolePolicyDocument: JSON.stringify(trust) });
  await root.createInstanceProfile({ InstanceProfileName: "profile" });
  await root.addRoleToInstanceProfile({ InstanceProfileName: "profile", RoleName: "worker" });
});

test("a container with its token in a variable", async () => {
  const variables = await own("POST", "container", { role: "worker" });
  assert.match(await surrounded(variables, identity),
    new RegExp(`^${SESSIONS}/worker/[0-9a-f]{32}$`));
});

test("a container with its token in a file", async () => {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN: token, ...variables } =
    await own("POST", "container", { role: "worker" });
  const folder = await mkdtemp(join(tmpdir(), "iam-local-"));
  const AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = join(folder, "token");
  await writeFile(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, token);
  const arn = await surrounded({ ...variables, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE }, identity);
  await rm(folder, { recursive: true });
  assert.ok(arn.startsWith(`${SESSIONS}/worker/`));
});

test("an instance", async () => {
  const { instance_id: id } = await own("PUT", "instance", { instance_profile: "profile" });
  const variables = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `${url}/` };
  assert.equal(await surrounded(variables, identity), `${SESSIONS}/worker/${id}`);
  await surrounded(variables, async () => {
    await refused(new IAM({ maxAttempts: 1 }).listUsers({}), "AccessDenied", 403);
  });
});

test("an instance whose role does not trust EC2", async () => {
  await root.updateAssumeRolePolicy({ RoleName: "worker", PolicyDocument: JSON.stringify({
    Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole",
      Principal: { Service: "lambda.amazonaws.com" } }] }) });
  await surrounded({ AWS_EC2_METADATA_SERVICE_ENDPOINT: `${url}/` }, () =>
    assert.rejects(identity(), /credentials/i));
});
