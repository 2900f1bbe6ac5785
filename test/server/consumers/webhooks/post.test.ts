import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makePost, type PostOptions } from "../../../../src/server/consumers/webhooks/post.ts";

/** A deadline that is never reached. */
const never = new AbortController().signal;

let server: Server;
let answer: RequestListener;
let asked: number;
beforeEach(async () => {
  asked = 0;
  answer = (_request, response) => void response.end("ok");
  server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** One attempt at the test's own server, under a host name that is looked up as told. */
function attempt(over: Partial<PostOptions> & { readonly path?: string; readonly stop?: AbortSignal } = {}) {
  const { path = "/hook", stop = new AbortController().signal, ...options } = over;
  const post = makePost({
    allowPrivate: true,
    resolve: async () => [{ address: "127.0.0.1", family: 4 }],
    deadline: () => never,
    ...options,
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://receiver.example:${port}${path}`;
  return post({ url, headers: { "webhook-id": "1" }, body: `{"a":"ü"}`, stop });
}

describe("one attempt to send", () => {
  test("sends the body to the address that was looked up, under the name that was asked for", async () => {
    const seen: unknown[] = [];
    answer = (request, response) => {
      request.setEncoding("utf8");
      let body = "";
      request.on("data", (chunk: string) => {
        body += chunk;
      });
      request.on("end", () => {
        seen.push([request.method, request.url, request.headers.host?.split(":")[0], body]);
        response.writeHead(202, { "retry-after": "7" }).end();
      });
    };
    expect(await attempt()).toEqual({ outcome: "answered", status: 202, retryAfter: "7" });
    expect(seen).toEqual([["POST", "/hook", "receiver.example", `{"a":"ü"}`]]);
  });

  test("a name that leads to a private address by the time of the attempt is not connected to", async () => {
    expect(await attempt({ allowPrivate: false })).toEqual({ outcome: "failed", reason: "refused-address" });
    const rebound = makePost({
      allowPrivate: false,
      resolve: async () => [{ address: "127.0.0.1", family: 4 }],
      deadline: () => never,
    });
    const { port } = server.address() as AddressInfo;
    const stop = new AbortController().signal;
    const sent = { url: `https://receiver.example:${port}/`, headers: {}, body: "{}", stop };
    expect(await rebound(sent)).toEqual({ outcome: "failed", reason: "refused-address" });
    expect(asked).toBe(0);
  });

  test("the name is looked up once: what it would answer next is never used", async () => {
    let lookups = 0;
    const resolve = async () => {
      lookups += 1;
      return [{ address: lookups === 1 ? "127.0.0.1" : "192.0.2.1", family: 4 } as const];
    };
    expect(await attempt({ resolve })).toMatchObject({ status: 200 });
    expect(lookups).toBe(1);
  });

  test("a redirect is not followed", async () => {
    answer = (_request, response) => void response.writeHead(302, { location: "/elsewhere" }).end();
    expect(await attempt()).toMatchObject({ outcome: "answered", status: 302 });
    expect(asked).toBe(1);
  });

  test("[L16] an endless answer is not read, and what its status says holds", async () => {
    answer = (_request, response) => {
      const more = () => {
        while (response.write("x".repeat(10_000)));
        response.once("drain", more);
      };
      more();
    };
    expect(await attempt()).toMatchObject({ outcome: "answered", status: 200 });
  });

  test("[L16] a receiver that takes too long is given up, and a name that nobody answers for", async () => {
    const late = new AbortController();
    answer = () => late.abort();
    const timedOut = { outcome: "failed", reason: "timeout" };
    expect(await attempt({ deadline: () => late.signal })).toEqual(timedOut);
    const unanswered = new Promise<never>(() => {});
    const resolve = () => {
      late.abort();
      return unanswered;
    };
    expect(await attempt({ deadline: () => late.signal, resolve })).toEqual(timedOut);
  });

  test("a receiver that would rather speak another protocol is told by its status, and the attempt ends", async () => {
    answer = (request) => {
      request.socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
      );
    };
    expect(await attempt()).toEqual({ outcome: "answered", status: 101, retryAfter: null });
  });

  test("the end of this server cuts it off, and it is told apart from a slow receiver", async () => {
    const stopping = new AbortController();
    answer = () => stopping.abort();
    expect(await attempt({ stop: stopping.signal })).toEqual({ outcome: "failed", reason: "stopped" });
  });

  test("why there was no answer is told: no such host, no connection", async () => {
    const unknown = async () => {
      throw new Error("ENOTFOUND");
    };
    expect(await attempt({ resolve: unknown })).toEqual({ outcome: "failed", reason: "no-such-host" });
    answer = (request) => void request.socket.destroy();
    expect(await attempt()).toEqual({ outcome: "failed", reason: "no-connection" });
  });
});

describe("one attempt over HTTPS", () => {
  const [key, cert] = ["key", "pem"].map((end) => readFileSync(`test/fixtures/tls/localhost.${end}`, "utf8"));
  const names: unknown[] = [];
  const secure = createSecureServer({ key, cert }, (request, response) => {
    names.push([request.headers.host?.split(":")[0], (request.socket as TLSSocket).servername]);
    response.end("ok");
  });
  beforeAll(() => new Promise<void>((listening) => secure.listen(0, "127.0.0.1", listening)));
  afterAll(() => new Promise((closed) => secure.close(closed)));

  const attemptAt = (host: string, ca: string | undefined) => {
    const post = makePost({
      allowPrivate: true,
      // The name leads nowhere else than where it was looked up.
      resolve: async () => [{ address: "127.0.0.1", family: 4 }],
      deadline: () => never,
      ...(ca === undefined ? {} : { ca }),
    });
    const { port } = secure.address() as AddressInfo;
    const stop = new AbortController().signal;
    return post({ url: `https://${host}:${port}/hook`, headers: {}, body: "{}", stop });
  };

  test("goes to the address that was looked up, and its certificate is held against the name that was asked for", async () => {
    expect(await attemptAt("localhost", cert)).toEqual({
      outcome: "answered",
      status: 200,
      retryAfter: null,
    });
    expect(names).toEqual([["localhost", "localhost"]]);
    const refused = { outcome: "failed", reason: "bad-certificate" };
    expect(await attemptAt("receiver.example", cert)).toEqual(refused);
    expect(await attemptAt("localhost", undefined)).toEqual(refused);
    expect(names).toHaveLength(1);
  });
});
