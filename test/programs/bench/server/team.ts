import { joinAt, type ProtocolClient, startWorkspaceAt } from "../../../support/protocol-client.ts";
import { makeOrderBook, type OrderBook } from "./orders.ts";
import { progressOf, syncText } from "./sync-text.ts";
import { openWire, type Wire } from "./wire.ts";

/** A device of Docket's that speaks over one connection, by requests that are written beforehand. */
export interface TeamDevice {
  readonly wire: Wire;
  readonly book: OrderBook;
}

/** Devices of one workspace. Where its log ends is known to all of them: a cursor is nobody's own. */
export interface Team {
  readonly devices: readonly TeamDevice[];
  /** Reads the log to its end, from where it was left. */
  readonly catchUp: () => Promise<{ readonly cursor: string | null; readonly head: number }>;
  readonly close: () => void;
}

/** Starts a workspace at the first of these servers; its devices ask them in turn. */
export async function openTeam(urls: readonly string[], count: number): Promise<Team> {
  const [first = ""] = urls;
  const owner = await startWorkspaceAt(first);
  const clients: ProtocolClient[] = [owner];
  while (clients.length < count)
    clients.push(await joinAt(first, await owner.invite("rep"), `Van ${clients.length}`));
  const devices = clients.map(({ token, joined }, index) => ({
    wire: openWire(urls[index % urls.length] ?? first, token),
    book: makeOrderBook(joined.device.code),
  }));
  let cursor: string | null = null;
  const { wire } = devices[0] as TeamDevice;
  return {
    devices,
    catchUp: async () => {
      for (;;) {
        const place = progressOf(await wire.post("/v1/sync", syncText([], 1_000)(cursor)));
        cursor = place.cursor;
        if (!place.more) return { cursor, head: place.head };
      }
    },
    close: () => {
      for (const device of devices) device.wire.close();
    },
  };
}
