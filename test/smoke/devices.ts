import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttable-proxy.ts";
import { serverUrl } from "./as-a-rep.ts";
import type { Tab } from "./driver/driven-browser.ts";
import { type DrivenBrowser, type Engine, launchBrowser } from "./driver/launch-browser.ts";
import { startDisplay } from "./driver/start-display.ts";
import { type ScriptedWindow, startScriptedWebkit } from "./driver/start-webkit.ts";

/** A device of the smoke suite: a browser on a profile of its own, and a network of its own that can be cut. */
export interface SmokeDevice {
  /** Where the app is, through this device's network. */
  readonly url: string;
  readonly profile: string;
  readonly network: Pick<CuttableProxy, "cut" | "heal">;
  readonly browser: () => DrivenBrowser;
  /** The browser's first tab. */
  readonly tab: () => Tab;
  /** Starts the browser again on the same profile, after it was closed or killed. */
  readonly launch: () => Promise<void>;
  /** Starts WebKit again in the same way, without WebDriver. */
  readonly launchScripted: () => Promise<ScriptedWindow>;
}

/** The devices of some tests. */
export interface SmokeDevices {
  /** Starts a device without any data. */
  readonly start: (engine: Engine) => Promise<SmokeDevice>;
  /**
   * Ends all of them, what is just starting too, and deletes their profiles; nothing can be started on them afterwards. A
   * test that is interrupted goes on in the dark, so this does not rely on it.
   */
  readonly stop: () => Promise<void>;
}

export function makeDevices(): SmokeDevices {
  let running: RunningDevice[] = [];
  return {
    start: (engine) => {
      const device = startDevice(engine);
      running.push(device);
      return device.started;
    },
    stop: async () => {
      const ending = running;
      running = [];
      for (const { stop } of ending) await stop();
    },
  };
}

interface RunningDevice {
  readonly started: Promise<SmokeDevice>;
  readonly stop: () => Promise<void>;
}

function startDevice(engine: Engine): RunningDevice {
  const profile = mkdtempSync(join(tmpdir(), `docket-${engine}-`));
  const remove = () => rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  process.once("exit", remove);
  const network = startCuttableProxy(() => Number(new URL(serverUrl()).port));
  const display = engine === "webkit" ? startDisplay() : undefined;
  const launched: Promise<{ readonly kill: () => Promise<void> }>[] = [];
  let stopped = false;
  const launch = async <Launched extends { readonly kill: () => Promise<void> }>(
    how: (display: string) => Promise<Launched>,
  ): Promise<Launched> => {
    const name = (await display)?.name ?? "";
    if (stopped) throw new Error("this device has been stopped");
    const browser = how(name);
    launched.push(browser);
    return browser;
  };
  const launchDriven = () => launch((name) => launchBrowser(engine, profile, name));
  const start = async (): Promise<SmokeDevice> => {
    const { url, cut, heal } = await network;
    let browser = await launchDriven();
    return {
      url,
      profile,
      network: { cut, heal },
      browser: () => browser,
      tab: () => browser.tab,
      launch: async () => {
        browser = await launchDriven();
      },
      launchScripted: () => launch((name) => startScriptedWebkit(profile, name)),
    };
  };
  return {
    started: start(),
    stop: async () => {
      stopped = true;
      // What did not start has ended itself.
      for (const starting of await Promise.allSettled(launched))
        if (starting.status === "fulfilled") await starting.value.kill();
      await (await display)?.stop();
      await (await network).stop();
      process.off("exit", remove);
      remove();
    },
  };
}
