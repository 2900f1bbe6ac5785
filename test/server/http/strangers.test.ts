import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { type DatabaseServer, onBothDatabases } from "../support/on-both-databases.ts";
import {
  drawToken,
  joinAs,
  protocol,
  startTestServer,
  startWorkspace,
  type TestDevice,
} from "../support/test-server.ts";

onBothDatabases("strangers", (open) => {
  let at: DatabaseServer;
  let owner: TestDevice;
  /** Each test asks from networks of its own. */
  let round = 0;
  let wifi: string;
  beforeAll(async () => {
    at = await open({}, { trustProxy: 1 });
    owner = await startWorkspace(at.server);
  });
  beforeEach(() => {
    round += 1;
    wifi = from(7);
  });
  afterAll(() => at.remove());

  const from = (host: number) => `10.0.${round}.${host}`;
  const elsewhere = (host: number) => `10.1.${round}.${host}`;
  /** Asks as somebody at this address, who has a token or not. */
  const askFrom = (remoteAddress: string, options: InjectOptions, token?: string) => {
    const as = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { ...protocol, ...as, ...options.headers };
    return at.server.app.inject({ ...options, remoteAddress, headers });
  };
  const answerOf = (answer: LightMyRequestResponse) => [answer.statusCode, answer.json().code];
  const newDevice = () => ({ id: newId(), name: "Van", token: drawToken() });
  const join = (address: string, code: string, headers = {}) =>
    askFrom(address, { method: "POST", url: "/v1/devices", payload: { code, device: newDevice() }, headers });
  const invite = async () =>
    (await owner.ask({ method: "POST", url: "/v1/invites", payload: { role: "rep" } })).json().code;
  /** Asks so often with tokens that nobody has, each another one, and counts the answers by status. */
  const flood = async (count: number, options: () => InjectOptions) => {
    const ends: Record<string, number> = {};
    for (let asked = 0; asked < count; asked += 50) {
      const some = Array.from({ length: 50 }, () => askFrom(wifi, options(), drawToken()));
      for (const { statusCode } of await Promise.all(some)) ends[statusCode] = (ends[statusCode] ?? 0) + 1;
    }
    return ends;
  };

  test("[L16] with thousands of unknown tokens keep no device from being served that is known, behind the same address", async () => {
    const rep = await joinAs(at.server, owner, "rep");
    await rep.mustSync();
    const ends = await flood(2_000, () => ({ url: "/v1/events" }));
    expect(ends).toEqual({ 401: 1_000, 429: 1_000 });
    const before = at.transactions();
    expect(answerOf(await askFrom(wifi, { url: "/v1/events" }, drawToken()))).toEqual([429, "rate-limited"]);
    expect(at.transactions()).toBe(before);
    expect((await askFrom(wifi, { url: "/v1/events" }, rep.token)).statusCode).toBe(200);
    expect(answerOf(await askFrom(from(8), { url: "/v1/events" }, drawToken()))).toEqual([
      401,
      "unknown-token",
    ]);
  });

  test.each<[string, () => InjectOptions]>([
    ["making invites", () => ({ method: "POST", url: "/v1/invites", payload: { role: "rep" } })],
    [
      "taking a successor",
      () => ({ method: "POST", url: "/v1/devices", payload: { successorOf: newId(), device: newDevice() } }),
    ],
    ["reading the log", () => ({ url: "/v1/events" })],
    ["listing devices", () => ({ url: "/v1/devices" })],
  ])("[L16] are counted on every route that takes a token: %s", async (_what, options) => {
    const before = at.transactions();
    const ends = await flood(1_500, options);
    expect(ends).toEqual({ 401: 1_000, 429: 500 });
    expect(at.transactions() - before).toBe(1_000);
  });

  test("[L16] who ask with the same token again and again cost one look-up", async () => {
    const token = drawToken();
    const before = at.transactions();
    for (let asked = 0; asked < 5; asked += 1) {
      const some = Array.from({ length: 20 }, () => askFrom(wifi, { url: "/v1/devices" }, token));
      for (const answer of await Promise.all(some)) expect(answerOf(answer)).toEqual([401, "unknown-token"]);
    }
    expect(at.transactions() - before).toBe(1);
  });

  test("a token that was unknown a moment ago is known as soon as its device has joined", async () => {
    const device = newDevice();
    const ask = () => askFrom(wifi, { url: "/v1/consistency" }, device.token);
    expect(answerOf(await ask())).toEqual([401, "unknown-token"]);
    const payload = { code: await invite(), device };
    expect((await askFrom(wifi, { method: "POST", url: "/v1/devices", payload })).statusCode).toBe(201);
    expect((await ask()).statusCode).toBe(200);
  });

  test("[L16] who ask what this server is, or whether it is ready, ask the database once in a while", async () => {
    const before = at.transactions();
    for (const url of ["/readyz", "/v1/meta"]) {
      const answers = await Promise.all(Array.from({ length: 200 }, () => askFrom(wifi, { url })));
      expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    }
    // A busy machine may take longer than the second for which an answer counts.
    expect(at.transactions() - before).toBeLessThan(10);
  });

  test("[L16] who guess invites from everywhere stop nobody from joining with the right code", async () => {
    const code = await invite();
    for (let guess = 0; guess < 150; guess += 1)
      expect(answerOf(await join(elsewhere(guess), `WRONG-${guess}`))).toEqual([403, "wrong-code"]);
    expect((await join(from(9), code)).statusCode).toBe(201);
  });

  test("[L16] who guess setup codes are stopped by their network, and slow down others without stopping the right code", async () => {
    const begin = (address: string, setupCode: string) => {
      const payload = { setupCode, name: "Second", device: newDevice() };
      return askFrom(address, { method: "POST", url: "/v1/workspaces", payload });
    };
    for (let guess = 0; guess <= 10; guess += 1)
      expect(answerOf(await begin(wifi, `wrong-code-${guess}`))).toEqual([403, "wrong-code"]);
    expect(answerOf(await begin(wifi, "SETUP-CODE"))).toEqual([429, "rate-limited"]);
    const guesses = Array.from({ length: 120 }, (_, guess) => begin(elsewhere(guess), "wrong-code-x"));
    for (const answer of await Promise.all(guesses)) expect(answerOf(answer)).toEqual([403, "wrong-code"]);
    expect((await begin(from(9), "SETUP-CODE")).statusCode).toBe(201);
  });

  test("[L16] with an IPv6 network of their own are counted once, whatever address of it they take", async () => {
    const code = await invite();
    for (let guess = 0; guess <= 10; guess += 1) await join(`2001:db8:0:7::${guess + 1}`, `WRONG-${guess}`);
    expect(answerOf(await join("2001:db8:0:7:ffff::1", code))).toEqual([429, "rate-limited"]);
    expect((await join("2001:db8:0:8::1", code)).statusCode).toBe(201);
  });

  test("[L16] are not counted under an address that they have written themselves before the proxy's", async () => {
    const code = await invite();
    const behindProxy = (guess: number, asked: string) =>
      join("127.0.0.1", asked, { "x-forwarded-for": `${elsewhere(guess)}, ${wifi}` });
    for (let guess = 0; guess <= 10; guess += 1) await behindProxy(guess, `WRONG-${guess}`);
    expect(answerOf(await behindProxy(99, code))).toEqual([429, "rate-limited"]);
    expect((await join("127.0.0.1", code, { "x-forwarded-for": from(9) })).statusCode).toBe(201);
  });
});

test("[L16] known devices that a server looks up after its start do not count, however many ask from one address", async () => {
  const store = makeMemoryStore();
  const before = await startTestServer({ store });
  const owner = await startWorkspace(before);
  const reps = [await joinAs(before, owner, "rep"), await joinAs(before, owner, "rep"), owner];
  await before.stop();
  const restarted = await startTestServer({ store });
  try {
    const ask = (token: string) =>
      restarted.app.inject({
        url: "/v1/events",
        remoteAddress: "10.2.0.1",
        headers: { ...protocol, authorization: `Bearer ${token}` },
      });
    for (const { token } of reps) expect((await ask(token)).statusCode).toBe(200);
    const ends: Record<string, number> = {};
    for (let count = 0; count < 1_001; count += 1) {
      const { statusCode } = await ask(drawToken());
      ends[statusCode] = (ends[statusCode] ?? 0) + 1;
    }
    expect(ends).toEqual({ 401: 1_000, 429: 1 });
  } finally {
    await restarted.stop();
  }
});
