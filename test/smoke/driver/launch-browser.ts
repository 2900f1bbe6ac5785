import { mkdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { downloadsOf, orKill, startMsMax } from "./browser-process.ts";
import { driveTabs, type Tab } from "./driven-browser.ts";
import type { ProcessGroup } from "./process-group.ts";
import { startFirefox } from "./start-firefox.ts";
import { startWebkit } from "./start-webkit.ts";

/** The engines beside Chromium, which has `test/e2e`. */
export type Engine = "firefox" | "webkit";

/** A running browser on a profile folder: what it saves outlives it. */
export interface DrivenBrowser {
  readonly version: string;
  readonly tab: Tab;
  readonly openTab: () => Promise<Tab>;
  /** All that it has printed so far, with what its pages have written to the console. */
  readonly output: () => string;
  /** Ends it as a person does. */
  readonly close: () => Promise<void>;
  /** kill -9 of all its processes; resolves when they are gone. */
  readonly kill: () => Promise<void>;
}

/** Starts an engine on a profile; `display` is the X display for WebKit's windows. */
export async function launchBrowser(
  engine: Engine,
  profile: string,
  display: string,
): Promise<DrivenBrowser> {
  mkdirSync(downloadsOf(profile), { recursive: true });
  const start = engine === "firefox" ? startFirefox : startWebkit;
  const { group, driver, version } = await start(profile, display);
  const tabs = driveTabs(driver);
  return {
    version,
    tab: await orKill(group, tabs.first),
    openTab: tabs.open,
    output: group.output,
    kill: group.kill,
    close: async () => {
      await driver.send("DeleteSession");
      await endWell(group);
    },
  };
}

/** Firefox ends with its session; WebKit's driver stays when its browser has ended. */
async function endWell(group: ProcessGroup): Promise<void> {
  const deadline = Date.now() + startMsMax;
  while (group.members().some(({ name }) => name !== "WebKitWebDriver")) {
    if (Date.now() > deadline) throw new Error(`the browser did not end: ${group.output()}`);
    await delay(20);
  }
  await group.kill();
}
