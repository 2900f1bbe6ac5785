import { createSecretKey } from "node:crypto";
import type { Role } from "../../../src/domain/role.ts";
import { cursorStart } from "../../../src/protocol/cursor.ts";
import type { PushedCommand } from "../../../src/protocol/sync-messages.ts";
import { accept } from "../../../src/server/accept/accept.ts";
import type { Acceptance, Facts, Push } from "../../../src/server/accept/facts.ts";
import { prepareCommand } from "../../../src/server/accept/prepare-command.ts";

export const serverTime = "2026-03-01T10:00:00.000Z";

/** An empty log. */
export const noFacts: Facts = {
  head: cursorStart,
  remembered: [],
  roots: new Map(),
  held: new Map(),
  streams: new Map(),
  numbers: new Map(),
  foreignCodes: new Set(),
};

export type Judged = Extract<Acceptance, { outcome: "judged" }>;

/** Who pushes to what. */
export interface Judging {
  readonly push: Omit<Push, "commands">;
  readonly facts: Facts;
}

const deviceId = "01890000-0000-7000-8000-000000000001";

/** An owner's device that pushes to an empty log, unless told otherwise. */
export function judging(
  over: {
    readonly facts?: Facts;
    readonly role?: Role;
    readonly device?: string;
    readonly root?: string;
  } = {},
): Judging {
  const id = over.device ?? deviceId;
  const device = { id, root: over.root ?? id, name: "Office", role: over.role ?? "owner" };
  const workspace = "01890000-0000-7000-8000-00000000000a";
  const sealKey = createSecretKey(Buffer.alloc(32, 7));
  return {
    push: { workspace, device, serverTime, clockOffsetMs: 0, sealKey, roomBytes: Number.POSITIVE_INFINITY },
    facts: over.facts ?? noFacts,
  };
}

/** Judges commands and expects them to be judged, not turned away as a whole. */
export function mustJudge({ push, facts }: Judging, commands: readonly PushedCommand[]): Judged {
  const acceptance = accept({ ...push, commands: commands.map(prepareCommand) }, facts);
  if (acceptance.outcome !== "judged") throw new Error(`expected verdicts, found ${acceptance.outcome}`);
  return acceptance;
}
