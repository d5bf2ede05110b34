// SPDX-License-Identifier: Apache-2.0
// Calls of services that IAM Local is not, with the permissions that AWS's documentation names for
// them, and a way to have what the SDK would send instead of sending it.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import "@aws-sdk/signature-v4a"; // registers itself: access points of many regions want it

const A = "123456789012";
const arn = (service, rest) => `arn:aws:${service}:us-east-1:${A}:${rest}`;
const ROLE = `arn:aws:iam::${A}:role/work`;
const ID = { id: { S: "7" } };
const KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";
const QueueUrl = `https://sqs.us-east-1.amazonaws.com/${A}/orders`;
const O = { Bucket: "reports", Key: "2026/q3.pdf" };
const OBJECT = "arn:aws:s3:::reports/2026/q3.pdf";
const I = "i-0123456789abcdef0";
const MANY_REGIONS = `arn:aws:s3::${A}:accesspoint/mfzwi23gnjvgw.mrap`;

// The name of the service as botocore has it, its client, and its calls: operation, parameters,
// permissions.
export const services = [
  ["s3", S3, [
    ["ListBuckets", {}, ["s3:ListAllMyBuckets arn:aws:s3:::*"]],
    ["GetObject", O, [`s3:GetObject ${OBJECT}`]],
    ["GetObject", { ...O, VersionId: "v1" }, [`s3:GetObjectVersion ${OBJECT}`]],
    ["HeadObject", O, [`s3:GetObject ${OBJECT}`]],
    ["PutObject", { ...O, Body: "text" }, [`s3:PutObject ${OBJECT}`]],
    ["PutObject", { Bucket: "reports", Key: "a b/ü+%2F.txt", Body: "text" },
      ["s3:PutObject arn:aws:s3:::reports/a b/ü+%2F.txt"]],
    ["CopyObject", { Bucket: "copies", Key: "c", CopySource: "reports/2026/q3.pdf",
      TaggingDirective: "REPLACE" },
    [`s3:GetObject ${OBJECT}`, "s3:PutObject arn:aws:s3:::copies/c"]],
    ["DeleteObject", O, [`s3:DeleteObject ${OBJECT}`]],
    ["DeleteObjects", { Bucket: "reports", Delete: { Objects: [{ Key: "a" }, { Key: "b" }] } },
      ["s3:DeleteObject arn:aws:s3:::reports/a", "s3:DeleteObject arn:aws:s3:::reports/b"]],
    ["ListObjectsV2", { Bucket: "reports", Prefix: "2026/" },
      ["s3:ListBucket arn:aws:s3:::reports"]],
    ["CreateBucket", { Bucket: "reports" }, ["s3:CreateBucket arn:aws:s3:::reports"]],
    // Whose the access point is, its name in Host does not tell.
    ["GetObject", { Bucket: MANY_REGIONS, Key: "k" },
      [`s3:GetObject ${MANY_REGIONS.replace(A, "*")}/object/k`]],
  ]],
  ["dynamodb", DynamoDB, [
    ["GetItem", { TableName: "orders", Key: ID },
      [`dynamodb:GetItem ${arn("dynamodb", "table/orders")}`]],
    ["Query", { TableName: "orders", IndexName: "day" },
      [`dynamodb:Query ${arn("dynamodb", "table/orders/index/day")}`]],
    ["BatchGetItem", { RequestItems: { orders: { Keys: [ID] }, stock: { Keys: [ID] } } },
      ["orders", "stock"].map((table) =>
        `dynamodb:BatchGetItem ${arn("dynamodb", `table/${table}`)}`)],
    ["TransactWriteItems", { TransactItems: [{ Put: { TableName: "orders", Item: ID } },
      { Delete: { TableName: "stock", Key: ID } }] },
    [`dynamodb:PutItem ${arn("dynamodb", "table/orders")}`,
      `dynamodb:DeleteItem ${arn("dynamodb", "table/stock")}`]],
    ["ListTables", {}, ["dynamodb:ListTables arn:aws:dynamodb:us-east-1:123456789012:table/*"]],
  ]],
  ["sqs", SQS, [
    ["SendMessage", { QueueUrl, MessageBody: "m" }, [`sqs:SendMessage ${arn("sqs", "orders")}`]],
    ["ReceiveMessage", { QueueUrl }, [`sqs:ReceiveMessage ${arn("sqs", "orders")}`]],
    ["ListQueues", {}, ["sqs:ListQueues arn:aws:sqs:us-east-1:123456789012:*"]],
    ["CreateQueue", { QueueName: "orders" }, [`sqs:CreateQueue ${arn("sqs", "orders")}`]],
  ]],
  ["lambda", Lambda, [
    ["Invoke", { FunctionName: "resize", Payload: "{}" },
      [`lambda:InvokeFunction ${arn("lambda", "function:resize")}`]],
    ["Invoke", { FunctionName: "resize", Qualifier: "live" },
      [`lambda:InvokeFunction ${arn("lambda", "function:resize:live")}`]],
    ["CreateFunction", { FunctionName: "resize", Role: ROLE, Code: { ZipFile: new Uint8Array([1]) },
      Runtime: "nodejs24.x", Handler: "a.b" },
    [`lambda:CreateFunction ${arn("lambda", "function:resize")}`, `iam:PassRole ${ROLE}`]],
    ["ListFunctions", {}, ["lambda:ListFunctions *"]],
    ["DeleteFunction", { FunctionName: arn("lambda", "function:resize") },
      [`lambda:DeleteFunction ${arn("lambda", "function:resize")}`]],
  ]],
  ["ec2", EC2, [
    ["DescribeInstances", {}, ["ec2:DescribeInstances *"]],
    ["StopInstances", { InstanceIds: [I] }, [`ec2:StopInstances ${arn("ec2", `instance/${I}`)}`]],
    ["CreateTags", { Resources: [I], Tags: [{ Key: "team", Value: "red" }] },
      [`ec2:CreateTags ${arn("ec2", `instance/${I}`)}`]],
    ["DeleteVpc", { VpcId: "vpc-0123456789abcdef0" },
      [`ec2:DeleteVpc ${arn("ec2", "vpc/vpc-0123456789abcdef0")}`]],
  ]],
  ["kms", KMS, [
    ["Encrypt", { KeyId: KEY, Plaintext: new Uint8Array([1]) },
      [`kms:Encrypt ${arn("kms", `key/${KEY}`)}`]],
    ["Decrypt", { KeyId: arn("kms", `key/${KEY}`), CiphertextBlob: new Uint8Array([1]) },
      [`kms:Decrypt ${arn("kms", `key/${KEY}`)}`]],
    ["ListKeys", {}, ["kms:ListKeys *"]],
  ]],
  ["cloudwatch", CloudWatch, [
    ["PutMetricData", { Namespace: "Shop", MetricData: [{ MetricName: "orders", Value: 1 }] },
      ["cloudwatch:PutMetricData *"]],
    ["DeleteAlarms", { AlarmNames: ["high"] },
      [`cloudwatch:DeleteAlarms ${arn("cloudwatch", "alarm:high")}`]],
    ["ListMetrics", {}, ["cloudwatch:ListMetrics *"]],
  ]],
  ["route53", Route53, [
    ["ListHostedZones", {}, ["route53:ListHostedZones *"]],
    ["GetHostedZone", { Id: "Z1" }, ["route53:GetHostedZone arn:aws:route53:::hostedzone/Z1"]],
    ["ChangeResourceRecordSets", { HostedZoneId: "Z1", ChangeBatch: { Changes: [{
      Action: "UPSERT", ResourceRecordSet: { Name: "www.example.com", Type: "A", TTL: 60,
        ResourceRecords: [{ Value: "192.0.2.1" }] } }] } },
    ["route53:ChangeResourceRecordSets arn:aws:route53:::hostedzone/Z1"]],
  ]],
  ["sns", SNS, [
    ["Publish", { TopicArn: arn("sns", "news"), Message: "m" },
      [`sns:Publish ${arn("sns", "news")}`]],
    ["ListTopics", {}, ["sns:ListTopics arn:aws:sns:us-east-1:123456789012:*"]],
    ["CreateTopic", { Name: "news" }, [`sns:CreateTopic ${arn("sns", "news")}`]],
  ]],
  ["secretsmanager", SecretsManager, [
    ["GetSecretValue", { SecretId: arn("secretsmanager", "secret:db-AbCdEf") },
      [`secretsmanager:GetSecretValue ${arn("secretsmanager", "secret:db-AbCdEf")}`]],
    ["ListSecrets", {}, ["secretsmanager:ListSecrets *"]],
  ]],
];

class Sent extends Error {
  constructor(request) {
    super("captured");
    this.request = request;
  }
}

async function bytesOf(body) {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    return Buffer.from(body ?? "");
  }
  const parts = [];
  for await (const part of body) {
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}

const queryOf = (query) => Object.entries(query).flatMap(([name, value]) =>
  (Array.isArray(value) ? value : [value]).map((one) => encodeURIComponent(name) +
    (one === null ? "" : `=${encodeURIComponent(one)}`))).join("&");

// A request of the SDK as POST /_iam-local/authorize takes it.
export async function described(request) {
  const query = queryOf(request.query ?? {});
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) =>
    !/^user-agent$/i.test(name)));
  const body = await bytesOf(request.body);
  return { method: request.method, target: request.path + (query && `?${query}`), headers,
    ...body.length > 0 && { body: body.toString("base64") } };
}

// A client that captures instead of sending.
export const capturing = (Client, config) => new Client({ region: "us-east-1", maxAttempts: 1,
  requestHandler: { handle: async (request) => { throw new Sent(request); } }, ...config });

// What the client would send.
export async function capture(client, operation, parameters) {
  const method = operation[0].toLowerCase() + operation.slice(1);
  const sent = await client[method](parameters).then(() => undefined, (error) => error);
  if (!(sent instanceof Sent)) {
    throw sent;
  }
  return described(sent.request);
}
