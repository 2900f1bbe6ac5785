// @vitest-environment happy-dom
import { For } from "solid-js";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Device } from "../../../src/device/storage/device.ts";
import type { HeldReason, OutboxRow, ParkedReason } from "../../../src/device/storage/rows.ts";
import { makeSegment } from "../../../src/device/streams/log.ts";
import type { KnownCommand, KnownRejection } from "../../../src/domain/kinds.ts";
import { problem } from "../../../src/protocol/problem.ts";
import { DecisionsProvider } from "../../../src/ui/outbox/decisions.tsx";
import { OutboxItem } from "../../../src/ui/outbox/OutboxItem.tsx";
import { readOutbox } from "../../../src/ui/outbox/outbox-query.ts";
import { outboxWords as words } from "../../../src/ui/outbox/outbox-words.ts";
import { notSavedWords } from "../../../src/ui/words/not-saved-words.ts";
import { createLive, valueOr } from "../../../src/ui/workspace/create-live.ts";
import { useWorkspace } from "../../../src/ui/workspace/workspace-context.tsx";
import { addLine, run, startOrder } from "../../device/support/a-device.ts";
import { uuid } from "../../domain/builders.ts";
import { until } from "../../support/until.ts";
import { named } from "../support/hands.ts";
import { type Shown, show } from "../support/show.tsx";
import { fillDisk } from "../support/storage-faults.ts";

let emptyDisk = () => {};
afterEach(() => {
  emptyDisk();
  vi.useRealTimers();
});

/** The items of the outbox, with nothing around them. */
function Items() {
  const workspace = useWorkspace();
  const outbox = createLive(
    () => workspace.device,
    (device) => readOutbox(device, 25),
  );
  const view = () => valueOr(outbox(), undefined);
  const rows = () => Object.values(view()?.rows ?? {}).flat();
  return (
    <DecisionsProvider>
      <ul>
        <For each={rows()}>
          {(row) => <OutboxItem row={row} subject={view()?.subjects.get(row.stream)} />}
        </For>
      </ul>
    </DecisionsProvider>
  );
}

const set = (lineId: string, from: number, to: number): KnownCommand => ({
  type: "set-quantity",
  data: { lineId, from, to },
});

/**
 * Shows the outbox of an order whose line was set from 2 to 5, and from 2 to 9 by somebody who had not seen that; this
 * last command is as `become` has it.
 */
async function showLast(become: (row: OutboxRow) => Partial<OutboxRow>): Promise<Shown> {
  const shown = await show(Items, async (device) => {
    const { stream } = await startOrder(device);
    const lineId = await addLine(device, stream, { name: "Chai" });
    await run(device, stream, set(lineId, 2, 5));
    await run(device, stream, set(lineId, 5, 9));
    await alterLast(device, (row) => ({ command: set(lineId, 2, 9), ...become(row) }));
    return "/outbox";
  });
  await until(() => shown.root.querySelectorAll(".outbox-item").length >= 5);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  return shown;
}

/** Leaves the last command as sync would. */
async function alterLast({ db }: Device, become: (row: OutboxRow) => Partial<OutboxRow>): Promise<void> {
  const last = await db.outbox.orderBy("seq").last();
  if (last === undefined) throw new Error("expected a command");
  await db.outbox.put({ ...last, ...become(last) } as OutboxRow);
}

const parked = (reason: ParkedReason): Partial<OutboxRow> => ({
  state: "parked",
  parked: reason,
  sent: true,
});
const rejected = (rejection: KnownRejection) => parked({ why: "rejected", rejection });
const refused = (code: string): ParkedReason & HeldReason => ({
  why: "refused",
  problem: { type: `urn:docket:problem:${code}`, title: code, status: 403, code },
});
/** What fits the order, and was said not to. */
const stuck = ({ command }: OutboxRow) => ({ ...parked({ why: "stuck" }), command });
const lineOf = ({ command }: OutboxRow) =>
  command.type === "set-quantity" ? command.data.lineId : "expected set-quantity";
const disputed = (row: OutboxRow) =>
  rejected({
    reason: "line-changed-meanwhile",
    lineId: lineOf(row),
    sku: "TEA-1",
    name: "Chai",
    conflict: { field: "quantity", before: 2, theirs: 5, yours: 9 },
  });

const receipt = (quantity: number) => ({ sku: "TEA-1", quantity });

/** Shows the outbox where the one command is a receipt of 50, whose id has a receipt of 48 that the Office wrote. */
async function showTaken(): Promise<Shown> {
  const stream = "stock/TEA-1";
  const shown = await show(Items, async (device) => {
    await run(device, stream, { type: "receive-stock", data: receipt(50) });
    await alterLast(device, ({ traceparent }) => {
      const taken = { device: uuid(7), stream, position: 1, traceparent };
      return parked({ why: "refused", problem: problem("id-taken", 409, "taken", { taken }) });
    });
    const row = await lastOf(device);
    if (row === undefined) throw new Error("expected a command");
    const theirs = {
      ...{ position: 1, id: uuid(8), stream, version: 1, type: "stock-received", schemaVersion: 1 },
      ...{ data: receipt(48), at: row.at, recordedAt: row.at, clockOffsetMs: 0, device: uuid(7), seq: 1 },
      ...{ command: row.id, actor: "Office", traceparent: row.traceparent },
    };
    await device.db.log.put(makeSegment([theirs]));
    return "/outbox";
  });
  await until(() => shown.root.querySelector(".both") !== null);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  return shown;
}

const itemOf = ({ root }: Shown, state: string) => {
  const found = root.querySelector<HTMLElement>(`.outbox-item[data-state=${state}]`);
  if (found === null) throw new Error(`expected an item that is ${state}`);
  return found;
};
const buttonsOf = (item: HTMLElement) =>
  [...item.querySelectorAll("button")].map(
    (button) => button.getAttribute("aria-label") ?? button.textContent,
  );
const lastOf = ({ db }: Device) => db.outbox.orderBy("seq").last();

describe("an item says why it waits, and offers what can be done", () => {
  test.each<[string, (row: OutboxRow) => Partial<OutboxRow>, RegExp, readonly string[]]>([
    [
      "two people's values",
      disputed,
      /You and somebody else changed the same thing.*You9.*Meanwhile5/s,
      ["Keep mine: 9", "Keep theirs: 5", words.export],
    ],
    [
      "a line that is gone",
      (row) => rejected({ reason: "line-not-found", lineId: lineOf(row), removed: true }),
      /Somebody took this line off the order meanwhile/,
      ["Add again: 9 × Chai", words.change("order"), words.discard, words.export],
    ],
    [
      "a role that may not",
      () => parked(refused("not-allowed")),
      /role/,
      [words.sendAgain, words.discard, words.export],
    ],
    [
      "nothing that proves who wrote it",
      () => ({ ...parked(refused("not-proven")), actor: "Ada" }),
      /from 2 to 9.*A file says that Ada made this on .*Nothing proves it/s,
      [words.addAsMine, words.discard, words.export],
    ],
    [
      "a server that says conflict again and again",
      stuck,
      /decided on an older state/,
      [words.sendAgain, words.discard, words.export],
    ],
  ])("parked for %s", async (_title, become, text, buttons) => {
    const shown = await showLast(become);
    const item = itemOf(shown, "parked");
    expect(item.textContent).toMatch(text);
    expect(buttonsOf(item)).toEqual(buttons);
  });

  test("parked for an id that a receipt of another device has: both figures, and one is kept or both are booked", async () => {
    const item = itemOf(await showTaken(), "parked");
    expect(item.textContent).toContain("Office booked 48 of this delivery note, you have 50.");
    const figures = [...item.querySelectorAll(".both > div")].map((side) =>
      [...side.querySelectorAll("dt, dd:not(.both-note)")].map(({ textContent }) => textContent),
    );
    expect(figures).toEqual([
      ["You", "50"],
      ["Office", "48"],
    ]);
    expect(buttonsOf(item)).toEqual(["Keep theirs", "Book mine too", words.export]);
  });

  test.each<[string, HeldReason, RegExp]>([
    ["a full server", refused("workspace-full"), /used up its room/],
    ["a firewall", { why: "failing", code: "refuses" }, /proxy or firewall.*tried again automatically/],
    ["an older app", { why: "unreadable-stream" }, /newer than this app/],
    ["an earlier one", { why: "behind" }, /earlier entry/],
    ["what is on its way", { why: "more-to-come" }, /more is on its way/],
  ])("held for %s", async (_title, held, text) => {
    const shown = await showLast(() => ({ state: "held", held, since: "2026-01-05T10:00:00.000Z" }));
    const item = itemOf(shown, "held");
    expect(item.textContent).toMatch(text);
    expect(item.textContent).toMatch(/since/);
    expect(buttonsOf(item)).toEqual([words.discard]);
  });

  test("what only waits to be sent says so, and offers nothing", async () => {
    const shown = await showLast(() => ({}));
    const item = itemOf(shown, "pending");
    expect(item.textContent).toContain(words.notSent);
    expect(buttonsOf(item)).toEqual([]);
  });
});

describe("a button of an item", () => {
  test("“Keep mine” writes the value again, on theirs", async () => {
    const shown = await showLast(disputed);
    named(itemOf(shown, "parked"), "button", "Keep mine: 9").click();
    await until(async () => (await lastOf(shown.device))?.replaces !== undefined);
    expect((await lastOf(shown.device))?.command).toMatchObject({ data: { from: 5, to: 9 } });
  });

  test("“Keep theirs” puts one's own away", async () => {
    const shown = await showLast(disputed);
    named(itemOf(shown, "parked"), "button", "Keep theirs: 5").click();
    await until(() => shown.said().includes(words.theirsStays));
    expect(await lastOf(shown.device)).toMatchObject({ state: "discarded" });
  });

  test("“Keep theirs” puts one's own away, of two receipts under one id too, and says what is booked", async () => {
    const shown = await showTaken();
    named(itemOf(shown, "parked"), "button", "Keep theirs").click();
    await until(() => shown.said().includes(words.theirsIsBooked));
    expect(await lastOf(shown.device)).toMatchObject({ state: "discarded" });
  });

  test("“Book mine too” lets one's own wait to be sent, under an id that nobody has", async () => {
    const shown = await showTaken();
    const taken = await lastOf(shown.device);
    named(itemOf(shown, "parked"), "button", "Book mine too").click();
    await until(() => shown.said().includes(words.mineIsBooked));
    const sent = await lastOf(shown.device);
    expect(sent).toMatchObject({ state: "pending", command: { data: receipt(50) } });
    expect(sent?.id).not.toBe(taken?.id);
  });

  test("“Add again” writes the line with the wished quantity as a new one", async () => {
    const shown = await showLast((row) =>
      rejected({ reason: "line-not-found", lineId: lineOf(row), removed: true }),
    );
    named(itemOf(shown, "parked"), "button", "Add again: 9 × Chai").click();
    await until(() => shown.said().includes(words.addedAgain));
    expect((await lastOf(shown.device))?.command).toMatchObject({
      type: "add-line",
      data: { name: "Chai", quantity: 9 },
    });
  });

  test("“Send again” lets it wait to be sent", async () => {
    const shown = await showLast(stuck);
    named(itemOf(shown, "parked"), "button", words.sendAgain).click();
    await until(() => shown.said().includes(words.sentAgain));
    expect(await lastOf(shown.device)).toMatchObject({ state: "pending" });
  });

  test("“Discard” keeps it, and “Bring back” brings it back", async () => {
    const shown = await showLast(stuck);
    named(itemOf(shown, "parked"), "button", words.discard).click();
    await until(() => shown.said().includes(words.discarded));
    // The list is read again, and comes to rest.
    await vi.advanceTimersByTimeAsync(1_000);
    await until(() => shown.root.querySelector("[data-state=discarded]") !== null);
    named(itemOf(shown, "discarded"), "button", words.bringBack).click();
    await until(async () => (await lastOf(shown.device))?.state === "parked");
  });

  test("decides once: until the list has come to rest, every other button is off", async () => {
    const shown = await showLast(stuck);
    const item = itemOf(shown, "parked");
    named(item, "button", words.discard).click();
    for (const name of [words.sendAgain, words.discard])
      expect(named<HTMLButtonElement>(item, "button", name).disabled).toBe(true);
    named(item, "button", words.sendAgain).click();
    await until(() => shown.said().includes(words.discarded));
    expect(shown.said()).not.toContain(words.sentAgain);
    expect(await lastOf(shown.device)).toMatchObject({ state: "discarded" });
  });

  test("on which the storage fails says so in words, and the item stays as it was", async () => {
    const shown = await showLast(stuck);
    emptyDisk = fillDisk();
    named(itemOf(shown, "parked"), "button", words.sendAgain).click();
    await until(() => shown.said().includes(notSavedWords.quota));
    expect(shown.said()).not.toContain(words.sentAgain);
    expect(await lastOf(shown.device)).toMatchObject({ state: "parked" });
  });
});
