import { afterEach, expect, test, vi } from "vitest";
import { mustMeta } from "../../../src/device/storage/meta.ts";
import { randomToken } from "../../../src/device/storage/random.ts";
import { listOutbox } from "../../../src/device/views/queries.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { problem } from "../../../src/protocol/problem.ts";
import { type ExchangePorts, exchangeOnce } from "../../../src/sync/engine/exchange.ts";
import { takeFence } from "../../../src/sync/engine/run.ts";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { aFleet } from "../support/a-fleet.ts";

afterEach(() => vi.useRealTimers());

test("a copied phone, of whose line others have used up the day's identities, keeps its work, waits and goes on", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  const { stream } = await startOrder(rep.device);
  await addLine(rep.device, stream);
  const first = await mustMeta(rep.device.db, "identity");
  // Whoever has the copy asks for one after another.
  const asked = () => server.ports.askSuccessor(first, { id: newId(), token: randomToken() });
  for (let count = 0; count < 5; count += 1) expect(await asked()).toMatchObject({ outcome: "answered" });
  const cloned = problem("device-cloned", 409, "Another device writes under this identity");
  const post: ExchangePorts["post"] = async (identity, request) =>
    identity.deviceId === first.deviceId
      ? { outcome: "problem", problem: cloned }
      : server.ports.post(identity, request);
  const exchange = async () => {
    const ports = { ...server.ports, post, nowMs: () => Date.now() };
    const fence = await takeFence(rep.device.db);
    return exchangeOnce(rep.device, ports, { fence, commandsMax: 200, suspects: new Set() });
  };
  for (let hour = 0; hour < 3; hour += 1) {
    expect(await exchange()).toMatchObject({
      outcome: "failed",
      trouble: "server-busy",
      retryAfterMs: 3_600_000,
    });
    vi.setSystemTime(Date.now() + 3_600_000);
  }
  expect((await listOutbox(rep.device.db)).map(({ state }) => state)).toEqual(["pending", "pending"]);
  vi.setSystemTime(Date.now() + 21 * 3_600_000);
  expect(await exchange()).toMatchObject({ outcome: "passed" });
  expect(await exchange()).toMatchObject({ outcome: "passed" });
  expect(await listOutbox(rep.device.db)).toEqual([]);
  await owner.sync();
  expect(await owner.device.db.streams.get(stream)).toBeDefined();
});
