import { expect, test } from "vitest";
import { findStatus, listOutbox } from "../../../src/device/views/queries.ts";
import { takeFence } from "../../../src/sync/engine/run.ts";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { until } from "../../support/until.ts";
import { aFleet } from "../support/a-fleet.ts";
import { aLeader } from "../support/a-leader.ts";

test("[L8] what was saved is sent automatically, and a failure is tried again by the timer alone", async () => {
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  let down = true;
  const leader = await aLeader(rep, server, (identity, request) =>
    down
      ? Promise.resolve({ outcome: "failed", trouble: "unreachable" })
      : server.ports.post(identity, request),
  );
  await leader.rests();
  const { stream } = await startOrder(rep.device);
  await addLine(rep.device, stream);
  await leader.goes();
  await leader.rests();
  expect(await findStatus(rep.device.db)).toMatchObject({ phase: "waiting", trouble: "unreachable" });
  expect(await listOutbox(rep.device.db)).toHaveLength(2);
  down = false;
  leader.ring();
  await until(async () => (await listOutbox(rep.device.db)).length === 0);
  await leader.rests();
  expect(await findStatus(rep.device.db)).toMatchObject({ phase: "idle", position: 3, head: 3 });
  expect(leader.errors).toEqual([]);
  leader.lead.stop();
  await leader.lead.ended;
  owner.device.close();
});

test("[L11] a leader whose fence was taken ends, and its late answer changes nothing", async () => {
  const { join, server } = await aFleet();
  const rep = await join("rep");
  let release: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const leader = await aLeader(rep, server, async (identity, request) => {
    await gate;
    return server.ports.post(identity, request);
  });
  await takeFence(rep.device.db);
  const before = await rep.device.db.meta.get("place");
  release();
  await leader.lead.ended;
  expect(await rep.device.db.meta.get("place")).toEqual(before);
  expect(await rep.device.db.log.count()).toBe(0);
});

test.each([
  ["the server fails", "server-busy"],
  ["the connection breaks each time", "unreachable"],
] as const)(
  "[L7] a command on which %s is held, visibly, after three tries alone; the others are sent",
  async (_what, trouble) => {
    const { join, server } = await aFleet();
    const rep = await join("rep");
    const bad = await startOrder(rep.device);
    const leader = await aLeader(rep, server, async (identity, request) =>
      request.commands.some(({ stream }) => stream === bad.stream)
        ? { outcome: "failed", trouble }
        : server.ports.post(identity, request),
    );
    const good = await startOrder(rep.device);
    for (let rings = 0; rings < 40; rings += 1) {
      await leader.rests();
      const rows = await listOutbox(rep.device.db);
      if (rows.length === 1 && rows[0]?.state === "held") break;
      leader.ring();
    }
    expect(await listOutbox(rep.device.db)).toMatchObject([
      { stream: bad.stream, state: "held", held: { why: "failing" } },
    ]);
    expect(leader.errors).toEqual([]);
    expect((await rep.device.db.streams.get(good.stream))?.waiting).toBeUndefined();
    expect((await rep.device.db.streams.get(bad.stream))?.waiting).toEqual({ state: "held", count: 1 });

    // It is tried again after its own backoff, and fails again: what comes after that is still sent.
    const tries = async () => (await listOutbox(rep.device.db))[0]?.probes?.count ?? 0;
    const before = await tries();
    for (let rings = 0; rings < 8; rings += 1) {
      await leader.rests();
      leader.ring();
    }
    const later = await startOrder(rep.device);
    for (let rings = 0; rings < 20 && (await tries()) <= before; rings += 1) {
      await leader.rests();
      leader.ring();
    }
    await leader.rests();
    expect((await rep.device.db.streams.get(later.stream))?.waiting).toBeUndefined();
    expect(await tries()).toBeGreaterThan(before);
    leader.lead.stop();
  },
);

test("[L8] [L11] a full disk while the log is packed ends no leader, and never lets two exchanges fly at once", async () => {
  const { join, server } = await aFleet();
  const rep = await join("rep");
  const flying = { now: 0, most: 0 };
  const held: (() => void)[] = [];
  let holds = false;
  const leader = await aLeader(rep, server, async (identity, request) => {
    flying.now += 1;
    flying.most = Math.max(flying.most, flying.now);
    if (holds) await new Promise<void>((resolve) => held.push(resolve));
    flying.now -= 1;
    return server.ports.post(identity, request);
  });
  await leader.rests();
  const { log } = rep.device.db;
  const orderBy = log.orderBy.bind(log);
  let isFull = true;
  log.orderBy = (...wanted) => {
    if (!isFull) return orderBy(...wanted);
    isFull = false;
    holds = true;
    // What wakes it while it packs: another exchange flies already when packing fails.
    leader.lead.wake();
    throw new DOMException("the disk is full", "QuotaExceededError");
  };
  leader.ring();
  await until(() => held.length > 0);
  for (let turns = 0; turns < 500; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  while (leader.timers.length > 0) leader.ring();
  for (let turns = 0; turns < 500; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(isFull).toBe(false);
  expect(flying.most).toBe(1);
  holds = false;
  for (const release of held) release();
  await leader.rests();
  expect(await findStatus(rep.device.db)).toMatchObject({ phase: "idle" });
  expect(leader.errors).toEqual([]);
  let isOver = false;
  void leader.lead.ended.then(() => {
    isOver = true;
  });
  await startOrder(rep.device);
  await leader.goes();
  await until(async () => (await listOutbox(rep.device.db)).length === 0);
  expect(isOver).toBe(false);
  leader.lead.stop();
  await leader.lead.ended;
});
