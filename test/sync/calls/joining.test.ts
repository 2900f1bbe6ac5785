import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../../../src/device/create-device.ts";
import { openCurrentDevice } from "../../../src/device/open-device.ts";
import { bringAlong } from "../../../src/device/outbox/adopt.ts";
import { handleCommand } from "../../../src/device/outbox/handle-command.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import { addWorkspace, listWorkspaces } from "../../../src/device/storage/registry.ts";
import { addScanNote, findScanNotes } from "../../../src/device/storage/scan-notes.ts";
import { countWaiting, findOrder, findSettings, listOutbox } from "../../../src/device/views/queries.ts";
import { listStock } from "../../../src/device/views/stock-figures.ts";
import { parseConfig } from "../../../src/server/config.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { createInvite, listDevices, revokeDevice } from "../../../src/sync/calls/devices.ts";
import { joinWorkspace, startWorkspace } from "../../../src/sync/calls/joining.ts";
import { browserWorld } from "../../../src/sync/contexts/browser-world.ts";
import { drain } from "../../../src/sync/engine/drain.ts";
import {
  addLine,
  aLocalDevice,
  freshStorage,
  run,
  someSettings,
  startOrder,
} from "../../device/support/a-device.ts";
import { makeStorage, type VirtualStorage } from "../../programs/simulation/virtual-storage.ts";
import { startCheckedServer } from "../../server/support/test-server.ts";
import { fired } from "../../support/fired.ts";

let server: RunningServer;
const setupCode = "LET-ME-IN";

beforeAll(async () => {
  const parsed = parseConfig({ PORT: "0", SETUP_CODE: setupCode, LOG_LEVEL: "silent" });
  if (parsed.outcome !== "config")
    throw new Error(`expected a valid configuration, found ${JSON.stringify(parsed)}`);
  server = await startCheckedServer(parsed.config, { store: makeMemoryStore(), clientDir: null });
});
afterAll(async () => server.stop());

/** An owner's device with a workspace of its own on the server. */
async function anOwner(storage = freshStorage(), settings = someSettings) {
  const started = await startWorkspace(
    { origin: server.url, setupCode, deviceName: "Office", settings },
    storage,
  );
  if (!started.ok) throw new Error(`expected to start a workspace, found ${started.trouble}`);
  expect(await drain(started.device, Date.now() + 10_000, browserWorld)).toBe(true);
  return started.device;
}

async function anInvite(owner: Awaited<ReturnType<typeof anOwner>>, role: "rep" | "warehouse" = "rep") {
  const created = await createInvite(owner, role);
  if (!created.ok) throw new Error(`expected an invite, found ${created.trouble}`);
  return created.invite;
}

test("starting a workspace makes this device its owner, with a short code for its order numbers", async () => {
  const storage = freshStorage();
  const owner = await anOwner(storage);
  expect(owner.identity().joined).toMatchObject({ role: "owner", origin: server.url });
  expect((await startOrder(owner)).number).toMatch(/^[A-Z0-9]{2,8}-1$/);
  expect(await findSettings(owner.db)).toMatchObject({ name: "Quay Street Foods", currency: "EUR" });
  expect((await openCurrentDevice(storage))?.identity().workspaceId).toBe(owner.identity().workspaceId);
});

test("a device that joins by an invite hears the settings and the orders, and the owner sees it", async () => {
  const owner = await anOwner();
  const { stream, id } = await startOrder(owner);
  await addLine(owner, stream);
  await drain(owner, Date.now() + 10_000, browserWorld);
  const invite = await anInvite(owner);
  const joined = await joinWorkspace(
    { origin: server.url, code: invite.code, deviceName: "Van 7" },
    freshStorage(),
  );
  if (!joined.ok) throw new Error(joined.trouble);
  await drain(joined.device, Date.now() + 10_000, browserWorld);
  expect(await findOrder(joined.device.db, id)).toMatchObject({ mark: "confirmed" });
  expect(await findSettings(joined.device.db)).toMatchObject({ currency: "EUR" });
  const devices = await listDevices(owner);
  expect(devices.ok && devices.devices.map(({ name }) => name)).toEqual(["Office", "Van 7"]);
});

test("an invite is for one device, and a wrong code is told as such", async () => {
  const owner = await anOwner();
  const { code } = await anInvite(owner);
  expect((await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, freshStorage())).ok).toBe(
    true,
  );
  const again = await joinWorkspace({ origin: server.url, code, deviceName: "Van 2" }, freshStorage());
  expect(again).toMatchObject({ ok: false, trouble: "code-used" });
  const wrong = await joinWorkspace(
    { origin: server.url, code: "NOSUCHCODE", deviceName: "Van 2" },
    freshStorage(),
  );
  expect(wrong).toMatchObject({ ok: false, trouble: "wrong-code" });
});

test("[L4] an answer to joining that is lost costs nothing: the same code joins the same device again", async () => {
  const owner = await anOwner();
  const { code } = await anInvite(owner);
  const storage = freshStorage();
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    await realFetch(...args);
    throw new TypeError("the connection was cut");
  };
  const lost = await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, storage).finally(() => {
    globalThis.fetch = realFetch;
  });
  expect(lost).toEqual({ ok: false, trouble: "unreachable" });
  expect((await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, storage)).ok).toBe(true);
  const devices = await listDevices(owner);
  expect(devices.ok && devices.devices).toHaveLength(2);
});

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
  const joined = await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, storage);
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
  const joined = await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, storage);
  expect(joined).toMatchObject({ ok: true, kept: "currency-differs" });
  expect((await listWorkspaces(storage)).map(({ id, current }) => [id, current])).toEqual(
    expect.arrayContaining([
      ["local", false],
      [owner.identity().workspaceId, true],
    ]),
  );
});

test("a revoked device is told so, and keeps its work", async () => {
  const owner = await anOwner();
  const { code } = await anInvite(owner);
  const joined = await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, freshStorage());
  if (!joined.ok) throw new Error(joined.trouble);
  const { id } = await startOrder(joined.device);
  expect(await revokeDevice(owner, joined.device.identity().deviceId)).toEqual({ ok: true });
  expect(await drain(joined.device, Date.now() + 10_000, browserWorld)).toBe(false);
  expect(await findOrder(joined.device.db, id)).toMatchObject({ mark: "waiting" });
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

test("[L6] a tab still open on work that was brought along saves nothing there, and says why", async () => {
  const owner = await anOwner();
  const storage = freshStorage();
  const otherTab = await aLocalDevice(storage);
  const { code } = await anInvite(owner);
  expect((await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, storage)).ok).toBe(true);
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
  const joined = await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, elsewhere);
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
  const joined = await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, storage).finally(
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

test("[L6] a revoked device that joins again brings along what it had not got confirmed, once", async () => {
  const owner = await anOwner();
  const { stream, id } = await startOrder(owner);
  await drain(owner, Date.now() + 10_000, browserWorld);
  const storage = freshStorage();
  const first = await anInvite(owner);
  const rep = await joinWorkspace({ origin: server.url, code: first.code, deviceName: "Van 1" }, storage);
  if (!rep.ok) throw new Error(rep.trouble);
  await drain(rep.device, Date.now() + 10_000, browserWorld);
  await addLine(rep.device, stream, { sku: "SENT" });
  await sendWithoutHearing(rep.device);
  await addLine(rep.device, stream, { sku: "UNSENT" });
  await revokeDevice(owner, rep.device.identity().deviceId);
  expect(await drain(rep.device, Date.now() + 10_000, browserWorld)).toBe(false);
  fired(33, import.meta.url);
  rep.device.close();

  const second = await anInvite(owner);
  const again = await joinWorkspace({ origin: server.url, code: second.code, deviceName: "Van 1" }, storage);
  if (!again.ok) throw new Error(again.trouble);
  expect(await listOutbox(again.device.db)).toHaveLength(2);
  expect(await drain(again.device, Date.now() + 10_000, browserWorld)).toBe(true);
  expect(await listOutbox(again.device.db)).toEqual([]);
  await drain(owner, Date.now() + 10_000, browserWorld);
  expect((await findOrder(owner.db, id))?.order.lines.map(({ sku }) => sku)).toEqual(["SENT", "UNSENT"]);
  expect((await checkLedger(again.device.db)).balanced).toBe(true);
});

/** A rep's profile with one order sent, and what was made of its disk at that moment. */
async function aCopiedProfile() {
  const owner = await anOwner();
  const { code } = await anInvite(owner);
  const storage = makeStorage();
  const joined = await joinWorkspace({ origin: server.url, code, deviceName: "Van 1" }, storage);
  if (!joined.ok) throw new Error(joined.trouble);
  await startOrder(joined.device);
  expect(await drain(joined.device, Date.now() + 10_000, browserWorld)).toBe(true);
  return { owner, rep: joined.device, copy: makeStorage(storage) };
}

/** Opens the business that is on a disk. */
async function opened(storage: VirtualStorage) {
  const device = await openCurrentDevice(storage);
  if (device === undefined) throw new Error("expected a business on the disk");
  return device;
}

test("[L6] over HTTP: of a copied profile one takes a new identity, and the orders of both are on the server once", async () => {
  const { owner, rep, copy } = await aCopiedProfile();
  const twin = await opened(copy);
  const [ofRep, ofTwin] = [await startOrder(rep), await startOrder(twin)];
  expect(await drain(rep, Date.now() + 10_000, browserWorld)).toBe(true);
  expect(await drain(twin, Date.now() + 10_000, browserWorld)).toBe(true);
  expect(twin.identity().deviceId).not.toBe(rep.identity().deviceId);
  expect(twin.identity().formerIds).toEqual([rep.identity().deviceId]);
  fired(12, import.meta.url);
  // The copy drew the number that the other one had drawn: its order goes on under another one.
  expect(ofTwin.number).toBe(ofRep.number);
  expect(await listOutbox(twin.db)).toEqual([]);
  await drain(owner, Date.now() + 10_000, browserWorld);
  const numbers = await Promise.all(
    [ofRep, ofTwin].map(async ({ id }) => (await findOrder(owner.db, id))?.order.number),
  );
  expect(numbers).toEqual([ofRep.number, expect.stringMatching(new RegExp(`^${twin.identity().code}-`))]);
  for (const { db } of [rep, twin]) {
    expect(await countWaiting(db)).toEqual({ pending: 0, held: 0, parked: 0 });
    expect((await checkLedger(db)).balanced).toBe(true);
  }
});

test("[L6] over HTTP: a profile that is set back takes a new identity, and uses no seq twice", async () => {
  const { rep, copy } = await aCopiedProfile();
  const lost = await startOrder(rep);
  expect(await drain(rep, Date.now() + 10_000, browserWorld)).toBe(true);
  const formerId = rep.identity().deviceId;
  rep.close();
  const back = await opened(copy);
  expect(await drain(back, Date.now() + 10_000, browserWorld)).toBe(true);
  expect(back.identity()).toMatchObject({ formerIds: [formerId], deviceName: "Van 1" });
  fired(13, import.meta.url);
  const next = await startOrder(back);
  expect(await drain(back, Date.now() + 10_000, browserWorld)).toBe(true);
  expect(next.number).not.toBe(lost.number);
  for (const { id } of [lost, next])
    expect(await findOrder(back.db, id)).toMatchObject({ mark: "confirmed" });
  expect(await listOutbox(back.db)).toEqual([]);
});

test("[L14] over HTTP: a server that was restored from an older backup gets back what it has lost", async () => {
  const older = makeMemoryStore();
  const start = async (port: string, store: ReturnType<typeof makeMemoryStore>) => {
    const parsed = parseConfig({ PORT: port, SETUP_CODE: setupCode, LOG_LEVEL: "silent" });
    if (parsed.outcome !== "config") throw new Error("expected a valid configuration");
    return startCheckedServer(parsed.config, { store, clientDir: null });
  };
  const first = await start("0", older);
  const origin = first.url;
  const wanted = { origin, setupCode, deviceName: "Office", settings: someSettings };
  const started = await startWorkspace(wanted, freshStorage());
  if (!started.ok) throw new Error(started.trouble);
  const { device } = started;
  await drain(device, Date.now() + 10_000, browserWorld);
  const backup = older.copy();
  const { id, stream } = await startOrder(device);
  await addLine(device, stream);
  expect(await drain(device, Date.now() + 10_000, browserWorld)).toBe(true);
  await first.stop();

  const second = await start(new URL(origin).port, backup);
  expect(await drain(device, Date.now() + 10_000, browserWorld)).toBe(true);
  expect(await findOrder(device.db, id)).toMatchObject({ mark: "confirmed", order: { lines: [{}] } });
  expect(await device.db.resupply.count()).toBe(0);
  await second.stop();
});

/** One exchange whose answer is lost on its way back. */
async function sendWithoutHearing(device: Awaited<ReturnType<typeof anOwner>>) {
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    await realFetch(...args);
    throw new TypeError("the connection was cut");
  };
  await drain(device, Date.now() + 10_000, browserWorld).finally(() => {
    globalThis.fetch = realFetch;
  });
}
