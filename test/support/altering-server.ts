import { request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands before a server and serves what it says, some files altered: as if another build had been installed. */
export interface AlteringServer {
  readonly url: string;
  /** From now on what is added is at the end of the file; undefined adds nothing. */
  readonly addTo: (path: string, added: string | undefined) => void;
  readonly stop: () => Promise<void>;
}

export async function startAlteringServer(target: string): Promise<AlteringServer> {
  const additions = new Map<string, string>();
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const added = additions.get(incoming.url ?? "");
    const onward = ask(
      { hostname, port, path: incoming.url, method: incoming.method, headers: headersFor(incoming, added) },
      (answer) => pass(answer, outgoing, added),
    );
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    addTo: (path, added) => {
      if (added === undefined) additions.delete(path);
      else additions.set(path, added);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An altered file must come whole and unpacked, whatever the browser has of it. */
function headersFor(incoming: IncomingMessage, added: string | undefined) {
  if (added === undefined) return incoming.headers;
  const { "if-none-match": _tag, "if-modified-since": _since, ...headers } = incoming.headers;
  return { ...headers, "accept-encoding": "identity" };
}

function pass(answer: IncomingMessage, outgoing: ServerResponse, added: string | undefined): void {
  if (added === undefined) {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    return;
  }
  const { "content-length": _length, etag: _etag, "last-modified": _modified, ...headers } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 502, headers);
  answer.pipe(outgoing, { end: false });
  answer.on("end", () => outgoing.end(added));
}
