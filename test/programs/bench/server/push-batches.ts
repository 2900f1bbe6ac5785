import { percentile } from "../stats.ts";
import { rawEvents } from "./orders.ts";
import type { RawTable } from "./raw-table.ts";
import { progressOf, type SyncText, syncText } from "./sync-text.ts";
import type { Team } from "./team.ts";

/** What pushing came to. */
export interface Pushed {
  readonly eventsPerSecond: number;
  readonly batchP50Ms: number;
  readonly batchP99Ms: number;
}

/** How much is pushed: by so many devices at once, each so many batches of 100 events, one after the other. */
export interface Load {
  readonly devices: number;
  readonly batchesEach: number;
}

/** Commands of a batch, each of one event. */
export const batchEvents = 100;

/**
 * All devices of these teams push their batches, each with what its last answer brought as its next cursor. `pageMax`
 * is how many events may come down with an answer. @throws Error where a log is not longer by just these events.
 */
export async function pushBatches(teams: readonly Team[], load: Load, pageMax: number): Promise<Pushed> {
  const ready = await Promise.all(
    teams.map(async (team) => {
      const { cursor, head } = await team.catchUp();
      const pushers = team.devices.map(({ wire, book }) => {
        const texts = Array.from({ length: load.batchesEach }, () =>
          syncText(book.takeMany(batchEvents), pageMax),
        );
        return { wire, texts, cursor };
      });
      return { team, head, pushers };
    }),
  );
  const pushed = await timeBatches(
    ready.flatMap(({ pushers }) => pushers),
    async (pusher, text: SyncText) => {
      pusher.cursor = progressOf(await pusher.wire.post("/v1/sync", text(pusher.cursor))).cursor;
    },
  );
  for (const { team, head } of ready) {
    const expected = head + team.devices.length * load.batchesEach * batchEvents;
    const found = (await team.catchUp()).head;
    if (found !== expected) throw new Error(`expected a log of ${expected} events, found ${found}`);
  }
  return pushed;
}

/** The same batches through the one connection of a table: where one is under way, the others wait in line. */
export function insertBatches(
  table: RawTable,
  load: Load,
  batch: () => Parameters<typeof rawEvents>[0],
): Promise<Pushed> {
  const pushers = Array.from({ length: load.devices }, () => ({
    texts: Array.from({ length: load.batchesEach }, () => rawEvents(batch())),
  }));
  return timeBatches(pushers, (_, events: readonly string[]) => table.insert(events));
}

async function timeBatches<Text, Pusher extends { readonly texts: readonly Text[] }>(
  pushers: readonly Pusher[],
  push: (pusher: Pusher, text: Text) => Promise<void>,
): Promise<Pushed> {
  const waitsMs: number[] = [];
  const startedMs = performance.now();
  await Promise.all(
    pushers.map(async (pusher) => {
      for (const text of pusher.texts) {
        const sentMs = performance.now();
        await push(pusher, text);
        waitsMs.push(performance.now() - sentMs);
      }
    }),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    eventsPerSecond: (waitsMs.length * batchEvents) / seconds,
    batchP50Ms: percentile(waitsMs, 0.5),
    batchP99Ms: percentile(waitsMs, 0.99),
  };
}
