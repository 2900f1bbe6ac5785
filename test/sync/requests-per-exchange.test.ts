import { expect, test } from "vitest";
import { type CommandInput, handleCommands } from "../../src/device/outbox/handle-command.ts";
import { holdAsFailing } from "../../src/device/outbox/resolve.ts";
import type { Device } from "../../src/device/storage/device.ts";
import { mustMeta } from "../../src/device/storage/meta.ts";
import { findStatus, listOutbox } from "../../src/device/views/queries.ts";
import { orderStream } from "../../src/domain/stream-key.ts";
import { newId } from "../../src/protocol/ids.ts";
import { addLine, mustBeSaved, startOrder } from "../device/support/a-device.ts";
import { aHeader, aLine } from "../domain/builders.ts";
import { countRequests, tallied } from "../support/count-requests.ts";
import { until } from "../support/until.ts";
import { aFleet } from "./support/a-fleet.ts";
import { aLeader } from "./support/a-leader.ts";

/** Saves orders of four commands each: begun, with three lines. */
async function saveOrders(device: Device, orders: number): Promise<void> {
  const inputs = Array.from({ length: orders }, () => orderStream(newId())).flatMap(
    (stream): CommandInput[] => [
      {
        stream,
        command: ({ orderNumber: number }) => ({ type: "start-order", data: { ...aHeader(), number } }),
      },
      ...[1, 2, 3].map(
        (line): CommandInput => ({
          stream,
          command: { type: "add-line", data: aLine(line, { lineId: newId() }) },
        }),
      ),
    ],
  );
  for (let from = 0; from < inputs.length; from += 100)
    for (const handled of await handleCommands(device, inputs.slice(from, from + 100))) mustBeSaved(handled);
}

/** What recording an answer locks. */
const everything = "log meta outbox resupply streams sums";

test("an exchange of 200 commands, of a thousand that wait, asks for each of their streams, and else for no more than one of a single command", async () => {
  const { join, server } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  await saveOrders(rep.device, 250);
  const counted = countRequests();
  let taken: readonly string[] = [];
  const result = await rep.exchange(async (identity, request) => {
    expect(request.commands).toHaveLength(200);
    taken = counted.asked();
    return server.ports.post(identity, request);
  });
  expect(result).toMatchObject({ outcome: "passed", again: true });
  // What is on the way is noted, and no row is changed for it.
  const reads = { "meta getAll": 3, "outbox getAll": 3, "outbox getAllKeys": 2, "resupply count": 1 };
  expect(tallied(taken)).toEqual({ ...reads, "meta put": 1 });
  const { "meta get": meta, ...asked } = tallied(counted.asked());
  const orders = 50;
  expect(asked).toEqual({
    "meta getAll": 4,
    "meta put": 4,
    "outbox getAllKeys": 3,
    "outbox getAll": 8 + orders,
    // All 200 leave at once.
    "outbox count": 1,
    "outbox delete": 1,
    "resupply count": 2,
    "log add": 1,
    "streams getAll": 1,
    "streams put": orders,
  });
  expect(meta).toBeLessThanOrEqual(5);
  // What goes and some more, then that and what else waits on its streams, and the first of what is left.
  expect(counted.rowsOf("outbox")).toBe(220 + 200 + 200 + 21);
  expect(counted.written()).toEqual(["meta outbox", everything]);
});

/** A leader that has come to rest; what it does from then on is counted. */
async function aRestingLeader(post?: Parameters<typeof aLeader>[2]) {
  const { join, server } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  const leader = await aLeader(rep, server, post ?? ((...asked) => server.ports.post(...asked)));
  await leader.rests();
  return { leader, rep };
}

test("a leader that sends shows and notes it along with what it takes and records: in two transactions", async () => {
  const { leader, rep } = await aRestingLeader();
  await startOrder(rep.device);
  const counted = countRequests();
  await leader.goes();
  await until(async () => (await listOutbox(rep.device.db)).length === 0);
  await leader.rests();
  expect(counted.written()).toEqual(["meta outbox", everything]);
  expect(await findStatus(rep.device.db)).toMatchObject({ phase: "idle", position: 2, head: 2 });
  expect((await mustMeta(rep.device.db, "attempts")).last.at(-1)).toMatchObject({
    outcome: "passed",
    sent: 1,
    position: 2,
  });
  leader.lead.stop();
});

test("a poll that finds nothing writes once, and locks no stream", async () => {
  const { leader, rep } = await aRestingLeader();
  const before = await mustMeta(rep.device.db, "attempts");
  const counted = countRequests();
  leader.ring();
  await leader.rests();
  expect(counted.written()).toEqual(["meta outbox"]);
  expect(tallied(counted.asked("readwrite"))).toMatchObject({ "meta put": 3 });
  expect((await mustMeta(rep.device.db, "attempts")).count).toBe(before.count + 1);
  leader.lead.stop();
});

test("a poll that fails writes once, and one that could not send twice", async () => {
  const { leader, rep } = await aRestingLeader(async () => ({ outcome: "failed", trouble: "unreachable" }));
  const polled = countRequests();
  leader.ring();
  await leader.rests();
  expect(polled.written()).toEqual(["meta"]);
  await startOrder(rep.device);
  const sending = countRequests();
  await leader.goes();
  await leader.rests();
  expect(sending.written()).toEqual(["meta outbox", "meta"]);
  expect(await findStatus(rep.device.db)).toMatchObject({ phase: "waiting", trouble: "unreachable" });
  const { last } = await mustMeta(rep.device.db, "attempts");
  expect(last.at(-1)).toMatchObject({ outcome: "unreachable", sent: 1, times: 1 });
  leader.lead.stop();
});

test("what waits and may not go yet is looked at without a lock: an exchange writes only its answer", async () => {
  const { join } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  const { stream } = await startOrder(rep.device);
  const [row] = await listOutbox(rep.device.db);
  await holdAsFailing(rep.device, row?.seq ?? 0, "server-busy", Date.now() - 1_000);
  await addLine(rep.device, stream);
  const counted = countRequests();
  expect(await rep.exchange()).toMatchObject({ outcome: "passed", again: false, sent: [] });
  expect(counted.written()).toEqual([everything]);
  expect(tallied(counted.asked("readwrite"))).toMatchObject({ "meta put": 1 });
});
