import { schemaVersions } from "../../domain/upcast.ts";
import { commandShapes } from "../../domain/upcast-command.ts";
import { protocolVersion } from "../../protocol/limits.ts";
import { makeRedactor, type Redactor } from "../../protocol/redact.ts";
import { sha256Hex } from "../../protocol/sha256-hex.ts";
import { checkLedger } from "../outbox/ledger.ts";
import type { DeviceDatabase } from "../storage/database.ts";
import type { Device } from "../storage/device.ts";
import { findMeta } from "../storage/meta.ts";
import { findOnTheWay } from "../storage/on-the-way.ts";
import type { OutboxRow } from "../storage/rows.ts";
import { findStorageHealth } from "../storage/storage-health.ts";
import { segmentText } from "../streams/log.ts";
import { readModelVersion } from "../streams/read-model-version.ts";
import { toldEvents } from "./support-events.ts";

/** What only the page knows: its version, its browser, what a watchdog tried, its last errors. */
export interface SupportFacts {
  readonly app: string;
  readonly browser: string;
  readonly stall?: unknown;
  readonly faults?: unknown;
}

/** Rows beyond this number are only counted. */
const outboxMax = 2_000;
const sectionMsMax = 5_000;

/**
 * What happened on this device lately, as JSON for the person who looks after it: enough to play it again, without
 * customer data and without any access (`npm run replay -- file`). A part that cannot be read says so and stops no
 * other: the file is most needed when something is broken.
 */
export async function supportFile(device: Device, facts: SupportFacts): Promise<string> {
  const { db } = device;
  const redactor = makeRedactor();
  const parts: Readonly<Record<string, () => Promise<unknown>>> = {
    identity: () => identityPart(db),
    place: () => findMeta(db, "place"),
    counters: () => findMeta(db, "counters"),
    ledger: () => ledgerPart(db),
    status: () => findMeta(db, "status"),
    attempts: () => findMeta(db, "attempts"),
    healing: () => findMeta(db, "healing"),
    onTheWay: () => findOnTheWay(db),
    movedTo: () => findMeta(db, "movedTo"),
    readModel: () => findMeta(db, "readModel"),
    storage: () => findStorageHealth(),
    streams: () => streamsPart(db, redactor),
    outbox: () => outboxPart(db, redactor),
    givenBack: () => givenBackPart(db, redactor),
    log: () => logPart(db),
    replay: () => toldEvents(device, redactor),
  };
  const read = await Promise.all(
    Object.entries(parts).map(async ([name, part]) => [name, await readPart(part)] as const),
  );
  return JSON.stringify(
    {
      docket: "support",
      // Counts up with the commands' shapes, so that an older file is still played again.
      format: commandShapes,
      madeAt: new Date(device.clockMs()).toISOString(),
      ...facts,
      protocol: protocolVersion,
      schemaVersions,
      projections: readModelVersion(),
      ...Object.fromEntries(read),
    },
    undefined,
    1,
  );
}

async function readPart(part: () => Promise<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ unreadable: "no answer in time" }), sectionMsMax);
  });
  try {
    return (await Promise.race([part(), tooLate])) ?? null;
  } catch (error) {
    return { unreadable: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Which device this is, by ids only: no names, no token. */
async function identityPart(db: DeviceDatabase) {
  const identity = await findMeta(db, "identity");
  if (identity === undefined) return null;
  const { deviceId, code, workspaceId, formerIds, joined } = identity;
  const server = joined === undefined ? null : { role: joined.role, origin: joined.origin };
  return { deviceId, code, workspaceId, formerIds: formerIds ?? [], server };
}

async function ledgerPart(db: DeviceDatabase) {
  const [ledger, check] = await Promise.all([findMeta(db, "ledger"), checkLedger(db)]);
  const states = await Promise.all(
    (["pending", "held", "parked", "discarded"] as const).map(
      async (state) => [state, await db.outbox.where("state").equals(state).count()] as const,
    ),
  );
  return { ...ledger, ...Object.fromEntries(states), ...check };
}

async function streamsPart(db: DeviceDatabase, redactor: Redactor) {
  const odd = await db.streams
    .filter((row) => row.flagged !== undefined || row.unreadableFrom !== undefined)
    .limit(outboxMax)
    .toArray();
  return {
    count: await db.streams.count(),
    odd: odd.map(({ key, flagged, unreadableFrom, evolveVersion, confirmed: { version, last } }) => ({
      key,
      evolveVersion,
      version,
      last,
      unreadableFrom,
      flagged: redactor.unknown(flagged),
    })),
  };
}

async function outboxPart(db: DeviceDatabase, redactor: Redactor) {
  const rows = await db.outbox.orderBy("seq").limit(outboxMax).toArray();
  return { count: await db.outbox.count(), rows: rows.map((row) => redactedRow(row, redactor)) };
}

/** A row of the outbox with its form and its reasons, and nobody's names in it. */
function redactedRow(row: OutboxRow, redactor: Redactor) {
  const { type } = row.command;
  return {
    ...row,
    actor: redactor.unknown(row.actor),
    command: { type, data: redactor.command(row.stream, row.command) },
    events: row.events.map((event) => ({ ...event, data: redactor.event(event) })),
    parked: redactor.unknown(row.parked, reasonFields),
    held: redactor.unknown(row.held, reasonFields),
  };
}

/** Of why something waits: what is a code, an id or the server's own words, which name nobody. */
const reasonFields = [
  "why",
  "reason",
  "code",
  "type",
  "title",
  "detail",
  "path",
  "status",
  "field",
  "lineId",
  "sku",
  "kind",
];

async function givenBackPart(db: DeviceDatabase, redactor: Redactor) {
  const rows = await db.resupply.limit(outboxMax).toArray();
  const told = rows.map(({ command, order, state, problem }) => ({
    command,
    order,
    state,
    problem: redactor.unknown(problem, reasonFields),
  }));
  return { count: await db.resupply.count(), rows: told };
}

/** Where the segments of the log are, and what their hashes are: nothing of what is in them. */
async function logPart(db: DeviceDatabase) {
  const segments: unknown[] = [];
  await db.log.orderBy("first").each((segment) => {
    const { first, last, format } = segment;
    const text = segmentText(segment);
    segments.push({ first, last, format, characters: text.length, sha256: sha256Hex([text]) });
  });
  return segments;
}
