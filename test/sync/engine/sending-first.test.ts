import { expect, test } from "vitest";
import { listOutbox } from "../../../src/device/views/queries.ts";
import type { SyncRequest } from "../../../src/protocol/sync-messages.ts";
import type { ExchangePorts } from "../../../src/sync/engine/exchange.ts";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { aFleet } from "../support/a-fleet.ts";

test("a device that was away sends before it fetches whole pages, and what it sent comes down in the same answer", async () => {
  const { owner, join, server } = await aFleet();
  const rep = await join("rep");
  await rep.sync();
  const { stream } = await startOrder(rep.device);
  for (let line = 0; line < 20; line += 1) await addLine(rep.device, stream);
  const asked: SyncRequest[] = [];
  const watched: ExchangePorts["post"] = (identity, request) => {
    asked.push(request);
    return server.ports.post(identity, request);
  };
  expect(await rep.exchange(watched)).toMatchObject({ outcome: "passed", again: false });
  expect(await listOutbox(rep.device.db)).toEqual([]);
  expect(await owner.exchange(watched)).toMatchObject({ outcome: "passed", again: false });
  expect(asked.map(({ commands, limit }) => [commands.length, limit])).toEqual([
    [21, 200],
    [0, 1_000],
  ]);
});
