import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import * as v from "valibot";
import { afterEach, describe, expect, test, vi } from "vitest";
import { protocolHeader, protocolVersion } from "../../../src/protocol/limits.ts";
import { problem } from "../../../src/protocol/problem.ts";
import type { RequestBody } from "../../../src/protocol/request-body.ts";
import { makePacking } from "../../../src/sync/calls/packing.ts";
import { call, type Reply } from "../../../src/sync/calls/transport.ts";
import { type StrangeAnswer, tellByLook } from "../../../src/sync/calls/who-answered.ts";

interface Asked {
  readonly path: string;
  readonly packed: boolean;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}
type Answer = (asked: Asked, response: ServerResponse, ours: () => void) => void;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A server of ours that says how many letters it got, with something in front of it that may answer instead. */
async function startBehind(between: Answer): Promise<{ readonly origin: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const isPacked = body[0] === 0x1f && body[1] === 0x8b;
      const text = (isPacked ? gunzipSync(body) : body).toString();
      const one = { path: request.url ?? "", packed: isPacked, headers: request.headers, text };
      asked.push(one);
      between(one, response, () => answerAsOurs(one, response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function answerAsOurs(asked: Asked, response: ServerResponse): void {
  const [status, value] = ourAnswer(asked);
  response.setHeader(protocolHeader, protocolVersion);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function ourAnswer({ path, packed, headers, text }: Asked): readonly [number, unknown] {
  if (path === "/v1/meta") return [200, { product: "docket", protocol: protocolVersion }];
  if (headers[protocolHeader] === undefined)
    return [400, problem("unsupported-protocol", 400, "This server speaks another version")];
  if (headers.authorization === undefined) return [401, problem("unauthenticated", 401, "Who asks?")];
  // As the real one does with packed bytes that no header announces.
  if (packed && headers["content-encoding"] === undefined)
    return [400, problem("malformed", 400, "The request cannot be read")];
  return [200, { letters: text.length }];
}

const page = (status: number): Answer => {
  return (_asked, response) => {
    response
      .writeHead(status, { "content-type": "text/html" })
      .end("<!doctype html><title>Welcome</title><h1>Hello</h1>");
  };
};

const schema = v.looseObject({ letters: v.number() });
const small = { text: "x".repeat(100) };
const large = { text: "x".repeat(20_000) };

function post(
  origin: string,
  body: unknown,
  more: { packing?: ReturnType<typeof makePacking>; fetch?: typeof fetch } = {},
) {
  return call({
    origin,
    method: "POST",
    path: "/v1/sync",
    token: "t",
    schema,
    body: body as RequestBody,
    ...more,
  });
}

const answered = (body: unknown): Reply<unknown> => ({
  outcome: "answered",
  body: { letters: JSON.stringify(body).length },
});

describe("a body that does not get through packed is sent as it is", () => {
  test.each<readonly [string, Answer]>([
    ["403 with a page", (one, response, ours) => (one.packed ? page(403)(one, response, ours) : ours())],
    ["415 with a page", (one, response, ours) => (one.packed ? page(415)(one, response, ours) : ours())],
    ["200 with a page", (one, response, ours) => (one.packed ? page(200)(one, response, ours) : ours())],
    [
      "the header taken off and the body left packed",
      (one, response) => {
        const { "content-encoding": _taken, ...headers } = one.headers;
        answerAsOurs({ ...one, headers }, response);
      },
    ],
  ])("where packed ones meet %s", async (_title, between) => {
    const { origin, asked } = await startBehind(between);
    expect(await post(origin, large)).toEqual(answered(large));
    expect(asked.map(({ packed }) => packed)).toEqual([true, false]);
  });

  test("and stays so for this server for an hour, then packing is tried again", async () => {
    let nowMs = 0;
    const packing = makePacking(() => nowMs);
    const { origin, asked } = await startBehind((one, response, ours) =>
      one.packed ? page(403)(one, response, ours) : ours(),
    );
    await post(origin, large, { packing });
    nowMs += 59 * 60_000;
    await post(origin, large, { packing });
    nowMs += 2 * 60_000;
    await post(origin, large, { packing });
    expect(asked.map(({ packed }) => packed)).toEqual([true, false, false, true, false]);
  });

  test("where the connection ends instead of an answer: each third time in a row, and from then on once it passed", async () => {
    const packing = makePacking(() => 0);
    const { origin, asked } = await startBehind((one, response, ours) => {
      if (one.packed) response.destroy();
      else ours();
    });
    const outcomes: string[] = [];
    for (let times = 0; times < 4; times += 1)
      outcomes.push((await post(origin, large, { packing })).outcome);
    expect(outcomes).toEqual(["failed", "failed", "answered", "answered"]);
    expect(asked.map(({ packed }) => packed)).toEqual([true, true, false, false]);
  });

  test.each([
    ["stands still", () => new ReadableStream<never>()],
    ["fails", () => new ReadableStream<never>({ start: (stream) => stream.error(new Error("no memory")) })],
  ])("where the browser's own packing %s, this time and for an hour", async (_how, readable) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.stubGlobal(
      "CompressionStream",
      class {
        readonly readable = readable();
        readonly writable = new WritableStream();
      },
    );
    const asked: RequestInit[] = [];
    const fetch: typeof globalThis.fetch = async (_url, init = {}) => {
      asked.push(init);
      return Response.json({ letters: String(init.body).length }, { headers: { [protocolHeader]: "1" } });
    };
    const packing = makePacking(() => 0);
    const first = post("http://shop.example", large, { packing, fetch });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await first).toEqual(answered(large));
    expect(await post("http://shop.example", large, { packing, fetch })).toEqual(answered(large));
    expect(asked.map(({ headers }) => new Headers(headers).has("content-encoding"))).toEqual([false, false]);
  });

  test("a small body is never packed, and a network that is away is asked once", async () => {
    const { origin, asked } = await startBehind((_one, response) => void response.destroy());
    expect(await post(origin, small)).toEqual({ outcome: "failed", trouble: "unreachable" });
    expect(await post(origin, large)).toEqual({ outcome: "failed", trouble: "unreachable" });
    expect(asked.map(({ packed }) => packed)).toEqual([false, true]);
  });
});

describe("what answers instead of our server is told apart", () => {
  const failed = (trouble: string, between?: string) => ({
    outcome: "failed",
    trouble,
    ...(between === undefined ? {} : { between }),
  });
  const redirect: Answer = (_one, response) => {
    response.writeHead(302, { location: "http://127.0.0.1:9/sign-in" }).end();
  };
  const onlyPosts =
    (between: Answer): Answer =>
    (one, response, ours) =>
      one.path === "/v1/meta" ? ours() : between(one, response, ours);

  test.each<readonly [string, Answer, ReturnType<typeof failed>]>([
    ["a page for all that is asked", page(200), failed("not-our-server", "captive-portal")],
    ["a redirect for all that is asked", redirect, failed("not-our-server", "captive-portal")],
    ["511, network sign-in", page(511), failed("not-our-server", "captive-portal")],
    ["401 for all that is asked", page(401), failed("not-our-server", "sign-in")],
    ["403 with a page for all that is asked", page(403), failed("not-our-server", "sign-in")],
    ["403 for this request alone", onlyPosts(page(403)), failed("not-our-server", "refuses")],
    ["413", onlyPosts(page(413)), failed("not-our-server", "too-large")],
    ["404 for all that is asked", page(404), failed("not-our-server", "other-server")],
    ["502: a proxy without its server", page(502), failed("unreachable")],
    ["503: a proxy whose server has no room", page(503), failed("server-busy")],
    [
      "another server's JSON",
      (_one, response) => {
        response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
      },
      failed("not-our-server", "other-server"),
    ],
    [
      "our server, whose proxy takes Authorization out",
      (one, response) => {
        const { authorization: _taken, ...headers } = one.headers;
        answerAsOurs({ ...one, headers }, response);
      },
      failed("not-our-server", "drops-headers"),
    ],
    [
      "our server, whose proxy takes our header out",
      (one, response) => {
        const { [protocolHeader]: _taken, ...headers } = one.headers;
        answerAsOurs({ ...one, headers }, response);
      },
      failed("not-our-server", "drops-headers"),
    ],
  ])("%s", async (_title, between, expected) => {
    const { origin } = await startBehind(between);
    expect(await post(origin, small)).toEqual(expected);
  });

  test("over HTTPS a page or a redirect is no Wi-Fi's: it is a sign-in in front of the server", () => {
    const seen: StrangeAnswer = { status: 200, isRedirect: false, isPage: true };
    const led: StrangeAnswer = { status: 0, isRedirect: true, isPage: false };
    for (const look of [seen, led]) {
      expect(tellByLook(look, true).between).toBe("sign-in");
      expect(tellByLook(look, false).between).toBe("captive-portal");
    }
  });

  test("a Retry-After from something in between is kept", async () => {
    const { origin } = await startBehind((one, response, ours) => {
      response.setHeader("retry-after", "7");
      page(503)(one, response, ours);
    });
    const reply = { outcome: "failed", trouble: "server-busy", retryAfterMs: 7_000 };
    expect(await post(origin, small)).toEqual(reply);
  });
});

describe("an answer whose protocol header a proxy has taken off", () => {
  const without =
    (status: number, body: unknown): Answer =>
    (_one, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };

  test("counts where it is just what was asked for", async () => {
    const { origin } = await startBehind(without(200, { letters: 5 }));
    expect(await post(origin, small)).toEqual({ outcome: "answered", body: { letters: 5 } });
  });
  test("counts where it is a problem under our names", async () => {
    const revoked = problem("revoked", 401, "Access was taken back");
    const { origin } = await startBehind(without(401, revoked));
    expect(await post(origin, small)).toEqual({ outcome: "problem", problem: revoked });
  });
  test("never counts where anything at all would have been an answer", async () => {
    const { origin } = await startBehind(without(200, { letters: 5 }));
    const reply = await call({
      origin,
      method: "DELETE",
      path: "/v1/devices/x",
      token: "t",
      schema: v.unknown(),
    });
    expect(reply.outcome).toBe("failed");
  });
});

test("[L8] a request ends when its time is over, also where the browser forgets to end it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  for (const fetch of [forgets, async () => new Response(new ReadableStream(), ours)]) {
    const asked = post("http://shop.example", small, { fetch });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await asked).toEqual({ outcome: "failed", trouble: "unreachable" });
  }
});

const forgets: typeof fetch = () => new Promise(() => {});
const ours = { headers: { [protocolHeader]: protocolVersion } };
