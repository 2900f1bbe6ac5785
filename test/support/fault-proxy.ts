import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Hints, passHints } from "./altered-hints.ts";

/** What becomes of one request to sync. Bytes count bodies as they are on the wire. */
export type Fate =
  | { readonly kind: "pass" }
  /** The connection ends before the server has heard anything. */
  | { readonly kind: "lose-request" }
  /** The server hears so many bytes of the body, then both connections end. A body that is no longer passes. */
  | { readonly kind: "cut-request"; readonly bytes: number }
  /** The server has answered; nothing of it comes back. `meanwhile` happens in between. */
  | { readonly kind: "lose-answer"; readonly meanwhile?: () => Promise<void> }
  | { readonly kind: "cut-answer"; readonly bytes: number }
  /** It is delivered twice at the same moment, to these ports or both to the same; the first one's answer comes back. */
  | { readonly kind: "twice"; readonly ports?: readonly [number, number] }
  /** It waits for this, and then goes on its way. */
  | { readonly kind: "delay"; readonly until: Promise<unknown> }
  /** Somebody else answers, and the server hears nothing: a captive portal, a gateway that is full. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

/** A network in front of a server, with faults that happen when a test says so. */
export interface FaultProxy {
  readonly url: string;
  /** What becomes of the next requests to sync, one each; later ones pass. */
  readonly next: (...fates: readonly Fate[]) => void;
  /** What becomes of all of them, until something else is said; `undefined`: they pass. */
  readonly always: (fate: Fate | undefined) => void;
  /** The fates that have happened, passing left out. */
  readonly happened: () => readonly Fate["kind"][];
  /** Every answer to sync that the server gave, also those that never arrived, in their order. */
  readonly answers: () => readonly Delivered[];
  /** How live hints come through from now on, also on streams that are open. */
  readonly hints: (how: Hints) => void;
  /** How many requests to sync have come so far. */
  readonly requests: () => number;
  /** How many live streams were ever opened. */
  readonly streams: () => number;
  /** Ends every connection and refuses new ones, until `heal`. */
  readonly cut: () => void;
  readonly heal: () => void;
  /** The network goes and comes back, each for so long, until it is told to heal. */
  readonly flap: (everyMs: number) => void;
  readonly stop: () => Promise<void>;
}

/** An answer as it left the server. */
export interface Delivered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

const passes: Fate = { kind: "pass" };

/** Starts one on a free port; `target` is the port of the server behind it. */
export async function startFaultProxy(target: () => number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const fates: Fate[] = [];
  const happened: Fate["kind"][] = [];
  const answers: Delivered[] = [];
  let standing: Fate | undefined;
  let hints: Hints = "pass";
  let streams = 0;
  let requests = 0;
  let isCut = false;
  let flapping: NodeJS.Timeout | undefined;
  const deliver = async (incoming: IncomingMessage, body: Buffer, port = target()): Promise<Delivered> => {
    const answer = await deliverTo(port, incoming, body);
    if (isSync(incoming)) answers.push(answer);
    return answer;
  };

  const meet = async (planned: Fate, incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await readAll(incoming);
    const fate = planned.kind === "cut-request" && body.length <= planned.bytes ? passes : planned;
    if (fate.kind !== "pass") happened.push(fate.kind);
    switch (fate.kind) {
      case "pass":
        return reply(outgoing, await deliver(incoming, body));
      case "lose-request":
        return outgoing.destroy();
      case "cut-request":
        await deliverPart(target(), incoming, body, fate.bytes);
        return outgoing.destroy();
      case "lose-answer":
        await deliver(incoming, body);
        await fate.meanwhile?.();
        return outgoing.destroy();
      case "cut-answer": {
        const answer = await deliver(incoming, body);
        outgoing.writeHead(answer.status, {
          ...answer.headers,
          "content-length": String(answer.body.length),
        });
        return outgoing.write(answer.body.subarray(0, fate.bytes), () => outgoing.destroy());
      }
      case "twice": {
        const [first, second] = fate.ports ?? [target(), target()];
        const both = [deliver(incoming, body, first), deliver(incoming, body, second)] as const;
        await Promise.all(both);
        return reply(outgoing, await both[0]);
      }
      case "delay":
        await fate.until;
        return reply(outgoing, await deliver(incoming, body));
      case "answer":
        return reply(outgoing, { ...fate, body: Buffer.from(fate.body) });
    }
  };

  const server = createServer((incoming, outgoing) => {
    if (incoming.url === "/v1/live") {
      streams += 1;
      return passHints(target(), incoming, outgoing, () => hints);
    }
    outgoing.on("error", () => {
      // Whoever asked is gone: the network was cut.
    });
    if (isSync(incoming)) requests += 1;
    const fate = isSync(incoming) ? (fates.shift() ?? standing) : undefined;
    // The server is gone under it, or the device is: the connection ends, as it would.
    meet(fate ?? passes, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on("connection", (socket) => {
    if (isCut) return void socket.destroy();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const cut = () => {
    isCut = true;
    endAll();
  };
  const heal = () => {
    clearInterval(flapping);
    isCut = false;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: (...more) => void fates.push(...more),
    always: (fate) => {
      standing = fate;
    },
    happened: () => happened,
    answers: () => answers,
    hints: (how) => {
      hints = how;
    },
    requests: () => requests,
    streams: () => streams,
    cut,
    heal,
    flap: (everyMs) => {
      clearInterval(flapping);
      flapping = setInterval(() => {
        if (!isCut) endAll();
        isCut = !isCut;
      }, everyMs);
    },
    stop: () =>
      new Promise((resolve) => {
        heal();
        server.close(() => resolve());
        endAll();
      }),
  };
}

function isSync({ url }: IncomingMessage): boolean {
  return url === "/v1/sync";
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function deliverTo(port: number, incoming: IncomingMessage, body: Buffer): Promise<Delivered> {
  return new Promise((resolve, reject) => {
    const onward = ask({ ...onwardOptions(port, incoming) }, (answer) => {
      readAll(answer).then(
        (read) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: read }),
        reject,
      );
    });
    onward.on("error", reject);
    onward.end(body);
  });
}

/** Sends the head with the whole body's length, and only some of the body; resolves when that is on its way. */
function deliverPart(port: number, incoming: IncomingMessage, body: Buffer, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const onward = ask(onwardOptions(port, incoming));
    onward.on("error", () => resolve());
    onward.setHeader("content-length", body.length);
    onward.write(body.subarray(0, Math.min(bytes, body.length - 1)), () => {
      onward.destroy();
      resolve();
    });
  });
}

function onwardOptions(port: number, { url, method, headers }: IncomingMessage) {
  const { "transfer-encoding": _encoding, ...rest } = headers;
  return { host: "127.0.0.1", port, path: url, method, headers: { ...rest, connection: "close" } };
}

function reply(
  outgoing: ServerResponse,
  {
    status,
    headers,
    body,
  }: Omit<Delivered, "headers"> & {
    readonly headers: IncomingMessage["headers"];
  },
): void {
  const { connection: _connection, "transfer-encoding": _encoding, ...rest } = headers;
  outgoing.writeHead(status, { ...rest, "content-length": String(body.length) });
  outgoing.end(body);
}
