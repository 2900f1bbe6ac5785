import { gzipSync } from "node:zlib";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { limits } from "../../../src/protocol/limits.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { fired } from "../../support/fired.ts";
import { newOrder, someTime } from "../support/commands.ts";
import {
  drawToken,
  joinAs,
  protocol,
  startTestServer,
  startWorkspace,
  type TestDevice,
} from "../support/test-server.ts";

const json = { "content-type": "application/json" };
const emptySync = { cursor: null, lastSeq: 0, now: someTime, commands: [] };

describe("what cannot be answered", () => {
  let server: RunningServer;
  let owner: TestDevice;
  beforeAll(async () => {
    server = await startTestServer();
    owner = await startWorkspace(server);
  });
  afterAll(() => server.stop());

  const syncBody = (payload: string | Buffer, headers: Record<string, string> = json) =>
    owner.ask({ method: "POST", url: "/v1/sync", payload, headers });
  const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  /** A valid push, whose event has one more member in its data. */
  const withMember = (name: string) =>
    JSON.stringify({ ...emptySync, commands: [newOrder(1)] }).replace(
      '"data":{',
      `"data":{"${name}":{"role":"owner"},`,
    );
  const [before, after] = JSON.stringify({ ...emptySync, commands: [newOrder(1)] }).split("Ada");
  const notUtf8 = Buffer.concat([Buffer.from(`${before}Ad`), Buffer.from([0xff]), Buffer.from(`${after}`)]);
  const membersMax = Math.floor(limits.requestBytes / limits.jsonBytesPerMember);
  /** So many elements after the first. */
  const elements = (count: number) => `[0${",0".repeat(count)}]`;
  const longText = JSON.stringify({ ...emptySync, note: "x".repeat(limits.requestBytes) });

  const faulty: readonly (readonly [
    string,
    () => Promise<{ statusCode: number; body: string }>,
    number,
    string,
  ])[] = [
    ["a body that is no JSON", () => syncBody("{"), 400, "malformed"],
    ["a body that is no UTF-8", () => syncBody(notUtf8), 400, "malformed"],
    ["no body", () => owner.ask({ method: "POST", url: "/v1/sync" }), 400, "malformed"],
    ["a body of another type", () => syncBody("<xml/>", { "content-type": "text/xml" }), 415, "malformed"],
    ["an unknown member", () => syncBody(JSON.stringify({ ...emptySync, extra: 1 })), 400, "malformed"],
    [
      "a cursor of another kind",
      () => syncBody(JSON.stringify({ ...emptySync, cursor: "7" })),
      400,
      "malformed",
    ],
    ["a member called __proto__", () => syncBody(withMember("__proto__")), 400, "malformed"],
    ["one that hides the name", () => syncBody(withMember("_\\u005fproto\\u005F_")), 400, "malformed"],
    ["one that hides a letter of it", () => syncBody(withMember("__\\u0070roto__")), 400, "malformed"],
    ["JSON that nests too deeply", () => syncBody(nested(limits.jsonDepth)), 400, "too-deep"],
    ["JSON that nests absurdly", () => syncBody(nested(400_000)), 400, "too-deep"],
    ["as many members as fit, of no sync", () => syncBody(elements(membersMax)), 400, "malformed"],
    ["one member more than fits", () => syncBody(elements(membersMax + 1)), 413, "too-large"],
    ["more bytes than fit", () => syncBody(longText), 413, "too-large"],
    [
      "a gzip that grows to more bytes than fit",
      () => syncBody(gzipBomb(300), { ...json, "content-encoding": "gzip" }),
      413,
      "too-large",
    ],
    [
      "what only says to be gzip",
      () => syncBody("{}", { ...json, "content-encoding": "gzip" }),
      400,
      "malformed",
    ],
    ["another encoding", () => syncBody("{}", { ...json, "content-encoding": "br" }), 400, "malformed"],
    [
      "more commands than fit",
      () =>
        syncBody(
          JSON.stringify({
            ...emptySync,
            commands: Array.from({ length: 201 }, (_, index) => newOrder(index + 1)),
          }),
        ),
      400,
      "malformed",
    ],
    [
      "commands out of order",
      () => syncBody(JSON.stringify({ ...emptySync, commands: [newOrder(2), newOrder(1)] })),
      400,
      "malformed",
    ],
    ["a path that is not there", () => owner.ask({ url: "/v1/nothing" }), 404, "not-found"],
    ["a method that is not there", () => owner.ask({ method: "DELETE", url: "/v1/sync" }), 404, "not-found"],
    [
      "a stream that is not there",
      () => owner.ask({ url: `/v1/streams/order/${newId()}` }),
      404,
      "not-found",
    ],
    ["a stream that cannot be", () => owner.ask({ url: "/v1/streams/Order/x" }), 404, "not-found"],
    [
      "another protocol",
      () => owner.ask({ method: "POST", url: "/v1/sync", headers: { "docket-protocol": "2" } }),
      400,
      "unsupported-protocol",
    ],
  ];

  test.each(faulty)("%s is told as a problem", async (_what, ask, status, code) => {
    const answer = await ask();
    expect(answer).toMatchObject({
      statusCode: status,
      headers: { "content-type": expect.stringMatching(/^application\/problem\+json/), ...protocol },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ type: `urn:docket:problem:${code}`, code, status });
  });

  test("[L16] a gzip that grows to most of a gigabyte takes no such memory", async () => {
    const before = process.resourceUsage().maxRSS;
    const answer = await syncBody(gzipBomb(700), { ...json, "content-encoding": "gzip" });
    expect(answer.statusCode).toBe(413);
    fired(19, import.meta.url);
    const grownKiB = process.resourceUsage().maxRSS - before;
    expect(grownKiB).toBeLessThan(100 * 1024);
  });

  test("what names only look like __proto__ may pass", async () => {
    expect((await syncBody(withMember("proto__"))).json().verdicts).toMatchObject([{ outcome: "accepted" }]);
  });

  test("depth counts brackets, not what is in texts", async () => {
    const actor = `${"[".repeat(100)}\\"{`;
    const body = JSON.stringify({ ...emptySync, commands: [{ ...newOrder(2), actor }] });
    expect((await syncBody(body)).statusCode).toBe(200);
  });

  test("a fault is told by its path, never by the value that was sent", async () => {
    const commands = [{ ...newOrder(1), at: "Ada Lovelace, 12 St James's Square" }];
    const answer = await owner.sync({ commands });
    expect(answer.json()).toMatchObject({ code: "malformed", path: "commands.0.at" });
    const order = newOrder(3);
    const wrong = { ...order, events: order.events.map((event) => ({ ...event, data: "Ada Lovelace" })) };
    const refused = await owner.sync({ commands: [wrong] });
    expect(refused.json().verdicts).toMatchObject([
      { problem: { code: "invalid-event", path: "events.0.data" } },
    ]);
    for (const { body } of [answer, refused]) expect(body).not.toContain("Lovelace");
  });

  test.each([
    ["without the header", { "docket-protocol": "" }],
    ["with another version", { "docket-protocol": "99" }],
  ])("a request %s is answered in ours, so that the device can tell", async (_what, headers) => {
    for (const url of ["/v1/sync", "/v1/live", "/v1/devices", "/v1/nothing"]) {
      const answer = await owner.ask({ method: url === "/v1/sync" ? "POST" : "GET", url, headers });
      expect(answer.statusCode).toBe(400);
      expect(answer.headers).toMatchObject(protocol);
    }
  });

  test("[L15] who asks is told apart: nobody, somebody unknown, somebody who was shut out", async () => {
    const gone = await joinAs(server, owner, "rep");
    await owner.ask({ method: "DELETE", url: `/v1/devices/${gone.id}` });
    const ask = async (authorization?: string) => {
      const headers = { ...protocol, ...(authorization === undefined ? {} : { authorization }) };
      const answer = await server.app.inject({
        method: "POST",
        url: "/v1/sync",
        headers,
        payload: emptySync,
      });
      return [answer.statusCode, answer.json().code];
    };
    expect(await ask()).toEqual([401, "unauthenticated"]);
    expect(await ask("Basic dXNlcjpwYXNz")).toEqual([401, "unauthenticated"]);
    expect(await ask("Bearer short")).toEqual([401, "unauthenticated"]);
    expect(await ask(`Bearer ${drawToken()}`)).toEqual([401, "unknown-token"]);
    expect(await ask(`Bearer ${gone.token}`)).toEqual([401, "revoked"]);
    for (const url of ["/v1/live", "/v1/devices", `/v1/streams/order/${newId()}`]) {
      expect((await gone.ask({ url })).json().code).toBe("revoked");
    }
  });

  test("a stranger's body is not read: it is turned away before", async () => {
    const payload = "x".repeat(limits.requestBytes * 2);
    const answer = await server.app.inject({
      method: "POST",
      url: "/v1/sync",
      headers: { ...protocol, ...json },
      payload,
    });
    expect([answer.statusCode, answer.json().code]).toEqual([401, "unauthenticated"]);
  });

  test("the API never answers HTML, however it is asked", async () => {
    const asked: InjectOptions[] = ["/v1", "/v1/", "/v1/sync", "/v1/x.html"].map((url) => ({
      url,
      headers: { accept: "text/html" },
    }));
    for (const options of asked) {
      const answer = await server.app.inject(options);
      expect(answer.headers["content-type"]).toMatch(/json/);
    }
  });

  test("answers are packed for who accepts it, and requests are unpacked", async () => {
    const payload = gzipSync(
      JSON.stringify({
        ...emptySync,
        commands: Array.from({ length: 9 }, (_, index) => newOrder(index + 20)),
      }),
    );
    const headers = { ...json, "content-encoding": "gzip", "accept-encoding": "br, gzip" };
    const answer = await syncBody(payload, headers);
    expect([answer.statusCode, answer.headers["content-encoding"]]).toEqual([200, "gzip"]);
  });
});

/** A gzip of this many MiB, made of a thousand bytes for each: members of a gzip may follow each other. */
function gzipBomb(mebibytes: number): Buffer {
  return Buffer.concat(Array(mebibytes).fill(gzipSync(Buffer.alloc(1024 * 1024))));
}
