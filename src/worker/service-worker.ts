import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { openWorkspace } from "../device/device.ts";
import { countWaiting } from "../device/queries.ts";
import { listWorkspaces, type WorkspaceEntry } from "../device/registry.ts";
import { syncTag } from "../sync/background.ts";
import { drain } from "../sync/drain.ts";
import { standIn } from "../sync/leader.ts";

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: Parameters<typeof precacheAndRoute>[0];
};

/** The platform gives a wake three minutes; leave while there is time to close cleanly. */
const wakeMs = 150_000;

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/index.html"), {
    denylist: [/^\/v1\//, /^\/(healthz|readyz|metrics)$/],
  }),
);

self.addEventListener("message", (event) => {
  // The page asks when a person has agreed to the update; it is never taken in the middle of an order.
  if (event.data?.type === "SKIP_WAITING") event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("sync", (event) => {
  if (event.tag === syncTag) event.waitUntil(syncNow());
});

self.addEventListener("periodicsync", (event) => {
  if (event.tag === syncTag) event.waitUntil(syncNow());
});

/**
 * Syncs every business of this device with no page open, the one it works in first. Rejects while something is left,
 * so that the platform wakes it again.
 */
async function syncNow(): Promise<void> {
  const deadlineMs = Date.now() + wakeMs;
  const entries = (await listWorkspaces()).toSorted((a, b) => Number(b.current) - Number(a.current));
  const results: PromiseSettledResult<boolean>[] = [];
  // One after the other: together they would share the wake's bandwidth and none might get done.
  for (const entry of entries) results.push(...(await Promise.allSettled([syncOne(entry, deadlineMs)])));
  const broken = results.find((result) => result.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  if (results.every((result) => result.status === "fulfilled" && result.value)) return;
  throw new Error("not everything is sent yet: the platform wakes the app again");
}

async function syncOne(entry: WorkspaceEntry, deadlineMs: number): Promise<boolean> {
  const device = await openWorkspace(entry);
  try {
    const nothingPending = async () => (await countWaiting(device.db)).pending === 0;
    return await standIn(device.db.name, deadlineMs, nothingPending, () => drain(device, deadlineMs));
  } finally {
    device.close();
  }
}
