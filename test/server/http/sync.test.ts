import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { linkHash } from "../../../src/protocol/chain.ts";
import { cursorStart, formatCursor } from "../../../src/protocol/cursor.ts";
import { syncResponseSchema } from "../../../src/protocol/sync-messages.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { drafted, lineAdded, makeOrderHand, newOrder, placed } from "../support/commands.ts";
import { joinAs, startTestServer, startWorkspace, type TestDevice } from "../support/test-server.ts";

describe("a sync", () => {
  let server: RunningServer;
  let owner: TestDevice;
  beforeEach(async () => {
    server = await startTestServer();
    owner = await startWorkspace(server);
  });
  afterEach(() => server.stop());

  test("what was accepted comes down in the same answer, with its position and its hash", async () => {
    const hand = makeOrderHand();
    const commands = [hand.command(1, drafted("K9-1"), lineAdded("TEA")), hand.command(2, placed(hand))];
    const answer = v.parse(syncResponseSchema, await owner.mustSync({ commands }));
    expect(answer.verdicts).toEqual([
      { command: commands[0]?.id, outcome: "accepted", positions: [1, 2] },
      { command: commands[1]?.id, outcome: "accepted", positions: [3] },
    ]);
    expect(answer.events.map(({ position, version, type }) => [position, version, type])).toEqual([
      [1, 1, "order-drafted"],
      [2, 2, "line-added"],
      [3, 3, "order-placed"],
    ]);
    const first = linkHash(cursorStart.hash, answer.events.slice(0, 2));
    const second = linkHash(first, answer.events.slice(2));
    expect(answer.events.map(({ hash }) => hash)).toEqual([undefined, first, second]);
    expect(answer).toMatchObject({
      cursor: formatCursor({ position: 3, hash: second }),
      more: false,
      head: 3,
      knownSeq: 2,
    });
  });

  test("[L4] a push sent twice takes one position", async () => {
    const command = newOrder(1);
    const [first] = await owner.push(command);
    const again = await owner.mustSync({ commands: [command] });
    expect(first).toMatchObject({ outcome: "accepted", positions: [1] });
    expect(again.verdicts).toEqual([{ command: command.id, outcome: "duplicate", positions: [1] }]);
    expect(again.head).toBe(1);
  });

  test("[L5] a page ends at the end of a command, and the next begins there", async () => {
    const hands = [1, 2, 3].map((seq) =>
      makeOrderHand().command(seq, drafted(`K9-${seq}`), lineAdded("TEA"), lineAdded("OIL")),
    );
    await owner.push(...hands);
    const first = await owner.mustSync({ limit: 4 });
    expect(first.events.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(first.more).toBe(true);
    const second = await owner.mustSync({ limit: 1, cursor: first.cursor });
    expect(second.events.map(({ position }) => position)).toEqual([4, 5, 6]);
    const third = await owner.mustSync({ cursor: second.cursor });
    expect(third.events.map(({ position }) => position)).toEqual([7, 8, 9]);
    expect(third.more).toBe(false);
  });

  test("[L15] a device of another workspace sees nothing of it", async () => {
    await owner.push(newOrder(1));
    const other = await startWorkspace(server, "Another shop");
    const answer = await other.mustSync();
    expect(answer).toMatchObject({ events: [], head: 0, cursor: formatCursor(cursorStart) });
  });

  test("a cursor that is not in the history is answered 409 history-changed, and nothing is stored", async () => {
    const { cursor } = await owner.mustSync({ commands: [newOrder(1)] });
    const otherHash = cursor.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    const beyond = cursor.replace(/^1/, "2");
    for (const wrong of [otherHash, beyond]) {
      const answer = await owner.sync({ cursor: wrong, commands: [newOrder(2)] });
      expect([answer.statusCode, answer.json().code]).toEqual([409, "history-changed"]);
      const pulled = await owner.sync({ cursor: wrong });
      expect([pulled.statusCode, pulled.json().code]).toEqual([409, "history-changed"]);
    }
    expect((await owner.mustSync()).head).toBe(1);
  });

  test("a cursor inside a command is answered the same", async () => {
    await owner.push(makeOrderHand().command(1, drafted("K9-1"), lineAdded("TEA")));
    const answer = await owner.sync({ cursor: formatCursor({ position: 1, hash: cursorStart.hash }) });
    expect([answer.statusCode, answer.json().code]).toEqual([409, "history-changed"]);
  });

  test("a device that has forgotten what it did learns it from knownSeq", async () => {
    await owner.push(newOrder(3), newOrder(7));
    expect((await owner.mustSync({ lastSeq: 3 })).knownSeq).toBe(7);
    const rep = await joinAs(server, owner, "rep");
    expect((await rep.mustSync()).knownSeq).toBe(0);
  });

  test("two devices under one identity: 409 device-cloned, and nothing is stored", async () => {
    await owner.push(newOrder(1));
    const answer = await owner.sync({ commands: [newOrder(1), newOrder(2)] });
    expect([answer.statusCode, answer.json().code]).toEqual([409, "device-cloned"]);
    expect((await owner.mustSync()).head).toBe(1);
  });

  test("a refusal is remembered, and the same command is refused the same way for ever", async () => {
    const warehouse = await joinAs(server, owner, "warehouse");
    const command = newOrder(1);
    const [first] = await warehouse.push(command);
    expect(first).toMatchObject({ outcome: "refused", problem: { code: "not-allowed" } });
    await owner.ask({ method: "PATCH", url: `/v1/devices/${warehouse.id}`, payload: { role: "owner" } });
    expect(await warehouse.push(command)).toEqual([first]);
    const [fresh] = await warehouse.push(newOrder(2));
    expect(fresh).toMatchObject({ outcome: "accepted" });
  });
});
