import type { KnownWorkspace } from "../../domain/workspace/workspace.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import { findSettings, listOrders, type OrderView } from "./queries.ts";

/** How many orders the list shows before somebody scrolls. */
export const ordersShownFirst = 50;

/** What a page shows first: the business's settings, and the newest orders where it opens at the list of them. */
export interface FirstScreen {
  readonly settings: KnownWorkspace | undefined;
  /** One more than are shown, where there are more. */
  readonly orders: readonly OrderView[] | undefined;
}

/** Reads what a page shows first, in whatever transaction it is called. */
export async function readFirstScreen(db: DeviceDatabase, showsOrders: boolean): Promise<FirstScreen> {
  const [settings, orders] = await Promise.all([
    findSettings(db),
    showsOrders ? listOrders(db, { limit: ordersShownFirst + 1 }) : undefined,
  ]);
  return { settings, orders };
}
