import { expect, test } from "@playwright/test";
import { mustMeta } from "../../src/device/storage/meta.ts";
import { describeFaults, expectAllOnce, outcomesOf, takeOrders } from "../support/faulty-world.ts";
import { fired } from "../support/fired.ts";

describeFaults("a device, a network, a server process that is killed and PostgreSQL", (world) => {
  const { aBusiness, join } = world;

  test("[L3] a server killed before its commit has taken nothing, and takes it once when it is back", async () => {
    const { owner, van, workspace } = await aBusiness();
    const taken = await takeOrders(van, 2);
    const letGo = await world.database.holdAppends(workspace);
    const first = van.start();
    await world.database.untilWaiting(1);
    await world.docket.kill();
    await letGo();
    expect((await first).last).toBe("unreachable");
    await world.docket.restart();
    expect(await world.database.countEvents(workspace)).toBe(0);
    await van.ringUntilSent();
    expect(outcomesOf(world.proxy.answers())).not.toContain("duplicate");
    await expectAllOnce(owner, taken, van);
    fired(26, import.meta.url);
  });

  test("[L3] a server killed after its commit and before its answer has taken it, and says so when it is back", async () => {
    const { owner, van, workspace } = await aBusiness();
    const taken = await takeOrders(van, 2);
    world.proxy.next({ kind: "lose-answer", meanwhile: () => world.docket.kill() });
    expect((await van.start()).last).toBe("unreachable");
    await world.docket.restart();
    expect(await world.database.countEvents(workspace)).toBe(
      taken.flatMap(({ commands }) => commands).length,
    );
    await van.ringUntilSent();
    expect(new Set(outcomesOf(world.proxy.answers().slice(1)))).toEqual(new Set(["duplicate"]));
    await expectAllOnce(owner, taken, van);
    fired(26, import.meta.url);
  });

  test("[L5] a server killed in the middle of a live stream: the device listens again, and misses nothing", async () => {
    const { owner, van } = await aBusiness({ withHints: true });
    const office = await join(owner);
    await office.start();
    await van.start();
    await expect.poll(() => world.proxy.streams() === 1).toBe(true);
    await world.docket.kill();
    await world.docket.restart();
    await expect.poll(() => world.proxy.streams() > 1).toBe(true);
    const taken = await takeOrders(office, 1);
    await office.ringUntilSent();
    const { position } = await mustMeta(office.device().db, "place");
    await expect
      .poll(async () => (await mustMeta(van.device().db, "place")).position === position)
      .toBe(true);
    await expectAllOnce(owner, taken, van);
    fired(26, import.meta.url);
  });

  test("[L5] a commit that takes long beside fast readers and writers: nothing is skipped", async () => {
    const { owner, van, workspace } = await aBusiness();
    const [reader, writer] = [await join(owner), await join(owner)];
    const taken = [...(await takeOrders(van, 2)), ...(await takeOrders(writer, 2))];
    await reader.start();
    const letGo = await world.database.holdAppends(workspace);
    const slow = van.start();
    await world.database.untilWaiting(1);
    const behind = writer.start();
    for (let reads = 0; reads < 10; reads += 1) {
      expect((await reader.ring()).last).toBe("200");
      expect((await mustMeta(reader.device().db, "place")).position).toBe(0);
    }
    await letGo();
    expect([(await slow).last, (await behind).last]).toEqual(["200", "200"]);
    await reader.ring();
    await van.ring();
    await writer.ring();
    for (const device of [van, reader, writer]) await expectAllOnce(owner, taken, device);
    fired(27, import.meta.url);
  });
});
