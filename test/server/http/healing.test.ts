import { gzipSync } from "node:zlib";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import { type Chain, chainSchema, type ResupplyResponse } from "../../../src/protocol/healing-messages.ts";
import { limits } from "../../../src/protocol/limits.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { type MemoryStore, makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { drafted, lineAdded, makeHand, makeOrderHand, newOrder } from "../support/commands.ts";
import { startTestServer, startWorkspace, type TestDevice, testDevice } from "../support/test-server.ts";

describe("a server that was restored from a backup", () => {
  let servers: RunningServer[];
  let store: MemoryStore;
  let owner: TestDevice;
  beforeEach(async () => {
    store = makeMemoryStore();
    servers = [await startTestServer({ store })];
    const [server] = servers;
    if (server === undefined) throw new Error("expected a server");
    owner = await startWorkspace(server);
  });
  afterEach(() => Promise.all(servers.map((server) => server.stop())));

  /** A server on what a backup holds, and the same device at it. */
  const restoreFrom = async (backup: MemoryStore) => {
    const server = await startTestServer({ store: backup });
    servers.push(server);
    return testDevice(server, owner, owner.joined);
  };
  const commandsOf = (events: readonly LogEvent[]) =>
    [...new Set(events.map(({ command }) => command))].map((id) => ({
      events: events.filter(({ command }) => command === id),
    }));
  const giveBack = (device: TestDevice, payload: object) =>
    device.ask({ method: "POST", url: "/v1/resupply", payload });

  test("[L14] tells where both histories part, takes the rest back, and goes on", async () => {
    await owner.push(makeOrderHand().command(1, drafted("K9-1"), lineAdded("TEA")), newOrder(2, "K9"));
    const backup = store.copy();
    await owner.push(newOrder(3, "K9"), newOrder(4, "K9"));
    const before = await owner.mustSync();
    const device = await restoreFrom(backup);
    expect((await device.sync({ cursor: before.cursor })).json().code).toBe("history-changed");

    const asked = await device.ask({ url: "/v1/chain?positions=1,2,3,4,5" });
    const { head, ends } = v.parse(chainSchema, asked.json<Chain>());
    expect(head).toBe(3);
    // The first ends inside of a command: told is the last end before it, the start of the log.
    expect(ends.map(({ asked: at, position }) => [at, position])).toEqual([
      [1, 0],
      [2, 2],
      [3, 3],
      [4, 3],
      [5, 3],
    ]);
    expect(ends[0]?.hash).toBe(cursorStart.hash);
    expect(ends.slice(1, 3).map(({ hash }) => hash)).toEqual([
      before.events[1]?.hash,
      before.events[2]?.hash,
    ]);

    const common = { position: 3, hash: before.events[2]?.hash };
    const given = await giveBack(device, { common, head: 5, commands: commandsOf(before.events.slice(3)) });
    const { results, head: grown } = given.json<ResupplyResponse>();
    expect(results).toMatchObject([{ outcome: "restored" }, { outcome: "restored" }]);
    expect(grown).toBe(6);
    const after = await device.mustSync({ commands: [newOrder(5, "K9")] });
    expect(after.verdicts).toMatchObject([{ outcome: "accepted", positions: [7] }]);
    expect(after.knownSeq).toBe(5);
  });

  test("[L16] the longest command that a push may bring can be given back", async () => {
    // Long events on the wire: an author of the longest name, in letters of three bytes, on each of 2,000.
    const name = "茶".repeat(limits.shortText);
    await owner.ask({ method: "PATCH", url: `/v1/devices/${owner.id}`, payload: { name } });
    const backup = store.copy();
    const received = { type: "stock-received", schemaVersion: 1, data: { sku: "TEA", quantity: 1 } } as const;
    const events = Array.from({ length: limits.commandEvents }, () => received);
    const command = makeHand("stock/TEA").command(1, ...events);
    expect(await owner.push(command)).toMatchObject([{ outcome: "accepted" }]);
    const commands = commandsOf((await owner.mustSync()).events);
    const payload = JSON.stringify({ common: cursorStart, head: limits.commandEvents, commands });
    expect(Buffer.byteLength(payload)).toBeGreaterThan(limits.resupplyBytes);
    const device = await restoreFrom(backup);
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const answer = await device.ask({
      method: "POST",
      url: "/v1/resupply",
      headers,
      payload: gzipSync(payload),
    });
    expect(answer.json<ResupplyResponse>().results).toMatchObject([{ outcome: "restored" }]);
  });

  test("[L16] too many positions, commands or bytes are clear errors", async () => {
    const positions = (count: number) => Array.from({ length: count }, (_, index) => index + 1).join(",");
    const chain = async (query: string) => (await owner.ask({ url: `/v1/chain${query}` })).statusCode;
    expect(await chain(`?positions=${positions(limits.chainPositions)}`)).toBe(200);
    expect(await chain(`?positions=${positions(limits.chainPositions + 1)}`)).toBe(400);
    for (const query of [
      "",
      "?positions=",
      "?positions=0",
      "?positions=1,x",
      "?positions=1.5",
      "?positions=1&more=1",
    ])
      expect(await chain(query)).toBe(400);

    await owner.push(newOrder(1, "K9"));
    const [held] = commandsOf((await owner.mustSync()).events);
    const repeated = (count: number) => Array.from({ length: count }, () => held);
    const status = async (commands: unknown) =>
      (await giveBack(owner, { common: cursorStart, head: 1, commands })).statusCode;
    expect(await status(repeated(limits.requestCommands))).toBe(200);
    expect(await status(repeated(limits.requestCommands + 1))).toBe(400);
    expect(await status([])).toBe(400);
    expect(await status([{ events: [] }])).toBe(400);
    expect(await status([{ events: [{ padding: "x".repeat(limits.resupplyBytesMax) }] }])).toBe(413);
  });

  test("[L15] who is no device of the workspace is told nothing of its chain", async () => {
    const [server] = servers;
    const stranger = await server?.app.inject({
      url: "/v1/chain?positions=1",
      headers: { "docket-protocol": "1", authorization: `Bearer ${"x".repeat(43)}` },
    });
    expect(stranger?.json()).toMatchObject({ status: 401, code: "unknown-token" });
  });
});
