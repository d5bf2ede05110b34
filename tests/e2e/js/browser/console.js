// SPDX-License-Identifier: Apache-2.0
// What one does in the console: as the root user, as an administrator, as a role, for a program.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { ACCOUNT, allow, iam, makeKey, own, root } from "../support.js";
import { SERVER, walk } from "./browser.js";
import { addPerson, administrator, enter, enterAsRoot, ROOT, setRoot } from "./place.js";

const FIELDS = {
  "change-root-email": { email: "another@example.com" },
  "change-root-password": { password: "Another-Root-8" },
  "close-account": { Typed: ACCOUNT },
  "register-as-marketplace-seller": { legal_name: "Acme <b>" },
  "change-support-plan": { plan: "business" },
  "link-mechanical-turk-requester": { email: "turk@example.com" },
  "recover-kms-key": { key: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234` },
};
const LAST = ["close-account", "reopen-account", "change-root-password"];
const CLIENT = "arn:aws:signin:::devtools/same-device";
const TYPO = allow("s3:PutObjects"), RIGHT = allow("s3:PutObject");

await setRoot(ACCOUNT, ROOT);
const admin = await administrator("carol");
const alice = await addPerson("alice", ["sts:AssumeRole"]);
const asAlice = iam(await makeKey(root, alice.name));
const tasks = (await own("GET", "account-tasks")).tasks.filter((one) => one.way === "own");

// Its page is looked at when the form has been sent.
async function perform(visitor, task) {
  await visitor.page.goto(`${SERVER}/console/root-tasks/${task}`);
  await visitor.send(`/root-tasks/${task}`, FIELDS[task]);
}

walk("tasks of the root user, as an administrator", async (visitor) => {
  await enter(visitor, admin);
  for (const { name } of tasks.filter((one) => one.rule === "root")) {
    await perform(visitor, name);
    assert.equal(visitor.status, 403, name);
    await visitor.reads("only the root user");
  }
  await visitor.follow(() => visitor.page.locator("main a[href*='/decisions/']").first().click());
  await visitor.reads("Denied");
});

walk("tasks of the root user, as the root user", async (visitor) => {
  await enterAsRoot(visitor);
  const names = tasks.map((one) => one.name).filter((one) => !LAST.includes(one));
  for (const name of [...names, "close-account"]) {
    await perform(visitor, name);
    assert.equal(visitor.status, 200, `${name}: ${await visitor.text()}`);
    await visitor.reads(name === "view-tax-invoices" ? "invoices" : "Done.");
  }
  await perform(visitor, "reopen-account"); // sessions from before are not reopened
  assert.equal(visitor.path(), "/signin");
  await enterAsRoot(visitor, "/console/root-tasks", { ...ROOT, ...FIELDS["change-root-email"] });
  await perform(visitor, "change-root-password"); // and with another password they end
  assert.equal(visitor.path(), "/signin");
  await setRoot(ACCOUNT, ROOT);
});

async function newRole(RoleName, Principal) {
  await root.createRole({ RoleName, Path: "/teams/", AssumeRolePolicyDocument: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] }) });
}

walk("switching to a role and back", async (visitor) => {
  await newRole("deploy", { AWS: ACCOUNT });
  await newRole("machine", { Service: "ec2.amazonaws.com" });
  await enter(visitor, alice);
  await visitor.open(`/switchrole?account=${ACCOUNT}&roleName=teams/machine&displayName=Machine`);
  await visitor.send("/switchrole");
  await visitor.reads("not authorized to perform: sts:AssumeRole");
  await visitor.open(`/switchrole?account=${ACCOUNT}&roleName=teams/deploy&displayName=Deploy`);
  await visitor.send("/switchrole");
  await visitor.open("/console/me");
  await visitor.reads(`arn:aws:sts::${ACCOUNT}:assumed-role/deploy/alice`);
  await visitor.open("/switchrole");
  await visitor.reads(`teams/deploy in ${ACCOUNT}`);
  await visitor.send("/switchrole/back");
  await visitor.open("/console/me");
  await visitor.reads(`arn:aws:iam::${ACCOUNT}:user/alice`);
});

const denied = (UserName) => asAlice.deleteUser({ UserName }).catch(() => null);
const rows = (visitor, text) => visitor.page.locator("tbody tr", { hasText: text });

walk("decisions as they are made, and what would allow one", async (visitor) => {
  await enter(visitor, admin, "/console/decisions");
  await visitor.page.getByText("Live", { exact: true }).waitFor();
  await denied("first");
  await rows(visitor, "user/first").waitFor();
  await visitor.page.getByRole("button", { name: "Pause" }).click();
  await denied("second");
  await visitor.page.waitForTimeout(300);
  assert.equal(await rows(visitor, "user/second").count(), 0);
  await visitor.page.getByRole("button", { name: "Go on" }).click();
  await rows(visitor, "user/second").waitFor();
  await visitor.look();
  await visitor.follow(() => rows(visitor, "user/second").getByRole("link").click());
  await visitor.reads("Denied");
  await visitor.click("Open in the editor");
  const form = visitor.page.locator("form.editor");
  assert.match(await form.locator("textarea").inputValue(), /iam:DeleteUser/);
  await form.locator("[name=policy]").fill("second");
  await visitor.follow(() => form.locator("button[value=save]").click());
  await root.createUser({ UserName: "second" });
  await asAlice.deleteUser({ UserName: "second" });
});

walk("decisions without script", async (visitor) => {
  await enter(visitor, admin, "/console/decisions");
  await denied("third");
  await visitor.click("Refresh");
  await visitor.reads("user/third");
}, { javaScriptEnabled: false });

for (const [how, options] of [["", {}], [", without script", { javaScriptEnabled: false }]]) {
  walk("a policy that is mended" + how, async (visitor) => {
    const policy = how ? "plain" : "mended", here = `/users/${alice.name}/new-policy`;
    await enter(visitor, admin);
    await visitor.open("/console" + here);
    await visitor.send(here, { policy, document: "{" }, "button[value=check]");
    assert.equal(await visitor.form(here).locator("textarea").inputValue(), "{");
    await visitor.send(here, { document: TYPO }, "button[value=check]");
    await visitor.reads("INVALID_ACTION");
    await visitor.send(here, { document: RIGHT }, "button[value=check]");
    await visitor.reads("Nothing is found to be wrong.");
    await visitor.send(here, {}, "button[value=save]");
    assert.equal(visitor.path(), `/console/users/${alice.name}/policies/${policy}`);
    const stored = await root.getUserPolicy({ UserName: alice.name, PolicyName: policy });
    assert.equal(decodeURIComponent(stored.PolicyDocument), RIGHT);
  }, options);
}

walk("the simulator", async (visitor) => {
  await enter(visitor, admin);
  await visitor.open(`/console/simulator?principal=arn:aws:iam::${ACCOUNT}:user/alice`);
  await visitor.send("/simulator", { actions: "sts:AssumeRole iam:ListUsers" });
  await visitor.reads("sts:AssumeRole");
  await visitor.reads("Not allowed");
});

// What `aws login` listens with.
async function listen() {
  const asked = [];
  const listener = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader("content-type", "text/html");
    response.end("<title>Done</title>");
  }).listen(0, "127.0.0.1").unref();
  await once(listener, "listening");
  return { asked, origin: `http://127.0.0.1:${listener.address().port}` };
}

walk("a program that signs in", async (visitor) => {
  const { asked, origin } = await listen();
  const query = new URLSearchParams({ response_type: "code", client_id: CLIENT, state: "<state>&1",
    code_challenge_method: "SHA-256", scope: "openid", code_challenge: "x".repeat(43),
    redirect_uri: `${origin}/oauth/callback` });
  visitor.also = origin;
  for (const decision of ["cancel", "allow"]) {
    await visitor.open(`/v1/authorize?${query}`);
    if (decision === "cancel") {
      await visitor.send("/signin", { account: ACCOUNT, user: admin.name,
        password: admin.password });
    }
    await visitor.reads(`arn:aws:iam::${ACCOUNT}:user/carol`);
    await visitor.form("/consent").locator(`[value=${decision}]`).click();
    await visitor.page.waitForURL(`${origin}/**`);
    visitor.documents.length = 0; // a page of the program
    const answer = new URL(asked.find((one) => one.includes("state=")), origin).searchParams;
    asked.length = 0;
    assert.equal(answer.get("state"), "<state>&1");
    assert.equal(answer.get("error"), decision === "cancel" ? "access_denied" : null);
    assert.equal(answer.has("code"), decision === "allow");
  }
});
