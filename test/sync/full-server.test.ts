import { expect, test } from "vitest";
import { checkLedger } from "../../src/device/outbox/ledger.ts";
import { listOutbox } from "../../src/device/views/queries.ts";
import { whyWords } from "../../src/ui/outbox/outbox-words.ts";
import { startOrder } from "../device/support/a-device.ts";
import { aFleet } from "./support/a-fleet.ts";

/** Plenty of room. */
const roomy = { hourBytes: 1_000_000, workspaceBytes: 1_000_000 };

test("[L6] what a business has no room for waits as held, in words; everything else goes on, and with room it is sent", async () => {
  const writeLimits = { ...roomy };
  const { owner, join } = await aFleet({ writeLimits });
  const rep = await join("rep");
  const early = await startOrder(owner.device);
  await owner.sync();
  writeLimits.workspaceBytes = 1;
  await startOrder(rep.device);
  expect(await rep.exchange()).toMatchObject({ outcome: "passed" });
  const [held] = await rep.device.db.outbox.toArray();
  if (held === undefined) throw new Error("expected the order to wait");
  expect(held).toMatchObject({ state: "held", held: { problem: { code: "workspace-full" } } });
  expect(whyWords(held, {} as never)).toContain("has used up its room on the server");
  // What others did has come down with the same answer.
  expect(await rep.device.db.streams.get(early.stream)).toBeDefined();
  expect(await checkLedger(rep.device.db)).toMatchObject({ balanced: true });
  writeLimits.workspaceBytes = roomy.workspaceBytes;
  // The time after which a held command is tried again is over.
  await rep.device.db.outbox.toCollection().modify({ probes: { count: 1, atMs: 0 } });
  await rep.sync();
  expect(await listOutbox(rep.device.db)).toEqual([]);
});

test("[L6] a device that has written too much within the hour keeps all of it, and waits as long as the server says", async () => {
  const writeLimits = { ...roomy };
  const { owner } = await aFleet({ writeLimits });
  await startOrder(owner.device);
  writeLimits.hourBytes = 1;
  const failed = await owner.exchange();
  expect(failed).toMatchObject({ outcome: "failed", trouble: "server-busy" });
  expect(await listOutbox(owner.device.db)).toMatchObject([{ state: "pending" }]);
  writeLimits.hourBytes = roomy.hourBytes;
  await owner.sync();
  expect(await listOutbox(owner.device.db)).toEqual([]);
});
