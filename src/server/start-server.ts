import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Config } from "./config.ts";
import type { WebhookOptions } from "./consumers/webhooks/start-webhooks.ts";
import { buildApp } from "./http/app.ts";
import { makeTokens } from "./http/authenticate.ts";
import { keptFor } from "./http/kept-for.ts";
import { makeLiveStreams } from "./http/live-streams.ts";
import { faultOf } from "./http/reply-problem.ts";
import { makeStrangersDoor } from "./http/strangers-door.ts";
import { makeWriteQuota } from "./http/write-quota.ts";
import { openStore } from "./open-store.ts";
import { prepareServices } from "./prepare-services.ts";
import type { Store } from "./store/store.ts";
import { type KeepOptions, keepStates } from "./sync/keep-states.ts";
import { makeLogTail } from "./sync/log-tail.ts";
import { makeStateCache } from "./sync/state-cache.ts";
import { noTelemetry, type Telemetry } from "./telemetry/telemetry.ts";
import { packageDir, readVersion } from "./version.ts";

/** A running server. */
export interface RunningServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** The address that starts the first workspace, while there is none. */
  readonly setupUrl: string | null;
  readonly app: FastifyInstance;
  readonly store: Store;
  /** Ends live streams, lets running requests finish, closes the database. */
  readonly stop: () => Promise<void>;
}

/** What tests and simulations use instead of the real thing. */
export interface ServerParts {
  readonly store?: Store;
  readonly clock?: () => Date;
  readonly clientDir?: string | null;
  /** From how many events on states are kept, and how far they may be behind. */
  readonly states?: Pick<KeepOptions, "from" | "behindMax">;
  /** How webhooks are sent: their limits, and how long an attempt may take. */
  readonly webhooks?: Pick<WebhookOptions, "timeoutMs" | "limits">;
  /** Where log lines go instead of standard output. */
  readonly logTo?: { readonly write: (line: string) => void };
  /** Where spans and metrics go; nowhere unless it is given. Whoever has started it also stops it. */
  readonly telemetry?: Telemetry;
}

/**
 * Starts the server: opens the database, brings its schema up to date, listens.
 * @throws Error in words for a person when the folder is in use, the database does not answer or the port is taken.
 */
export async function startServer(config: Config, parts: ServerParts = {}): Promise<RunningServer> {
  const telemetry = parts.telemetry ?? noTelemetry;
  const told: string[] = [];
  const store = parts.store ?? (await openStore(config, telemetry.metrics, (words) => told.push(words)));
  const live = makeLiveStreams(store);
  const unwatch = telemetry.metrics.watch("docket.live.connections", () => [{ value: live.count() }]);
  /** How what runs is stopped, in the order that it was begun. */
  const begun: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of begun.toReversed()) await end();
    unwatch();
    await store.close();
  };
  try {
    const setup = setupOf(config, store);
    const cache = makeStateCache();
    const states = keepStates(store, cache, {
      ...parts.states,
      report: (error) => app.log.error(faultOf(error), "keeping states failed"),
    });
    begun.push(states.stop);
    const tail = makeLogTail(store);
    begun.push(async () => tail.stop());
    const clock = parts.clock ?? (() => new Date());
    const door = makeStrangersDoor();
    const services = prepareServices(store, config, {
      clock,
      telemetry,
      report: (msg, error, facts) => app.log.error({ ...faultOf(error), ...facts }, msg),
      warn: (msg, facts) => app.log.warn(facts, msg),
      sending: parts.webhooks,
    });
    begun.push(async () => {
      for (const end of services.stop) await end();
    });
    const app = await buildApp(
      {
        store,
        consumers: services.consumers,
        webhooks: services.webhooks,
        states,
        live,
        setup,
        telemetry,
        cache,
        tail,
        tokens: makeTokens(store, door),
        door,
        writes: makeWriteQuota(writeLimits(config), telemetry.metrics),
        workspaceCount: keptFor(1_000, () => store.countWorkspaces()),
        clock,
        meta: { version: readVersion(), publicUrl: config.publicUrl },
      },
      appOptions(config, parts),
    );
    begun.push(() => closeApp(app));
    for (const words of told) app.log.warn(words);
    // Before the server waits for its connections to end: a live stream never would.
    app.addHook("preClose", async () => live.stop());
    await app.listen({ host: config.host, port: config.port });
    const url = urlOf(app, config.host);
    services.follow();
    const isFirst = (await store.countWorkspaces()) === 0;
    const setupUrl = isFirst ? `${config.publicUrl ?? url}/start#${setup.code}` : null;
    return { url, setupUrl, app, store, stop };
  } catch (error) {
    live.stop();
    await stop();
    throw error;
  }
}

/** The code that starts a workspace: one of the settings starts any, the installation's own the first only. */
function setupOf({ setupCode }: Config, { installation }: Store) {
  return { code: setupCode ?? installation.setupCode, firstOnly: setupCode === null };
}

function writeLimits({ deviceMibPerHour, workspaceMib }: Config) {
  return { hourBytes: deviceMibPerHour * mebibyte, workspaceBytes: workspaceMib * mebibyte };
}

const mebibyte = 1024 * 1024;

function appOptions({ trustProxy, metricsToken, logLevel }: Config, { clientDir, logTo }: ServerParts) {
  return {
    clientDir: clientDir === undefined ? join(packageDir, "dist", "client") : clientDir,
    trustProxy,
    metricsToken,
    logger: { level: logLevel, ...(logTo === undefined ? {} : { stream: logTo }) },
  };
}

/**
 * Closes the app: running requests are answered, and connections end as soon as they are idle. Whoever still sends or
 * reads after some seconds is cut off.
 */
async function closeApp(app: FastifyInstance): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), 50);
  const late = setTimeout(() => app.server.closeAllConnections(), closeMsMax);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
}

const closeMsMax = 5_000;

function urlOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  const isAny = host === "0.0.0.0" || host === "::";
  const name = isAny ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
