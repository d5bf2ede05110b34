// SPDX-License-Identifier: Apache-2.0
// Walks through pages with a browser. What every page has to be is checked on every page that a
// walk looks at: see look(). When a walk fails, its page is kept as a picture and as HTML.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";

export const SERVER = process.env.AWS_ENDPOINT_URL;
const KEPT = process.env.KEPT;
const resolve = createRequire(import.meta.url).resolve;
const AXE = await fs.readFile(resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
const WIDTHS = { wide: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
const PAGE_BYTES = 100 * 1024;
const PATIENCE = 10000, WALK = 60000; // milliseconds, on a busy machine, for a step and for all

// It sees pages of the server under test alone, and may have to run where it cannot have a sandbox:
// as root, in a container. Playwright adds what keeps a browser from talking to its maker.
const LAUNCH = { executablePath: process.env.BROWSER, timeout: 60000, chromiumSandbox: false,
  args: ["--disable-gpu", "--disable-quic", "--disable-sync"] };

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
  constructor(context, page, scripted) {
    Object.assign(this, { context, page, scripted, faults: [], documents: [] });
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
    if (!request.url().startsWith("data:") && new URL(request.url()).origin !== SERVER) {
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

  press = (name) => this.follow(() => this.button(name).click());
  click = (name) => this.follow(() => this.page.getByRole("link", { name, exact: true }).click());
  button = (name) => this.page.getByRole("button", { name, exact: true });
  field = (label) => this.page.getByLabel(label, { exact: true });

  // Fields by their labels.
  async fill(values) {
    for (const [label, value] of Object.entries(values)) {
      await this.field(label).fill(value);
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

  // Light and dark, wide and narrow: accessible by axe's rules, no wider than the window, and
  // without a fault since the last look. Where scripts are off, axe is one that does not run.
  async look() {
    for (const response of this.documents.splice(0)) {
      const text = await response.body().catch(() => ""); // the browser forgets those it has left
      this.faults.push(...documentFaults(response, await response.allHeaders(), text));
    }
    if (this.scripted) {
      await this.inspect();
    }
    this.well();
  }

  async inspect() {
    await this.page.evaluate(AXE);
    for (const [name, size] of Object.entries(WIDTHS)) {
      await this.page.setViewportSize(size);
      for (const colorScheme of ["dark", "light"]) {
        await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        this.faults.push(...await this.page.evaluate(inspect, { RULES, name, colorScheme }));
      }
    }
    await this.page.setViewportSize(WIDTHS.wide);
  }

  well() {
    assert.deepEqual(this.faults.splice(0), [], `faults of ${this.page.url()}`);
  }

  async keep(name) {
    const file = path.join(KEPT, name.replace(/[^a-zA-Z0-9]+/g, "-"));
    await fs.mkdir(KEPT, { recursive: true });
    await this.page.screenshot({ path: file + ".png", fullPage: true });
    await fs.writeFile(file + ".html", `<!-- ${this.page.url()} -->\n${await this.page.content()}`);
    console.log(`kept: ${file}.png and .html`);
  }
}

// In the page: what axe finds, and whether it is too wide.
async function inspect({ RULES, name, colorScheme }) {
  const { violations } = await axe.run({ runOnly: RULES, resultTypes: ["violations"] });
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    found.push(`${scrollWidth} pixels wide`);
  }
  return found.map((fault) => `${name}, ${colorScheme}: ${fault}`);
}

// A test with a browser of its own, that has been nowhere yet.
export function walk(name, steps, options = {}) {
  test(name, { timeout: WALK }, async () => {
    const browser = await chromium.launch(LAUNCH);
    try {
      const context = await browser.newContext({ locale: "en-US", ...options });
      const visitor = new Visitor(context, await context.newPage(),
        options.javaScriptEnabled !== false);
      await steps(visitor).then(() => visitor.well()).catch(async (error) => {
        await visitor.keep(name);
        throw error;
      });
    } finally {
      await browser.close();
    }
  });
}
