// SPDX-License-Identifier: Apache-2.0
// For each line that comes in, says who the SDK is by the profiles and variables around it, or what
// was refused. MFA_CODES has the codes of devices, by their serial numbers.
import { createInterface } from "node:readline";
import { STS } from "@aws-sdk/client-sts";
import { fromIni } from "@aws-sdk/credential-provider-ini";

const { MFA_CODES } = process.env;
const mfaCodeProvider = async (serial) => JSON.parse(MFA_CODES)[serial];
const sts = new STS({ credentials: MFA_CODES ? fromIni({ mfaCodeProvider }) : undefined });

for await (const _ of createInterface({ input: process.stdin })) {
  console.log(await sts.getCallerIdentity({}).then(({ Arn }) => Arn, String));
}
