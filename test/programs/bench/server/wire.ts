import { Agent, type IncomingMessage, request } from "node:http";
import { protocolHeader, protocolVersion } from "../../../../src/protocol/limits.ts";

/** One device's connection to a server, kept open between its requests, as a browser keeps it. */
export interface Wire {
  /** Answers the body's text. @throws Error on any status but 200. */
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
  const send = (method: string, path: string, body?: string) =>
    new Promise<string>((resolve, reject) => {
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const asked = request(
        { agent, hostname, port, method, path, headers: { ...headers, ...type } },
        (answer) => {
          textOf(answer).then((text) => {
            if (answer.statusCode === 200) resolve(text);
            else reject(new Error(`${method} ${path} answered ${answer.statusCode}: ${text.slice(0, 500)}`));
          }, reject);
        },
      );
      asked.on("error", reject);
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

function textOf(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => resolve(Buffer.concat(chunks).toString()));
    answer.on("error", reject);
  });
}
