import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import type { OutboxRow } from "../../../src/device/storage/rows.ts";
import { allocationStream, idOf, kindOf, levelStream } from "../../../src/domain/stream-key.ts";
import { canonicalJson } from "../../../src/protocol/canonical-json.ts";
import type { EventRow } from "../../../src/server/accept/event-row.ts";
import { checkConverged } from "./check-converged.ts";
import { checkLog } from "./check-log.ts";
import { checkAccess, checkTaken } from "./check-outsiders.ts";
import type { Must } from "./must.ts";
import { finderOf, standingOf, waitingOf } from "./what-is-there.ts";
import type { World } from "./world.ts";

/** A law that did not hold, and how that was seen. */
export interface Violation {
  readonly law: string;
  readonly what: string;
}

/** What was checked, to be summed over seeds: a checker that checks nothing is seen. */
export interface Checked {
  readonly violations: readonly Violation[];
  readonly checks: number;
  readonly events: number;
}

/** Holds the whole history of a world against the laws, once all is quiet. */
export async function check(world: World): Promise<Checked> {
  const violations: Violation[] = [];
  let checks = 0;
  const must = (law: string, holds: boolean, what: () => string) => {
    checks += 1;
    if (!holds) violations.push({ law, what: what() });
  };
  for (const error of world.errors) must("L2", false, () => error);
  for (const what of world.seen) must("L1", false, () => what);
  const log = await world.server.events();
  checkLog(world, log, must);
  for (const { traceparent, command } of log)
    must(
      "L4",
      !world.takenBack.has(traceparent),
      () => `${command} is in the log, and was taken back unsent`,
    );
  const outboxes = new Map<string, readonly OutboxRow[]>();
  for (const device of world.devices) {
    const opened = device.tabs[0]?.device;
    if (opened === undefined) {
      must("L8", false, () => `${device.name} does not open: ${world.notes.at(-1)}`);
      continue;
    }
    const rows = await opened.db.outbox.toArray();
    outboxes.set(device.name, rows);
    for (const { id, state } of rows)
      must(
        "L6",
        state !== "discarded" || world.discarded.has(id),
        () => `${device.name}: ${id} was discarded by nobody`,
      );
    const ledger = await checkLedger(opened.db);
    must("L6", ledger.balanced, () => `${device.name}: ${JSON.stringify(ledger)}`);
  }
  for (const { name, storage } of world.devices) {
    must(
      "L1",
      storage.commits.relaxed === 0,
      () => `${name}: ${storage.commits.relaxed} commits without a flush`,
    );
  }
  await checkBook(world, log, must);
  checkTaken(world, log, outboxes, must);
  checkAccess(world, log, must);
  await checkSaved(world, log, outboxes, must);
  await checkConverged(world, log, must);
  return { violations, checks, events: log.length };
}

/** Inventory: each placed order was answered once, its book agrees with itself and with what the log was told. */
async function checkBook({ server }: World, log: readonly EventRow[], must: Must): Promise<void> {
  for (const trouble of server.troubles) must("L7", false, () => `the server: ${trouble}`);
  const ids = (kind: string) => [
    ...new Set(log.filter(({ stream }) => kindOf(stream) === kind).map(({ stream }) => idOf(stream))),
  ];
  const { position, levels, claims } = await server.book(ids("stock"), ids("order"));
  must("L8", position === log.length, () => `inventory has read ${position} of ${log.length}`);
  for (const placed of log.filter(({ type }) => type === "order-placed")) {
    const answers = log.filter(
      ({ causation, stream }) => causation === placed.id && stream === allocationStream(idOf(placed.stream)),
    );
    must("L4", answers.length === 1, () => `${placed.stream} was answered ${answers.length} times`);
  }
  for (const { sku, onHand, reserved, counts } of levels) {
    const own = claims.filter((claim) => claim.sku === sku);
    const had = own.reduce((sum, claim) => sum + claim.reserved, 0);
    must(
      "L4",
      reserved === had && reserved <= onHand,
      () => `${sku}: ${reserved} reserved, ${had} had of ${onHand}`,
    );
    const lacks = own.some((claim) => claim.reserved < claim.wanted);
    must("L4", !lacks || reserved === onHand, () => `${sku}: something is free while an order lacks it`);
    const told = log.findLast(({ stream }) => stream === levelStream(sku));
    const said = told === undefined ? {} : JSON.parse(told.dataText);
    must(
      "L9",
      said.onHand === onHand && said.counts === counts,
      () => `${sku}: the log says ${told?.dataText}`,
    );
  }
}

/** Every command that a person was told is saved: in the log, in its device's outbox, or settled. */
async function checkSaved(
  world: World,
  log: readonly EventRow[],
  outboxes: ReadonlyMap<string, readonly OutboxRow[]>,
  must: Must,
): Promise<void> {
  const standing = standingOf(log.map((row) => ({ ...row, data: JSON.parse(row.dataText) })));
  const recorded = new Set(log.map(nameOf));
  for (const device of world.devices) {
    const opened = device.tabs[0]?.device;
    if (opened === undefined) continue;
    const refused = await opened.db.resupply.toArray();
    must(
      "L14",
      refused.every(({ state }) => state === "refused"),
      () => `${device.name} still has to give back`,
    );
    const lie = refused.find(({ events }) =>
      events.some((event) => recorded.has(nameOf({ ...event, dataText: canonicalJson(event.data) }))),
    );
    must(
      "L14",
      lie === undefined,
      () => `${device.name} is told that something is lost, which is in the log: ${JSON.stringify(lie)}`,
    );
    const lost = refused.flatMap(({ events }) => events.slice(0, 1)).map(waitingOf);
    const waiting = [...(outboxes.get(device.name) ?? []), ...lost];
    const isThere = finderOf(standing, waiting, device.storage.outbox);
    const saved = new Map(
      world.saved
        .filter((one) => one.profile === device.name && one.excused !== true)
        .map((one) => [one.id, one]),
    );
    for (const one of saved.values())
      must("L1", isThere(one), () => `${device.name}: a saved command is nowhere: ${JSON.stringify(one)}`);
    const seqs = new Map<number, string>();
    for (const one of saved.values()) {
      must(
        "L11",
        (seqs.get(one.seq) ?? one.id) === one.id,
        () => `${device.name}: seq ${one.seq} was given twice`,
      );
      seqs.set(one.seq, one.id);
    }
  }
  const numbers = new Map<string, string>();
  const goneBy = numbersByStream(log);
  for (const { orderNumber, stream, profile, excused } of world.saved) {
    if (orderNumber === undefined || excused === true) continue;
    // It is on paper: where the order got another one, it is found by this one too.
    const waits = (outboxes.get(profile) ?? []).some((row) => row.stream === stream);
    const names = goneBy.get(stream);
    must(
      "L6",
      names === undefined || waits || names.has(orderNumber),
      () => `${profile}: ${stream} is not found by ${orderNumber}, only by ${[...(names ?? [])]}`,
    );
    const key = `${profile} ${orderNumber}`;
    must("L11", (numbers.get(key) ?? stream) === stream, () => `number ${orderNumber} was given twice`);
    numbers.set(key, stream);
  }
}

/** Every number that each order has had, by the log. */
function numbersByStream(log: readonly EventRow[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { type, stream, dataText } of log) {
    if (type !== "order-drafted" && type !== "order-renumbered") continue;
    const { number, from, to } = JSON.parse(dataText) as Readonly<Record<string, string | undefined>>;
    const names = found.get(stream) ?? new Set();
    for (const name of [number, from, to]) if (name !== undefined) names.add(name);
    found.set(stream, names);
  }
  return found;
}

/** An event by all that it says: something else may be under the id of its command. */
const nameOf = ({ id, stream, type, dataText }: Pick<EventRow, "id" | "stream" | "type" | "dataText">) =>
  [id, stream, type, dataText].join(" ");
