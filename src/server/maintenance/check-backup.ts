import { createSecretKey, type KeyObject } from "node:crypto";
import type { Cursor } from "../../protocol/cursor.ts";
import { integer, type SqlRow, text } from "../store/sql-driver.ts";
import { eventRowOf } from "../store/sql-log.ts";
import type { BackupRow } from "./backup-format.ts";
import { findBreakAtEnd, type Walked, walk, walkStart } from "./chain-walk.ts";

/** Follows the rows of a backup in their order and checks them against the chain. */
export interface BackupCheck {
  /** @throws Error where a workspace's history is broken, naming workspace and position. */
  readonly take: (table: string, columns: readonly string[], row: BackupRow) => void;
  /** @throws Error where a history ends too early. */
  readonly end: () => void;
}

/**
 * A check for one pass over a backup, while it is written or read: each log must be whole up to its workspace's
 * counter, with the seals of the key that goes with it. It holds one command and one counter per workspace in memory.
 */
export function makeBackupCheck(): BackupCheck {
  let key: KeyObject | undefined;
  const heads = new Map<string, Cursor>();
  let current: { readonly workspace: string; walked: Walked } | undefined;
  const close = () => {
    if (current === undefined) return;
    const { workspace, walked } = current;
    const head = heads.get(workspace);
    if (head === undefined)
      throw new Error(`expected the workspace of ${walked.end.position} events, found none`);
    heads.delete(workspace);
    const found = findBreakAtEnd(walked, head);
    if (found !== undefined) throw brokenHistory(workspace, found.why);
  };
  return {
    take: (table, columns, values) => {
      const row: SqlRow = Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]));
      if (table === "installation") key = createSecretKey(text(row, "seal_key"), "hex");
      if (table === "workspaces")
        heads.set(text(row, "workspace"), { position: integer(row, "head"), hash: text(row, "hash") });
      if (table !== "events") return;
      if (key === undefined) throw new Error("expected the installation before the events, found none");
      const workspace = text(row, "workspace");
      if (current?.workspace !== workspace) {
        close();
        current = { workspace, walked: walkStart };
      }
      const next = walk(current.walked, eventRowOf(row), { key, workspace });
      if ("broken" in next) throw brokenHistory(workspace, next.broken.why);
      current.walked = next;
    },
    end: () => {
      close();
      current = undefined;
      if (key === undefined) throw new Error("expected the installation's key, found none");
      for (const [workspace, head] of heads) {
        const found = findBreakAtEnd(walkStart, head);
        if (found !== undefined) throw brokenHistory(workspace, found.why);
      }
    },
  };
}

function brokenHistory(workspace: string, why: string): Error {
  return new Error(`the history of workspace ${workspace} is broken: ${why}`);
}
