import fastifyRateLimit from "@fastify/rate-limit";
import {
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
  fastify,
  LogController,
} from "fastify";
import { limits, protocolHeader, protocolVersion } from "../../protocol/limits.ts";
import { problem } from "../../protocol/problem.ts";
import type { Config } from "../config.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { compress } from "./compress.ts";
import { addContractRoutes } from "./contract-routes.ts";
import { addDeviceRoutes } from "./device-routes.ts";
import { makeIdentify } from "./identify.ts";
import { addJoiningRoutes } from "./joining-routes.ts";
import { addMetricsRoute } from "./metrics-route.ts";
import type { Parts } from "./parts.ts";
import { readJson } from "./read-json.ts";
import { nothingHere, replyError, replyProblem } from "./reply-problem.ts";
import { addSecurityHeaders, isNavigation, serveApp } from "./static-files.ts";
import { addStatusRoutes } from "./status-routes.ts";
import { watchBody } from "./watch-body.ts";
import { whenOver } from "./when-over.ts";

/** How the app is served. `clientDir` is the built page, null for none. */
export interface AppOptions {
  readonly clientDir: string | null;
  readonly trustProxy: Config["trustProxy"];
  /** Who may read `/metrics`; null: whoever asks from this machine, with no proxy between. */
  readonly metricsToken: string | null;
  readonly logger: NonNullable<FastifyServerOptions["logger"]>;
}

/** The HTTP side, not listening yet: tests inject requests into it. */
export async function buildApp(parts: Parts, options: AppOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    logger: options.logger,
    trustProxy: trustOf(options.trustProxy),
    bodyLimit: limits.requestBytes,
    // None of these is set by default, and each stops somebody who sends or reads forever.
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 72_000,
    // Node looks only every so often who is over these.
    http: { headersTimeout: 15_000, connectionsCheckingInterval: 5_000 },
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200, caseSensitive: true },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    (request: FastifyRequest, body: Buffer) =>
      readJson(body, request.headers["content-encoding"], request.routeOptions.bodyLimit, request.takeRoom),
  );
  app.decorateRequest("takeRoom", null);
  app.addHook("preParsing", (request, reply, payload, done) => {
    watchBody(request, reply, payload);
    done(null, payload);
  });
  app.setErrorHandler(replyError);
  app.addHook("onRequest", async (_request, reply) => {
    reply.header(protocolHeader, protocolVersion);
  });
  app.addHook("onRequest", async (request, reply) => {
    whenOver(reply, () => {
      // The route and not the address: what is in a path may name a product or a person.
      const { method, routeOptions } = request;
      const facts = {
        method,
        route: routeOptions.url,
        status: reply.raw.headersSent ? reply.raw.statusCode : goneStatus,
        ms: Math.round(reply.elapsedTime),
      };
      request.log.info(facts, facts.status === goneStatus ? "left before it was answered" : "answered");
      tellRequest(parts.telemetry.metrics, facts);
    });
  });
  app.addHook("onSend", compress);
  await addSecurityHeaders(app);
  await addStatusRoutes(app, parts);
  addMetricsRoute(app, parts.telemetry, options);
  addContractRoutes(app, parts.meta);
  await app.register(
    async (v1) => {
      v1.addHook("onRequest", async (request, reply) => {
        reply.header("cache-control", "no-store");
        if (request.headers[protocolHeader] === protocolVersion) return undefined;
        return replyProblem(reply, unsupportedProtocol);
      });
      v1.setNotFoundHandler((_request, reply) => replyProblem(reply, nothingHere));
      await v1.register(fastifyRateLimit, { global: false });
      const identify = makeIdentify(parts.tokens);
      await addJoiningRoutes(v1, parts, { identify, door: parts.door });
      await addDeviceRoutes(v1, parts, identify);
    },
    { prefix: "/v1" },
  );
  if (options.clientDir !== null) await serveApp(app, options.clientDir);
  app.setNotFoundHandler((request, reply) => {
    if (isNavigation(request) && reply.sendFile !== undefined) {
      return reply.header("cache-control", "no-cache").sendFile("index.html");
    }
    return replyProblem(reply, nothingHere);
  });
  return app;
}

/** Trusts this many proxies, counted from the server: each one names the client that asked it. */
function trustOf(trust: Config["trustProxy"]): NonNullable<FastifyServerOptions["trustProxy"]> {
  return typeof trust === "number" ? (_address, hop) => hop < trust : trust;
}

/**
 * The status in log and metrics when the client left before an answer began: none was sent, and this is what proxies
 * write.
 */
const goneStatus = 499;

function tellRequest(
  metrics: Metrics,
  facts: {
    readonly method: string;
    readonly route: string | undefined;
    readonly status: number;
    readonly ms: number;
  },
): void {
  // The URL of an unmatched request is the client's choice; as a label it would have unbounded values.
  const route = facts.route ?? "none";
  const labels = {
    "http.request.method": facts.method,
    "http.route": route,
    "http.response.status_code": facts.status,
  };
  metrics.measure("http.server.request.duration", facts.ms / 1_000, labels);
  if (facts.status === 429) metrics.count("docket.rate.limited", 1, { "http.route": route });
}

const unsupportedProtocol = problem("unsupported-protocol", 400, "This server speaks another version", {
  detail: `expected the header ${protocolHeader}: ${protocolVersion}`,
});
