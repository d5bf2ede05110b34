// SPDX-License-Identifier: Apache-2.0
import { SERVER, walk } from "./browser.js";

walk("the first page", async (visitor) => {
  await visitor.page.goto(SERVER);
  await visitor.reads("IAM Local");
});

walk("the first page without script", async (visitor) => {
  await visitor.page.goto(SERVER);
  await visitor.reads("IAM Local");
}, { javaScriptEnabled: false });
