// SPDX-License-Identifier: Apache-2.0
// What a person has: password, MFA device, SSH key, certificate, service-specific credential.
import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import { CredentialReportNotPresentException, DeleteConflictException,
  DuplicateSSHPublicKeyException, InvalidUserTypeException, LimitExceededException,
  PasswordPolicyViolationException } from "@aws-sdk/client-iam";
import { ACCOUNT, allow, iam, newUser, root, thrown } from "./support.js";
import { code } from "./totp.js";

const UserName = "person";
const FIRST = "Correct-Horse-7", SECOND = "Battery-Staple-8";
const GIT = "codecommit.amazonaws.com";
const certificate = (name) => readFileSync(`${process.env.CERTIFICATES}/${name}`, "ascii");
const key = await newUser(UserName);
const person = iam(key);

test("password policy and passwords", async () => {
  await root.updateAccountPasswordPolicy({ MinimumPasswordLength: 12, RequireSymbols: true,
    AllowUsersToChangePassword: true, PasswordReusePrevention: 2 });
  const { PasswordPolicy } = await root.getAccountPasswordPolicy({});
  assert.deepEqual(PasswordPolicy, { MinimumPasswordLength: 12, RequireSymbols: true,
    RequireNumbers: false, RequireUppercaseCharacters: false, RequireLowercaseCharacters: false,
    AllowUsersToChangePassword: true, ExpirePasswords: false, PasswordReusePrevention: 2 });
  await thrown(root.createLoginProfile({ UserName, Password: "short" }),
    PasswordPolicyViolationException, 400);
  await root.createLoginProfile({ UserName, Password: FIRST, PasswordResetRequired: true });
  const { LoginProfile } = await root.getLoginProfile({ UserName });
  assert.ok(LoginProfile.CreateDate instanceof Date);
  assert.equal(LoginProfile.PasswordResetRequired, true);
  await root.putUserPolicy({ UserName, PolicyName: "password",
    PolicyDocument: allow("iam:ChangePassword", `arn:aws:iam::${ACCOUNT}:user/${UserName}`) });
  await person.changePassword({ OldPassword: FIRST, NewPassword: SECOND });
  await thrown(person.changePassword({ OldPassword: SECOND, NewPassword: FIRST }),
    PasswordPolicyViolationException, 400);
  assert.ok(!(await root.getLoginProfile({ UserName })).LoginProfile.PasswordResetRequired);
  await thrown(root.changePassword({ OldPassword: FIRST, NewPassword: SECOND }),
    InvalidUserTypeException, 400);
});

test("MFA device", async () => {
  const { VirtualMFADevice } = await root.createVirtualMFADevice({ VirtualMFADeviceName: "phone" });
  const { Base32StringSeed: seed, QRCodePNG, SerialNumber } = VirtualMFADevice;
  assert.deepEqual([...QRCodePNG.slice(1, 4)], [...Buffer.from("PNG")]);
  const now = Date.now();
  await root.enableMFADevice({ UserName, SerialNumber, AuthenticationCode1: code(seed, now, -1),
    AuthenticationCode2: code(seed, now, 0) });
  const { MFADevices } = await root.listMFADevices({ UserName });
  assert.deepEqual(MFADevices.map((one) => one.SerialNumber), [SerialNumber]);
});

test("SSH key", async () => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const SSHPublicKeyBody = publicKey.export({ type: "spki", format: "pem" });
  const { SSHPublicKey } = await root.uploadSSHPublicKey({ UserName, SSHPublicKeyBody });
  const { SSHPublicKeyId } = SSHPublicKey;
  const read = async (Encoding) => (await root.getSSHPublicKey({ UserName, SSHPublicKeyId,
    Encoding })).SSHPublicKey.SSHPublicKeyBody;
  assert.ok(createPublicKey(await read("PEM")).equals(publicKey));
  const line = Buffer.from((await read("SSH")).split(" ")[1], "base64");
  assert.equal(createHash("md5").update(line).digest("hex").match(/../g).join(":"),
    SSHPublicKey.Fingerprint);
  await thrown(root.uploadSSHPublicKey({ UserName, SSHPublicKeyBody }),
    DuplicateSSHPublicKeyException, 400);
});

test("signing certificates", async () => {
  const body = certificate("person.pem");
  const { Certificate } = await root.uploadSigningCertificate({ UserName, CertificateBody: body });
  assert.equal(new X509Certificate(Certificate.CertificateBody).fingerprint256,
    new X509Certificate(body).fingerprint256);
  await root.uploadSigningCertificate({ UserName, CertificateBody: certificate("person2.pem") });
  await thrown(root.uploadSigningCertificate({ UserName,
    CertificateBody: certificate("rsa4096.pem") }), LimitExceededException, 409);
});

test("service-specific credential", async () => {
  const { ServiceSpecificCredential: made } = await root.createServiceSpecificCredential(
    { UserName, ServiceName: GIT });
  assert.equal(made.ServiceUserName, `${UserName}-at-${ACCOUNT}`);
  const { ServiceSpecificCredentials: [listed] } =
    await root.listServiceSpecificCredentials({ UserName });
  const { ServicePassword, ...rest } = made;
  assert.equal(Buffer.from(ServicePassword, "base64").length, 45);
  assert.deepEqual(listed, rest);
});

test("credential report", async () => {
  await thrown(root.getCredentialReport({}), CredentialReportNotPresentException, 410);
  while ((await root.generateCredentialReport({})).State !== "COMPLETE") {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { Content, ReportFormat } = await root.getCredentialReport({});
  assert.equal(ReportFormat, "text/csv");
  const [head, ...rows] = Buffer.from(Content).toString().trim().split("\n")
    .map((line) => line.split(","));
  const found = Object.fromEntries(rows.map((row) =>
    [row[0], Object.fromEntries(head.map((name, i) => [name, row[i]]))]));
  assert.deepEqual(Object.keys(found), ["<root_account>", UserName]);
  const { password_enabled, mfa_active, access_key_1_active, cert_1_active, cert_2_active } =
    found[UserName];
  assert.deepEqual([password_enabled, mfa_active, access_key_1_active, cert_1_active,
    cert_2_active], Array(5).fill("true"));
});

test("all of it keeps the user", async () => {
  await thrown(root.deleteUser({ UserName }), DeleteConflictException, 409);
  const { SummaryMap } = await root.getAccountSummary({});
  assert.deepEqual([SummaryMap.MFADevicesInUse, SummaryMap.Users], [1, 1]);
});
