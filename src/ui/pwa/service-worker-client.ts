import { Workbox } from "workbox-window";
import { stepAsideMessage } from "../../sync/background.ts";

/** Where an update of the app stands in this tab. */
export type UpdateState = "none" | "ready" | "applied-elsewhere";

/** What the page knows of its service worker. `apply` asks the waiting one to take over, then reloads this tab. */
export interface ServiceWorkerClient {
  readonly onUpdate: (listen: (state: UpdateState) => void) => void;
  readonly apply: () => void;
}

const checkMs = 60 * 60 * 1000;

/**
 * Registers the service worker, which keeps every file of the app. An update waits until somebody says so; a tab in
 * which nobody did is never reloaded by itself: another tab's update is only told.
 */
export function registerServiceWorker(): ServiceWorkerClient {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return { onUpdate: () => {}, apply: () => {} };
  const workbox = new Workbox("/service-worker.js");
  const listeners = new Set<(state: UpdateState) => void>();
  let state: UpdateState = "none";
  let asked = false;
  // The first worker of all takes over a page that had none: that is no update.
  const hadWorker = navigator.serviceWorker.controller !== null;
  const tell = (next: UpdateState) => {
    state = next;
    for (const listen of listeners) listen(next);
  };
  workbox.addEventListener("waiting", () => tell("ready"));
  workbox.addEventListener("controlling", (event) => {
    if (asked) location.reload();
    else if (hadWorker && (event.isUpdate === true || event.isExternal === true)) tell("applied-elsewhere");
  });
  workbox.register().catch(reportError);
  const lookForUpdate = () => {
    if (navigator.onLine) workbox.update().catch(() => {});
  };
  setInterval(lookForUpdate, checkMs);
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
      workbox.messageSkipWaiting();
    },
  };
}
