import type { TestProject } from "vitest/node";
import { findPostgres } from "../../scripts/find-postgres.mjs";
import { startPostgres } from "../../scripts/start-postgres.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The PostgreSQL that a run of the server tests shares, or why there is none. */
    readonly postgres: { readonly url: string } | { readonly missing: string };
  }
}

/** Vitest's global setup of the server tests: one PostgreSQL for all of them, in which each makes its own database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = findPostgres();
  if ("missing" in found) {
    project.provide("postgres", found);
    return async () => {};
  }
  const postgres = await startPostgres();
  project.provide("postgres", { url: postgres.url });
  return postgres.stop;
}
