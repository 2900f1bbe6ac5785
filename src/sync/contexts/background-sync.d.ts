/**
 * Background Sync and Periodic Background Sync as the page and the worker see them: TypeScript's libraries leave both
 * out, because only Chromium has them. So they are optional here, and whoever uses them must ask first.
 * Source: https://wicg.github.io/background-sync/spec/ and https://wicg.github.io/periodic-background-sync/
 */

interface SyncManager {
  /** Asks for one `sync` event with this tag, as soon as the browser believes that there is a network. */
  register(tag: string): Promise<void>;
  getTags(): Promise<string[]>;
}

interface PeriodicSyncManager {
  /** Rejects with `NotAllowedError` where the site is not installed or not granted. `minInterval` in milliseconds. */
  register(tag: string, options?: { minInterval?: number }): Promise<void>;
  unregister(tag: string): Promise<void>;
  getTags(): Promise<string[]>;
}

interface ServiceWorkerRegistration {
  readonly sync?: SyncManager;
  readonly periodicSync?: PeriodicSyncManager;
}
