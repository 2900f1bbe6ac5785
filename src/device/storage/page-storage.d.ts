/**
 * The device's code runs in the page and in the service worker, but asking for persistent storage is the page's alone:
 * TypeScript's worker library leaves it out. So it is optional here.
 * Source: https://storage.spec.whatwg.org/#storagemanager
 */
interface StorageManager {
  persist?(): Promise<boolean>;
}
