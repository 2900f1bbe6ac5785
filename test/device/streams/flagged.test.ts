import { expect, test, vi } from "vitest";
import { fired } from "../../support/fired.ts";
import { aFleet } from "../../sync/support/a-fleet.ts";
import { addLine, startOrder } from "../support/a-device.ts";

const broken = vi.hoisted(() => ({ stream: "" }));
vi.mock("../../../src/device/streams/list-keys.ts", async (original) => {
  const real = await original<typeof import("../../../src/device/streams/list-keys.ts")>();
  return {
    ...real,
    listKeys: (...args: Parameters<typeof real.listKeys>) => {
      if (args[0] === broken.stream) throw new Error("we were wrong about this order");
      return real.listKeys(...args);
    },
  };
});

test("[L7] a projection that throws flags its stream: its events are kept, everything else goes on, and it is mended by a better build", async () => {
  const { owner, join } = await aFleet();
  const rep = await join("rep");
  const [bad, good] = [await startOrder(owner.device), await startOrder(owner.device)];
  for (const { stream } of [bad, good]) await addLine(owner.device, stream);
  await owner.sync();
  broken.stream = bad.stream;
  await rep.sync();
  fired(17, import.meta.url);
  const rows = async () => [
    await rep.device.db.streams.get(bad.stream),
    await rep.device.db.streams.get(good.stream),
  ];
  expect(await rows()).toMatchObject([
    { flagged: "we were wrong about this order", confirmed: { version: 2 } },
    { confirmed: { version: 2 }, sort: expect.any(String) },
  ]);
  expect((await rows())[0]?.sort).toBeUndefined();
  await addLine(rep.device, bad.stream);
  await rep.sync();
  expect(await rep.device.db.outbox.count()).toBe(0);
  broken.stream = "";
  await addLine(owner.device, bad.stream);
  for (const member of [owner, rep]) await member.sync();
  const [mended] = await rows();
  expect(mended?.flagged).toBeUndefined();
  expect(mended).toMatchObject({ confirmed: { version: 4 }, sort: expect.any(String) });
});
