import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { type FastifyInstance, fastify } from "fastify";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { replyError } from "../../../src/server/http/reply-problem.ts";
import { makeShares } from "../../../src/server/http/shares.ts";
import { type Pace, watchBody } from "../../../src/server/http/watch-body.ts";
import { newOrder, someTime } from "../support/commands.ts";
import { type DatabaseServer, onBothDatabases } from "../support/on-both-databases.ts";
import { drawToken, joinAs, startWorkspace, type TestDevice, testDevice } from "../support/test-server.ts";

/** A connection of its own, and the status of the answer that comes on it. */
interface Line {
  readonly socket: Socket;
  readonly status: Promise<number>;
}

function openLine(url: string, text: string | Buffer): Line {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  const status = new Promise<number>((resolve) => {
    socket.once("data", (chunk) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(chunk.toString())?.[1])));
    socket.once("close", () => resolve(0));
  });
  socket.write(text);
  return { socket, status };
}

const headOf = (url: string, token: string, headers: Readonly<Record<string, string | number>>) =>
  [
    `POST ${url} HTTP/1.1`,
    "host: x",
    "docket-protocol: 1",
    `authorization: Bearer ${token}`,
    "content-type: application/json",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "\r\n",
  ].join("\r\n");

onBothDatabases("a business that takes all it can get", (open) => {
  let at: DatabaseServer;
  let honest: TestDevice;
  let owner: TestDevice;
  /** A rep with all the identities that it has drawn. */
  let reps: readonly TestDevice[];
  let lines: Line[] = [];
  let pushed = 1;
  beforeAll(async () => {
    at = await open();
    honest = await startWorkspace(at.server, "Honest");
    owner = await startWorkspace(at.server, "Greedy");
    const all = [await joinAs(at.server, owner, "rep")];
    while (all.length < 8) all.push(await takeSuccessor(all.at(-1) ?? owner));
    reps = all;
  });
  afterEach(() => {
    for (const { socket } of lines.splice(0)) socket.destroy();
  });
  afterAll(() => at.remove());

  const takeSuccessor = async (before: TestDevice) => {
    const device = { id: newId(), name: "Heir", token: drawToken() };
    const payload = { successorOf: before.id, device };
    const answer = await before.ask({ method: "POST", url: "/v1/devices", payload });
    return testDevice(at.server, device, answer.json());
  };
  /** Opens these lines, and waits until the server has begun with each request. */
  const openAll = async (texts: readonly (string | Buffer)[]) => {
    const { server } = at.server.app;
    const begun = new Promise<void>((resolve) => {
      let count = 0;
      const hear = () => {
        count += 1;
        if (count < texts.length) return;
        server.off("request", hear);
        resolve();
      };
      server.on("request", hear);
    });
    lines = texts.map((text) => openLine(at.server.url, text));
    await begun;
  };

  test.each([
    ["/v1/sync", 8],
    ["/v1/resupply", 4],
  ])(
    "[L16] with as many bodies of %s as it may begin, of which nothing comes, stops neither others nor its own colleagues",
    async (url, each) => {
      const slow = { "content-encoding": "gzip", "content-length": 99 };
      await openAll(reps.flatMap(({ token }) => Array<string>(each).fill(headOf(url, token, slow))));
      expect(lines).toHaveLength(8 * each);
      expect((await honest.sync({ commands: [newOrder(pushed++)] })).statusCode).toBe(200);
      expect((await owner.sync()).statusCode).toBe(200);
      const asked = { common: { position: 0, hash: "0".repeat(64) }, head: 0, commands: [] };
      for (const other of [honest, owner]) {
        const given = await other.ask({ method: "POST", url: "/v1/resupply", payload: asked });
        expect(given.statusCode).not.toBe(503);
        expect(given.statusCode).not.toBe(429);
      }
    },
  );

  test("[L16] with bodies that stop just before their end has a share of what is held, and is told so", async () => {
    const head = { "content-length": 1_000_000 };
    const most = " ".repeat(999_000);
    await openAll(reps.map(({ token }) => headOf("/v1/sync", token, head) + most));
    // 8 MB of the 4 MiB that a lineage may have: some are told to wait, whichever they are.
    const told = lines.map(({ status }) => status);
    expect(
      await Promise.any(told.map(async (status) => ((await status) === 429 ? 429 : Promise.reject()))),
    ).toBe(429);
    expect((await honest.sync()).statusCode).toBe(200);
    expect((await owner.sync()).statusCode).toBe(200);
    for (const { socket } of lines.splice(0)) socket.destroy();
    const [rep] = reps;
    while ((await rep?.sync())?.statusCode !== 200);
  });

  test("[L16] with requests that wait for events has a share of them, and who need not wait is answered", async () => {
    await owner.push(newOrder(1));
    const { cursor } = await owner.mustSync();
    const ask = (device: TestDevice, url: string) =>
      device.ask({ url, headers: { prefer: "wait=25" } }).then(({ statusCode }) => statusCode);
    const url = `/v1/events?after=${cursor}`;
    const asked = reps.slice(0, 4).flatMap((rep) => Array.from({ length: 4 }, () => ask(rep, url)));
    // Of sixteen requests of one lineage eight wait, whichever they are.
    const refused = await new Promise<number>((resolve) => {
      let count = 0;
      for (const status of asked)
        status.then(
          (found) => {
            count += found === 429 ? 1 : 0;
            if (count === 8) resolve(count);
          },
          () => {},
        );
    });
    expect(refused).toBe(8);
    // What is there already needs no room.
    expect(await ask(reps[4] ?? owner, "/v1/events")).toBe(200);
    expect(await ask(honest, "/v1/events")).toBe(200);
    await owner.push(newOrder(2));
    const statuses = await Promise.all(asked);
    expect(statuses.filter((status) => status === 200)).toHaveLength(8);
  });

  test("a body in gzip of several parts is read whole, and one that says less than it holds is no less bounded", async () => {
    const text = JSON.stringify({ cursor: null, lastSeq: 0, now: someTime, commands: [] });
    const parts = [text.slice(0, 60), text.slice(60)].map((part) => gzipSync(part));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const post = (payload: Buffer) => honest.ask({ method: "POST", url: "/v1/sync", payload, headers });
    expect((await post(Buffer.concat(parts))).statusCode).toBe(200);
    const bomb = gzipSync(Buffer.alloc(2 * 1024 * 1024));
    bomb.writeUInt32LE(10, bomb.length - 4);
    expect([400, 413]).toContain((await post(bomb)).statusCode);
  });
});

describe("a body", () => {
  let app: FastifyInstance;
  let line: Line | undefined;
  const begin = async (pace: Pace, text: string) => {
    app = fastify();
    app.setErrorHandler(replyError);
    app.decorateRequest("takeRoom", null);
    app.addHook("preParsing", (request, reply, payload, done) => {
      watchBody(request, reply, payload, pace);
      done(null, payload);
    });
    app.post("/v1/sync", async () => ({ status: "ok" }));
    line = openLine(
      await app.listen({ port: 0, host: "127.0.0.1" }),
      headOf("/v1/sync", "x", { "content-length": 9 }) + text,
    );
    return line;
  };
  afterEach(async () => {
    line?.socket.destroy();
    await app.close();
  });
  const closed = ({ socket }: Line) =>
    new Promise<void>((resolve) => {
      if (socket.destroyed) resolve();
      else socket.once("close", () => resolve());
    });

  test("[L16] of which nothing comes is not waited for, and its connection ends", async () => {
    const slow = await begin({ firstMs: 20, everyMs: 60_000, bytes: 1 }, "");
    expect(await slow.status).toBe(408);
    await closed(slow);
  });

  test("[L16] that begins and then comes too slowly is not waited for", async () => {
    const slow = await begin({ firstMs: 20, everyMs: 20, bytes: 5 }, '{"a"');
    expect(await slow.status).toBe(408);
    await closed(slow);
  });

  test("that comes in time is read", async () => {
    const fine = await begin({ firstMs: 60_000, everyMs: 60_000, bytes: 1 }, '{"a"');
    fine.socket.write(": 1 }");
    expect(await fine.status).toBe(200);
  });
});

describe("shares", () => {
  const who = (workspace: string, device: string, root = device) => ({ workspace, device, root });

  test("[L16] hold a lineage to its share, and a workspace to its own once half of all is taken", () => {
    const shares = makeShares({ all: 100, workspace: 25, lineage: 10 });
    const take = (owner: ReturnType<typeof who>, amount: number) => {
      const full = shares.lack(owner, amount);
      if (full === undefined) shares.take(owner, amount);
      return full;
    };
    expect([take(who("a", "1"), 8), take(who("a", "2", "1"), 3)]).toEqual([undefined, "lineage"]);
    // Alone, a workspace may have half.
    for (const device of ["3", "4", "5", "6"]) expect(take(who("a", device), 10)).toBeUndefined();
    expect([shares.taken(), take(who("a", "7"), 3)]).toEqual([48, "workspace"]);
    for (const workspace of ["b", "c"]) {
      expect(take(who(workspace, "1"), 10)).toBeUndefined();
      expect(take(who(workspace, "2"), 10)).toBeUndefined();
      expect(take(who(workspace, "3"), 10)).toBe("workspace");
    }
    // Who has nothing yet gets what it needs, up to all there is.
    expect([take(who("d", "1"), 13), take(who("e", "1"), 1)]).toEqual(["all", undefined]);
    shares.take(who("a", "1"), -8);
    expect(take(who("a", "2", "1"), 3)).toBe("workspace");
  });
});
