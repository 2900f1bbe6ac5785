import type { Page } from "@playwright/test";

/**
 * Holds up whatever a page's device wants to save, as a slow disk does; reading goes on. Yields what lets it go on.
 * The page stays as it is meanwhile: the hold is kept in it.
 */
export async function holdStorage(page: Page): Promise<() => Promise<void>> {
  const held = await page.evaluateHandle(async () => {
    const done = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const registry = await done(indexedDB.open("docket"));
    const entries = await done(registry.transaction("workspaces").objectStore("workspaces").getAll());
    registry.close();
    const current = entries.find((entry: { current: boolean }) => entry.current);
    const db = await done(indexedDB.open(current.database));
    const outbox = db.transaction("outbox", "readwrite").objectStore("outbox");
    const hold = { isOver: false };
    // A transaction lasts for as long as something is asked in it.
    const goOn = () => {
      if (!hold.isOver) outbox.count().onsuccess = goOn;
      else db.close();
    };
    await done(outbox.count());
    goOn();
    return hold;
  });
  return () =>
    held.evaluate((hold) => {
      hold.isOver = true;
    });
}
