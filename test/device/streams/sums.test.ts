import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { rebuildAll } from "../../../src/device/outbox/rebuild.ts";
import { discardCommand, undoDiscard } from "../../../src/device/outbox/resolve.ts";
import type { DeviceDatabase } from "../../../src/device/storage/database.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { mustMeta } from "../../../src/device/storage/meta.ts";
import { emptyStream, foldKnown } from "../../../src/device/streams/fold.ts";
import { contribution } from "../../../src/device/streams/sums.ts";
import type { KnownCommand, KnownEvent } from "../../../src/domain/kinds.ts";
import { orderStream, type StreamKey } from "../../../src/domain/stream-key.ts";
import { anyCommand, orderCommand } from "../../domain/arbitraries.ts";
import {
  added,
  aHeader,
  aLine,
  cancelled,
  drafted,
  imported,
  placed,
  shipped,
  uuid,
} from "../../domain/builders.ts";
import { aLocalDevice, run } from "../support/a-device.ts";
import { someTime } from "../support/an-outbox-row.ts";

/** An order after these events. */
function anOrder(...events: readonly KnownEvent[]) {
  const row = emptyStream(orderStream(uuid(1)));
  const confirmed = events.reduce(
    (before, event, index) => foldKnown(row.key, before, uuid(500 + index), event, someTime),
    row.confirmed,
  );
  return { ...row, confirmed };
}

describe("what an order adds to the sums", () => {
  const lines = [aLine(1, { quantity: 2 }), aLine(2, { sku: "TEA-1", quantity: 5, unitPriceMinor: 100 })];
  const isPlaced = [
    drafted(),
    added(1, { quantity: 2 }),
    { ...added(2), data: lines[1] ?? aLine(2) },
    placed(lines),
  ];
  const day = "sales/2026-01-05 EUR";
  test("a draft and a cancelled order: only that they are there", () => {
    expect([...contribution(anOrder(drafted(), added()))]).toEqual([["orders/draft", [1]]]);
    expect([...contribution(anOrder(drafted(), added(), cancelled))]).toEqual([["orders/cancelled", [1]]]);
  });
  test("a placed order: its total on its day, and what it promises of each product, over all of its lines", () => {
    expect(contribution(anOrder(...isPlaced))).toEqual(
      new Map([
        ["orders/placed", [1]],
        [day, [1, 1_200]],
        ["promised/TEA-1", [7]],
      ]),
    );
  });
  test("a shipped order promises nothing any more, and an imported one never did", () => {
    expect(contribution(anOrder(...isPlaced, shipped))).toEqual(
      new Map([
        ["orders/shipped", [1]],
        [day, [1, 1_200]],
      ]),
    );
    expect([...contribution(anOrder(imported())).keys()]).toEqual(["orders/placed", "sales/1996-07-04 EUR"]);
  });
  test("nothing where it has no events or is flagged, and nothing of any other thing", () => {
    expect(contribution(undefined).size).toBe(0);
    expect(contribution(anOrder()).size).toBe(0);
    expect(contribution({ ...anOrder(drafted()), flagged: "expected a price" }).size).toBe(0);
    expect(contribution(emptyStream("product/TEA-1")).size).toBe(0);
  });
});

/** The rows of the sums that serve, by their keys without the generation. */
async function sumsOf(db: DeviceDatabase): Promise<Readonly<Record<string, unknown>>> {
  const { generation } = await mustMeta(db, "readModel");
  const prefix = `${generation}/`;
  const rows = await db.sums.where("key").startsWith(prefix).toArray();
  return Object.fromEntries(rows.map(({ key, ...row }) => [key.slice(prefix.length), row]));
}

/** Saves a command, discards one that waits, or brings a discarded one back. */
type Act =
  | { readonly does: "save"; readonly stream: StreamKey; readonly command: KnownCommand }
  | { readonly does: "discard" | "bring back"; readonly seq: number };

const orders = [1, 2, 3].map((n) => orderStream(uuid(n)));
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    arbitrary: fc.record({
      does: fc.constant("save" as const),
      stream: fc.constantFrom(...orders),
      command: orderCommand,
    }),
    weight: 8,
  },
  anyCommand.map(({ stream, command }) => ({ does: "save", stream: stream as StreamKey, command }) as const),
  fc.record({ does: fc.constantFrom("discard", "bring back"), seq: fc.integer({ min: 1, max: 20 }) }),
);

async function perform(device: Device, act: Act): Promise<void> {
  if (act.does === "save") await handleCommand(device, act);
  else if (act.does === "discard") await discardCommand(device, act.seq);
  else await undoDiscard(device, act.seq);
}

test("[L2] [L9] after any changes the sums are what making them again comes to", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 5, maxLength: 30 }), async (acts) => {
      const device = await aLocalDevice();
      try {
        for (const stream of orders.slice(0, 2)) {
          await run(device, stream, { type: "start-order", data: { ...aHeader(), number: "K7-1" } });
          await run(device, stream, { type: "add-line", data: aLine() });
          await run(device, stream, { type: "place-order", data: {} });
        }
        for (const act of acts) await perform(device, act);
        const moved = await sumsOf(device.db);
        await rebuildAll(device.db);
        expect(moved).toEqual(await sumsOf(device.db));
      } finally {
        device.close();
      }
    }),
    { numRuns: 40 },
  );
});
