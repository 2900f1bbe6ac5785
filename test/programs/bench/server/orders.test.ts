import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningServer } from "../../../../src/server/start-server.ts";
import { startTestServer, startWorkspace, type TestDevice } from "../../../server/support/test-server.ts";
import { makeOrderBook, rawEvents } from "./orders.ts";
import { progressOf, syncText } from "./sync-text.ts";

let server: RunningServer;
let owner: TestDevice;
beforeEach(async () => {
  server = await startTestServer();
  owner = await startWorkspace(server);
});
afterEach(() => server.stop());

test("a server accepts every command of a book, written one by one or an order at once", async () => {
  const book = makeOrderBook(owner.joined.device.code);
  const commands = [...book.takeMany(10), ...book.take(7), ...book.takeAtOnce()];
  const verdicts = await owner.push(...commands);
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(commands.map(() => "accepted"));
  expect(commands.flatMap(({ events }) => events)).toHaveLength(10 + 9 + 5);
});

test("what the hand-written programs store and send is as long as Docket's own events", async () => {
  const commands = makeOrderBook(owner.joined.device.code).takeMany(100);
  const { events } = await owner.mustSync({ commands: [...commands] });
  const own = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
  const raw = rawEvents(commands).reduce((sum, event) => sum + event.length, 0);
  expect(Math.abs(raw / own - 1)).toBeLessThan(0.02);
});

test("a request that was written beforehand is read with its cursor, and its answer tells the next", async () => {
  const book = makeOrderBook(owner.joined.device.code);
  const ask = async (text: string) => {
    const headers = { "content-type": "application/json" };
    return (await owner.ask({ method: "POST", url: "/v1/sync", headers, payload: text })).body;
  };
  const first = progressOf(await ask(syncText(book.takeMany(10), 1)(null)));
  expect(first).toMatchObject({ head: 10, more: true });
  const rest = progressOf(await ask(syncText([], 1_000)(first.cursor)));
  expect(rest).toMatchObject({ head: 10, more: false });
});
