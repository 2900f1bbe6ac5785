import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type BrowserContext, chromium } from "@playwright/test";
import { chromiumArgs, findChromium } from "../../scripts/find-chromium.mjs";

/** What every device of the tests is like. */
const deviceOptions = {
  locale: "en-GB",
  timezoneId: "Europe/Berlin",
  reducedMotion: "reduce",
  viewport: { width: 1280, height: 800 },
} as const;

/**
 * Starts a browser of its own on a profile folder: what it saves outlives it, as on a real device. `more` are arguments
 * beside those of every browser.
 */
export function launchOnProfile(profile: string, more: readonly string[] = []): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    ...deviceOptions,
    executablePath: findChromium(),
    args: [...chromiumArgs, ...more],
  });
}

/**
 * kill -9 of the browser on a profile, with every process that it has started, and waits until all are gone.
 * @returns how many processes were killed.
 */
export async function killBrowser(profile: string): Promise<number> {
  const pids = processesOf(profile);
  for (const pid of pids) signal(pid);
  const deadline = Date.now() + goneMsMax;
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) throw new Error(`processes of the browser outlived SIGKILL: ${pids.join()}`);
    await delay(10);
  }
  return pids.length;
}

/** The browser that runs on a profile, and every process that it has started. */
export function processesOf(profile: string): readonly number[] {
  // The lock is a link to `<host>-<pid>`.
  const browser = Number(/-(\d+)$/.exec(readlinkSync(join(profile, "SingletonLock")))?.[1]);
  if (!Number.isSafeInteger(browser)) throw new Error(`expected the browser's pid in the lock of ${profile}`);
  return [browser, ...descendantsOf(browser)];
}

const goneMsMax = 20_000;

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It went with its parent.
  }
}

/** A zombie is gone: its memory and files are, and only its parent's notice is missing. */
function isAlive(pid: number): boolean {
  return !["Z", "X", undefined].includes(statOf(pid)?.state);
}

function descendantsOf(root: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), statOf(Number(name))?.parent] as const);
  const found: number[] = [];
  for (let generation = [root]; generation.length > 0; ) {
    generation = parents
      .filter(([, parent]) => parent !== undefined && generation.includes(parent))
      .map(([pid]) => pid);
    found.push(...generation);
  }
  return found;
}

/** State and parent from /proc: the fields after the name, which is in brackets and may hold anything. */
function statOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent = ""] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
