// SPDX-License-Identifier: Apache-2.0
// What the SDK sends to services that IAM Local is not is recognised, its signatures hold, and a
// refusal is the exception that the service's own would be.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import test from "node:test";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { AuthorizationErrorException, SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { ACCOUNT, USERS, newUser, own } from "./support.js";
import { capture, capturing, described, services } from "./authorize_calls.js";

const LOCAL = "http://localhost:4566";

test("what is sent is what was meant", async (t) => {
  for (const [service, Client, calls] of services) {
    const aws = capturing(Client, { endpoint: undefined, ignoreConfiguredEndpointUrls: true });
    const local = capturing(Client, { endpoint: LOCAL });
    for (const [operation, parameters, permissions] of calls) {
      const ofManyRegions = parameters.Bucket?.startsWith("arn:");
      for (const client of ofManyRegions ? [aws] : [aws, local]) {
        await t.test(`${service} ${operation}`, async () => {
          const answer = await own("POST", "authorize",
            await capture(client, operation, parameters));
          assert.equal(answer.decision, "Allow", JSON.stringify(answer));
          assert.equal(answer.service, service);
          assert.equal(answer.operation, operation);
          assert.equal(answer.principal, `arn:aws:iam::${ACCOUNT}:root`);
          assert.deepEqual(answer.decisions.map((one) => `${one.action} ${one.resource}`).sort(),
            [...permissions].sort());
        });
      }
    }
  }
});

// Clients to which IAM Local's refusal comes as if the service had sent it.
const deciding = (Client, credentials) => capturing(Client, { credentials, endpoint: LOCAL,
  requestHandler: { handle: async (request) => {
    const { decision, refusal } = await own("POST", "authorize", await described(request));
    assert.notEqual(decision, "Allow");
    return { response: { statusCode: refusal.status, headers: refusal.headers,
      body: Readable.from([Buffer.from(refusal.body)]) } };
  } } });

test("a refusal is the service's own exception", async (t) => {
  const bob = await newUser("bob");
  const refused = async (client, method, parameters, name, status, action) => {
    const error = await deciding(client, bob)[method](parameters).then(() => assert.fail("allowed"),
      (reason) => reason);
    assert.equal(error.name, name, error.stack);
    assert.equal(error.$metadata.httpStatusCode, status);
    if (action) {
      assert.match(error.message, new RegExp(
        `User: ${USERS}/bob is not authorized to perform: ${action}`));
    }
    return error;
  };
  const QueueUrl = `${LOCAL}/${ACCOUNT}/orders`;
  const cases = [
    [S3, "getObject", { Bucket: "b", Key: "k" }, "AccessDenied", 403, "s3:GetObject"],
    [DynamoDB, "getItem", { TableName: "t", Key: { id: { S: "7" } } }, "AccessDeniedException", 400,
      "dynamodb:GetItem"],
    [SQS, "sendMessage", { QueueUrl, MessageBody: "m" }, "AccessDenied", 403, "sqs:sendmessage"],
    [Lambda, "invoke", { FunctionName: "f" }, "AccessDeniedException", 403,
      "lambda:InvokeFunction"],
    [KMS, "listKeys", {}, "AccessDeniedException", 400, "kms:ListKeys"],
    [CloudWatch, "listMetrics", {}, "AccessDenied", 403, "cloudwatch:ListMetrics"],
    // This version of the SDK loses the message of an error of rest-xml that it has no class for.
    [Route53, "listHostedZones", {}, "AccessDenied", 403],
    [SecretsManager, "listSecrets", {}, "AccessDeniedException", 400, "secretsmanager:ListSecrets"],
    [EC2, "deleteVpc", { VpcId: "vpc-0123456789abcdef0" }, "UnauthorizedOperation", 403,
      "ec2:DeleteVpc"],
  ];
  for (const [Client, method, ...rest] of cases) {
    await t.test(`${Client.name} ${method}`, () => refused(Client, method, ...rest));
  }
  await t.test("SNS publish", async () => assert.ok(await refused(SNS, "publish",
    { TopicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:news`, Message: "m" },
    "AuthorizationErrorException", 403, "SNS:Publish") instanceof AuthorizationErrorException));
  await t.test("HEAD", () => assert.rejects(
    deciding(S3, bob).headObject({ Bucket: "b", Key: "k" }),
    (error) => error.$metadata.httpStatusCode === 403));
});

