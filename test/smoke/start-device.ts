import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import { serverUrl } from "./as-a-rep.ts";
import type { Tab } from "./driver/driven-browser.ts";
import { type DrivenBrowser, type Engine, launchBrowser } from "./driver/launch-browser.ts";
import { startDisplay } from "./driver/start-display.ts";

/** A device of the smoke suite: a browser on a profile of its own, and a network of its own that can be cut. */
export interface SmokeDevice {
  /** Where the app stands, through this device's network. */
  readonly url: string;
  readonly profile: string;
  /** The X display of its windows; none for Firefox, which needs none. */
  readonly display: string;
  readonly network: Pick<CuttableProxy, "cut" | "heal">;
  readonly browser: () => DrivenBrowser;
  /** The browser's first tab. */
  readonly tab: () => Tab;
  /** Starts the browser again on the same profile, after it was closed or killed. */
  readonly launch: () => Promise<void>;
  /** Kills what still runs, and deletes the profile. */
  readonly stop: () => Promise<void>;
}

/** Starts a device without any data. */
export async function startDevice(engine: Engine): Promise<SmokeDevice> {
  const profile = mkdtempSync(join(tmpdir(), `docket-${engine}-`));
  const remove = () => rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  process.once("exit", remove);
  const network = await startCuttableProxy(() => Number(new URL(serverUrl()).port));
  const display = engine === "webkit" ? await startDisplay() : undefined;
  const displayName = display?.name ?? "";
  const launch = () => launchBrowser(engine, profile, displayName);
  let browser = await launch();
  return {
    url: network.url,
    profile,
    display: displayName,
    network,
    browser: () => browser,
    tab: () => browser.tab,
    launch: async () => {
      browser = await launch();
    },
    stop: async () => {
      await browser.kill();
      await display?.stop();
      await network.stop();
      process.off("exit", remove);
      remove();
    },
  };
}
