import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { someTime } from "../support/commands.ts";
import { startTestServer, startWorkspace, type TestDevice } from "../support/test-server.ts";

let server: RunningServer;
let owner: TestDevice;
let lines: string[];
/** While it is pending, nothing is read from the store, and `waiting` counts who waits for it. */
let held: Promise<void>;
let waiting: number;
let sockets: Socket[];
/** Hears that somebody waits for the store, or that a line is in the log. */
let heard: () => void;

beforeEach(async () => {
  lines = [];
  held = Promise.resolve();
  waiting = 0;
  sockets = [];
  heard = () => {};
  const inner = makeMemoryStore();
  const store = {
    ...inner,
    inWorkspace: async <Result>(...args: Parameters<typeof inner.inWorkspace<Result>>) => {
      waiting += 1;
      heard();
      await held;
      waiting -= 1;
      return inner.inWorkspace(...args);
    },
  };
  const logTo = {
    write: (line: string) => {
      lines.push(line);
      heard();
    },
  };
  server = await startTestServer({ store, logTo }, { logLevel: "info" });
  owner = await startWorkspace(server);
});
afterEach(async () => {
  leave();
  await server.stop();
});

const emptySync = JSON.stringify({ cursor: null, lastSeq: 0, now: someTime, commands: [] });

/** The beginning of a request that has a body of so many bytes. */
const headOf = (url: string, length: number) =>
  `POST ${url} HTTP/1.1\r\nhost: x\r\ndocket-protocol: 1\r\nauthorization: Bearer ${owner.token}\r\n` +
  `content-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

/** Sends this on a connection of its own, and stays on the line. Resolves when the server has its first request. */
async function send(text: string): Promise<void> {
  const here = new Promise((resolve) => server.app.server.once("request", resolve));
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(text);
  sockets.push(socket);
  await here;
}

function leave(): void {
  for (const socket of sockets.splice(0)) socket.destroy();
}

/** Asks until the answer has this status, and answers the last one: what ends after its answer takes some turns. */
async function untilStatus(ask: () => Promise<{ readonly statusCode: number }>, status: number) {
  for (let turns = 0; ; turns += 1) {
    const { statusCode } = await ask();
    if (statusCode === status || turns === 1_000) return statusCode;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function untilHeard(isSo: () => boolean): Promise<void> {
  while (!isSo())
    await new Promise<void>((resolve) => {
      heard = resolve;
    });
}

/** Waits for so many lines of the log that somebody has left. */
const untilLeft = (count: number) =>
  untilHeard(() => lines.filter((line) => line.includes("left before it was answered")).length >= count);

describe("who leaves before the answer", () => {
  test.each(["/v1/sync", "/v1/resupply"])(
    "[L16] in the middle of the body of %s frees the slot",
    async (url) => {
      const headers = { "content-type": "application/json" };
      const ask = () => owner.ask({ method: "POST", url, payload: "{}", headers });
      while ((await ask()).statusCode !== 429 && sockets.length < 20)
        await send(`${headOf(url, 500)}{"cursor":`);
      expect((await ask()).statusCode).toBe(429);
      const { length } = sockets;
      leave();
      await untilLeft(length);
      // What is asked is not valid: somebody has looked at it, so there was room.
      expect((await ask()).statusCode).toBe(400);
    },
  );

  test.each([
    ["on connections of their own", 1],
    ["one behind the other on a connection", 8],
  ])("[L16] keeps its slots while they are worked on, %s, and not longer", async (_how, together) => {
    let goOn = () => {};
    held = new Promise((resolve) => {
      goOn = resolve;
    });
    const text = headOf("/v1/sync", emptySync.length) + emptySync;
    for (let sent = 0; sent < 8; sent += together) await send(text.repeat(together));
    await untilHeard(() => waiting >= 8);
    expect((await owner.sync()).statusCode).toBe(429);
    leave();
    await untilLeft(8);
    expect((await owner.sync()).statusCode).toBe(429);
    goOn();
    expect(await untilStatus(owner.sync, 200)).toBe(200);
  });

  test("is in the log, with no status that nobody was sent", async () => {
    await send(`${headOf("/v1/sync", 500)}{"cursor":`);
    leave();
    await untilLeft(1);
    const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg.startsWith("left"));
    expect(line).toMatchObject({ method: "POST", route: "/v1/sync", status: 499 });
  });
});
