import { afterEach, describe, expect, test } from "vitest";
import { openCurrentDevice } from "../../src/device/open-device.ts";
import { discardCommand } from "../../src/device/outbox/resolve.ts";
import type { Device, DeviceStorage } from "../../src/device/storage/device.ts";
import type { OutboxRow } from "../../src/device/storage/rows.ts";
import { listOutbox } from "../../src/device/views/queries.ts";
import { orderStream } from "../../src/domain/stream-key.ts";
import { makeMemoryStore } from "../../src/server/store/memory-store.ts";
import { makeServerCalls } from "../../src/sync/contexts/server-calls.ts";
import { drain } from "../../src/sync/engine/drain.ts";
import { exchangeOnce } from "../../src/sync/engine/exchange.ts";
import { takeFence } from "../../src/sync/engine/run.ts";
import { addLine, freshStorage, startOrder } from "../device/support/a-device.ts";
import { aHeader, aLine, uuid } from "../domain/builders.ts";
import { startTestServer } from "../server/support/test-server.ts";
import { loadKeptDevice } from "../support/kept-builds.ts";
import { startWorkspaceAt } from "../support/protocol-client.ts";

/** The last build whose rows say themselves that a request has taken them, and which knows of no other record. */
const build = "2026-11-28";

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A profile that the kept build works in, joined to a server of today. */
async function aKeptProfile() {
  const store = makeMemoryStore();
  const server = await startTestServer({ store });
  cleanUps.push(server.stop);
  const office = await startWorkspaceAt(server.url);
  const storage = freshStorage();
  const { joinKept, openKept } = await loadKeptDevice(build);
  const wanted = { origin: server.url, code: await office.invite("rep"), deviceName: "Old" };
  const old = await joinKept(wanted, storage);
  expect(await old.sync()).toBe(true);
  return { server, store, office, storage, old, openKept };
}

/** The profile as the build of today opens it. */
async function update(storage: DeviceStorage): Promise<Device> {
  const device = await openCurrentDevice(storage);
  if (device === undefined) throw new Error("expected the profile of a device, found none");
  cleanUps.push(() => device.close());
  return device;
}

const order = orderStream(uuid(600));
const startKept = ({ orderNumber: number }: { readonly orderNumber: string }) => ({
  type: "start-order",
  data: { ...aHeader(), number },
});

describe(`the app of ${build}`, () => {
  test("[L4] [L13] what it had sent when it was updated is not taken back, what it had not may be, and each is there once", async () => {
    const { server, store, office, storage, old } = await aKeptProfile();
    await server.stop();
    expect(await old.save(order, startKept)).toMatchObject({ outcome: "saved" });
    // Its request leaves, and nobody answers.
    expect(await old.sync()).toBe(false);
    expect(await old.outbox()).toMatchObject([{ sent: true }]);
    const line = { type: "add-line", data: aLine(1, { lineId: uuid(700) }) };
    expect(await old.save(order, line)).toMatchObject({ outcome: "saved" });
    old.close();

    const device = await update(storage);
    const [sent, unsent] = await listOutbox(device.db);
    expect([sent?.sent, unsent?.sent]).toEqual([true, false]);
    expect(await discardCommand(device, sent?.seq ?? 0)).toBe("gone");
    expect(await discardCommand(device, unsent?.seq ?? 0)).toBe("done");
    const again = await startTestServer({ store }, { port: Number(new URL(server.url).port) });
    cleanUps.push(again.stop);
    const ports = { ...makeServerCalls(() => Date.now()), nowMs: () => Date.now() };
    expect(await drain(device, Date.now() + 30_000, ports)).toBe(true);
    expect((await office.readStream(order)).map(({ type }) => type)).toEqual(["order-drafted"]);
    expect(await listOutbox(device.db)).toMatchObject([{ state: "discarded" }]);
  }, 300_000);

  test("[L4] [L13] it lets go of a profile in which something is on the way as only the build of today can tell, and does not open it again", async () => {
    const { storage, old, openKept } = await aKeptProfile();
    const device = await update(storage);
    expect(await old.save(order, startKept)).toMatchObject({ outcome: "not-saved" });
    const { stream } = await startOrder(device);
    await addLine(device, stream);
    const lost = async () => ({ outcome: "failed", trouble: "unreachable" }) as const;
    const ports = { ...makeServerCalls(() => Date.now()), post: lost, nowMs: () => Date.now() };
    const wanted = { fence: await takeFence(device.db), commandsMax: 200, suspects: new Set<string>() };
    expect(await exchangeOnce(device, ports, wanted)).toMatchObject({ outcome: "failed" });
    const told = ({ sent }: OutboxRow) => sent;
    expect((await device.db.outbox.toArray()).map(told)).toEqual([false, false]);
    expect((await listOutbox(device.db)).map(told)).toEqual([true, true]);
    device.close();
    await expect(openKept(storage)).rejects.toThrow("update the app");
  }, 300_000);
});
