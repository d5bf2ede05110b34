// SPDX-License-Identifier: Apache-2.0
// Prints requests that the signers of the SDK for JavaScript have signed, as sign_forms.py does:
// signed_javascript.jsonl. Signatures of version 4A are others every time. Wants the packages
// @smithy/signature-v4, @smithy/signature-v4a, @smithy/protocol-http and @aws-crypto/sha256-js in
// NODE_PATH.
const { HttpRequest } = require("@smithy/protocol-http");
const { Sha256 } = require("@aws-crypto/sha256-js");
const { SignatureV4 } = require("@smithy/signature-v4");
const { SignatureV4a } = require("@smithy/signature-v4a");

const AT = new Date(Date.UTC(2026, 10, 29, 14, 40, 20));
const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const session = { ...credentials, sessionToken: "FwoGZXIvYXdzEXAMPLE//////////wEaDK+session/token==" };
const MRAP = "mfzwi23gnjvgw.accesspoint.s3-global.amazonaws.com";
const TEXTS = ["a", "a b", "a+b", "a%20b", "ü/ß", "a//b", "./a", "a/../b", "~-_.!*'()",
  "a=b&c?d#e", "%", "\u{1f600}", "a:b@c,d;e$f"];

const encoded = (text) => encodeURIComponent(text)
  .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const path = (text) => text.split("/").map(encoded).join("/");

function request(method, hostname, path, { query = {}, headers = {}, body } = {}) {
  const length = body === undefined ? {} : { "content-length": String(body.length) };
  return new HttpRequest({ method, hostname, path, query, body, protocol: "https:",
    headers: { host: hostname, ...length, ...headers } });
}

function target({ path, query }) {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encoded(name)}=${encoded(one)}`));
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function print(operation, { method, path, query, headers, body }) {
  const line = { operation, method, target: target({ path, query }), headers };
  if (body !== undefined) {
    line.body = Buffer.from(body).toString("base64");
  }
  console.log(JSON.stringify(line));
}

const signer = (Signer, service, region, options = {}) => new Signer({ service, region,
  credentials, sha256: Sha256, uriEscapePath: service !== "s3", ...options });

async function ofObjects() {
  for (const text of TEXTS) {
    const get = () => request("GET", MRAP, `/${path(text)}`, { query: { versionId: text } });
    print("GetObject", await signer(SignatureV4a, "s3", "*").sign(get(), { signingDate: AT }));
    print("GetObject", await signer(SignatureV4, "s3", "eu-west-1").sign(get(), { signingDate: AT }));
    const presigned = get();
    presigned.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
    print("GetObject", await signer(SignatureV4, "s3", "eu-west-1").presign(presigned,
      { signingDate: AT, expiresIn: 900, unhoistableHeaders: new Set() }));
  }
}

async function ofRegions() {
  for (const region of ["*", "us-east-1", "eu-west-1,us-east-1", "us-*,eu-*"]) {
    const put = request("PUT", MRAP, "/key", { headers: { "x-amz-acl": "private" }, body: "abcde" });
    print("PutObject", await signer(SignatureV4a, "s3", region, { credentials: session })
      .sign(put, { signingDate: AT }));
  }
  for (const body of ["abcde", ""]) {
    for (const payload of ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
      "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"]) {
      const put = request("PUT", MRAP, "/key", { headers: { "x-amz-content-sha256": payload }, body });
      print("PutObject", await signer(SignatureV4a, "s3", "*").sign(put, { signingDate: AT }));
    }
  }
}

async function ofOthers() {
  for (const text of TEXTS) {
    const put = request("PUT", "abc.cloudfront-kvs.global.api.aws",
      `/key-value-stores/${encoded(text)}/keys/${encoded(text)}`,
      { headers: { "content-type": "application/json" }, body: "{}" });
    print("PutKey", await signer(SignatureV4a, "cloudfront-keyvaluestore", "*")
      .sign(put, { signingDate: AT }));
  }
}

(async () => {
  await ofObjects();
  await ofRegions();
  await ofOthers();
})();
