import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { newOrder } from "../support/commands.ts";
import {
  joinAs,
  protocol,
  startTestServer,
  startWorkspace,
  type TestDevice,
} from "../support/test-server.ts";

let server: RunningServer;
let owner: TestDevice;
beforeEach(async () => {
  server = await startTestServer();
  owner = await startWorkspace(server);
});
afterEach(() => server.stop());

const ask = (query = "", headers: Record<string, string> = {}, device = owner) =>
  device.ask({ method: "GET", url: `/v1/events${query}`, headers });

/** Asks for events and waits, as a program does: over a socket. */
async function waitOver(device: TestDevice, query: string, wait = 25): Promise<Response> {
  const headers = { ...protocol, authorization: `Bearer ${device.token}`, prefer: `wait=${wait}` };
  return fetch(`${server.url}/v1/events${query}`, { headers });
}

/** Resolves when the server has received so many requests over sockets, from now on. */
function received(count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    server.app.server.on("request", () => {
      seen += 1;
      if (seen === count) setImmediate(resolve);
    });
  });
}

describe("waiting for events", () => {
  const end = async () => `?after=${(await owner.mustSync()).cursor}`;

  test("ends with the next command, and says that it would have waited", async () => {
    const query = await end();
    const here = received(1);
    const waiting = waitOver(owner, query);
    await here;
    await owner.push(newOrder(1));
    const answer = await waiting;
    expect(answer.headers.get("preference-applied")).toBe("wait=25");
    expect(await answer.json()).toMatchObject([{ type: "docket.order-drafted.v1" }]);
  });

  test("ends after its time with an empty page and the same cursor", async () => {
    await owner.push(newOrder(1));
    const query = await end();
    const answer = await ask(query, { prefer: "wait=1" });
    expect([answer.statusCode, answer.json(), `?after=${String(answer.headers["docket-cursor"])}`]).toEqual([
      200,
      [],
      query,
    ]);
  });

  test("is not done where nobody asked for it, or where there is something already", async () => {
    expect((await ask(await end())).headers["preference-applied"]).toBeUndefined();
    await owner.push(newOrder(1));
    const answer = await ask("", { prefer: "wait=25" });
    expect(answer.json()).toHaveLength(1);
  });

  test("[L16] is bounded, and the answer says by what", async () => {
    await owner.push(newOrder(1));
    expect((await ask("", { prefer: "wait=3600" })).headers["preference-applied"]).toBe("wait=25");
  });

  test("[L15] hears nothing of another workspace", async () => {
    const stranger = await startWorkspace(server, "Another shop");
    const query = await end();
    const here = received(1);
    const waiting = waitOver(owner, query, 1);
    await here;
    await stranger.push(newOrder(1), newOrder(2));
    expect(await (await waiting).json()).toEqual([]);
  });

  test("ends when the device is shut out, and says so", async () => {
    const service = await joinAs(server, owner, "service");
    const here = received(1);
    const waiting = waitOver(service, "");
    await here;
    await owner.ask({ method: "DELETE", url: `/v1/devices/${service.id}` });
    const answer = await waiting;
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: "revoked" }]);
  });

  test("ends when the server stops, which waits for nobody: an empty page, to be asked for again", async () => {
    const here = received(1);
    const waiting = waitOver(owner, "");
    await here;
    await server.stop();
    const answer = await waiting;
    expect([answer.status, await answer.json()]).toEqual([200, []]);
  });

  test("[L16] can be done four times at once by a device, and again when one of them has gone", async () => {
    const here = received(4);
    const open = Array.from({ length: 4 }, () => {
      const headers = { ...protocol, authorization: `Bearer ${owner.token}`, prefer: "wait=25" };
      const asking = request(`${server.url}/v1/events`, { headers });
      asking.on("error", () => {});
      asking.end();
      return asking;
    });
    await here;
    let fifth = await ask();
    for (let turns = 0; fifth.statusCode === 200 && turns < 1_000; turns += 1) fifth = await ask();
    expect([fifth.statusCode, fifth.json().code, fifth.headers["retry-after"]]).toEqual([
      429,
      "rate-limited",
      "1",
    ]);
    const gone = new Promise((resolve) => open[0]?.once("close", resolve));
    open[0]?.destroy();
    await gone;
    let again = await ask();
    for (let turns = 0; again.statusCode === 429 && turns < 1_000; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      again = await ask();
    }
    expect(again.statusCode).toBe(200);
    for (const asking of open) asking.destroy();
  });
});
