import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createDatabase } from "../../src/device/create-device.ts";
import { openDevice } from "../../src/device/open-device.ts";
import { rebuildAll } from "../../src/device/outbox/rebuild.ts";
import type { Device } from "../../src/device/storage/device.ts";
import type { KnownState } from "../../src/domain/kinds.ts";
import { canonicalJson } from "../../src/protocol/canonical-json.ts";
import { type Cursor, cursorStart, formatCursor } from "../../src/protocol/cursor.ts";
import { eventSchemas } from "../../src/protocol/event-schemas.ts";
import type { LogEvent } from "../../src/protocol/log-event.ts";
import type { EventRow } from "../../src/server/accept/event-row.ts";
import { makeMemoryStore } from "../../src/server/store/memory-store.ts";
import { followStates } from "../../src/server/sync/follow-states.ts";
import { makeStateCache } from "../../src/server/sync/state-cache.ts";
import { applyAnswer } from "../../src/sync/engine/apply-answer.ts";
import { takeFence } from "../../src/sync/engine/run.ts";
import { verifyPage } from "../../src/sync/engine/verify-page.ts";
import { freshStorage } from "../device/support/a-device.ts";
import { uuid } from "../domain/builders.ts";
import { deviceRow } from "../server/support/rows.ts";
import { goldenPins } from "./support/golden-pins.ts";

const folder = "test/fixtures/logs";
const names = readdirSync(folder).flatMap((file) => /^(golden-\d+)\.jsonl$/.exec(file)?.[1] ?? []);

const textOf = (name: string) => readFileSync(`${folder}/${name}.jsonl`, "utf8");
const eventsOf = (name: string) =>
  textOf(name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as LogEvent);

/** What the streams of a golden log come to, in this build's shapes. */
type States = Readonly<Record<string, { readonly version: number; readonly state: KnownState }>>;
const statesOf = (name: string) =>
  JSON.parse(readFileSync(`${folder}/${name}.states.json`, "utf8")) as States;

/** Pages of a log as a server hands them out: each ends where a command does. */
function pagesOf(events: readonly LogEvent[]): readonly (readonly LogEvent[])[] {
  const pages: LogEvent[][] = [[]];
  for (const event of events) {
    const page = pages.at(-1);
    page?.push(event);
    if (event.hash !== undefined && (page?.length ?? 0) >= 7) pages.push([]);
  }
  return pages.filter((page) => page.length > 0);
}

/** A device that hears a log, page by page. */
async function hearAll(events: readonly LogEvent[]): Promise<Device> {
  const storage = freshStorage();
  const joined = { token: "x".repeat(43), role: "owner", origin: "https://docket.test" } as const;
  const who = {
    deviceId: uuid(1),
    code: "D2",
    deviceName: "Van",
    workspaceId: uuid(2),
    workspaceName: "Shop",
  };
  await createDatabase("docket-golden", { ...who, joined }, storage);
  const device = await openDevice("docket-golden", storage);
  const fence = await takeFence(device.db);
  let from: Cursor = cursorStart;
  for (const page of pagesOf(events)) {
    const end = { position: page.at(-1)?.position ?? 0, hash: page.at(-1)?.hash ?? "" };
    const response = {
      serverTime: "2026-11-25T00:00:00.000Z",
      verdicts: [],
      events: [...page],
      cursor: formatCursor(end),
      more: end.position < events.length,
      head: events.length,
      knownSeq: 0,
    };
    const verified = verifyPage(from, response);
    if (verified.outcome === "broken")
      throw new Error(`expected a page that verifies, found ${verified.why}`);
    const answer = { fence, from, end: verified.end, sent: [], response, clockOffsetMs: 0, nowMs: 0 };
    expect(await applyAnswer(device.db, answer)).toBe("applied");
    from = verified.end;
  }
  return device;
}

async function statesHeard({ db }: Device): Promise<States> {
  const rows = await db.streams.toArray();
  expect(rows.filter((row) => row.unreadableFrom !== undefined || row.flagged !== undefined)).toEqual([]);
  return Object.fromEntries(rows.map(({ key, confirmed: { version, state } }) => [key, { version, state }]));
}

function rowOf({ data, causation, hash, seal, ...rest }: LogEvent): EventRow {
  const { position, id, stream, version, type, schemaVersion, at, recordedAt, clockOffsetMs } = rest;
  const { device, seq, command, actor, traceparent } = rest;
  const place = { position, id, stream, version, type, schemaVersion, dataText: canonicalJson(data) };
  const times = { at, recordedAt, clockOffsetMs };
  const origin = { device, seq, command, actor, traceparent };
  return {
    ...place,
    ...times,
    ...origin,
    causation: causation ?? null,
    hash: hash ?? null,
    seal: seal ?? null,
  };
}

describe.each(names)("[L13] the log %s", (name) => {
  test("is what was written: lines are added at its end and never changed", () => {
    const pin = goldenPins[name];
    const lines = textOf(name).split("\n").slice(0, pin?.lines);
    expect(createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16)).toBe(pin?.sha256);
    expect(pin?.lines).toBe(eventsOf(name).length);
  });

  test("is verified link by link on a device, which folds it to the states that are pinned, and so again from the log", async () => {
    const device = await hearAll(eventsOf(name));
    expect(await statesHeard(device)).toEqual(statesOf(name));
    await rebuildAll(device.db);
    expect(await statesHeard(device)).toEqual(statesOf(name));
    device.close();
  });

  test("is folded by the server to the same states", async () => {
    const store = makeMemoryStore();
    const owner = deviceRow();
    const [workspace, createdAt] = [uuid(2), "2026-11-25T00:00:00.000Z"];
    await store.createWorkspace({ id: workspace, name: "Shop", createdAt, owner }, false);
    const rows = eventsOf(name).map(rowOf);
    const end = rows.at(-1);
    const head = { position: end?.position ?? 0, hash: end?.hash ?? "" };
    await store.inWorkspace(workspace, (tx) => tx.append({ events: rows, commands: [], numbers: [], head }));
    const cache = makeStateCache();
    let followed = await followStates(store, cache, workspace);
    while (followed === "more") followed = await followStates(store, cache, workspace);
    expect(followed).toBe("done");
    const kept = await store.inWorkspace(workspace, (tx) => tx.findStates(Object.keys(statesOf(name))));
    const found = kept.map(({ stream, version, stateText }) => [
      stream,
      { version, state: JSON.parse(stateText) },
    ]);
    expect(Object.fromEntries(found)).toEqual(statesOf(name));
  });

  test("is refused from the position on where one letter of it was changed", async () => {
    const changed = eventsOf(name).map((event, at) =>
      at === 0 ? { ...event, actor: `${event.actor}.` } : event,
    );
    await expect(hearAll(changed)).rejects.toThrow("expected a page that verifies");
  });
});

test("[L13] the golden logs hold every schema that was ever written", () => {
  const written = names.flatMap(eventsOf).map(({ type, schemaVersion }) => `${type}@${schemaVersion}`);
  expect([...new Set(written)].sort()).toEqual(Object.keys(eventSchemas).sort());
});
