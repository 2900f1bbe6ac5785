import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { type DeviceDatabase, openDatabase } from "../../../src/device/storage/database.ts";
import { emptyStream } from "../../../src/device/streams/fold.ts";
import { readStreams } from "../../../src/device/streams/read-streams.ts";
import { freshStorage } from "../support/a-device.ts";

const opened: DeviceDatabase[] = [];
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});

async function aDatabase(keys: readonly string[]): Promise<DeviceDatabase> {
  const db = openDatabase("docket-streams", freshStorage());
  opened.push(db);
  await db.streams.bulkPut(keys.map(emptyStream));
  return db;
}

const keyOf = (kind: string, at: number) => `${kind}/${String(at).padStart(4, "0")}`;

test("the streams of any keys are those that one look for each would find", async () => {
  const keys = fc.uniqueArray(
    fc.tuple(fc.constantFrom("order", "allocation", "level"), fc.integer({ min: 0, max: 300 })),
    { maxLength: 120, size: "max", selector: ([kind, at]) => keyOf(kind, at) },
  );
  const asKeys = keys.map((some) => some.map(([kind, at]) => keyOf(kind, at)));
  const every = Array.from({ length: 300 }, (_, at) => keyOf("order", at));
  await fc.assert(
    fc.asyncProperty(fc.oneof(asKeys, fc.constant(every)), asKeys, async (here, wanted) => {
      const db = await aDatabase(here);
      const found = await readStreams(db, wanted);
      expect([...found.keys()].toSorted()).toEqual(wanted.filter((key) => here.includes(key)).toSorted());
      for (const [key, row] of found) expect(row).toEqual(emptyStream(key));
    }),
    { seed: 20260105, numRuns: 60 },
  );
});
