/**
 * The hand-written server that Docket's is measured beside, started by `startRawServer` with HOST, PORT and either
 * DATA_DIR or DATABASE_URL. It stores what it is sent and gives it back: no rules, no chain, nobody is asked who he is.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { openRawTable } from "./raw-table.ts";

const { HOST, PORT, DATA_DIR, DATABASE_URL } = process.env;
const table = await openRawTable(
  DATABASE_URL === undefined ? { dataDir: DATA_DIR ?? "" } : { databaseUrl: DATABASE_URL },
);
const listeners = new Set<ServerResponse>();
let head = 0;

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});
// As long as Docket's framework keeps a connection that nobody uses.
server.keepAliveTimeout = 72_000;
server.listen(Number(PORT), HOST);
await once(server, "listening");
console.log("ready");

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://raw");
  if (pathname === "/push") {
    const { events } = JSON.parse(await bodyOf(request)) as { readonly events: readonly object[] };
    await table.insert(events.map((event) => JSON.stringify(event)));
    head += events.length;
    for (const listener of listeners) listener.write(`event: head\ndata: {"position":${head}}\n\n`);
    response.setHeader("content-type", "application/json").end(JSON.stringify({ head }));
    return;
  }
  if (pathname === "/pull") {
    const after = Number(searchParams.get("after"));
    const events = await table.readAfter(after, Number(searchParams.get("max")));
    const members = `"head":${head},"cursor":${after + events.length}`;
    response.setHeader("content-type", "application/json").end(`{${members},"events":[${events.join(",")}]}`);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(`event: head\ndata: {"position":${head}}\n\n`);
  listeners.add(response);
  response.on("close", () => listeners.delete(response));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
