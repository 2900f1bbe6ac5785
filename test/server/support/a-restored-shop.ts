import { expect } from "vitest";
import { type Cursor, cursorStart } from "../../../src/protocol/cursor.ts";
import { newId } from "../../../src/protocol/ids.ts";
import type { LogEvent } from "../../../src/protocol/log-event.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { eventOf } from "../../../src/server/accept/event-row.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";
import type { DeviceRow, Store } from "../../../src/server/store/store.ts";
import { resupply } from "../../../src/server/sync/healing.ts";
import { push } from "../../../src/server/sync/push.ts";
import { makeStateCache } from "../../../src/server/sync/state-cache.ts";
import { someTime } from "./commands.ts";
import { judging, mustJudge, serverTime } from "./judging.ts";
import { deviceRow } from "./rows.ts";

/** A command as a device holds it: what a server gave out before it was restored. */
export type Held = { readonly events: LogEvent[] };

/** A workspace whose server was restored: what it keeps, and the means to lose commands and to give them back. */
export async function aRestoredShop(store: Store) {
  const workspace = newId();
  const owner: DeviceRow = deviceRow();
  await store.createWorkspace({ id: workspace, name: "Shop", createdAt: someTime, owner }, false);
  const cache = makeStateCache();
  const parts = { store, cache, clock: () => new Date("2026-04-01T00:00:00.000Z") };
  const caller = { workspace, device: owner.id, root: owner.root };
  const pushed = async (...commands: readonly PushedCommand[]) => {
    const request = { ...caller, cursor: cursorStart, serverTime, clockOffsetMs: 0 };
    const ended = await push(store, cache, { ...request, commands: commands.map(prepareCommand) });
    return ended.outcome === "judged" ? ended.verdicts : [ended.problem];
  };
  const log = () =>
    store.inWorkspace(workspace, (tx) => tx.readPage(0, { events: 1_000, bytes: 10_000_000 }));
  const head = () => store.inWorkspace(workspace, (tx) => tx.readHead());
  /** What this server had accepted of a device after its backup was made: it is only in that device's log now. */
  const lost = async (device: string, ...commands: readonly PushedCommand[]): Promise<readonly Held[]> => {
    const kept = await log();
    const judge = judging({ device });
    const { sealKey } = store.installation;
    const facts = { ...judge.facts, head: await head() };
    const { rows } = mustJudge(
      { push: { ...judge.push, workspace, sealKey, clockOffsetMs: 90 }, facts },
      commands,
    );
    expect(rows.events.length).toBeGreaterThan(0);
    expect(rows.events[0]?.position).toBe(kept.length + 1);
    return rows.commands.map(({ id }) => ({
      events: rows.events.filter(({ command }) => command === id).map(eventOf),
    }));
  };
  const giveBack = async (
    held: readonly Held[],
    over: { common?: Cursor; head?: number; device?: string } = {},
  ) => {
    const common = over.common ?? (await headOf(log));
    const request = { common, head: over.head ?? 99, commands: [...held] };
    const answer = await resupply(parts, { ...caller, device: over.device ?? owner.id }, request);
    return "problem" in answer ? [answer.problem] : answer.value.results;
  };
  return { workspace, owner, parts, caller, pushed, log, lost, giveBack };
}

/** Where a log ends. */
export async function headOf(
  log: () => Promise<readonly { position: number; hash: string | null }[]>,
): Promise<Cursor> {
  const last = (await log()).at(-1);
  return last?.hash == null ? cursorStart : { position: last.position, hash: last.hash };
}

/** How the server answers what is given back. */
export const restored = { outcome: "restored" };
export const known = { outcome: "known" };
export const refused = (code: unknown) => ({ outcome: "refused", problem: { code } });
