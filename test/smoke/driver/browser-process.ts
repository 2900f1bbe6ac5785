import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessGroup } from "./process-group.ts";
import type { WebDriver } from "./webdriver.ts";

/** A browser that has been started, its driver's session, and what it says that it is. */
export interface Started {
  readonly group: ProcessGroup;
  readonly driver: WebDriver;
  readonly version: string;
}

/** How long a browser may take to start or to end. */
export const startMsMax = 60_000;

/** Where a browser on this profile saves what is downloaded. */
export const downloadsOf = (profile: string) => join(profile, "downloads");

/** Where a browser on this profile may keep what it has fetched for a page, beside what the app keeps itself. */
export const cachesOf = (profile: string): readonly string[] => [
  join(profile, "cache2"),
  join(profile, "cache", "WebKitCache"),
];

/** Nothing of the person whose machine it is gets into a browser of the tests, and nothing asks its desktop. */
export function environmentOf(profile: string): Readonly<Record<string, string | undefined>> {
  const { PATH, LANG, TMPDIR } = process.env;
  return { PATH, LANG, TMPDIR, TZ: "Europe/Berlin", HOME: profile, DBUS_SESSION_BUS_ADDRESS: "disabled:" };
}

/** Goes on with a browser that runs; kills it where that fails. */
export async function orKill<Value>(group: ProcessGroup, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    await group.kill();
    throw error;
  }
}

/** Looks until there is something; throws when the browser ends before. */
export async function untilStarted<Value>(
  group: ProcessGroup,
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const deadline = Date.now() + startMsMax;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined) return value;
    } catch {
      // Not there yet.
    }
    const { exitCode, signalCode } = group.child;
    if (exitCode !== null || signalCode !== null || Date.now() > deadline)
      throw new Error(`the browser did not start: ${group.output()}`);
    await delay(20);
  }
}
