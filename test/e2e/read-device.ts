import type { Page } from "@playwright/test";
import type { ExistingOrder } from "../../src/domain/order/order-state.ts";

/** What a device's database holds, read past the app. */
export interface DeviceContent {
  readonly token: string;
  readonly workspaceId: string;
  readonly position: number;
  readonly waiting: number;
  /** Current states by stream, orders only; and how many streams there are of each kind. */
  readonly orders: readonly { readonly id: string; readonly order: ExistingOrder }[];
  readonly customers: number;
  readonly products: number;
}

/** Reads the one joined workspace's database of a page's browser. */
export async function readDevice(page: Page): Promise<DeviceContent> {
  return page.evaluate(async () => {
    const done = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name ?? ""));
      if (!db.objectStoreNames.contains("streams")) {
        db.close();
        continue;
      }
      const read = db.transaction(["meta", "streams", "outbox"]);
      const identity = (await done(read.objectStore("meta").get("identity")))?.value;
      const place = (await done(read.objectStore("meta").get("place")))?.value;
      const rows = await done(read.objectStore("streams").getAll());
      const waiting = await done(read.objectStore("outbox").count());
      db.close();
      const ofKind = (kind: string) => rows.filter(({ key }) => key.startsWith(`${kind}/`));
      return {
        token: identity.joined?.token ?? "",
        workspaceId: identity.workspaceId,
        position: place.position,
        waiting,
        orders: ofKind("order").map((row) => ({
          id: row.key.slice("order/".length),
          order: (row.pending ?? row.confirmed).state,
        })),
        customers: ofKind("customer").length,
        products: ofKind("product").length,
      };
    }
    throw new Error("expected a database of a workspace, found none");
  });
}
