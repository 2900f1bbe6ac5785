import { describe, expect, test } from "vitest";
import { exportBackup } from "../../src/device/files/export-backup.ts";
import { bringIn, checkBackup } from "../../src/device/files/import-backup.ts";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { listNotTakenBack } from "../../src/device/outbox/not-taken-back.ts";
import { sendAgain } from "../../src/device/outbox/resolve.ts";
import { groupBy } from "../../src/device/storage/group-by.ts";
import { readStreamEvents } from "../../src/device/streams/log.ts";
import { inTurn } from "../../src/device/streams/rebase.ts";
import { findOrder, listOutbox } from "../../src/device/views/queries.ts";
import { newId } from "../../src/protocol/ids.ts";
import { problem } from "../../src/protocol/problem.ts";
import type { SyncRequest } from "../../src/protocol/sync-messages.ts";
import type { ExchangePorts } from "../../src/sync/engine/exchange.ts";
import { addLine, mustBeSaved, run, startOrder } from "../device/support/a-device.ts";
import { aHeader, aLine, uuid } from "../domain/builders.ts";
import { aShop, order, receipts, received, withoutCommands } from "./support/taken-ids.ts";

describe("a command whose drawn id is taken", () => {
  /** A device's order of three commands, the first of which has an id that a rep has used. */
  const anOrder = async () => {
    const shop = await aShop();
    const { owner, rep } = shop;
    const [id, stream] = [newId(), order()];
    const start = { type: "start-order", data: { ...aHeader(), number: "QQ-1" } } as const;
    mustBeSaved(await handleCommand(owner.device, { id, stream, command: start }));
    await addLine(owner.device, stream);
    await run(owner.device, stream, { type: "place-order", data: {} });
    const theirs = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream: order(), command: theirs }));
    await rep.sync();
    return { ...shop, id, stream };
  };

  test("[L4] goes on under another one and another seq, and what is behind it keeps its order", async () => {
    const { owner, server, id, stream } = await anOrder();
    const asked: SyncRequest["commands"][number][] = [];
    const listening: ExchangePorts["post"] = async (identity, request) => {
      asked.push(...request.commands);
      return server.ports.post(identity, request);
    };
    for (let turn = 0; turn < 5; turn += 1) await owner.exchange(listening);
    const events = (await readStreamEvents(owner.device.db, [stream])).get(stream) ?? [];
    expect(events.map(({ type }) => type)).toEqual(["order-drafted", "line-added", "order-placed"]);
    expect(events[0]?.command).not.toBe(id);
    expect(await listOutbox(owner.device.db)).toEqual([]);
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
    // No seq is ever said for two ids: the server would take that for a copied device.
    const idsOf = groupBy(asked, ({ seq }) => seq);
    for (const said of idsOf.values()) expect(new Set(said.map((command) => command.id)).size).toBe(1);
  });

  test("[L4] goes on under the same other one on both copies of a profile: goods that came in count once", async () => {
    const { owner, rep, copy } = await aShop();
    const id = newId();
    mustBeSaved(await handleCommand(owner.device, { ...received(20), id }));
    const twin = await copy(owner);
    const theirs = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream: order(), command: theirs }));
    for (const { sync } of [rep, owner, twin, owner]) await sync();
    expect(await receipts(owner)).toEqual([3, 20]);
    for (const { device } of [owner, twin]) expect(await listOutbox(device.db)).toEqual([]);
  });

  test("[L4] is asked again under the old id where the answer was lost, and goes in once", async () => {
    const { owner, server, stream } = await anOrder();
    const lost: ExchangePorts["post"] = async (identity, request) => {
      await server.ports.post(identity, request);
      return { outcome: "failed", trouble: "unreachable" };
    };
    await owner.exchange(lost);
    await owner.sync();
    expect((await readStreamEvents(owner.device.db, [stream])).get(stream)).toHaveLength(3);
    expect(await listOutbox(owner.device.db)).toEqual([]);
  });

  test("[L6] is not confirmed by what another device has put under it, when that comes down first", async () => {
    const { owner, rep, draft, lineId, server } = await aShop();
    const [id, stream] = [newId(), draft.stream];
    const mine = { type: "remove-line", data: { lineId } } as const;
    mustBeSaved(await handleCommand(owner.device, { id, stream, command: mine }));
    const theirs = { type: "add-line", data: aLine(8) } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream, command: theirs }));
    await rep.sync();
    await owner.exchange(withoutCommands(server));
    // Only the server knows whose the id is.
    expect(await listOutbox(owner.device.db)).toMatchObject([{ id, state: "pending", unasked: true }]);
    await owner.sync();
    const lines = (await findOrder(owner.device.db, draft.id))?.order.lines ?? [];
    expect(lines.map((line) => line.lineId)).toEqual([uuid(8)]);
    expect(await listOutbox(owner.device.db)).toEqual([]);
  });

  test("[L16] waits for a person when the fourth id is taken too", async () => {
    const { owner, server, stream } = await anOrder();
    const stubborn: ExchangePorts["post"] = async (identity, request) => {
      const reply = await server.ports.post(identity, { ...request, commands: [] });
      if (reply.outcome !== "answered") return reply;
      const taken = {
        device: uuid(77),
        stream: order(),
        position: 1,
        traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
      };
      const verdicts = request.commands.map(({ id: command }) => ({
        command,
        outcome: "refused" as const,
        problem: problem("id-taken", 409, "taken", { taken }),
      }));
      return { outcome: "answered", body: { ...reply.body, verdicts } };
    };
    for (let turn = 0; turn < 10; turn += 1) await owner.exchange(stubborn);
    const rows = await listOutbox(owner.device.db);
    expect(rows.filter((row) => row.stream === stream).length).toBe(3);
    expect(inTurn(rows)[0]).toMatchObject({ state: "parked", redraws: 3 });
    expect((await checkLedger(owner.device.db)).balanced).toBe(true);
  });
});

describe("a command that came in a backup file", () => {
  test("[L4] [L6] and was sent from both devices, decided otherwise on each, goes in once and waits to be seen", async () => {
    const { owner, office, draft, lineId, server } = await aShop();
    await run(owner.device, draft.stream, { type: "add-quantity", data: { lineId, by: 3 } });
    const file = (await exportBackup(owner.device, { holds: "waiting", app: "0.0.0" })).parts.join("");
    await run(office.device, draft.stream, { type: "add-quantity", data: { lineId, by: 10 } });
    await office.sync();
    const checked = await checkBackup(office.device, file);
    if (checked.outcome !== "ready") throw new Error();
    await bringIn(office.device, checked);
    await office.sync();
    // Its own device has not read of any of that when it sends.
    await owner.exchange(async (identity, request) => {
      const reply = await server.ports.post(identity, request);
      return reply.outcome === "answered"
        ? {
            ...reply,
            body: { ...reply.body, events: [], cursor: request.cursor ?? reply.body.cursor, more: true },
          }
        : reply;
    });
    await owner.sync();
    expect((await findOrder(owner.device.db, draft.id))?.order.lines[0]?.quantity).toBe(15);
    await office.sync();
    expect((await findOrder(office.device.db, draft.id))?.order.lines[0]?.quantity).toBe(15);
  });

  test("[L6] is restored although another device has used its id on the same stream", async () => {
    const { owner, office, rep, draft, lineId } = await aShop();
    const [id, stream] = [newId(), draft.stream];
    const command = { type: "add-quantity", data: { lineId, by: 3 } } as const;
    mustBeSaved(await handleCommand(owner.device, { id, stream, command }));
    const file = (await exportBackup(owner.device, { holds: "waiting", app: "0.0.0" })).parts.join("");
    const theirs = { type: "add-line", data: aLine(8) } as const;
    mustBeSaved(await handleCommand(rep.device, { id, stream, command: theirs }));
    await rep.sync();
    await office.sync();
    const checked = await checkBackup(office.device, file);
    expect(checked).toMatchObject({ outcome: "ready", known: 0, fresh: [{ id }] });
    if (checked.outcome !== "ready") throw new Error();
    await bringIn(office.device, checked);
    await office.sync();
    // The proof of who wrote it holds for its id alone: a person sees it, and may make it their own.
    const [parked] = await listOutbox(office.device.db);
    expect(parked).toMatchObject({ id, state: "parked", parked: { problem: { code: "id-taken" } } });
    mustBeSaved(await sendAgain(office.device, parked?.seq ?? 0));
    await office.sync();
    expect((await findOrder(office.device.db, draft.id))?.order.lines[0]?.quantity).toBe(5);
  });
});

test("[L6] [L14] a lost command whose id another device uses meanwhile is shown as lost, and stays so after the next restore", async () => {
  const { owner, rep, server } = await aShop();
  const [first, second] = [server.backUp(), server.backUp()];
  const { stream } = await startOrder(owner.device);
  await owner.sync();
  const [lost] = (await readStreamEvents(owner.device.db, [stream])).get(stream) ?? [];
  server.restore(first);
  const theirs = { type: "start-order", data: { ...aHeader(), number: "ZZ-1" } } as const;
  const stolen = order();
  mustBeSaved(await handleCommand(rep.device, { id: lost?.command ?? "", stream: stolen, command: theirs }));
  await rep.sync();
  const shown = async () => (await listNotTakenBack(owner.device.db)).map(({ events }) => events[0]?.stream);
  await owner.sync();
  expect(await shown()).toEqual([stream]);
  expect(await listNotTakenBack(owner.device.db)).toMatchObject([{ problem: { code: "id-taken" } }]);
  // Set back once more, behind what the rep had written: that is lost now too, and does not replace it.
  server.restore(second);
  await owner.sync();
  expect(await shown()).toEqual([stream]);
});
