import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startPostgres } from "../../scripts/start-postgres.mjs";
import { makeMemoryStore } from "../../src/server/store/memory-store.ts";
import { describeWithPostgres } from "../support/with-postgres.ts";
import { customerAdded, makeHand, newOrder } from "./support/commands.ts";
import {
  protocol,
  startCheckedServer,
  startTestServer,
  startWorkspace,
  testConfig,
  testDevice,
} from "./support/test-server.ts";

const timeout = 120_000;

describe("a server with its embedded database", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "docket-data-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  test(
    "[L3] finds everything again after it was stopped, and keeps a second one off its folder",
    async () => {
      const config = { ...testConfig, dataDir };
      const first = await startCheckedServer(config, { clientDir: null });
      const owner = await startWorkspace(first);
      const command = newOrder(1);
      await owner.push(command);
      await expect(startCheckedServer(config, { clientDir: null })).rejects.toThrow(
        `another process uses ${dataDir}`,
      );
      await first.stop();
      const second = await startCheckedServer(config, { clientDir: null });
      expect(second.setupUrl).toBeNull();
      const again = testDevice(second, owner, owner.joined);
      expect(await again.push(command)).toEqual([
        { command: command.id, outcome: "duplicate", positions: [1] },
      ]);
      await second.stop();
    },
    timeout,
  );
});

describe("a server", () => {
  test("says where it is, and how to start the first workspace, while there is none", async () => {
    const server = await startTestServer({}, { publicUrl: "https://docket.example.com" });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.setupUrl).toBe("https://docket.example.com/start#SETUP-CODE");
    await server.stop();
  });

  test("that finds its port taken says so, stops all that it has begun, and lets go of its database", async () => {
    const server = await startTestServer();
    const store = makeMemoryStore();
    let closed = 0;
    const close = async () => {
      closed += 1;
    };
    const listening = new Set<object>();
    const listen: typeof store.listen = (listener) => {
      const leave = store.listen(listener);
      listening.add(leave);
      return () => {
        listening.delete(leave);
        leave();
      };
    };
    const counted = { ...store, close, listen };
    const port = Number(new URL(server.url).port);
    await expect(startTestServer({ store: counted }, { port })).rejects.toThrow("EADDRINUSE");
    expect(closed).toBe(1);
    expect(listening.size).toBe(0);
    await server.stop();
  });

  test("that stops answers what it has begun", async () => {
    const server = await startTestServer();
    const owner = await startWorkspace(server);
    const body = JSON.stringify({
      cursor: null,
      lastSeq: 0,
      now: "2026-03-01T09:00:00.000Z",
      commands: [newOrder(1)],
    });
    const headers = {
      ...protocol,
      authorization: `Bearer ${owner.token}`,
      "content-type": "application/json",
    };
    const answer = fetch(`${server.url}/v1/sync`, { method: "POST", headers, body });
    await new Promise((resolve) => server.app.server.once("request", resolve));
    await server.stop();
    expect((await (await answer).json()).verdicts).toMatchObject([{ outcome: "accepted" }]);
  });

  test("[L16] that stops does not wait for somebody who never finishes asking", async () => {
    const server = await startTestServer();
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write("POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
    await new Promise((resolve) => server.app.server.once("request", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.resume();
    expect(socket.destroyed).toBe(false);
    await server.stop();
    await closed;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow("fetch failed");
  });

  test("writes no token, no code and nothing of a customer into its log, whatever goes wrong", async () => {
    const lines: string[] = [];
    const store = makeMemoryStore();
    let isFailing = false;
    const failing = {
      ...store,
      inWorkspace: async <Result>(...args: Parameters<typeof store.inWorkspace<Result>>) => {
        if (isFailing)
          throw new Error("expected a workspace", { cause: pgError("Key (name)=(Ada Lovelace)") });
        return store.inWorkspace(...args);
      },
    };
    const logTo = { write: (line: string) => void lines.push(line) };
    const server = await startTestServer({ store: failing, logTo }, { logLevel: "trace" });
    const owner = await startWorkspace(server, "Lovelace & Sons");
    const customer = makeHand("customer/01890000-0000-7000-8000-0000000000cc").command(
      1,
      customerAdded("Ada Lovelace"),
    );
    await owner.push(customer);
    await owner.push({ ...customer, actor: "Lovelace" });
    await owner.ask({ url: "/v1/streams/product/LOVELACE-1" });
    await owner.sync({ cursor: "Lovelace" });
    isFailing = true;
    expect((await owner.sync()).json()).toMatchObject({ status: 500, code: "internal" });
    await server.stop();
    const log = lines.join("");
    expect(log).toContain("answered");
    expect(log).toContain("commands came again with another body");
    expect(log).toContain("23505");
    for (const secret of [owner.token, "SETUP-CODE", "Lovelace", "LOVELACE"])
      expect(log).not.toContain(secret);
  });
});

describeWithPostgres("a server whose PostgreSQL goes away", () => {
  test(
    "[L3] answers 503 meanwhile, and goes on with everything when it is back",
    async () => {
      const postgres = await startPostgres();
      const server = await startCheckedServer(
        { ...testConfig, databaseUrl: postgres.url },
        { clientDir: null },
      );
      try {
        const owner = await startWorkspace(server);
        const command = newOrder(1);
        await owner.push(command);
        await postgres.kill();
        const answer = await owner.sync({ commands: [newOrder(2)] });
        expect([answer.statusCode, answer.json().code]).toEqual([503, "unavailable"]);
        expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
        expect((await server.app.inject({ url: "/readyz" })).statusCode).toBe(503);
        expect((await server.app.inject({ url: "/healthz" })).statusCode).toBe(200);
        await postgres.restart();
        // The pool notices by its own pace: a device would ask again too.
        let again = await owner.sync({ commands: [command] });
        for (let tries = 0; again.statusCode === 503 && tries < 20; tries += 1) {
          again = await owner.sync({ commands: [command] });
        }
        expect(again.json().verdicts).toEqual([
          { command: command.id, outcome: "duplicate", positions: [1] },
        ]);
      } finally {
        await server.stop();
        await postgres.stop();
      }
    },
    timeout,
  );
});

function pgError(detail: string): Error {
  return Object.assign(new Error(`duplicate key: ${detail}`), {
    code: "23505",
    routine: "_bt_check_unique",
    detail,
  });
}
