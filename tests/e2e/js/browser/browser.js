// SPDX-License-Identifier: Apache-2.0
// Walks through pages with a browser. What every page has to be is checked on every page that a
// walk looks at: see look(). When a walk fails, its page is kept as a picture and as HTML.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { after, test } from "node:test";
import { chromium } from "playwright-core";

export const SERVER = process.env.AWS_ENDPOINT_URL;
export const FOREIGN = "evil.example"; // leads to this machine
const KEPT = process.env.KEPT;
const resolve = createRequire(import.meta.url).resolve;
const AXE = await fs.readFile(resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
const LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"];
const WIDE = { width: 1280, height: 800 };
// Each width and each scheme of colours once: neither changes what the other one does, nor what
// most rules are about. A rule takes as long as all the others: the one of contrasts.
const VIEWS = [{ size: { width: 360, height: 740 }, colorScheme: "dark", rules: RULES },
  { size: WIDE, colorScheme: "light", rules: LOOKS }];
const PAGE_BYTES = 100 * 1024;
const MOST_KEYS = 50;
const PATIENCE = 10000, WALK = 180000; // milliseconds, on a busy machine, for a step and for all

// It sees pages of the server under test alone, and may have to run where it cannot have a sandbox:
// as root, in a container. Playwright adds what keeps a browser from talking to its maker.
const LAUNCH = { executablePath: process.env.BROWSER, timeout: 60000, chromiumSandbox: false,
  args: ["--disable-gpu", "--disable-quic", "--disable-sync",
    `--host-resolver-rules=MAP ${FOREIGN} 127.0.0.1`] };

const inspected = new Set();

// The headers of a document, and of what a page may do.
const HEADERS = { "cache-control": "no-store", "x-frame-options": "DENY",
  "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin" };
const POLICY = ["default-src 'none'", "style-src 'self'", "script-src 'self'",
  "img-src 'self' data:", "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"];

function documentFaults(response, headers, text) {
  const faults = Object.entries(HEADERS).filter(([name, value]) => headers[name] !== value)
    .map(([name, value]) => `${name} is ${headers[name]}, not ${value}`);
  const policy = (headers["content-security-policy"] ?? "").split("; ");
  faults.push(...POLICY.filter((part) => !policy.includes(part)).map((part) => `no ${part}`));
  if (!/^text\/html; ?charset=utf-8$/i.test(headers["content-type"])) {
    faults.push(`content-type is ${headers["content-type"]}`);
  }
  if (text.length > PAGE_BYTES) {
    faults.push(`${text.length} bytes`);
  }
  return faults.map((fault) => `${response.url()}: ${fault}`);
}

// One browser with its cookies, and the page it shows.
export class Visitor {
  constructor(context, page, inspects) {
    Object.assign(this, { context, page, inspects, faults: [], documents: [] });
    page.setDefaultTimeout(PATIENCE);
    page.on("console", (message) => this.#heard(message));
    page.on("pageerror", (error) => this.faults.push(`script: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("request", (request) => this.#asked(request));
    page.on("response", (response) => this.#answered(response));
  }

  // Chromium logs each refusal as an error of the page; a walk says itself which it expects.
  #heard(message) {
    if (["error", "warning"].includes(message.type()) &&
        !/^Failed to load resource: the server responded with a status of 4/.test(message.text())) {
      this.faults.push(`console: ${message.text()}`);
    }
  }

  #asked(request) {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && ![SERVER, this.also].includes(origin)) {
      this.faults.push(`asked elsewhere: ${request.url()}`);
    }
  }

  #answered(response) {
    if (response.request().resourceType() !== "document") {
      if (response.status() >= 400) {
        this.faults.push(`${response.status()} for ${response.url()}`);
      }
    } else if (response.status() < 300 || response.status() >= 400) {
      this.documents.push(response);
    }
  }

  async open(target) {
    return this.#arrived(await this.page.goto(new URL(target, SERVER).href));
  }

  // Does what leads to another page, and looks at that.
  async follow(act) {
    const [response] = await Promise.all([
      this.page.waitForResponse((one) => one.request().isNavigationRequest() &&
        (one.status() < 300 || one.status() >= 400)), act()]);
    await this.page.waitForLoadState();
    return this.#arrived(response);
  }

  async #arrived(response) {
    this.status = response.status();
    await this.look();
    return this;
  }

  click = (name) => this.follow(() => this.page.getByRole("link", { name, exact: true }).click());
  // By the end of its action, which may lead to a part of a page.
  form = (action) =>
    this.page.locator(`form[action$="${action}"], form[action*="${action}#"]`).first();

  // Fills a form that is on the page and sends it, with one of its buttons.
  async send(action, values = {}, button = "button") {
    const form = this.form(action);
    for (const [name, value] of Object.entries(values)) {
      await put(form.locator(`[name="${name}"]`), value);
    }
    return this.follow(() => form.locator(button).first().click());
  }

  // With keys alone: to what has the focus next, until it is this one, which has to be seen.
  async reach(selector) {
    for (let presses = 0; presses < MOST_KEYS; presses++) {
      if (await this.page.evaluate(hasFocus, selector)) {
        return;
      }
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`the Tab key does not lead to ${selector}`);
  }

  async type(values) {
    for (const [name, value] of Object.entries(values)) {
      await this.reach(`main [name="${name}"]`);
      await this.page.keyboard.type(value);
    }
  }

  text = () => this.page.locator("body").innerText();
  heading = () => this.page.locator("h1").innerText();
  path = () => new URL(this.page.url()).pathname;

  async reads(expected) {
    const text = await this.text();
    assert.ok(expected instanceof RegExp ? expected.test(text) : text.includes(expected),
      `the page does not say ${expected}, but\n${text}`);
  }

  // Accessible by axe's rules, no wider than the window, and without a fault since the last look.
  // Where scripts are off, axe is one that does not run.
  async look() {
    for (const response of this.documents.splice(0)) {
      const text = await response.body().catch(() => ""); // the browser forgets those it has left
      this.faults.push(...documentFaults(response, await response.allHeaders(), text));
    }
    if (this.inspects) {
      await this.inspect();
    }
    if (!this.patient) {
      this.well();
    }
  }

  // What is the same but for its token, as the way in to most walks, is inspected once.
  async inspect() {
    const html = (await this.page.content()).replace(/ value="[\w-]{43}"/g, "");
    if (inspected.has(html)) {
      return;
    }
    inspected.add(html);
    await this.page.evaluate(AXE);
    for (const { size, colorScheme, rules } of VIEWS) {
      await this.page.setViewportSize(size);
      await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const found = await this.page.evaluate(inspect, rules);
      this.faults.push(...found.map((fault) =>
        `${this.page.url()}: ${size.width} pixels, ${colorScheme}: ${fault}`));
    }
  }

  well() {
    const faults = this.faults.splice(0);
    assert.ok(faults.length === 0, ["", ...faults].join("\n"));
  }

  async keep(name) {
    const file = path.join(KEPT, name.replace(/[^a-zA-Z0-9]+/g, "-"));
    await fs.mkdir(KEPT, { recursive: true });
    await this.page.screenshot({ path: file + ".png", fullPage: true });
    await fs.writeFile(file + ".html", `<!-- ${this.page.url()} -->\n${await this.page.content()}`);
    console.log(`kept: ${file}.png and .html`);
  }
}

// In the page: whether it is this that keys go to, and shows that.
function hasFocus(selector) {
  const one = document.activeElement, { outlineStyle } = getComputedStyle(one);
  if (one !== document.body && outlineStyle === "none") {
    throw new Error(`the focus on ${one.outerHTML} cannot be seen`);
  }
  return one.matches(selector);
}

// Text into a field, or a choice: of several fields of the name, or of a list's.
async function put(field, value) {
  const kind = await field.first().evaluate((one) => one.type);
  if (kind === "radio" || kind === "checkbox") {
    await field.and(field.page().locator(`[value="${value}"]`)).check();
  } else if (kind === "select-one") {
    await field.selectOption(value);
  } else {
    await field.fill(value);
  }
}

// In the page: what axe finds, and whether it is too wide.
async function inspect(rules) {
  const { violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    const widest = [...document.querySelectorAll("body *")].filter((one) =>
      one.getBoundingClientRect().right >= scrollWidth).at(-1);
    found.push(`${scrollWidth} pixels are needed: ${widest?.outerHTML.slice(0, 200)}`);
  }
  return found;
}

// All walks of a file share a browser. One that is remembering may keep pages that were left, and
// show them when one goes back; else Playwright keeps it from that.
const browsers = new Map();

function browserThat(remembers) {
  if (!browsers.has(remembers)) {
    browsers.set(remembers, chromium.launch({ ...LAUNCH,
      ignoreDefaultArgs: remembers ? ["--disable-back-forward-cache"] : [] }));
  }
  return browsers.get(remembers);
}

after(async () => {
  for (const browser of browsers.values()) {
    await browser.then((one) => one.close(), () => null);
  }
});

// A test with cookies and a page of its own, that has been nowhere yet.
export function walk(name, steps, { remembering = false, ...options } = {}) {
  test(name, { timeout: WALK }, async () => {
    const browser = await browserThat(remembering);
    const context = await browser.newContext({ viewport: WIDE, locale: "en-US", ...options });
    try {
      const visitor = new Visitor(context, await context.newPage(),
        options.javaScriptEnabled !== false);
      await steps(visitor).then(() => visitor.well()).catch(async (error) => {
        await visitor.keep(name);
        throw error;
      });
    } finally {
      await context.close();
    }
  });
}
