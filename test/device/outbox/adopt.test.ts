import { expect, onTestFinished, test, vi } from "vitest";
import { createDatabase } from "../../../src/device/create-device.ts";
import { openCurrentDevice } from "../../../src/device/open-device.ts";
import { bringAlong } from "../../../src/device/outbox/adopt.ts";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import { partsAtHand } from "../../../src/device/parts-at-hand.ts";
import { addWorkspace, listWorkspaces } from "../../../src/device/storage/registry.ts";
import { addScanNote, findScanNotes } from "../../../src/device/storage/scan-notes.ts";
import { countWaiting, findOrder, listOutbox } from "../../../src/device/views/queries.ts";
import { listStock } from "../../../src/device/views/stock-figures.ts";
import { joinWorkspace } from "../../../src/sync/calls/joining.ts";
import { browserWorld } from "../../../src/sync/contexts/browser-world.ts";
import { drain } from "../../../src/sync/engine/drain.ts";
import { aJoiningServer } from "../../sync/support/joining-server.ts";
import { addLine, aLocalDevice, freshStorage, run, someSettings, startOrder } from "../support/a-device.ts";

const { anInvite, anOwner, server } = aJoiningServer();

test("[L6] work done before joining goes along once, with its numbers, and settings are the workspace's", async () => {
  const owner = await anOwner();
  const storage = freshStorage();
  const local = await aLocalDevice(storage);
  const { stream, id, number } = await startOrder(local);
  await addLine(local, stream);
  await run(local, stream, { type: "place-order", data: {} });
  await addScanNote(local.db, { id: "scan", place: id, code: "9999999999994", kind: "unknown" });
  local.close();
  const { code } = await anInvite(owner);
  const joined = await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, storage);
  if (!joined.ok) throw new Error(joined.trouble);
  expect(await findScanNotes(joined.device.db)).toMatchObject([{ place: id, code: "9999999999994" }]);
  expect(await countWaiting(joined.device.db)).toMatchObject({ pending: 3 });
  expect((await listWorkspaces(storage)).map((entry) => entry.id)).toEqual([owner.identity().workspaceId]);
  await drain(joined.device, Date.now() + 10_000, browserWorld);
  await drain(owner, Date.now() + 10_000, browserWorld);
  expect((await findOrder(owner.db, id))?.order).toMatchObject({ number, status: "placed", lines: [{}] });
  expect(await listOutbox(joined.device.db)).toEqual([]);
});

test("work in another currency does not go along: it is kept in a workspace of its own", async () => {
  const owner = await anOwner(freshStorage(), { ...someSettings, currency: "USD" });
  const storage = freshStorage();
  const local = await aLocalDevice(storage);
  await startOrder(local);
  local.close();
  const { code } = await anInvite(owner);
  const joined = await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, storage);
  expect(joined).toMatchObject({ ok: true, kept: "currency-differs" });
  expect((await listWorkspaces(storage)).map(({ id, current }) => [id, current])).toEqual(
    expect.arrayContaining([
      ["local", false],
      [owner.identity().workspaceId, true],
    ]),
  );
});

test("[L4] attaching local work twice, as after an interrupted try, is attaching it once", async () => {
  const storage = freshStorage();
  const local = await aLocalDevice(storage);
  const receive = { type: "receive-stock", data: { sku: "TEA-1", quantity: 10 } } as const;
  await run(local, "stock/TEA-1", receive);
  const owner = await anOwner();
  const former = local.db.name;
  await bringAlong(former, owner, storage);
  await bringAlong(former, owner, storage);
  expect((await listStock(owner.db)).get("TEA-1")).toMatchObject({ onHand: 10 });
  await drain(owner, Date.now() + 10_000, browserWorld);
  await bringAlong(former, owner, storage);
  expect(await drain(owner, Date.now() + 10_000, browserWorld)).toBe(true);
  expect(await listOutbox(owner.db)).toEqual([]);
  expect((await listStock(owner.db)).get("TEA-1")).toMatchObject({ onHand: 10 });
  expect((await checkLedger(owner.db)).balanced).toBe(true);
});

test("[L6] a tab still open on work that was moved saves nothing there, and says why", async () => {
  const owner = await anOwner();
  const storage = freshStorage();
  const otherTab = await aLocalDevice(storage);
  const { code } = await anInvite(owner);
  expect((await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, storage)).ok).toBe(true);
  const receive = { type: "receive-stock", data: { sku: "TEA-1", quantity: 10 } } as const;
  expect(await handleCommand(otherTab, { stream: "stock/TEA-1", command: receive })).toMatchObject({
    outcome: "not-saved",
    why: "moved",
  });
});

/** A device that has joined, whose work from before it is still in a database of its own: the order's `id`. */
async function anInterruptedJoining() {
  const owner = await anOwner();
  const storage = freshStorage();
  const local = await aLocalDevice(storage);
  const { id } = await startOrder(local);
  local.close();
  const entry = (await listWorkspaces(storage))[0];
  if (entry === undefined) throw new Error("expected the local workspace to be known");
  const { code } = await anInvite(owner);
  const elsewhere = freshStorage();
  const joined = await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, elsewhere);
  if (!joined.ok) throw new Error(joined.trouble);
  const database = joined.device.db.name;
  await createDatabase(database, joined.device.identity(), storage);
  const toAdopt = [entry.database];
  await addWorkspace(
    { id: joined.device.identity().workspaceId, name: "Q", database, toAdopt },
    storage,
    "local",
  );
  return { storage, id };
}

test("[L6] joining that was interrupted before the work came along brings it along at the next start", async () => {
  const { storage, id } = await anInterruptedJoining();
  const reopened = await openCurrentDevice(storage);
  if (reopened === undefined) throw new Error("expected a current workspace");
  expect(await findOrder(reopened.db, id)).toMatchObject({ mark: "waiting" });
  expect((await listWorkspaces(storage))[0]).not.toHaveProperty("toAdopt");
});

test("[L6] storage that has no room for the work yet keeps nobody from working, and the next start brings it along", async () => {
  const { storage, id } = await anInterruptedJoining();
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (value: unknown, key?: IDBValidKey) {
    const request = add.call(this, value, key);
    if (this.name === "outbox") this.transaction.abort();
    return request;
  };
  const full = await openCurrentDevice(storage).finally(() => {
    IDBObjectStore.prototype.add = add;
  });
  if (full === undefined) throw new Error("expected a current workspace");
  expect(await findOrder(full.db, id)).toBeUndefined();
  const during = await startOrder(full);
  full.close();

  const reopened = await openCurrentDevice(storage);
  if (reopened === undefined) throw new Error("expected a current workspace");
  for (const order of [id, during.id])
    expect(await findOrder(reopened.db, order)).toMatchObject({ mark: "waiting" });
  expect((await listWorkspaces(storage))[0]).not.toHaveProperty("toAdopt");
});

test("[L6] code that cannot be loaded keeps nobody from working, and the next start brings the work along", async () => {
  const { storage, id } = await anInterruptedJoining();
  const reported: unknown[] = [];
  vi.stubGlobal("reportError", (error: unknown) => reported.push(error));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const stale = new TypeError("Failed to fetch dynamically imported module");
  const opened = await openCurrentDevice(storage, undefined, {
    ...partsAtHand,
    adopt: () => Promise.reject(stale),
  });
  if (opened === undefined) throw new Error("expected a current workspace");
  expect(await findOrder(opened.db, id)).toBeUndefined();
  expect(reported).toEqual([stale]);
  opened.close();

  const reopened = await openCurrentDevice(storage);
  if (reopened === undefined) throw new Error("expected a current workspace");
  expect(await findOrder(reopened.db, id)).toMatchObject({ mark: "waiting" });
});

test("[L6] a disk that is full just as the work is to come along does not spoil the joining: it comes at the next start", async () => {
  const owner = await anOwner();
  const storage = freshStorage();
  const local = await aLocalDevice(storage);
  const { id } = await startOrder(local);
  const { code } = await anInvite(owner);
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (value: unknown, key?: IDBValidKey) {
    const request = add.call(this, value, key);
    if (this.name === "outbox") this.transaction.abort();
    return request;
  };
  const joined = await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, storage).finally(
    () => {
      IDBObjectStore.prototype.add = add;
    },
  );
  if (!joined.ok) throw new Error(`expected to join, found ${joined.trouble}`);
  expect(await findOrder(joined.device.db, id)).toBeUndefined();
  joined.device.close();

  const reopened = await openCurrentDevice(storage);
  if (reopened === undefined) throw new Error("expected a current workspace");
  expect(await findOrder(reopened.db, id)).toMatchObject({ mark: "waiting" });
  expect((await checkLedger(reopened.db)).balanced).toBe(true);
});
