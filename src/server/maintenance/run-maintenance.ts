import { parseArgs } from "node:util";
import { unreachable } from "../../domain/unreachable.ts";
import { parseConfig } from "../config.ts";
import type { SqlDriver } from "../store/sql-driver.ts";
import { isStoreUnavailable } from "../store/store-unavailable.ts";
import { type DatabaseLocation, openDatabase, openOrCreateDatabase } from "./open-database.ts";
import { inspectBackup, restoreBackup } from "./restore-backup.ts";
import { verifyDatabase } from "./verify-database.ts";
import { writeBackup } from "./write-backup.ts";

/** Where a program prints for a person: results, and what went wrong. */
export interface Words {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/**
 * `verify`, `backup --to <file>` and `restore --from <file> [--replace] [--as-copy]` on the configured database.
 * @returns the exit code: 0 when it was done and all is whole, 1 when a history is broken, 2 when it could not be done.
 */
export async function runMaintenance(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  words: Words,
): Promise<ExitCode> {
  const asked = findAsked(args);
  if (asked === undefined) {
    words.complain(usage);
    return 2;
  }
  const parsed = parseConfig(env);
  if (parsed.outcome === "faults") {
    words.complain(parsed.faults.join("\n"));
    return 2;
  }
  try {
    return await perform(asked, parsed.config, words);
  } catch (error) {
    words.complain(`${asked.name} failed: ${wordsOf(error)}`);
    return 2;
  }
}

type ExitCode = 0 | 1 | 2;

type Asked =
  | { readonly name: "verify" }
  | { readonly name: "backup"; readonly file: string }
  | { readonly name: "restore"; readonly file: string; readonly replace: boolean; readonly asCopy: boolean };

const usage = `expected one of
  npm run verify
  npm run backup -- --to <file>
  npm run restore -- --from <file> [--replace] [--as-copy]`;

function findAsked([name, ...rest]: readonly string[]): Asked | undefined {
  try {
    const options = {
      to: { type: "string" },
      from: { type: "string" },
      replace: { type: "boolean" },
      "as-copy": { type: "boolean" },
    } as const;
    const { values } = parseArgs({ args: [...rest], options });
    const { to, from, replace, "as-copy": asCopy } = values;
    if (name === "verify" && rest.length === 0) return { name };
    if (name === "backup" && to && !from && !replace && !asCopy) return { name, file: to };
    if (name === "restore" && from && !to)
      return { name, file: from, replace: replace === true, asCopy: asCopy === true };
    return undefined;
  } catch {
    return undefined;
  }
}

async function perform(asked: Asked, location: DatabaseLocation, words: Words): Promise<ExitCode> {
  switch (asked.name) {
    case "verify":
      return using(await openDatabase(location, words.complain), (driver) => verify(driver, words));
    case "backup":
      return using(await openDatabase(location, words.complain), (driver) =>
        backUp(driver, asked.file, words),
      );
    case "restore": {
      // Before the database is opened, which may create it: a file that is no good changes nothing at all.
      const facts = await inspectBackup(asked.file);
      return using<ExitCode>(await openOrCreateDatabase(location, words.complain), async (driver) => {
        const { replace, asCopy } = asked;
        await restoreBackup(driver, asked.file, { facts, replace, asCopy });
        const { workspaces, events } = facts.counts;
        words.say(`Restored ${workspaces} workspaces with ${events} events as of ${facts.header.createdAt}.`);
        words.say(
          asCopy
            ? "This is a copy: its seals are its own, webhooks are paused, open invites are gone."
            : "Start the server: devices that know more give it back. Then check the devices and their roles.",
        );
        return 0;
      });
    }
    default:
      return unreachable(asked);
  }
}

async function backUp(driver: SqlDriver, file: string, words: Words): Promise<ExitCode> {
  const { workspaces, events } = await writeBackup(driver, file, new Date());
  words.say(`Wrote ${workspaces} workspaces with ${events} events to ${file}.`);
  words.say("It holds the key of the seals: keep it as safe as the data.");
  return 0;
}

async function verify(driver: SqlDriver, words: Words): Promise<ExitCode> {
  let found = 0;
  const isWhole = await verifyDatabase(driver, ({ workspace, events, links, broken }) => {
    found += 1;
    const verified = `workspace ${workspace}: ${events} events, ${links} links verified`;
    if (broken === undefined) words.say(verified);
    else words.complain(`${verified}; BROKEN at position ${broken.position}: ${broken.why}`);
  });
  if (isWhole) words.say(`All ${found} workspaces are whole.`);
  else
    words.complain(
      "History was altered, or the disk has failed: restore a backup; devices give back what is missing.",
    );
  return isWhole ? 0 : 1;
}

async function using<Result>(
  driver: SqlDriver,
  act: (driver: SqlDriver) => Promise<Result>,
): Promise<Result> {
  try {
    return await act(driver);
  } finally {
    await driver.close();
  }
}

/** What went wrong, in words; of an unavailable store its cause, which says why. */
function wordsOf(error: unknown): string {
  if (isStoreUnavailable(error) && error instanceof Error && error.cause !== undefined)
    return wordsOf(error.cause);
  if (!(error instanceof Error)) return String(error);
  // A connection that was refused at every address has a code only.
  return error.message || ("code" in error ? String(error.code) : error.name);
}
