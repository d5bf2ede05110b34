// SPDX-License-Identifier: Apache-2.0
// Prints tests/recognize/captured_javascript.jsonl: what the SDK would send for the calls of
// authorize_calls.js, at a time that stands still.
const AT = Date.UTC(2026, 10, 29, 14, 40, 20);
globalThis.Date = class extends Date {
  constructor(...parts) {
    super(...parts.length > 0 ? parts : [AT]);
  }

  static now() {
    return AT;
  }
};
globalThis.crypto.randomUUID = () => "00000000-0000-4000-8000-000000000000";

const { capture, capturing, services } = await import("./authorize_calls.js");
const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
for (const [service, Client, calls] of services) {
  const aws = capturing(Client, { credentials });
  const local = capturing(Client, { credentials, endpoint: "http://localhost:4566" });
  for (const [operation, parameters, permissions] of calls) {
    for (const client of parameters.Bucket?.startsWith("arn:") ? [aws] : [aws, local]) {
      const line = await capture(client, operation, parameters);
      console.log(JSON.stringify({ service, operation, ...line, permissions }));
    }
  }
}
