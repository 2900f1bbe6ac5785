import { NIL } from "uuid";
import { workspaceStream } from "../../domain/stream-key.ts";
import type { Chain, ResupplyRequest, ResupplyResponse } from "../../protocol/healing-messages.ts";
import { beginningOf, isDrawn, isOneTap, type Tap } from "../../protocol/ids.ts";
import { numberTaken } from "../accept/accept.ts";
import { mayBeOtherWish } from "../accept/answer-again.ts";
import type { EventRow } from "../accept/event-row.ts";
import type { Facts, RememberedCommand } from "../accept/facts.ts";
import {
  type GivenBack,
  prepareGivenBack,
  type Restored,
  restore,
  restoreNoteIds,
  type Taps,
} from "../accept/restore.ts";
import type { Answer } from "../answer.ts";
import { type Store, type TokenOwner, tapsPage, type WorkspaceTx } from "../store/store.ts";
import { accessOf } from "./access.ts";
import { lockFacts, publish } from "./locked-facts.ts";
import type { StateCache } from "./state-cache.ts";

/** What healing needs of the server. */
export interface HealingParts {
  readonly store: Store;
  readonly cache: StateCache;
  readonly clock: () => Date;
}

/**
 * Where commands end at or before some positions, so that a device finds the last position that its log has in common.
 */
export function chain(
  { store }: Pick<HealingParts, "store">,
  caller: TokenOwner,
  positions: readonly number[],
): Promise<Answer<Chain>> {
  return store.inWorkspace(caller.workspace, async (tx) => {
    const [device, head, ends] = await Promise.all([
      tx.findDevice(caller.device),
      tx.readHead(),
      tx.findEnds(positions),
    ]);
    const access = accessOf(device);
    if (access.outcome !== "allowed") return { problem: access.problem };
    const asked = ends.map((end, index) => ({ asked: positions[index] ?? 0, ...end }));
    return { value: { head: head.position, ends: asked } };
  });
}

/**
 * Takes back what a device holds and this server has lost, in one transaction. Any device of the workspace may, and the
 * devices that recorded it need not be known any more: the seal counts, not who brings it. The position that the device
 * says to have in common must be one of this history: else 409 `history-changed`, since it was restored once more.
 */
export async function resupply(
  parts: HealingParts,
  caller: TokenOwner,
  request: ResupplyRequest,
): Promise<Answer<ResupplyResponse>> {
  const { store, cache } = parts;
  const { workspace } = caller;
  const serverTime = parts.clock().toISOString();
  const commands = request.commands.map(prepareGivenBack);
  const ended = await store.inWorkspace(
    workspace,
    (tx) => resupplyIn(tx, parts, caller, { request, commands, serverTime }),
    "inTurn",
  );
  if ("problem" in ended) return ended;
  const { results, rows } = ended.value;
  publish(store, cache, workspace, ended.value);
  const head = rows.head.position;
  return { value: { serverTime, results: [...results], head } };
}

async function resupplyIn(
  tx: WorkspaceTx,
  { store, cache }: HealingParts,
  caller: TokenOwner,
  given: {
    readonly request: ResupplyRequest;
    readonly commands: readonly GivenBack[];
    readonly serverTime: string;
  },
): Promise<Answer<Restored>> {
  const { request, commands, serverTime } = given;
  const { workspace } = caller;
  const { common } = request;
  const ids = [
    ...restoreNoteIds(common, store.installation.sealKey),
    ...commands.map(({ prepared }) => prepared.command.id),
  ];
  const locked = await lockFacts(tx, cache, {
    workspace,
    device: caller.device,
    cursor: common,
    streams: [workspaceStream(workspace), ...commands.map(({ prepared }) => prepared.command.stream)],
    numbers: commands.flatMap(numbersOf),
    remembered: () => rememberedOf(tx, ids, commands),
    isAnothers: (known) => commands.some((one) => isAnothers(one, known)),
    writers: commands.map(makerOf),
  });
  if (locked.outcome !== "locked") return { problem: locked.problem };
  const restored = restore(
    {
      workspace,
      device: caller.device,
      common,
      lostHead: request.head,
      commands,
      serverTime,
      sealKey: store.installation.sealKey,
    },
    // The seal says that its maker took the number.
    { ...locked.facts, foreignCodes: new Set() },
    await findTaps(tx, commands, locked.facts),
  );
  if (restored.rows.commands.length > 0) await tx.append(restored.rows);
  if (restored.notes) await tx.countDevice(codesSkipped);
  return { value: restored };
}

/**
 * Devices may have joined after the backup, and their codes are in order numbers on paper: so many are passed over when
 * a restore is noticed.
 */
const codesSkipped = 20;

/** What is remembered of these commands, by their ids and by their seqs on the devices that made them. */
async function rememberedOf(
  tx: WorkspaceTx,
  ids: readonly string[],
  commands: readonly GivenBack[],
): Promise<readonly RememberedCommand[]> {
  const seqs = new Map<string, number[]>();
  for (const { events, prepared } of commands) {
    const device = makerOf({ events });
    seqs.set(device, [...(seqs.get(device) ?? []), prepared.command.seq]);
  }
  const found = await Promise.all(
    [...seqs].map(([device, wanted]) => tx.findRemembered(ids, device, wanted)),
  );
  return [...new Map(found.flat().map((command) => [`${command.id} ${command.device}`, command])).values()];
}

/**
 * What may be these commands under other ids: a copy of a device goes on under another where one is taken, and under the
 * first again where the server was restored to before that.
 */
async function findTaps(
  tx: WorkspaceTx,
  commands: readonly GivenBack[],
  { remembered }: Pick<Facts, "remembered">,
): Promise<Taps> {
  const known = new Set(remembered.map(({ id, device }) => `${id} ${device}`));
  const open = commands.filter(({ prepared: { command }, events }) => {
    return isDrawn(command.id) && !known.has(`${command.id} ${makerOf({ events })}`);
  });
  const ids = await findOtherIds(
    tx,
    open.map(({ prepared }) => prepared.command),
  );
  const found = await tx.findCommandEvents(ids);
  const devices = found.length === 0 ? [] : [...open.map(makerOf), ...found.map(({ device }) => device)];
  const rows = await Promise.all([...new Set(devices)].map((device) => tx.findDevice(device)));
  const events = new Map<string, EventRow[]>();
  for (const row of found) events.set(row.traceparent, [...(events.get(row.traceparent) ?? []), row]);
  return {
    events,
    roots: new Map(rows.flatMap((row) => (row === undefined ? [] : [[row.id, row.root] as const]))),
  };
}

/**
 * The ids in the log under which these commands may be. All that begins like them is looked through, page by page: whoever
 * makes up more of such ids must not hide one.
 */
async function findOtherIds(tx: WorkspaceTx, asked: readonly Tap[]): Promise<readonly string[]> {
  const beginnings = [...new Set(asked.map(({ id }) => beginningOf(id)))];
  const traces = new Map<string, Tap[]>();
  for (const tap of asked) traces.set(tap.traceparent, [...(traces.get(tap.traceparent) ?? []), tap]);
  const isAsked = (tap: Tap) => (traces.get(tap.traceparent) ?? []).some((one) => isOneTap(one, tap));
  const ids: string[] = [];
  let after: string = NIL;
  for (;;) {
    const page = await tx.findTaps(beginnings, [...traces.keys()], after);
    ids.push(...page.filter(isAsked).map(({ id }) => id));
    if (page.length < tapsPage) return ids;
    after = page.at(-1)?.id ?? after;
  }
}

/** The device that wrote a command which is given back. */
function makerOf({ events }: Pick<GivenBack, "events">): string {
  return events[0]?.device ?? "";
}

/** Whether another device has the id of a command, or its own at another tap. */
function isAnothers(given: GivenBack, known: RememberedCommand): boolean {
  const isForeign = given.prepared.command.id === known.id && makerOf(given) !== known.device;
  return isForeign || mayBeOtherWish(known, given.prepared);
}

function numbersOf({ prepared: { reading } }: GivenBack): readonly string[] {
  return reading.outcome === "readable" ? reading.events.flatMap(numberTaken) : [];
}
