import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { openCurrentDevice } from "../device/device.ts";
import { countWaiting } from "../device/queries.ts";
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

/** Syncs with no page open. Rejects while something is left, so that the platform wakes it again. */
async function syncNow(): Promise<void> {
  const device = await openCurrentDevice();
  if (device === undefined) return;
  const deadlineMs = Date.now() + wakeMs;
  try {
    const nothingPending = async () => (await countWaiting(device.db)).pending === 0;
    const done = await standIn(device.db.name, deadlineMs, nothingPending, () => drain(device, deadlineMs));
    if (!done) throw new Error("not everything is sent yet: the platform wakes the app again");
  } finally {
    device.close();
  }
}
