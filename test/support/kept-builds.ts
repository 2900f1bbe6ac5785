import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { KeptDeviceBuild } from "./kept-device.ts";

/** The builds that are kept, the oldest first: every one of them has to get along with what is built today. */
export const keptBuilds = ["2026-11-25", "2026-11-28"] as const;

export type KeptBuild = (typeof keptBuilds)[number];

/** Those of them whose commands have the shapes that come before today's (`commandShapes`). */
export const buildsOfOldShapes = ["2026-11-25"] as const satisfies readonly KeptBuild[];

/** The device of a kept build, running in this process: it shares an IndexedDB with the device of today, as tabs do. */
export async function loadKeptDevice(name: KeptBuild): Promise<KeptDeviceBuild> {
  const { href } = pathToFileURL(resolve(`test/fixtures/builds/${name}/device.mjs`));
  return (await import(/* @vite-ignore */ href)) as KeptDeviceBuild;
}

/** Where the server of a kept build starts. */
export function keptServer(name: KeptBuild): string {
  return `test/fixtures/builds/${name}/server.mjs`;
}
