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

/** Asks the browser never to evict this site's data. Tells whether it agreed; only a page may ask. */
export async function askToPersist(): Promise<boolean> {
  const storage: StorageManager & { readonly persist?: () => Promise<boolean> } = navigator.storage;
  return (await storage?.persist?.()) ?? false;
}
