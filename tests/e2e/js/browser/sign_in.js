// SPDX-License-Identifier: Apache-2.0
// Everybody's way in, and out again.
import assert from "node:assert/strict";
import { ACCOUNT, own, root } from "../support.js";
import { walk } from "./browser.js";
import { addDevice, addPerson, move, ROOT, setRoot } from "./place.js";

const DAY = 24 * 60 * 60;
const SECOND = "Battery-Staple-8";
const PLAIN = { javaScriptEnabled: false };

await setRoot(ACCOUNT, ROOT);
await root.createAccountAlias({ AccountAlias: "acme" });
const alice = await addPerson("alice", ["iam:ListUsers"]);
const phone = await addDevice("phone", alice.name);
const rootPhone = await addDevice("root-account-mfa-device", "root");

const signIn = (visitor, { name, password }, account = ACCOUNT) =>
  visitor.send("/signin", { account, user: name, password });

async function isOut(visitor) {
  await visitor.open("/console/me");
  assert.equal(visitor.path(), "/signin");
}

for (const [how, options] of [["", {}], [", without script", PLAIN]]) {
  walk("root user with a second factor" + how, async (visitor) => {
    await visitor.open("/");
    await visitor.follow(() => visitor.page.locator('a[href*="/signin/root"]').click());
    await visitor.send("/signin/root", { email: ROOT.email });
    await visitor.send("/signin/root/password", { password: "wrong" });
    assert.equal(await visitor.page.getByRole("alert").count(), 1);
    await visitor.send("/signin/root/password", { password: ROOT.password });
    await visitor.send("/signin/code", { code: "000000" });
    await visitor.send("/signin/code", { code: await rootPhone.code() });
    assert.equal(visitor.path(), "/console");
    await visitor.open("/console/me");
    await visitor.reads(`arn:aws:iam::${ACCOUNT}:root`);
    await visitor.send("/signout");
    await isOut(visitor);
  }, options);

  walk("IAM user with a second factor" + how, async (visitor) => {
    await visitor.open("/signin/acme?next=/console/me");
    await signIn(visitor, { ...alice, password: "wrong" }, "acme");
    assert.equal(await visitor.page.getByRole("alert").count(), 1);
    await signIn(visitor, alice, "acme");
    await visitor.send("/signin/code", { code: await phone.code() });
    assert.equal(visitor.path(), "/console/me");
    await visitor.reads(`arn:aws:iam::${ACCOUNT}:user/alice`);
    await visitor.send("/signout/everywhere");
    await isOut(visitor);
  }, options);

  walk("a password that has to be replaced" + how, async (visitor) => {
    const name = how ? "plainly" : "forced";
    const person = await addPerson(name, ["iam:ChangePassword"], { PasswordResetRequired: true });
    await visitor.open("/signin");
    await signIn(visitor, person);
    const change = { old: person.password, new: SECOND, again: SECOND };
    await visitor.send("/signin/new-password", { ...change, again: "another" });
    await visitor.send("/signin/new-password", { ...change, again: SECOND });
    assert.equal(visitor.path(), "/console");
    await visitor.open("/console/me");
    await visitor.send("/signout");
    await visitor.open("/signin");
    await signIn(visitor, { name, password: SECOND });
    assert.equal(visitor.path(), "/console");
  }, options);
}

walk("a password that has expired", async (visitor) => {
  const person = await addPerson("late");
  const strict = { MaxPasswordAge: 1, AllowUsersToChangePassword: true };
  await root.updateAccountPasswordPolicy({ ...strict, HardExpiry: true });
  await move(2 * DAY);
  await visitor.open("/signin");
  await signIn(visitor, person);
  await visitor.reads("administrator");
  await root.updateAccountPasswordPolicy({ ...strict, HardExpiry: false });
  await visitor.open("/signin");
  await signIn(visitor, person);
  await visitor.send("/signin/new-password", { old: person.password, new: SECOND, again: SECOND });
  assert.equal(visitor.path(), "/console");
  await root.deleteAccountPasswordPolicy({});
});

walk("a wrong password, again and again", async (visitor) => {
  const person = await addPerson("guessed");
  const { lockout_failures: most, lockout_seconds: seconds } = await own("GET", "settings");
  await visitor.open("/signin");
  for (let i = 0; i < most; i++) {
    await signIn(visitor, { ...person, password: `guess ${i}` });
  }
  await signIn(visitor, person);
  assert.equal(visitor.path(), "/signin");
  await visitor.reads(/\d+ seconds/);
  await move(seconds + 1);
  await signIn(visitor, person);
  assert.equal(visitor.path(), "/console");
});

walk("a second factor that nobody here can check", async (visitor) => {
  const person = await addPerson("keyring");
  await own("POST", `accounts/${ACCOUNT}/security-keys`, { user_name: person.name });
  await visitor.open("/signin");
  await signIn(visitor, person);
  await visitor.reads(/security key/i);
  await isOut(visitor);
});

walk("all with keys", async (visitor) => {
  const person = await addPerson("keys", ["iam:ChangePassword"], { PasswordResetRequired: true });
  const device = await addDevice("keys", person.name);
  const enter = () => visitor.follow(() => visitor.page.keyboard.press("Enter"));
  await visitor.open("/signin");
  await visitor.type({ account: ACCOUNT, user: person.name, password: person.password });
  await enter();
  await visitor.type({ code: await device.code() });
  await enter();
  await visitor.type({ old: person.password, new: SECOND, again: SECOND });
  await enter();
  assert.equal(visitor.path(), "/console");
  await visitor.open("/console/me");
  await visitor.reach("form[action$='/signout'] button");
  await enter();
  await visitor.open("/signin");
  await visitor.reach("a[href*='/signin/root']");
  await enter();
  await visitor.type({ email: ROOT.email });
  await enter();
  await visitor.type({ password: ROOT.password });
  await enter();
  await visitor.type({ code: await rootPhone.code() });
  await enter();
  assert.equal(visitor.path(), "/console");
});
