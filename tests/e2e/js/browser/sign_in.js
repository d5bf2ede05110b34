// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { walk } from "./browser.js";

walk("a page that does not exist", async (visitor) => {
  await visitor.open("/console/nowhere");
  assert.equal(visitor.status, 404);
  await visitor.reads("There is no such page.");
});

walk("a page that does not exist, without script", async (visitor) => {
  await visitor.open("/console/nowhere");
  assert.equal(visitor.status, 404);
  await visitor.reads("There is no such page.");
}, { javaScriptEnabled: false });
