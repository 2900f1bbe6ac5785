import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createClusterIfMissing } from "../../src/server/store/create-cluster.ts";

/**
 * Puts PGlite's empty database into a data folder, as the server's first start would. initdb takes seven seconds of
 * one core, so it runs once per machine and version of PGlite, and is copied from then on.
 */
export async function placeEmptyCluster(dataDir: string): Promise<void> {
  const folder = join(dataDir, "pg");
  if (existsSync(folder)) return;
  const template = await mustTemplate();
  mkdirSync(dataDir, { recursive: true });
  cpSync(template, folder, { recursive: true });
}

async function mustTemplate(): Promise<string> {
  const cache = resolve("node_modules/.cache/empty-cluster");
  const template = join(cache, pgliteVersion());
  if (existsSync(template)) return template;
  mkdirSync(cache, { recursive: true });
  const own = mkdtempSync(join(cache, "new-"));
  try {
    await createClusterIfMissing(join(own, "pg"));
    renameSync(join(own, "pg"), template);
  } catch (error) {
    // Another test process was faster: its copy is as good.
    if (!existsSync(template)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return template;
}

function pgliteVersion(): string {
  const text = readFileSync(resolve("node_modules/@electric-sql/pglite/package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
