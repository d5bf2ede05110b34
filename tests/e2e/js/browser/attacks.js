// SPDX-License-Identifier: Apache-2.0
// What pages of another port and of another site try in the browser of somebody who is signed in.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { FOREIGN, SERVER, walk } from "./browser.js";
import { addPerson, enter } from "./place.js";

const heard = [];
const evil = createServer((request, response) => {
  heard.push(request.headers);
  response.setHeader("content-type", "text/html");
  response.end("<title>evil</title>");
}).listen(0, "127.0.0.1").unref();
await once(evil, "listening");
const PORT = evil.address().port;
// Cookies know no ports: the first gets those of the server under test, as its neighbour.
const SITES = { "another port": `http://127.0.0.1:${PORT}`,
  "another site": `http://localhost:${PORT}` };
const COOKIE = /iam-local-/;

const alice = await addPerson("alice", ["iam:ListUsers"]);

async function isStillIn(visitor) {
  await visitor.open("/console/me");
  assert.equal(visitor.path(), "/console/me");
}

// In a page of theirs.
function sendForm({ action, enctype, fields }) {
  const form = document.createElement("form");
  Object.assign(form, { action, method: "post", enctype });
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    Object.assign(input, { name, value });
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

function frame(target) {
  const made = document.createElement("iframe");
  made.src = target;
  document.body.append(made);
  return new Promise((loaded) => {
    made.onload = loaded;
    made.onerror = loaded;
  });
}

const ask = ([target, mode]) => fetch(target, { credentials: "include", mode })
  .then((answer) => answer.type + answer.status, () => "refused");

const load = ([kind, target]) => new Promise((done) => {
  const made = document.createElement(kind);
  made.onload = () => done("loaded");
  made.onerror = () => done("refused");
  made.src = target;
  document.body.append(made);
});

for (const [name, site] of Object.entries(SITES)) {
  walk(`forms of ${name}`, async (visitor) => {
    await enter(visitor, alice);
    const csrf = await visitor.form("/signout").locator("[name=csrf]").inputValue();
    const page = await visitor.context.newPage();
    for (const enctype of ["application/x-www-form-urlencoded", "text/plain",
      "multipart/form-data"]) {
      for (const fields of [{}, { csrf: "x".repeat(43) }, { csrf }]) {
        await page.goto(site);
        const [response] = await Promise.all([page.waitForNavigation(),
          page.evaluate(sendForm, { action: SERVER + "/signout", enctype, fields })]);
        assert.equal(response.status(), 403);
      }
    }
    await isStillIn(visitor);
  });

  walk(`frames of ${name}`, async (visitor) => {
    await enter(visitor, alice);
    const page = await visitor.context.newPage();
    for (const target of ["/", "/signin", "/signin/root", "/console/me", "/console/style.css"]) {
      await page.goto(site);
      await page.evaluate(frame, SERVER + target);
      assert.equal(await page.frames()[1].locator("form, a, h1").count(), 0);
    }
  });

  walk(`scripts of ${name}`, async (visitor) => {
    await enter(visitor, alice);
    const page = await visitor.context.newPage();
    await page.goto(site);
    for (const target of ["/console/me", "/console/style.css", "/_iam-local/accounts"]) {
      assert.equal(await page.evaluate(ask, [SERVER + target, "cors"]), "refused");
      assert.equal(await page.evaluate(ask, [SERVER + target, "no-cors"]), "opaque0");
    }
    assert.equal(await page.evaluate(load, ["script", SERVER + "/console/live.js"]), "refused");
    assert.doesNotMatch(await page.evaluate(() => document.cookie), COOKIE);
    await isStillIn(visitor);
  });

  walk(`a cookie that ${name} has set before`, async (visitor) => {
    const page = await visitor.context.newPage();
    await page.goto(site);
    await page.evaluate((value) => {
      document.cookie = `iam-local-default=${value}; path=/`;
    }, "A".repeat(43));
    await enter(visitor, alice);
    const [cookie] = (await visitor.context.cookies(SERVER + "/console"))
      .filter((one) => one.name === "iam-local-default");
    assert.notEqual(cookie.value, "A".repeat(43));
    assert.ok(cookie.httpOnly);
    assert.equal(cookie.sameSite, "Lax");
    assert.equal(cookie.expires, -1);
  });
}

walk("a window that another site opens", async (visitor) => {
  await enter(visitor, alice);
  const page = await visitor.context.newPage();
  await page.goto(SITES["another site"]);
  const [opened] = await Promise.all([visitor.context.waitForEvent("page"),
    page.evaluate((target) => {
      window.opened = window.open(target);
    }, SERVER + "/console/me")]);
  await opened.waitForLoadState();
  assert.equal(await opened.evaluate(() => window.opener), null);
  assert.ok(await page.evaluate(() => window.opened.closed)); // for who opened it
  assert.equal(new URL(opened.url()).pathname, "/console/me");
});

walk("a foreign name that leads here", async (visitor) => {
  await enter(visitor, alice);
  const page = await visitor.context.newPage();
  for (const target of ["/", "/signin", "/console/me", "/console/style.css"]) {
    const response = await page.goto(`http://${FOREIGN}:${new URL(SERVER).port}${target}`);
    assert.equal(response.status(), 403);
    assert.equal(await page.locator("form").count(), 0);
  }
});

walk("cookies stay with their host", async (visitor) => {
  await enter(visitor, alice);
  const page = await visitor.context.newPage();
  heard.length = 0;
  await page.goto(SITES["another site"]);
  assert.ok(heard.length);
  assert.ok(heard.every((headers) => !COOKIE.test(headers.cookie)));
});

walk("the way back after signing out", async (visitor) => {
  await enter(visitor, alice);
  await visitor.open("/console/policies");
  await visitor.send("/signout");
  for (let i = 0; i < 3; i++) {
    await visitor.page.goBack();
    assert.doesNotMatch(await visitor.page.content(), /user\/alice/);
    assert.ok(!visitor.path().startsWith("/console"), visitor.path());
  }
}, { remembering: true });
