import { findPostgres } from "../../scripts/find-postgres.mjs";
import { startPostgres } from "../../scripts/start-postgres.mjs";
import { type RunningDocket, startDocket } from "./start-docket.ts";
import { startServices } from "./start-services.ts";

/** A server, and its services in a process of their own. */
export interface RunningApart {
  readonly docket: RunningDocket;
  /** Where both have their database; undefined where the machine has no PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** Stops both, and what they run on; a second time does nothing more. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server and, beside it, inventory and webhooks as a process of their own on the same PostgreSQL. Where there
 * is none, the services run in the server on the embedded database, and a line says so.
 */
export async function startApart(env: Readonly<Record<string, string>> = {}): Promise<RunningApart> {
  const found = findPostgres();
  if ("missing" in found) {
    console.log(`left out: services as a process of their own (${found.missing}); they run in the server`);
    const docket = await startDocket(env);
    return { docket, databaseUrl: undefined, stop: docket.stop };
  }
  const postgres = await startPostgres();
  const docket = await startDocket({ ...env, DATABASE_URL: postgres.url, CONSUMERS: "none" });
  const services = await startServices(postgres.url, env);
  const stop = async () => {
    await services.stop();
    await docket.stop();
    await postgres.stop();
  };
  let stopped: Promise<void> | undefined;
  return {
    docket,
    databaseUrl: postgres.url,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
