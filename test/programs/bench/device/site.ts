import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/**
 * What the browser finds at its addresses: the benchmark's pages under /bench/, and the server under every other path.
 * It listens on any free port; the browser is told to find every `*.localhost` there, so that a profile
 * stays of one origin from run to run.
 */
export interface Site {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** One origin for each contestant: an origin has its own files on the disk. */
export const origins = {
  docket: "http://docket.localhost",
  raw: "http://raw.localhost",
  against: "http://against.localhost",
} as const;

const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript" };

/** Starts it; `server` is where the server answers, `pages` the folder of the built pages. */
export async function startSite(server: string, pages: string): Promise<Site> {
  const site = createServer((asked, reply) => {
    const path = (asked.url ?? "/").split("?", 1)[0] ?? "/";
    if (path.startsWith("/bench/")) sendPage(join(pages, path.slice("/bench/".length)), reply);
    else passOn(asked, server, reply);
  });
  site.listen(0, "127.0.0.1");
  await new Promise((resolve) => site.once("listening", resolve));
  return {
    port: (site.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        site.close(() => resolve());
        site.closeAllConnections();
      }),
  };
}

/** A script's own page is `<name>.html`, made here. */
function sendPage(path: string, reply: ServerResponse): void {
  const type = types[path.split(".").at(-1) ?? ""] ?? "application/octet-stream";
  try {
    const body = type === "text/html" ? pageOf(path) : readFileSync(path);
    reply.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache" }).end(body);
  } catch {
    reply.writeHead(404).end();
  }
}

function pageOf(path: string): string {
  const name = path
    .split("/")
    .at(-1)
    ?.replace(/\.html$/, "");
  return `<!doctype html><html lang="en"><head><title>${name}</title></head><body><ul class="list"></ul><script type="module" src="/bench/${name}.js"></script></body></html>`;
}

function passOn(asked: IncomingMessage, server: string, reply: ServerResponse): void {
  const { hostname, port } = new URL(server);
  const { method, headers, url: path } = asked;
  const passed = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
    reply.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(reply);
  });
  passed.on("error", () => {
    if (reply.headersSent) reply.destroy();
    else reply.writeHead(502).end();
  });
  reply.on("close", () => passed.destroy());
  asked.pipe(passed);
}
