import { connect } from "node:net";

/**
 * Sends commands of the W3C's WebDriver, one after the other, in whatever way a browser takes them. A refused one
 * throws an error whose `code` is the W3C's ("stale element reference").
 */
export interface WebDriver {
  readonly send: (command: Command, params?: object) => Promise<unknown>;
}

type Command = keyof typeof paths;

/** The commands that we need: Marionette knows them by these names, HTTP by these paths. */
const paths = {
  DeleteSession: "DELETE ",
  SetTimeouts: "POST /timeouts",
  Navigate: "POST /url",
  ExecuteAsyncScript: "POST /execute/async",
  ElementClick: "POST /element/{id}/click",
  ElementSendKeys: "POST /element/{id}/value",
  PerformActions: "POST /actions",
  GetWindowHandle: "GET /window",
  NewWindow: "POST /window/new",
  SwitchToWindow: "POST /window",
  CloseWindow: "DELETE /window",
} as const;

/** How long a browser may take over one command before it counts as hung. */
const commandMsMax = 90_000;

const webdriverError = (code: string, message: string) =>
  Object.assign(new Error(`${code}: ${message}`), { code });

/** An open session, and the version that the browser says it is. */
interface Opened {
  readonly driver: WebDriver;
  readonly version: string;
}

interface Session {
  readonly sessionId: string;
  readonly capabilities: { readonly browserVersion: string };
}

/** Over HTTP, as WebKitWebDriver listens on `url`; `capabilities` say which browser it starts. */
export async function openOverHttp(url: string, capabilities: object): Promise<Opened> {
  const ask = async (method: string, path: string, params?: object): Promise<unknown> => {
    const answer = await fetch(`${url}/session${path}`, {
      method,
      ...(method === "POST" ? { body: JSON.stringify(params ?? {}) } : {}),
      signal: AbortSignal.timeout(commandMsMax),
    });
    const { value } = (await answer.json()) as { value: unknown };
    if (answer.ok) return value;
    const { error, message } = value as { error: string; message: string };
    throw webdriverError(error, message);
  };
  const opened = (await ask("POST", "", { capabilities: { alwaysMatch: capabilities } })) as Session;
  return {
    version: opened.capabilities.browserVersion,
    driver: {
      send: (command, params = {}) => {
        const [method = "", path = ""] = paths[command].split(" ");
        const id = "id" in params ? String(params.id) : "";
        return ask(method, `/${opened.sessionId}${path.replace("{id}", id)}`, params);
      },
    },
  };
}

/**
 * Over Marionette, which is what Firefox speaks itself (geckodriver only translates): JSON over TCP, each message with
 * its length before it. Source: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
 */
export async function openOverMarionette(port: number): Promise<Opened> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const socket = connect(port, "127.0.0.1");
  let received = Buffer.alloc(0);
  let lastId = 0;
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    for (let start = received.indexOf(":") + 1; start > 0; start = received.indexOf(":") + 1) {
      const end = start + Number(received.subarray(0, start - 1));
      if (received.length < end) return;
      const message: unknown = JSON.parse(received.subarray(start, end).toString());
      received = received.subarray(end);
      // The first one only says hello.
      if (!Array.isArray(message)) continue;
      const [, id, error, value] = message;
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (error === null) resolve?.(value);
      else reject?.(webdriverError(error.error, error.message));
    }
  });
  socket.on("error", () => {
    // A killed browser cuts it: told by "close".
  });
  socket.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the browser is gone"));
  });
  const ask = (name: string, params: object) =>
    new Promise<unknown>((resolve, reject) => {
      if (socket.destroyed) return void reject(new Error("the browser is gone"));
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      const message = JSON.stringify([0, lastId, name, params]);
      socket.write(`${Buffer.byteLength(message)}:${message}`);
    });
  const opened = (await ask("WebDriver:NewSession", {})) as Session;
  return {
    version: opened.capabilities.browserVersion,
    driver: {
      send: async (command, params = {}) => {
        // Here the end of the session is not the end of the browser.
        if (command === "DeleteSession") return ask("Marionette:Quit", { flags: ["eForceQuit"] });
        const value = await ask(`WebDriver:${command}`, params);
        const isWrapped = typeof value === "object" && value !== null && "value" in value;
        return isWrapped ? value.value : value;
      },
    },
  };
}
