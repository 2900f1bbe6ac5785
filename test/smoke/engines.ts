import { findFirefox, findWebkit } from "../../scripts/find-smoke-browsers.mjs";
import type { Engine } from "./driver/launch-browser.ts";

/** The engines beside Chromium. */
export const engines: readonly Engine[] = ["firefox", "webkit"];

/** Why the tests of an engine cannot run on this machine; undefined where they can. */
export function whyLeftOut(engine: Engine): string | undefined {
  const found = engine === "firefox" ? findFirefox() : findWebkit();
  return "missing" in found ? found.missing : undefined;
}
