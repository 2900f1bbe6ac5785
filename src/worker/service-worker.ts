import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { stepAsideMessage, syncTag } from "../sync/contexts/background.ts";
import { onWake } from "../sync/contexts/on-wake.ts";
import { appPaths } from "./app-paths.ts";

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: Parameters<typeof precacheAndRoute>[0];
};

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
const answerWithApp = createHandlerBoundToURL("/index.html");
registerRoute(new NavigationRoute(answerWithApp, { allowlist: [appPaths] }));
// What else is at this address is not the app's, such as where a sign-in in front of the server comes back to.
registerRoute(
  new NavigationRoute(
    async (asked) => {
      try {
        return await fetch(asked.request);
      } catch {
        return answerWithApp(asked);
      }
    },
    { denylist: [/^\/v1\//, /^\/(healthz|readyz|metrics)$/] },
  ),
);

/** Ends this worker's wakes: the browser lets no other one take over while they run. */
const retiring = new AbortController();

self.addEventListener("message", (event) => {
  if (event.data?.type === stepAsideMessage) retiring.abort();
  // The page asks when a person has agreed to the update; it is never taken in the middle of an order.
  if (event.data?.type === "SKIP_WAITING") event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("sync", (event) => {
  if (event.tag === syncTag) event.waitUntil(onWake(retiring.signal));
});

self.addEventListener("periodicsync", (event) => {
  if (event.tag === syncTag) event.waitUntil(onWake(retiring.signal));
});
