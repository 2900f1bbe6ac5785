/** The events of (Periodic) Background Sync, inside the service worker; see src/sync/contexts/background-sync.d.ts. */

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
  /** True when the browser will not try again after this one. */
  readonly lastChance: boolean;
}

interface PeriodicSyncEvent extends ExtendableEvent {
  readonly tag: string;
}

interface ServiceWorkerGlobalScopeEventMap {
  sync: SyncEvent;
  periodicsync: PeriodicSyncEvent;
}
