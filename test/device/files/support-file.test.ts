import fc from "fast-check";
import { expect, test } from "vitest";
import { supportFile } from "../../../src/device/files/support-file.ts";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { listOutbox } from "../../../src/device/views/queries.ts";
import type { KnownCommand } from "../../../src/domain/kinds.ts";
import { customerStream, findProductStream, orderStream } from "../../../src/domain/stream-key.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { aHeader, aLine, anAddress, uuid } from "../../domain/builders.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, aLocalDevice, mustBeSaved, run, startOrder } from "../support/a-device.ts";

const facts = { app: "0.1.0", browser: "a browser" };

interface Support {
  readonly attempts: { readonly last: readonly unknown[] };
  readonly ledger: unknown;
  readonly place: unknown;
  readonly log: readonly { readonly first: number; readonly last: number; readonly sha256: string }[];
  readonly outbox: {
    readonly count: number;
    readonly rows: readonly {
      readonly command: { readonly data: Readonly<Record<string, unknown>> };
      readonly events: readonly { readonly data: unknown }[];
      readonly parked?: unknown;
    }[];
  };
}

/** Texts as people write them, which appear nowhere else in a file. */
const secret = fc.string({ minLength: 3, maxLength: 60 }).map((text) => `Zq${text.replaceAll("\u0000", "")}`);

test("no text that a person wrote is in it, whatever the command, nor any token", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(secret, { minLength: 12, maxLength: 12 }), async (texts) => {
      const { join } = await aFleet();
      const [a = "", b = "", c = "", d = "", e = "", f = "", g = "", h = "", i = "", j = "", k = "", l = ""] =
        texts.filter((text) => !/\p{Surrogate}/u.test(text));
      const { device } = await join("owner", l);
      const id = newId();
      const stream = orderStream(id);
      const shipTo = anAddress({ name: a, street: b, city: c, region: d, postalCode: e, country: f });
      const customer = { id: uuid(5), code: g, name: h };
      const commands: readonly (readonly [string, KnownCommand])[] = [
        [
          stream,
          {
            type: "start-order",
            data: { ...aHeader({ shipTo, customer, note: i, reference: j }), number: "D2-1" },
          },
        ],
        [stream, { type: "add-line", data: aLine(1, { name: k, note: a }) }],
        [stream, { type: "change-order-details", data: { changes: { note: { from: i, to: b } } } }],
        [stream, { type: "place-order", data: {} }],
        [stream, { type: "cancel-order", data: { note: c } }],
        [
          customerStream(uuid(5)),
          {
            type: "import-customer",
            data: {
              fields: { code: g, company: h, contactName: a, email: b, phone: c, note: d, address: shipTo },
            },
          },
        ],
        [
          findProductStream("TEA-1") ?? "",
          {
            type: "import-product",
            data: { sku: "TEA-1", fields: { name: k, priceMinor: 100, category: e } },
          },
        ],
      ];
      for (const [on, command] of commands)
        mustBeSaved(await handleCommand(device, { stream: on as `${string}/${string}`, command }));
      const text = await supportFile(device, facts);
      const told = JSON.stringify(
        texts.map((one) => JSON.stringify(one).slice(1, -1)).filter((one) => text.includes(one)),
      );
      expect(told).toBe("[]");
      expect(text).not.toContain(device.identity().joined?.token ?? "no token");
      expect(text).toContain("TEA-1");
    }),
    { numRuns: 10 },
  );
});

test("it tells enough to play it again: the outbox with its reasons, the ledger, the position, the log's hashes, the tries", async () => {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  const { stream } = await startOrder(rep.device);
  const lineId = await addLine(rep.device, stream, { quantity: 5, name: "Chai of the Harbour" });
  await rep.sync();
  await owner.sync();
  await run(owner.device, stream, { type: "set-line-note", data: { lineId, from: "", to: "cold" } });
  await owner.sync();
  await run(rep.device, stream, { type: "set-line-note", data: { lineId, from: "", to: "warm please" } });
  await run(rep.device, stream, { type: "set-quantity", data: { lineId, from: 5, to: 6 } });
  await rep.sync();
  const text = await supportFile(rep.device, facts);
  const file = JSON.parse(text) as Support;
  expect(file.outbox.count).toBe((await listOutbox(rep.device.db)).length);
  const [noting, setting] = file.outbox.rows;
  expect(noting?.command.data).toEqual({ lineId, from: "", to: expect.stringMatching(/^……\d+$/) });
  expect(setting?.command.data).toEqual({ lineId, from: 5, to: 6 });
  // The same text is the same everywhere: what was in dispute can be seen.
  expect(noting?.parked).toMatchObject({
    why: "rejected",
    rejection: {
      reason: "line-changed-meanwhile",
      lineId,
      conflict: {
        field: "note",
        before: "",
        yours: noting?.command.data.to,
        theirs: expect.stringMatching(/^…\d+$/),
      },
    },
  });
  expect(text).not.toContain("Harbour");
  expect(file.ledger).toMatchObject({ created: 4, confirmed: 2, parked: 1, held: 1, balanced: true });
  expect(file.place).toMatchObject({ position: 4, head: 4 });
  expect(file.log.at(-1)).toMatchObject({ last: 4, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("a part that cannot be read says so, and the rest is there", async () => {
  const device = await aLocalDevice();
  await startOrder(device);
  await device.db.meta.put({ key: "ledger", value: null });
  const file = JSON.parse(await supportFile(device, facts)) as Support;
  expect(file.ledger).toMatchObject({ unreadable: expect.stringContaining("TypeError") });
  expect(file.outbox.count).toBe(2);
  device.close();
  const closed = JSON.parse(await supportFile(device, facts)) as Support;
  expect(closed.outbox).toMatchObject({ unreadable: expect.stringContaining("DatabaseClosedError") });
  expect(closed).toMatchObject({ docket: "support", app: "0.1.0" });
});
