/** What the browser says of the space it gives this site. `persisted` undefined: it does not say. Bytes. */
export interface StorageHealth {
  readonly persisted: boolean | undefined;
  readonly usageBytes?: number;
  readonly quotaBytes?: number;
}

/** Asks the browser how safe and how full the storage is. */
export async function findStorageHealth(): Promise<StorageHealth> {
  const storage: StorageManager | undefined = navigator.storage;
  if (storage === undefined) return { persisted: undefined };
  const [persisted, estimate] = await Promise.all([storage.persisted?.(), storage.estimate?.()]);
  return {
    persisted,
    ...(estimate?.usage === undefined ? {} : { usageBytes: estimate.usage }),
    ...(estimate?.quota === undefined ? {} : { quotaBytes: estimate.quota }),
  };
}

/** What asking for lasting storage needs of the browser. */
export interface PersistPorts {
  /** Whether it is promised already; undefined where the browser does not say. */
  readonly persisted: () => Promise<boolean | undefined>;
  /** What the browser would do when asked; undefined where it does not say. */
  readonly permission: () => Promise<PermissionState | undefined>;
  /** Whether this browser decides without asking the person. */
  readonly neverPrompts: () => boolean;
  readonly persist: () => Promise<boolean>;
}

/** The browser's own. */
const browserPersist: PersistPorts = {
  persisted: async () => (await findStorageHealth()).persisted,
  permission: async () => {
    try {
      return (await navigator.permissions.query({ name: "persistent-storage" })).state;
    } catch {
      // Safari does not know this permission, and decides without asking.
      return undefined;
    }
  },
  // Chromium says "prompt" and never shows one. No other browser has this property.
  neverPrompts: () => "userAgentData" in navigator,
  persist: askToPersist,
};

/**
 * Asks never to evict this site's data, unless a question would come up: that one only Settings asks, with words before
 * it, and never an order. Tells whether it is promised.
 */
export async function persistUnasked(ports: PersistPorts = browserPersist): Promise<boolean> {
  if ((await ports.persisted()) === true) return true;
  const permission = await ports.permission();
  const isQuiet = permission === undefined || permission === "granted" || ports.neverPrompts();
  return isQuiet && permission !== "denied" ? ports.persist() : false;
}

/** Asks the browser never to evict this site's data. Tells whether it agreed; only a page may ask. */
export async function askToPersist(): Promise<boolean> {
  const storage: StorageManager & { readonly persist?: () => Promise<boolean> } = navigator.storage;
  return (await storage?.persist?.()) ?? false;
}
