import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Config } from "../config.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { nothingHere, replyProblem } from "./reply-problem.ts";

/** Who may read the metrics: whoever has the token, or where there is none, whoever asks from this very machine. */
export interface MetricsAccess {
  readonly metricsToken: string | null;
  readonly trustProxy: Config["trustProxy"];
}

/**
 * `/metrics`, in Prometheus' text format. They tell how a business is doing, so they are not public: whoever may not
 * read them finds nothing there.
 */
export function addMetricsRoute(app: FastifyInstance, telemetry: Telemetry, access: MetricsAccess): void {
  app.get("/metrics", async (request, reply) => {
    if (telemetry.scrape === undefined || !mayRead(request, access)) return replyProblem(reply, nothingHere);
    reply.header("cache-control", "no-store");
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(await telemetry.scrape());
  });
}

function mayRead(request: FastifyRequest, { metricsToken, trustProxy }: MetricsAccess): boolean {
  if (metricsToken !== null) {
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    return timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(metricsToken)));
  }
  const isRelayed = relayHeaders.some((name) => request.headers[name] !== undefined);
  return trustProxy === false && !isRelayed && isLoopback(request.socket.remoteAddress ?? "");
}

/** What proxies add: whoever is behind one on this machine comes from anywhere. */
const relayHeaders = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];

function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}
