import { findCursor, formatCursor } from "../../protocol/cursor.ts";
import { limits } from "../../protocol/limits.ts";
import { type Problem, problem } from "../../protocol/problem.ts";
import { syncRequestSchema } from "../../protocol/sync-messages.ts";
import { prepareCommand } from "../accept/prepare-command.ts";
import { bytesOfCommand } from "../accept/stored-bytes.ts";
import type { TokenOwner } from "../store/store.ts";
import type { KeptEvent } from "../sync/log-tail.ts";
import { type Page, pullKept } from "../sync/pull.ts";
import { type PushOutcome, type PushRequest, push } from "../sync/push.ts";
import { makeMostRecent } from "./most-recent.ts";
import { parseBody } from "./parse-body.ts";
import type { Parts } from "./parts.ts";
import { tellSync } from "./tell-sync.ts";

/** Where one sync says what was odd about it. */
export interface SyncLog {
  readonly warn: (facts: object, message: string) => void;
}

/**
 * One sync: judges and stores what the device sends, then reads the page after its cursor, so that what was accepted
 * comes down in the same answer. Answers JSON text, or a problem.
 */
export async function sync(
  parts: Pick<Parts, "store" | "cache" | "tail" | "clock" | "telemetry" | "writes">,
  caller: TokenOwner,
  body: unknown,
  log: SyncLog,
): Promise<string | Problem> {
  const request = parseBody(syncRequestSchema, body);
  const cursor = findCursor(request.cursor);
  if (cursor === undefined) {
    return problem("malformed", 400, "The request is not valid", {
      path: "cursor",
      detail: "expected a cursor",
    });
  }
  const { telemetry } = parts;
  const now = parts.clock();
  const clockOffsetMs = now.getTime() - Date.parse(request.now);
  const asked = { ...caller, cursor };
  const self = telemetry.tracing.begin();
  const tell = (pushed: PushOutcome | undefined, page: Page<KeptEvent> | undefined, sizeBytes: number) =>
    tellSync(telemetry, {
      ...{ ...caller, self, clockOffsetMs, pushed, page, sizeBytes },
      commands: request.commands,
      startMs: now.getTime(),
      endMs: parts.clock().getTime(),
    });
  const commands = request.commands.map(prepareCommand);
  const what = { ...asked, commands, serverTime: now.toISOString(), clockOffsetMs };
  const pushed = commands.length === 0 ? undefined : await pushWithin(parts, caller, what, log);
  if (pushed?.outcome === "over") return pushed.problem;
  if (pushed?.outcome === "refused") {
    tell(pushed, undefined, 0);
    return pushed.problem;
  }
  const page = await pullKept(parts.store, parts.tail, {
    ...asked,
    limits: { events: request.limit ?? limits.pageEvents, bytes: limits.pageBytes - answerBytes },
  });
  if (page.outcome !== "page") {
    // What the push has stored is stored, whatever becomes of the page.
    tell(pushed, undefined, 0);
    return page.problem;
  }
  const answer = syncAnswer(now, pushed?.verdicts ?? [], page);
  tell(pushed, page, Buffer.byteLength(answer));
  return answer;
}

/** Pushes what a device has room for; `over`: it has none, and nothing was tried. */
async function pushWithin(
  { store, cache, writes }: Pick<Parts, "store" | "cache" | "writes">,
  caller: TokenOwner,
  request: Omit<PushRequest, "storedBytesMax">,
  log: SyncLog,
): Promise<PushOutcome | { readonly outcome: "over"; readonly problem: Problem }> {
  const bytes = request.commands.reduce((sum, command) => sum + bytesOfCommand(command), 0);
  const over = writes.take(caller, bytes, log);
  if (over !== undefined) return { outcome: "over", problem: over };
  let addedBytes = 0;
  try {
    const pushed = await push(store, cache, { ...request, storedBytesMax: writes.limits.workspaceBytes });
    if (pushed.outcome !== "judged") return pushed;
    addedBytes = pushed.addedBytes;
    writes.hearStored(caller.workspace, pushed.storedBytes, log);
    warnOfOdd(caller, pushed, log);
    return pushed;
  } finally {
    // What was known already, or refused as a whole, is not stored.
    writes.giveBack(caller, bytes - addedBytes);
  }
}

function warnOfOdd(
  { device }: TokenOwner,
  { differing, taken }: Extract<PushOutcome, { outcome: "judged" }>,
  log: SyncLog,
): void {
  if (differing.length > 0)
    log.warn({ device, commands: differing }, "commands came again with another body");
  if (taken.length > 0) log.warn({ device, commands: taken }, "commands came under ids of another device");
}

/** Room in an answer for everything but events. */
const answerBytes = 1_000;

/** Composed as text: the events' data is canonical JSON already, and is neither parsed nor written again. */
function syncAnswer(now: Date, verdicts: readonly unknown[], page: Page<KeptEvent>): string {
  const members = JSON.stringify({
    serverTime: now.toISOString(),
    verdicts,
    cursor: formatCursor(page.cursor),
    more: page.cursor.position < page.head,
    head: page.head,
    knownSeq: page.knownSeq,
  });
  return `${members.slice(0, -1)},"events":[${page.rows.map(({ text }) => text).join(",")}]}`;
}

/** Notes now and then that a device was here; what it costs is bounded, and nothing waits for it. */
export function makeSeenNotes(parts: Pick<Parts, "store" | "clock">): (caller: TokenOwner) => void {
  const recent = makeMostRecent<true>(10_000, noteMs);
  return ({ workspace, device }) => {
    if (recent.has(`${workspace}/${device}`)) return;
    recent.set(`${workspace}/${device}`, true);
    const lastSeenAt = parts.clock().toISOString();
    parts.store
      .inWorkspace(workspace, (tx) => tx.updateDevice(device, { lastSeenAt }))
      .catch(() => {
        // The next sync after the pause notes it again.
      });
  };
}

const noteMs = 5 * 60_000;
