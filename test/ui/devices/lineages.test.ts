import { expect, test } from "vitest";
import type { WorkspaceDevice } from "../../../src/protocol/joining-messages.ts";
import { groupDevices, isNewIdentity, lastTakeOver } from "../../../src/ui/devices/lineages.ts";

function aDevice(id: string, day: number, over: Partial<WorkspaceDevice> = {}): WorkspaceDevice {
  const joinedAt = `2026-03-0${day}T09:00:00.000Z`;
  return { id, code: id, name: id, role: "rep", joinedAt, lastSeenAt: null, revokedAt: null, ...over };
}

test("devices that followed one another are one, shown as the newest that has access", () => {
  const first = aDevice("K9", 1, { root: "K9", successorOf: null });
  const other = aDevice("M4", 2, { root: "M4", successorOf: null });
  const heir = aDevice("P6", 3, { root: "K9", successorOf: "K9" });
  const ended = aDevice("R8", 4, { root: "K9", successorOf: "P6", revokedAt: "2026-03-05T09:00:00.000Z" });
  expect(groupDevices([first, other, heir, ended])).toEqual([
    { root: "K9", current: heir, earlier: [ended, first] },
    { root: "M4", current: other, earlier: [] },
  ]);
  expect(lastTakeOver([first, other, heir, ended])).toBe(ended.joinedAt);
  expect(lastTakeOver([first, other])).toBeUndefined();
});

test("where none has access any more, the newest is shown", () => {
  const revokedAt = "2026-03-05T09:00:00.000Z";
  const first = aDevice("K9", 1, { root: "K9", successorOf: null, revokedAt });
  const heir = aDevice("P6", 3, { root: "K9", successorOf: "K9", revokedAt });
  expect(groupDevices([first, heir])).toEqual([{ root: "K9", current: heir, earlier: [first] }]);
});

test("an older server tells no lineages: each device is its own", () => {
  const devices = [aDevice("K9", 1), aDevice("P6", 3)];
  expect(groupDevices(devices).map(({ current, earlier }) => [current.id, earlier])).toEqual([
    ["K9", []],
    ["P6", []],
  ]);
  expect(lastTakeOver(devices)).toBeUndefined();
});

test("an identity is new until its owner has seen it, and not where access was taken back", () => {
  const first = aDevice("K9", 1, { root: "K9", successorOf: null });
  const heir = aDevice("P6", 3, { root: "K9", successorOf: "K9" });
  const isNew = (devices: readonly WorkspaceDevice[], seenUntil: string) =>
    groupDevices(devices).map((lineage) => isNewIdentity(lineage, seenUntil));
  expect(isNew([first, heir, aDevice("M4", 4)], "")).toEqual([true, false]);
  expect(isNew([first, heir], first.joinedAt)).toEqual([true]);
  expect(isNew([first, heir], heir.joinedAt)).toEqual([false]);
  const revokedAt = "2026-03-05T09:00:00.000Z";
  const ended = [first, heir].map((device) => ({ ...device, revokedAt }));
  expect(isNew(ended, "")).toEqual([false]);
});
