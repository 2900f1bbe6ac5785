import { expect, test } from "vitest";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import { rebuildAll } from "../../../src/device/outbox/rebuild.ts";
import { findMeta, mustMeta, putMeta } from "../../../src/device/storage/meta.ts";
import { findLogStart, findWantedStates } from "../../../src/device/streams/beginning.ts";
import { emptyStream, foldNext } from "../../../src/device/streams/fold.ts";
import { readStreamEvents } from "../../../src/device/streams/log.ts";
import { isHistoryMissing, listHistory } from "../../../src/device/views/history.ts";
import { listOutbox } from "../../../src/device/views/queries.ts";
import { foldModel } from "../../../src/domain/fold-model.ts";
import type { OrderLine } from "../../../src/domain/order/order-line.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import { problem } from "../../../src/protocol/problem.ts";
import { statesPageSchema } from "../../../src/protocol/states-messages.ts";
import { applyStates } from "../../../src/sync/engine/apply-states.ts";
import type { ExchangePorts } from "../../../src/sync/engine/exchange.ts";
import { takeFence } from "../../../src/sync/engine/run.ts";
import { addLine, run, startOrder } from "../../device/support/a-device.ts";
import { fired } from "../../support/fired.ts";
import { madeUp } from "../../support/over-the-wire.ts";
import { readModelOf } from "../support/a-fleet.ts";
import { aBusiness, exchangeWith, inPiecesOf } from "../support/beginning.ts";

test("[L9] a device that begins with states holds what one holds that has read every event, also when rebuilt", async () => {
  const { owner, join, server } = await aBusiness();
  const rep = await join("rep");
  await rep.sync();
  fired(40, import.meta.url);
  expect(await findLogStart(rep.device.db)).toMatchObject({
    position: (await readModelOf(owner.device)).position,
  });
  expect(await rep.device.db.log.count()).toBe(0);
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  await rebuildAll(rep.device.db);
  const [rebuilt, read] = [await readModelOf(rep.device), await readModelOf(owner.device)];
  expect(rebuilt).toEqual(read);
  expect((await findMeta(rep.device.db, "beginning"))?.part).toBe("whole");
  expect(server).toBeDefined();
});

test("[L9] what happens after it began is folded onto the states, also when rebuilt and on orders that came as states", async () => {
  const { owner, join, streams } = await aBusiness();
  const rep = await join("rep");
  await rep.sync();
  const [draft, placed] = streams;
  if (draft === undefined || placed === undefined) throw new Error("expected orders");
  await addLine(rep.device, draft, { sku: "OIL" });
  await addLine(owner.device, placed, { sku: "SALT" });
  await startOrder(rep.device);
  for (const member of [rep, owner, rep, owner]) await member.sync();
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  await rebuildAll(rep.device.db);
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
});

test("[L5] [L9] states may be ahead of where the log begins: what they hold is passed over, and nothing is missed", async () => {
  const { owner, join, server, streams } = await aBusiness({ orders: 12 });
  const rep = await join("rep");
  const askStates = inPiecesOf(2, server);
  for (const [index, stream] of streams.entries()) {
    // Between any two pages the business goes on.
    await exchangeWith(rep, server, { askStates });
    if (index % 3 < 2) await run(owner.device, stream, { type: "cancel-order", data: { note: "" } });
    await startOrder(owner.device);
    await owner.sync();
    await server.followStates();
  }
  await rep.sync();
  await rep.sync();
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  await rebuildAll(rep.device.db);
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
});

test("[L1] what was saved before the states have come is on top of them, and is sent once", async () => {
  const { owner, join, server } = await aBusiness();
  const rep = await join("rep");
  const { id, stream } = await startOrder(rep.device);
  await addLine(rep.device, stream);
  await exchangeWith(rep, server, { askStates: inPiecesOf(3, server) });
  await addLine(rep.device, stream, { sku: "OIL" });
  for (const member of [rep, owner, rep]) await member.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect((await checkLedger(rep.device.db)).balanced).toBe(true);
  expect((await readModelOf(owner.device)).streams.map(({ key }) => key)).toContain(`order/${id}`);
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
});

test("[L8] is interrupted after any page and goes on where it was, never twice for the same page", async () => {
  const { owner, join, server } = await aBusiness();
  const rep = await join("rep");
  const asked: string[] = [];
  const askStates: ExchangePorts["askStates"] = async (identity, wanted) => {
    asked.push(`${wanted.part} ${wanted.after ?? ""}`);
    const reply = await inPiecesOf(2, server)(identity, wanted);
    // Every second answer is lost on its way.
    return asked.length % 2 === 0 ? { outcome: "failed", trouble: "unreachable" } : reply;
  };
  for (let turns = 0; turns < 40 && (await findWantedStates(rep.device.db)) !== undefined; turns += 1)
    await exchangeWith(rep, server, { askStates });
  await rep.sync();
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  const pages = new Set(asked);
  expect(asked.length).toBeLessThanOrEqual(pages.size * 2);
});

test("[L11] a page that a former leader asked for changes nothing", async () => {
  const { join, server } = await aBusiness();
  const rep = await join("rep");
  const askStates: ExchangePorts["askStates"] = async (identity, wanted) => {
    const reply = await server.ports.askStates(identity, wanted);
    await takeFence(rep.device.db);
    return reply;
  };
  expect(await exchangeWith(rep, server, { askStates })).toEqual({ outcome: "robbed" });
  expect(await rep.device.db.streams.count()).toBe(0);
  expect(await findMeta(rep.device.db, "beginning")).toBeUndefined();
});

test("[L4] a page that came already changes nothing", async () => {
  const { join, server } = await aBusiness();
  const rep = await join("rep");
  const wanted = { part: "now", after: undefined } as const;
  const reply = await inPiecesOf(3, server)(rep.device.identity(), wanted);
  if (reply.outcome !== "answered") throw new Error("expected states");
  const { fence } = await mustMeta(rep.device.db, "place");
  const answer = { fence, wanted, page: reply.body, nowMs: Date.now() };
  expect(await applyStates(rep.device.db, answer)).toBe("applied");
  const before = await findMeta(rep.device.db, "beginning");
  expect(await applyStates(rep.device.db, answer)).toBe("stale");
  expect(await findMeta(rep.device.db, "beginning")).toEqual(before);
});

test("[L4] a device with a command that may be in the log already reads the events: only they can tell", async () => {
  const { owner, join, server } = await aBusiness();
  const rep = await join("rep");
  await startOrder(rep.device);
  await rep.device.db.outbox.toCollection().modify({ sent: true });
  expect(await findWantedStates(rep.device.db)).toBeUndefined();
  for (const member of [rep, owner, rep]) await member.sync();
  expect(await findLogStart(rep.device.db)).toBeUndefined();
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  expect(server).toBeDefined();
});

test("events of a stream whose beginning is not here are not folded onto nothing", () => {
  const event = { stream: "order/1", version: 3, id: "an event" } as LogEvent;
  expect(foldNext(emptyStream("order/1"), [event])).toBeUndefined();
});

test("[L13] states of another build's folds are not used: the events are fetched", async () => {
  const { owner, join, server } = await aBusiness();
  const rep = await join("rep");
  const askStates: ExchangePorts["askStates"] = async (identity, wanted) => {
    const reply = await server.ports.askStates(identity, wanted);
    return reply.outcome === "answered"
      ? { ...reply, body: madeUp(statesPageSchema, { ...reply.body, model: `${foldModel()} and more` }) }
      : reply;
  };
  await exchangeWith(rep, server, { askStates });
  await rep.sync();
  expect(await findLogStart(rep.device.db)).toBeUndefined();
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
});

test.each([
  ["does not know the question", { outcome: "problem", problem: problem("not-found", 404, "") }],
  ["fails on it", { outcome: "problem", problem: problem("internal", 500, "") }],
  ["answers nonsense", { outcome: "failed", trouble: "unexpected-answer" }],
] as const)("[L7] a server that %s stops nothing: the events are fetched", async (_words, said) => {
  const { owner, join, server } = await aBusiness();
  const rep = await join("rep");
  await startOrder(rep.device);
  await exchangeWith(rep, server, { askStates: async () => said });
  for (const member of [rep, owner, rep]) await member.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
});

test("[L13] after an update whose folds differ, what came as states is read-only until it has come again", async () => {
  const { owner, join, server, streams } = await aBusiness();
  const rep = await join("rep");
  await rep.sync();
  // As an older build would have left it.
  await rep.device.db.streams.toCollection().modify((row) => {
    Object.assign(row, { evolveVersion: 0, base: { ...row.base, evolveVersion: 0 } });
  });
  const model = await findMeta(rep.device.db, "readModel");
  if (model === undefined) throw new Error("expected read models");
  await putMeta(rep.device.db, "readModel", { ...model, version: "older" });
  await rebuildAll(rep.device.db);
  const [first] = streams;
  const row = await rep.device.db.streams.get(first ?? "");
  expect(row?.unreadableFrom).toBeGreaterThan(0);
  expect(row?.confirmed.state).toMatchObject({ status: "draft" });
  await rep.sync();
  expect(server).toBeDefined();
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
});

test("[L13] a state that an older build came with is lifted: work on it goes on, and nothing is fetched again", async () => {
  const { owner, streams, join } = await aBusiness();
  const rep = await join("rep");
  await rep.sync();
  // As the build of 2026-11-25 would have left an order that it came with as a state.
  await rep.device.db.streams.toCollection().modify((row) => {
    if (!row.key.startsWith("order/")) return;
    const order = row.confirmed.state as unknown as { readonly lines: readonly OrderLine[] };
    const lines = order.lines.map(({ taxPpm, ...line }) => ({ ...line, taxBps: taxPpm / 100 }));
    const confirmed = { ...row.confirmed, state: { ...order, lines } };
    Object.assign(row, { evolveVersion: 2, confirmed, base: { ...row.base, evolveVersion: 2 } });
  });
  const model = await findMeta(rep.device.db, "readModel");
  if (model === undefined) throw new Error("expected read models");
  await putMeta(rep.device.db, "readModel", { ...model, version: "older" });
  await rebuildAll(rep.device.db);
  expect(await rep.device.db.streams.get(streams[0] ?? "")).not.toHaveProperty("unreadableFrom");
  expect((await findMeta(rep.device.db, "beginning"))?.part).toBe("whole");
  expect((await readModelOf(rep.device)).streams).toEqual((await readModelOf(owner.device)).streams);
});

test("what happened before this device began is told by the server, and joined to what is here", async () => {
  const { owner, join, streams } = await aBusiness();
  const rep = await join("rep");
  await rep.sync();
  const [draft] = streams;
  if (draft === undefined) throw new Error("expected an order");
  const told = (await readStreamEvents(owner.device.db, [draft])).get(draft) ?? [];
  await addLine(owner.device, draft, { sku: "OIL" });
  for (const member of [owner, rep]) await member.sync();
  const types = (entries: Awaited<ReturnType<typeof listHistory>>) => entries.map(({ event }) => event.type);
  expect(await isHistoryMissing(rep.device.db, draft)).toBe(true);
  expect(types(await listHistory(rep.device.db, draft))).toEqual(["line-added"]);
  const whole = types(await listHistory(owner.device.db, draft));
  expect(types(await listHistory(rep.device.db, draft, told))).toEqual(whole);
  expect(whole).toEqual(["order-drafted", "line-added", "line-added"]);
  expect(await isHistoryMissing(owner.device.db, draft)).toBe(false);
});
