// SPDX-License-Identifier: Apache-2.0
// What walks find when they begin: people with passwords and devices. The clock stands still but
// for codes, which are good once: each comes a step after the last one.
import assert from "node:assert/strict";
import { ACCOUNT, allow, own, root } from "../support.js";
import { code } from "../totp.js";

export const ROOT = { email: "root@example.com", password: "Root-of-all-7" };

export const move = (seconds) => own("PUT", "clock", { advance: `PT${seconds}S` });
const now = async () => Date.parse((await own("GET", "clock")).now);

await own("PUT", "clock", { freeze: true });

class Device {
  constructor(serial, seed) {
    Object.assign(this, { serial, seed });
  }

  async code() {
    await move(30);
    return code(this.seed, await now(), 0);
  }
}

// A virtual device of a user, or of the one called "root".
export async function addDevice(name, UserName, client = root) {
  const { VirtualMFADevice: made } = await client.createVirtualMFADevice({
    VirtualMFADeviceName: name });
  const device = new Device(made.SerialNumber, made.Base32StringSeed);
  const AuthenticationCode1 = await device.code(), AuthenticationCode2 = await device.code();
  await client.enableMFADevice({ UserName, SerialNumber: made.SerialNumber, AuthenticationCode1,
    AuthenticationCode2 });
  return device;
}

// A user who can sign in, and may do what is named.
export async function addPerson(UserName, actions = [], { Password = `${UserName}-Horse-7`,
  PasswordResetRequired = false } = {}) {
  await root.createUser({ UserName });
  await root.createLoginProfile({ UserName, Password, PasswordResetRequired });
  if (actions.length) {
    await root.putUserPolicy({ UserName, PolicyName: "may", PolicyDocument: allow(actions) });
  }
  return { name: UserName, password: Password };
}

export const setRoot = (account, values) => own("PUT", `accounts/${account}/root`, values);

export async function administrator(name) {
  const person = await addPerson(name);
  await root.attachUserPolicy({ UserName: name,
    PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
  return person;
}

// To a page of the console.
export async function enter(visitor, person, next = "/console/me") {
  await visitor.open(`/signin/${ACCOUNT}?next=${encodeURIComponent(next)}`);
  await visitor.send("/signin", { user: person.name, password: person.password });
  assert.equal(visitor.path(), next.split("?")[0]);
}

// Without a second factor.
export async function enterAsRoot(visitor, next = "/console/me", { email, password } = ROOT) {
  await visitor.open(`/signin/root?next=${encodeURIComponent(next)}`);
  await visitor.send("/signin/root", { email });
  await visitor.send("/signin/root/password", { password });
  assert.equal(visitor.path(), next);
}
