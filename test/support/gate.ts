import { request as ask, createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it comes to the gate, with its body as it is on the wire. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the gate does with one: lets it through (altered where it says so), or answers itself. */
export type GateRule = (passing: Passing) =>
  | { readonly pass: Passing; readonly alterAnswer?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders }
  | {
      readonly answer: {
        readonly status: number;
        readonly headers: Record<string, string>;
        readonly body: string;
      };
    };

/** A proxy in front of a server that a company, a firewall or a hosting service might have put there. */
export interface Gate {
  readonly url: string;
  /** The rule from now on; undefined lets everything through. */
  readonly setRule: (rule: GateRule | undefined) => void;
  /** How often it has answered itself, or altered what passed. */
  readonly meddled: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts one on a free port; `target` is the port of the server behind it. */
export async function startGate(target: () => number): Promise<Gate> {
  let rule: GateRule | undefined;
  let meddled = 0;
  const server = createServer((incoming, outgoing) => {
    const go = async () => {
      const { method = "GET", url: path = "/", headers } = incoming;
      const passing = { method, path, headers, body: await readAll(incoming) };
      const decided = rule?.(passing) ?? { pass: passing };
      if ("answer" in decided) {
        meddled += 1;
        const { status, headers: own, body } = decided.answer;
        return void outgoing.writeHead(status, own).end(body);
      }
      if (decided.pass !== passing || decided.alterAnswer !== undefined) meddled += 1;
      const { pass, alterAnswer = (same) => same } = decided;
      const { "transfer-encoding": _encoding, ...rest } = pass.headers;
      const onward = ask(
        { host: "127.0.0.1", port: target(), path: pass.path, method: pass.method, headers: rest },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, alterAnswer(answer.headers));
          answer.pipe(outgoing);
        },
      );
      onward.on("error", () => outgoing.destroy());
      outgoing.on("close", () => onward.destroy());
      onward.end(pass.body);
    };
    go().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setRule: (next) => {
      rule = next;
    },
    meddled: () => meddled,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
