import { type ClientRequest, request } from "node:http";
import type { AddressInfo } from "node:net";
import { type CloudEvent, HTTP } from "cloudevents";
import { fastify } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Role, roles } from "../../../src/domain/role.ts";
import { cloudEventBatchType, type StateEvent, stateEvent } from "../../../src/protocol/cloud-events.ts";
import { formatCursor } from "../../../src/protocol/cursor.ts";
import { addFeedRoute } from "../../../src/server/http/feed-route.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { customerAdded, drafted, lineAdded, makeHand, makeOrderHand, newOrder } from "../support/commands.ts";
import { joinAs, startTestServer, startWorkspace, type TestDevice } from "../support/test-server.ts";

let server: RunningServer;
let owner: TestDevice;
beforeEach(async () => {
  server = await startTestServer();
  owner = await startWorkspace(server);
});
afterEach(() => server.stop());

const ask = (query = "", headers: Record<string, string> = {}, device = owner) =>
  device.ask({ method: "GET", url: `/v1/events${query}`, headers });

describe("the events for other services", () => {
  test.each(roles)(
    "are there for a %s, as CloudEvents that the standard's library reads",
    async (role: Role) => {
      const hand = makeOrderHand();
      await owner.push(hand.command(1, drafted("K7-1"), lineAdded("TEA")), newOrder(2));
      const reader = await joinAs(server, owner, role);
      const answer = await ask("", {}, reader);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers["content-type"]).toBe(`${cloudEventBatchType}; charset=utf-8`);
      const { events, cursor } = await owner.mustSync();
      const source = { workspace: owner.joined.workspace.id, publicUrl: null };
      expect(answer.json()).toEqual(events.map((event) => stateEvent(event, source)));
      expect(answer.headers["docket-cursor"]).toBe(cursor);
      const headers = { "content-type": cloudEventBatchType };
      const read = HTTP.toEvent({ headers, body: answer.body }) as CloudEvent<unknown>[];
      expect(read.map(({ type }) => type)).toEqual([
        "docket.order-drafted.v1",
        "docket.line-added.v2",
        "docket.order-drafted.v1",
      ]);
    },
  );

  test("[L5] come page by page: whoever follows the link sees each once, in order", async () => {
    await owner.push(...Array.from({ length: 7 }, (_, index) => newOrder(index + 1)));
    const seen: string[] = [];
    let link = "/v1/events?limit=3";
    for (let pages = 0; pages < 4; pages += 1) {
      const answer = await owner.ask({ method: "GET", url: link });
      seen.push(...answer.json<StateEvent[]>().map(({ sequence }) => sequence));
      link = /^<(.+)>; rel="next"$/.exec(String(answer.headers.link))?.[1] ?? "";
    }
    expect(seen.map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(link).toContain("limit=3");
  });

  test("[L2] come as whole commands, and at least one, however small the page", async () => {
    await owner.push(
      makeOrderHand().command(1, drafted("K7-1"), lineAdded("TEA"), lineAdded("OIL")),
      newOrder(2),
    );
    const answer = await ask("?limit=1");
    expect(answer.json<StateEvent[]>().map(({ sequence }) => Number(sequence))).toEqual([1, 2, 3]);
  });

  test("[L16] fill a page of a mebibyte at most, and the rest comes after it", async () => {
    const note = "n".repeat(3_900);
    for (let pushes = 0; pushes < 3; pushes += 1) {
      const commands = Array.from({ length: 100 }, (_, index) =>
        makeHand(`customer/${crypto.randomUUID()}`).command(
          pushes * 100 + index + 1,
          customerAdded("Shop", note),
        ),
      );
      await owner.push(...commands);
    }
    const answer = await ask();
    expect(Buffer.byteLength(answer.body)).toBeLessThan(1024 * 1024);
    expect(answer.json<StateEvent[]>().length).toBeLessThan(300);
    const rest = await ask(`?after=${String(answer.headers["docket-cursor"])}`);
    expect(answer.json<StateEvent[]>().length + rest.json<StateEvent[]>().length).toBe(300);
  });

  test("tell where they come from with the server's own address, where one is configured", async () => {
    const known = await startTestServer({}, { publicUrl: "https://docket.example.com" });
    try {
      const shop = await startWorkspace(known);
      await shop.push(newOrder(1));
      const [event] = (await ask("", {}, shop)).json<StateEvent[]>();
      expect(event?.dataschema).toBe(
        "https://docket.example.com/v1/asyncapi.json#/components/schemas/order-drafted.v1",
      );
    } finally {
      await known.stop();
    }
  });

  test("are packed for who accepts it", async () => {
    await owner.push(...Array.from({ length: 9 }, (_, index) => newOrder(index + 1)));
    const answer = await ask("", { "accept-encoding": "gzip" });
    expect(answer.headers["content-encoding"]).toBe("gzip");
  });
});

describe("[L16] what the answers of all readers take in memory", () => {
  /** The feed alone, on the server's log, with so many bytes for all; `onDone` hears whenever it is through with a request. */
  async function aFeed(bytesMax: number, store = server.store, onDone = () => {}) {
    const caller = { workspace: owner.joined.workspace.id, device: owner.id };
    const app = fastify();
    app.decorateRequest("caller", null);
    app.addHook("onRequest", async (request) => {
      Object.assign(request, { caller });
    });
    app.addHook("onRoute", (route) => {
      const { handler } = route;
      route.handler = async function (...asked) {
        try {
          return await handler.apply(this, asked);
        } finally {
          onDone();
        }
      };
    });
    const parts = { store, clock: () => new Date(), meta: { version: "1", publicUrl: null } };
    await addFeedRoute(app, parts, { waitSecondsMax: 1, pollMs: 1_000, bytesMax });
    return app;
  }

  test("is bounded: beyond it somebody is asked to come again", async () => {
    await owner.push(newOrder(1));
    const app = await aFeed(100);
    const answer = await app.inject({ url: "/events" });
    expect([answer.statusCode, answer.json().code, answer.headers["retry-after"]]).toEqual([
      503,
      "unavailable",
      "2",
    ]);
    await app.close();
  });

  test("is free again when they have been read", async () => {
    await owner.push(newOrder(1));
    const app = await aFeed(1_500);
    for (let times = 0; times < 5; times += 1) {
      const answer = await app.inject({ url: "/events" });
      expect(answer.statusCode).toBe(200);
      expect(answer.body.length).toBeGreaterThan(750);
    }
    await app.close();
  });

  test("is none for who has left while the log was read", async () => {
    await owner.push(newOrder(1));
    let reading = () => {};
    let left = Promise.resolve();
    let done = () => {};
    const store = {
      ...server.store,
      inWorkspace: async <Result>(...args: Parameters<typeof server.store.inWorkspace<Result>>) => {
        reading();
        await left;
        return server.store.inWorkspace(...args);
      },
    };
    const app = await aFeed(1_500, store, () => done());
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    for (let times = 0; times < 3; times += 1) {
      let asking: ClientRequest | undefined;
      left = new Promise((resolve) => {
        app.server.once("request", (_request, response) => response.once("close", resolve));
      });
      const through = new Promise<void>((resolve) => {
        done = resolve;
      });
      reading = () => asking?.destroy();
      asking = request({ port, host: "127.0.0.1", path: "/events", agent: false });
      asking.on("error", () => {});
      asking.end();
      await left;
      await through;
    }
    left = Promise.resolve();
    expect((await app.inject({ url: "/events" })).statusCode).toBe(200);
    await app.close();
  });
});

describe("the cursor that the events are asked after", () => {
  test("that is none of this history is told as such, and never guessed at", async () => {
    await owner.push(makeOrderHand().command(1, drafted("K7-1"), lineAdded("TEA")));
    const { cursor } = await owner.mustSync();
    const hash = cursor.slice(cursor.indexOf(".") + 1);
    const beyond = formatCursor({ position: 9, hash });
    const inside = formatCursor({ position: 1, hash });
    const another = formatCursor({ position: 2, hash: "0".repeat(64) });
    for (const after of [beyond, inside, another]) {
      const answer = await ask(`?after=${after}`, { prefer: "wait=25" });
      expect([answer.statusCode, answer.json().code]).toEqual([409, "history-changed"]);
    }
  });

  test.each([
    "?after=",
    "?after=7",
    "?after=x.y",
    "?limit=0",
    "?limit=1001",
    "?limit=many",
    "?before=1",
    "?after=1&after=2",
  ])("[L16] and a question that is none (%s) is refused", async (query) => {
    const answer = await ask(query);
    expect([answer.statusCode, answer.json().code]).toEqual([400, "malformed"]);
  });
});
