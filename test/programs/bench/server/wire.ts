import { Agent, type IncomingMessage, request } from "node:http";
import { protocolHeader, protocolVersion } from "../../../../src/protocol/limits.ts";

/** One device's connection to a server, kept open between its requests, as a browser keeps it. */
export interface Wire {
  /** Answers the body's text. @throws Error on any status but 200, with the status as its `status`. */
  readonly post: (path: string, body: string) => Promise<string>;
  readonly get: (path: string) => Promise<string>;
  /** Opens a stream of server-sent events; `heard` is given what comes, as it comes. Returns its end. */
  readonly listen: (path: string, heard: (text: string) => void) => Promise<() => void>;
  readonly close: () => void;
}

/** Opens one; `token` is absent where nobody is asked who he is. */
export function openWire(url: string, token?: string): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = new URL(url);
  const headers = {
    [protocolHeader]: protocolVersion,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const send = (method: string, path: string, body?: string): Promise<string> =>
    new Promise<string>((resolve, reject) => {
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const asked = request(
        { agent, hostname, port, method, path, headers: { ...headers, ...type } },
        (answer) => {
          textOf(answer).then((text) => {
            if (answer.statusCode === 200) resolve(text);
            else reject(refusal(`${method} ${path}`, answer.statusCode ?? 0, text));
          }, reject);
        },
      );
      asked.on("error", (error: NodeJS.ErrnoException) => {
        // The server ends a connection that was idle for long; whoever asks in that moment is not heard, and asks again.
        if (asked.reusedSocket && error.code === "ECONNRESET") send(method, path, body).then(resolve, reject);
        else reject(error);
      });
      asked.end(body);
    });
  return {
    post: (path, body) => send("POST", path, body),
    get: (path) => send("GET", path),
    listen: (path, heard) =>
      new Promise((resolve, reject) => {
        const accept = { accept: "text/event-stream" };
        const asked = request(
          { agent: false, hostname, port, path, headers: { ...headers, ...accept } },
          (answer) => {
            if (answer.statusCode !== 200)
              return reject(new Error(`${path} answered ${answer.statusCode}, expected a stream`));
            answer.setEncoding("utf8");
            answer.on("data", heard);
            answer.on("error", () => {
              // It is cut when the device goes.
            });
            return resolve(() => void asked.destroy());
          },
        );
        asked.on("error", reject);
        asked.end();
      }),
    close: () => agent.destroy(),
  };
}

function refusal(asked: string, status: number, text: string): Error {
  return Object.assign(new Error(`${asked} answered ${status}: ${text.slice(0, 500)}`), { status });
}

/** Whether a server said that it has too much to do now: whoever asked is to come back later. */
export function isTurnedAway(error: unknown): boolean {
  return error instanceof Error && "status" in error && (error.status === 429 || error.status === 503);
}

function textOf(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => resolve(Buffer.concat(chunks).toString()));
    answer.on("error", reject);
  });
}
