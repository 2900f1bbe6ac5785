import type { Workbox } from "workbox-window";
import { stepAsideMessage } from "../../sync/contexts/background.ts";
import { noteFault } from "../faults/recent-faults.ts";
import { makeUpdateChecks } from "./update-checks.ts";

/** Where an update of the app is in this tab. */
export type UpdateState = "none" | "ready" | "applied-elsewhere";

/** What the page knows of its service worker. `apply` asks the waiting one to take over, then reloads this tab. */
export interface ServiceWorkerClient {
  readonly onUpdate: (listen: (state: UpdateState) => void) => void;
  readonly apply: () => void;
}

const checkMs = 60 * 60 * 1000;
/** An app that is resumed is not loaded again, so it looks when it is seen, but not at every glance. */
const seenCheckMs = 10 * 60 * 1000;
/** How long the new worker may take to say that it is in charge. Some browsers never do. */
const controlMsMax = 3_000;

/**
 * Registers the service worker, which keeps every file of the app. An update waits until somebody says so; a tab in
 * which nobody did is never reloaded automatically: another tab's update is only told.
 */
export function registerServiceWorker(): ServiceWorkerClient {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return { onUpdate: () => {}, apply: () => {} };
  let workbox: Workbox | undefined;
  const listeners = new Set<(state: UpdateState) => void>();
  let state: UpdateState = "none";
  let asked = false;
  // The first worker of all takes over a page that had none: that is no update.
  const hadWorker = navigator.serviceWorker.controller !== null;
  const tell = (next: UpdateState) => {
    state = next;
    for (const listen of listeners) listen(next);
  };
  const register = async () => {
    await pageLoaded();
    const { Workbox } = await import("workbox-window");
    workbox = new Workbox("/service-worker.js");
    workbox.addEventListener("waiting", () => tell("ready"));
    workbox.addEventListener("controlling", (event) => {
      if (asked) location.reload();
      else if (hadWorker && (event.isUpdate === true || event.isExternal === true)) tell("applied-elsewhere");
    });
    await workbox.register();
  };
  // Refused where site data goes when the browser is closed: Settings says that it works only while it is open.
  register().catch((error: unknown) => noteFault(error, new Date()));
  const checks = makeUpdateChecks(() => {
    if (navigator.onLine) workbox?.update().catch(() => {});
  }, seenCheckMs);
  setInterval(() => checks.look(Date.now()), checkMs);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") checks.look(Date.now());
  });
  return {
    onUpdate: (listen) => {
      listeners.add(listen);
      if (state !== "none") listen(state);
    },
    apply: () => {
      asked = true;
      if (state !== "ready") return location.reload();
      // A wake of the old worker (it stands by while something waits to be sent) would hold up the new one.
      navigator.serviceWorker.controller?.postMessage({ type: stepAsideMessage });
      workbox?.messageSkipWaiting();
      setTimeout(() => location.reload(), controlMsMax);
    },
  };
}

/** A first visit needs the network for other things before the worker. */
function pageLoaded(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState === "complete") resolve();
    else addEventListener("load", () => resolve(), { once: true });
  });
}
