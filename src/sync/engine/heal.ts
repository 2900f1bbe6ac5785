import { finishRebuild } from "../../device/outbox/rebuild.ts";
import { cutLog, nextToGiveBack, recordGivenBack } from "../../device/outbox/resupply.ts";
import type { Device } from "../../device/storage/device.ts";
import { findMeta } from "../../device/storage/meta.ts";
import type { Identity } from "../../device/storage/rows.ts";
import { findLogStart } from "../../device/streams/beginning.ts";
import { findHashAt } from "../../device/streams/log.ts";
import { type Cursor, cursorStart } from "../../protocol/cursor.ts";
import type { Chain, ResupplyRequest, ResupplyResponse } from "../../protocol/healing-messages.ts";
import { limits } from "../../protocol/limits.ts";
import type { Reply } from "../calls/transport.ts";

/** What healing asks of the server. */
export interface HealPorts {
  readonly askChain: (identity: Identity, positions: readonly number[]) => Promise<Reply<Chain>>;
  readonly giveBack: (identity: Identity, request: ResupplyRequest) => Promise<Reply<ResupplyResponse>>;
}

type Failed = Exclude<Reply<never>, { outcome: "answered" }>;

/**
 * The server's history is not the one that was read here: it was restored from an older backup. Finds the last position
 * that both have in common, and cuts the log there; what was after it is given back from then on.
 */
export async function healHistory(
  device: Device,
  ports: HealPorts,
  identity: Identity,
  at: { readonly fence: number; readonly from: Cursor },
): Promise<"healed" | "stale" | Failed> {
  const found = await findCommon(device, ports, identity, at.from.position);
  if ("outcome" in found) return found;
  const cut = await cutLog(device.db, { ...at, ...found });
  if (cut === "stale") return "stale";
  await finishRebuild(device.db);
  return "healed";
}

/**
 * The last position in common: at or after `low`, and before `high`. 64 positions a call, the last possible one among
 * them, so that a log of a million events takes four calls.
 */
async function findCommon(
  { db }: Device,
  ports: HealPorts,
  identity: Identity,
  end: number,
): Promise<{ readonly common: Cursor; readonly head: number } | Failed> {
  let low = cursorStart;
  let high = end + 1;
  let head = 0;
  const start = await findLogStart(db);
  if (start !== undefined) {
    const reply = await ports.askChain(identity, [Math.max(1, start.position - 1), start.position]);
    if (reply.outcome !== "answered") return reply;
    const [before, found] = reply.body.ends;
    if (found?.position !== start.position || found.hash !== start.hash) {
      // What came as states is not known event by event: the server's own last position before them is taken.
      const { position, hash } = before ?? cursorStart;
      const common = position < start.position ? { position, hash } : cursorStart;
      return { common, head: reply.body.head };
    }
    low = start;
    head = reply.body.head;
  }
  while (high - low.position > 1) {
    const reply = await ports.askChain(identity, placesBetween(low.position, high));
    if (reply.outcome !== "answered") return reply;
    head = reply.body.head;
    let differs: number | undefined;
    for (const { position, hash } of reply.body.ends.toSorted((one, other) => one.asked - other.asked)) {
      if (position <= low.position) continue;
      if ((await findHashAt(db, position)) === hash) low = { position, hash };
      else {
        differs = position;
        break;
      }
    }
    // The server has no further position before `high`: its log ends here, or goes on otherwise.
    if (differs === undefined) break;
    high = differs;
  }
  return { common: low, head };
}

/** At most 64 positions after `low` and before `high`, evenly, the last one among them. */
function placesBetween(low: number, high: number): readonly number[] {
  const width = high - 1 - low;
  const count = Math.min(limits.chainPositions, width);
  return Array.from({ length: count }, (_, index) => low + Math.ceil((width * (index + 1)) / count));
}

/** What a request's other members take, generously. */
const requestOverheadBytes = 2_000;

/** Gives back the next commands that the server has lost. Tells whether it did, or why not. */
export async function giveBackNext(
  device: Device,
  ports: HealPorts,
  identity: Identity,
): Promise<"done" | Failed> {
  const { db } = device;
  const max = { commands: limits.requestCommands, bytes: limits.resupplyBytes - requestOverheadBytes };
  const rows = await nextToGiveBack(db, max);
  const healing = await findMeta(db, "healing");
  if (rows.length === 0 || healing === undefined) return "done";
  const commands = rows.map(({ events }) => ({ events: [...events] }));
  const reply = await ports.giveBack(identity, {
    common: { position: healing.common.position, hash: healing.common.hash },
    head: healing.head,
    commands,
  });
  if (reply.outcome !== "answered") return reply;
  await recordGivenBack(db, reply.body.results);
  return "done";
}
