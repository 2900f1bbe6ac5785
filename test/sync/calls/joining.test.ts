import { expect, test } from "vitest";
import { openCurrentDevice } from "../../../src/device/open-device.ts";
import { checkLedger } from "../../../src/device/outbox/ledger.ts";
import type { Device } from "../../../src/device/storage/device.ts";
import { countWaiting, findOrder, findSettings, listOutbox } from "../../../src/device/views/queries.ts";
import { parseConfig } from "../../../src/server/config.ts";
import { makeMemoryStore } from "../../../src/server/store/memory-store.ts";
import { listDevices, revokeDevice } from "../../../src/sync/calls/devices.ts";
import { joinWorkspace, startWorkspace } from "../../../src/sync/calls/joining.ts";
import { browserWorld } from "../../../src/sync/contexts/browser-world.ts";
import { drain } from "../../../src/sync/engine/drain.ts";
import { addLine, freshStorage, someSettings, startOrder } from "../../device/support/a-device.ts";
import type { VirtualStorage } from "../../programs/simulation/virtual-storage.ts";
import { makeStorage } from "../../programs/simulation/virtual-storage.ts";
import { startCheckedServer } from "../../server/support/test-server.ts";
import { fired } from "../../support/fired.ts";
import { aJoiningServer, setupCode } from "../support/joining-server.ts";

const { anInvite, anOwner, server } = aJoiningServer();

test("starting a workspace makes this device its owner, with a short code for its order numbers", async () => {
  const storage = freshStorage();
  const owner = await anOwner(storage);
  expect(owner.identity().joined).toMatchObject({ role: "owner", origin: server().url });
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
    { origin: server().url, code: invite.code, deviceName: "Van 7" },
    freshStorage(),
  );
  if (!joined.ok) throw new Error(joined.trouble);
  await drain(joined.device, Date.now() + 10_000, browserWorld);
  expect(await findOrder(joined.device.db, id)).toMatchObject({ mark: "confirmed" });
  expect(await findSettings(joined.device.db)).toMatchObject({ currency: "EUR" });
  const devices = await listDevices(owner);
  expect(devices.ok && devices.value.map(({ name }) => name)).toEqual(["Office", "Van 7"]);
});

test("an invite is for one device, and a wrong code is told as such", async () => {
  const owner = await anOwner();
  const { code } = await anInvite(owner);
  expect((await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, freshStorage())).ok).toBe(
    true,
  );
  const again = await joinWorkspace({ origin: server().url, code, deviceName: "Van 2" }, freshStorage());
  expect(again).toMatchObject({ ok: false, trouble: "code-used" });
  const wrong = await joinWorkspace(
    { origin: server().url, code: "NOSUCHCODE", deviceName: "Van 2" },
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
  const lost = await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, storage).finally(
    () => {
      globalThis.fetch = realFetch;
    },
  );
  expect(lost).toEqual({ ok: false, trouble: "unreachable" });
  expect((await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, storage)).ok).toBe(true);
  const devices = await listDevices(owner);
  expect(devices.ok && devices.value).toHaveLength(2);
});

test("a revoked device is told so, and keeps its work", async () => {
  const owner = await anOwner();
  const { code } = await anInvite(owner);
  const joined = await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, freshStorage());
  if (!joined.ok) throw new Error(joined.trouble);
  const { id } = await startOrder(joined.device);
  expect(await revokeDevice(owner, joined.device.identity().deviceId)).toEqual({ ok: true });
  expect(await drain(joined.device, Date.now() + 10_000, browserWorld)).toBe(false);
  expect(await findOrder(joined.device.db, id)).toMatchObject({ mark: "waiting" });
});

test("[L6] a revoked device that joins again brings along what it had not got confirmed, once", async () => {
  const owner = await anOwner();
  const { stream, id } = await startOrder(owner);
  await drain(owner, Date.now() + 10_000, browserWorld);
  const storage = freshStorage();
  const first = await anInvite(owner);
  const rep = await joinWorkspace({ origin: server().url, code: first.code, deviceName: "Van 1" }, storage);
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
  const again = await joinWorkspace(
    { origin: server().url, code: second.code, deviceName: "Van 1" },
    storage,
  );
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
  const joined = await joinWorkspace({ origin: server().url, code, deviceName: "Van 1" }, storage);
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
async function sendWithoutHearing(device: Device) {
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    await realFetch(...args);
    throw new TypeError("the connection was cut");
  };
  await drain(device, Date.now() + 10_000, browserWorld).finally(() => {
    globalThis.fetch = realFetch;
  });
}
