import { randomBytes } from "node:crypto";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { newId } from "../../../src/protocol/ids.ts";
import { limits, protocolHeader, protocolVersion } from "../../../src/protocol/limits.ts";
import { newOrder } from "../../server/support/commands.ts";

/** Whom an input is sent to, and as whom: `identities` are the tokens of all devices that the hostile business has. */
export interface Target {
  readonly port: number;
  readonly token: string;
  readonly identities: readonly string[];
}

/** One thing that somebody hostile, or broken, may send. Yields the outcomes, counted by status or end. */
export interface HostileInput {
  readonly name: string;
  readonly send: (target: Target) => Promise<Ends>;
}

export type Ends = Readonly<Record<string, number>>;

const mebibyte = 1024 * 1024;
const bomb = gzipSync(Buffer.alloc(1024 * mebibyte), { level: 9 });

/** How many requests are open at one moment. */
const beside = 32;

export const hostileInputs: readonly HostileInput[] = [
  { name: "gzip bomb, 1 GiB of zeros in 1 MiB", send: (to) => many(to, 64, { body: bomb, gzip: true }) },
  {
    name: "gzip that ends in the middle",
    send: (to) => many(to, 200, { body: bomb.subarray(0, 4_000), gzip: true }),
  },
  { name: "JSON of 500,000 levels", send: (to) => many(to, 64, { body: Buffer.from("[".repeat(500_000)) }) },
  {
    name: "JSON of 500,000 members",
    send: (to) => many(to, 64, { body: Buffer.from(`[${"0,".repeat(499_999)}0]`) }),
  },
  {
    name: "200 commands of 5 KiB of nothing",
    send: (to) =>
      many(to, 64, { body: Buffer.from(JSON.stringify({ commands: Array(200).fill("x".repeat(5_000)) })) }),
  },
  {
    name: "a body over the limit",
    send: (to) => many(to, 200, { body: Buffer.alloc(limits.requestBytes * 2, 0x20) }),
  },
  {
    name: "tokens that nobody has",
    send: (to) => many({ ...to, token: "x".repeat(43) }, 1_000, { body: Buffer.from("{}") }),
  },
  {
    name: "headers of 64 KiB",
    send: (to) => many(to, 200, { body: Buffer.from("{}"), extra: "x".repeat(64 * 1024) }),
  },
  { name: "500 slow writers, a byte a second", send: slowWriters },
  { name: "200 slow readers of a page of 1 MiB", send: slowReaders },
  { name: "1,000 live streams that nobody reads", send: liveStreams },
  { name: "all identities, 8 bodies each of which nothing comes", send: silentBodies },
  { name: "all identities, 4 waits for events each", send: waits },
  {
    name: "3,000 unknown tokens that ask for invites",
    send: (to) => asks(to, 3_000, () => ["POST", "/v1/invites", { role: "rep" }, nobodysToken()]),
  },
  {
    name: "3,000 that ask whether it is ready, and what it is",
    send: (to) => asks(to, 3_000, (nth) => ["GET", nth % 2 === 0 ? "/readyz" : "/v1/meta"]),
  },
  {
    name: "300 wrong codes",
    send: (to) =>
      asks(to, 300, (nth) => [
        "POST",
        "/v1/devices",
        { code: `WRONG-${nth}`, device: { id: newId(), name: "x", token: nobodysToken() } },
      ]),
  },
  {
    name: "100 orders with 240 kB that nobody knows",
    send: (to) =>
      asks(to, 100, (nth) => ["POST", "/v1/sync", stuffed(nth + 1), to.identities[0] ?? to.token]),
  },
];

const nobodysToken = () => randomBytes(32).toString("base64url");

/** A push of one order, with a member in it that no schema knows. */
function stuffed(seq: number): object {
  const order = newOrder(seq);
  const events = order.events.map((event) => ({
    ...event,
    data: { ...(event.data as object), filler: "x".repeat(240_000) },
  }));
  const now = new Date().toISOString();
  return { cursor: null, lastSeq: seq, now, limit: 1, commands: [{ ...order, events }] };
}

type Asked = readonly [method: string, path: string, body?: object, token?: string];

/** Asks so often, some at a time, and counts the outcomes; of pushes by the verdict. */
async function asks(to: Target, count: number, asked: (nth: number) => Asked): Promise<Ends> {
  const ends: string[] = [];
  for (let from = 0; from < count; from += beside) {
    const some = Array.from({ length: Math.min(beside, count - from) }, (_, index) =>
      ask(to, asked(from + index)),
    );
    ends.push(...(await Promise.all(some)));
  }
  return counted(ends);
}

async function ask(to: Target, [method, path, body, token]: Asked): Promise<string> {
  const headers = {
    [protocolHeader]: protocolVersion,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(`http://127.0.0.1:${to.port}${path}`, init);
  const said = (await answer.json()) as { readonly verdicts?: readonly { readonly outcome: string }[] };
  const outcome = said.verdicts?.[0]?.outcome;
  return outcome === undefined ? String(answer.status) : outcome;
}

/** Each begins a body in gzip, and sends nothing of it; counts who was let go of within 20 s. */
async function silentBodies(to: Target): Promise<Ends> {
  const sockets = to.identities.flatMap((token) =>
    Array.from({ length: 8 }, () => {
      const one = opened(to.port);
      one.socket.write(
        `POST /v1/sync HTTP/1.1\r\nhost: x\r\n${headerLines({ ...to, token })}content-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 99\r\n\r\n`,
      );
      one.socket.resume();
      return one;
    }),
  );
  await delay(20_000);
  return closeAll(sockets);
}

/** Each waits for events where there are none; after 10 s it goes. Counts the answers that came before. */
async function waits(to: Target): Promise<Ends> {
  const base = `http://127.0.0.1:${to.port}`;
  const now = new Date().toISOString();
  let cursor: string | undefined;
  for (let more = true; more; ) {
    const body = JSON.stringify({ cursor: cursor ?? null, lastSeq: 0, now, commands: [] });
    const headers = { ...headersOf(to), "content-type": "application/json" };
    const page = await fetch(`${base}/v1/sync`, { method: "POST", headers, body });
    ({ cursor, more } = (await page.json()) as { cursor: string; more: boolean });
  }
  const leave = AbortSignal.timeout(10_000);
  const ends = to.identities.flatMap((token) =>
    Array.from({ length: 4 }, async () => {
      const headers = { ...headersOf({ ...to, token }), prefer: "wait=25" };
      try {
        const answer = await fetch(`${base}/v1/events?after=${cursor}`, { headers, signal: leave });
        await answer.arrayBuffer();
        return String(answer.status);
      } catch {
        return "waited";
      }
    }),
  );
  return counted(await Promise.all(ends));
}

interface Body {
  readonly body: Buffer;
  readonly gzip?: boolean;
  readonly extra?: string;
}

async function many(to: Target, count: number, body: Body): Promise<Ends> {
  const agent = new Agent({ keepAlive: true, maxSockets: beside });
  const ends = await Promise.all(Array.from({ length: count }, () => post(to, body, agent)));
  agent.destroy();
  return counted(ends);
}

function post(to: Target, { body, gzip, extra }: Body, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const headers = {
      ...headersOf(to),
      "content-type": "application/json",
      "content-length": body.length,
      ...(gzip === true ? { "content-encoding": "gzip" } : {}),
      ...(extra === undefined ? {} : { "x-extra": extra }),
    };
    const asked: ClientRequest = request(
      { host: "127.0.0.1", port: to.port, path: "/v1/sync", method: "POST", headers, agent },
      (answer) => {
        answer.resume();
        answer.on("close", () => resolve(String(answer.statusCode)));
      },
    );
    asked.on("error", (error) => resolve("code" in error ? String(error.code) : "failed"));
    asked.end(body);
  });
}

/** Each begins a request and then sends a byte a second; counts who was let go of within 60 s. */
async function slowWriters(to: Target): Promise<Ends> {
  const sockets = Array.from({ length: 500 }, () => opened(to.port));
  for (const { socket } of sockets)
    socket.write(
      `POST /v1/sync HTTP/1.1\r\nhost: x\r\n${headerLines(to)}content-type: application/json\r\ncontent-length: 1000\r\n\r\n`,
    );
  for (let second = 0; second < 60; second += 1) {
    for (const { socket } of sockets) if (socket.writable) socket.write("{");
    await delay(1_000);
  }
  return closeAll(sockets);
}

/** Each asks for the longest page and reads none of it. */
async function slowReaders(to: Target): Promise<Ends> {
  const body = JSON.stringify({ cursor: null, lastSeq: 0, now: new Date().toISOString(), commands: [] });
  const sockets = Array.from({ length: 200 }, () => opened(to.port));
  for (const { socket } of sockets) {
    socket.pause();
    socket.write(
      `POST /v1/sync HTTP/1.1\r\nhost: x\r\n${headerLines(to)}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  }
  await delay(15_000);
  return closeAll(sockets);
}

async function liveStreams(to: Target): Promise<Ends> {
  const agent = new Agent({ maxSockets: 1_000 });
  const answers: IncomingMessage[] = [];
  const statuses = await Promise.all(
    Array.from(
      { length: 1_000 },
      () =>
        new Promise<string>((resolve) => {
          const asked = request(
            { host: "127.0.0.1", port: to.port, path: "/v1/live", headers: headersOf(to), agent },
            (answer) => {
              answer.pause();
              answers.push(answer);
              resolve(String(answer.statusCode));
            },
          );
          asked.on("error", (error) => resolve("code" in error ? String(error.code) : "failed"));
          asked.end();
        }),
    ),
  );
  await delay(10_000);
  for (const answer of answers) answer.destroy();
  agent.destroy();
  return counted(statuses);
}

function opened(port: number): { readonly socket: Socket; isClosed: boolean } {
  const one = { socket: connect(port, "127.0.0.1"), isClosed: false };
  one.socket.on("error", () => {});
  one.socket.on("close", () => {
    one.isClosed = true;
  });
  return one;
}

function closeAll(sockets: readonly { readonly socket: Socket; readonly isClosed: boolean }[]): Ends {
  const ends = counted(sockets.map(({ isClosed }) => (isClosed ? "let go" : "open")));
  for (const { socket } of sockets) socket.destroy();
  return ends;
}

function headersOf({ token }: Target) {
  return { [protocolHeader]: protocolVersion, authorization: `Bearer ${token}` };
}

function headerLines(to: Target): string {
  return Object.entries(headersOf(to))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

function counted(ends: readonly string[]): Ends {
  const found: Record<string, number> = {};
  for (const end of ends) found[end] = (found[end] ?? 0) + 1;
  return found;
}
