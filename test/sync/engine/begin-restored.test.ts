import { expect, test } from "vitest";
import { findLogStart } from "../../../src/device/streams/beginning.ts";
import { listOutbox } from "../../../src/device/views/queries.ts";
import type { StreamKey } from "../../../src/domain/stream-key.ts";
import { addLine, startOrder } from "../../device/support/a-device.ts";
import { fired } from "../../support/fired.ts";
import { readModelOf } from "../support/a-fleet.ts";
import { aBusiness, exchangeWith, inPiecesOf } from "../support/beginning.ts";

type Business = Awaited<ReturnType<typeof aBusiness>>;
type Member = Awaited<ReturnType<Business["join"]>>;

/**
 * The owner's OIL comes onto the draft, and the rep has the states with it; then the server is restored to before it, the
 * other one adds SALT, and all sync. Yields the read models of the rep and the owner.
 */
async function readAfterLosing(
  { owner, server }: Business,
  { rep, other, draft }: { readonly rep: Member; readonly other: Member; readonly draft: StreamKey },
) {
  const backup = server.backUp();
  await addLine(owner.device, draft, { sku: "OIL" });
  await owner.sync();
  await server.followStates();
  await rep.sync();

  server.restore(backup);
  await addLine(other.device, draft, { sku: "SALT" });
  for (const member of [other, rep, owner, rep, other, owner]) await member.sync();
  return [await readModelOf(rep.device), await readModelOf(owner.device)] as const;
}

test("[L14] a server that was restored to before the states: this device gives back what it has, and begins again", async () => {
  const { owner, join, server } = await aBusiness();
  const rep = await join("rep");
  const backup = server.backUp();
  const { id } = await startOrder(owner.device);
  await owner.sync();
  await server.followStates();
  await rep.sync();
  const { id: own } = await startOrder(rep.device);
  await rep.sync();

  server.restore(backup);
  fired(30, import.meta.url);
  for (const member of [rep, owner, rep, owner, rep]) {
    await member.sync();
    await server.followStates();
  }
  const orders = (await readModelOf(rep.device)).streams.map(({ key }) => key);
  expect(orders).toEqual(expect.arrayContaining([`order/${id}`, `order/${own}`]));
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  expect(await listOutbox(rep.device.db)).toEqual([]);
});

test("[L14] states that hold what a restored server has lost are given up, also when others wrote there in between", async () => {
  const business = await aBusiness();
  const { join, streams } = business;
  const [rep, other] = [await join("rep"), await join("rep")];
  const [draft] = streams;
  if (draft === undefined) throw new Error("expected an order");
  await other.sync();
  const [mine, theirs] = await readAfterLosing(business, { rep, other, draft });
  expect(mine).toEqual(theirs);
  const order = mine.streams.find(({ key }) => key === draft);
  expect(order?.confirmed.state).toMatchObject({ lines: [{ sku: "TEA" }, { sku: "SALT" }, { sku: "OIL" }] });
});

test("[L14] a state that was ahead of where the log begins is given up when it holds what a restored server has lost", async () => {
  const business = await aBusiness();
  const { owner, join, server, streams } = business;
  const [rep, other] = [await join("rep"), await join("rep")];
  const draft = streams[3];
  if (draft === undefined) throw new Error("expected an order");
  await other.sync();
  await exchangeWith(rep, server, { askStates: inPiecesOf(1, server) });
  await startOrder(owner.device);
  await owner.sync();
  const [mine, theirs] = await readAfterLosing(business, { rep, other, draft });
  expect(mine).toEqual(theirs);
});

test("[L14] a server that was restored to after the states: only what it lost is taken back", async () => {
  const { owner, join, server, streams } = await aBusiness();
  const rep = await join("rep");
  await rep.sync();
  const start = await findLogStart(rep.device.db);
  const [draft] = streams;
  if (draft === undefined) throw new Error("expected an order");
  await addLine(owner.device, draft, { sku: "OIL" });
  for (const member of [owner, rep]) await member.sync();
  const backup = server.backUp();
  await addLine(rep.device, draft, { sku: "SALT" });
  for (const member of [rep, owner]) await member.sync();

  server.restore(backup);
  for (const member of [rep, owner, rep, owner]) await member.sync();
  expect(await findLogStart(rep.device.db)).toEqual(start);
  expect(await readModelOf(rep.device)).toEqual(await readModelOf(owner.device));
  const order = (await readModelOf(rep.device)).streams.find(({ key }) => key === draft);
  expect(order?.confirmed.state).toMatchObject({ lines: [{ sku: "TEA" }, { sku: "OIL" }, { sku: "SALT" }] });
});
