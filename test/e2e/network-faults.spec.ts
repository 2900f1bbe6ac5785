import { expect, test } from "@playwright/test";
import { handleCommand } from "../../src/device/outbox/handle-command.ts";
import { mustMeta } from "../../src/device/storage/meta.ts";
import { aProduct } from "../domain/builders.ts";
import { describeFaults, expectAllOnce, expectLog, outcomesOf, takeOrders } from "../support/faulty-world.ts";
import { fired } from "../support/fired.ts";
import type { TakenOrder } from "../support/take-order.ts";

describeFaults("a device, a faulty network, a server process and PostgreSQL", (world) => {
  const { aBusiness, join } = world;

  test("[L4] a request lost, or cut; an answer lost after the commit, or cut; a request delivered twice: one effect", async () => {
    const { owner, van } = await aBusiness();
    const taken = await takeOrders(van, 4);
    world.proxy.next(
      { kind: "lose-request" },
      { kind: "cut-request", bytes: 100 },
      { kind: "lose-answer" },
      { kind: "cut-answer", bytes: 100 },
      { kind: "twice" },
    );
    await van.start();
    expect(await van.ringUntilSent()).toBe(3);
    expect(world.proxy.happened()).toEqual([
      "lose-request",
      "cut-request",
      "lose-answer",
      "cut-answer",
      "twice",
    ]);
    expect(outcomesOf(world.proxy.answers())).toContain("duplicate");
    await expectAllOnce(owner, taken, van);
    fired(14, import.meta.url, 5);
  });

  test("[L4] a browser killed between the answer and its record sends again: duplicate, and recorded", async () => {
    const { owner, van } = await aBusiness();
    const taken = await takeOrders(van, 2);
    const killed = new Promise<void>((resolve) => {
      world.proxy.next({
        kind: "lose-answer",
        meanwhile: async () => {
          await van.reopen();
          resolve();
        },
      });
    });
    void van.start();
    await killed;
    await van.start();
    expect(outcomesOf(world.proxy.answers().slice(0, 1))).not.toContain("duplicate");
    expect(new Set(outcomesOf(world.proxy.answers().slice(1)))).toEqual(new Set(["duplicate"]));
    await expectAllOnce(owner, taken, van);
    fired(11, import.meta.url);
  });

  test("[L7] one command that is refused among many parks alone, also when the answer has to come twice", async () => {
    const { owner, van } = await aBusiness();
    const before = await takeOrders(van, 2);
    const forbidden = await handleCommand(van.device(), {
      stream: "product/TEA-1",
      command: { type: "add-product", data: aProduct() },
    });
    expect(forbidden.outcome).toBe("saved");
    const taken = [...before, ...(await takeOrders(van, 2))];
    world.proxy.next({ kind: "lose-answer" });
    await van.start();
    await van.ringUntilSent();
    const [parked, ...others] = await van.device().db.outbox.toArray();
    expect(others).toEqual([]);
    expect(parked).toMatchObject({
      state: "parked",
      stream: "product/TEA-1",
      parked: { why: "refused", problem: { code: "not-allowed" } },
    });
    expect(outcomesOf(world.proxy.answers()).filter((outcome) => outcome === "refused")).toHaveLength(2);
    await expectLog(owner, taken);
    fired(16, import.meta.url);
  });

  test("[L6] a captive portal that answers everything with a page counts as offline: nothing is marked as sent", async () => {
    const { owner, van } = await aBusiness();
    const taken = await takeOrders(van, 2);
    const page = "<!doctype html><title>Welcome to the airport</title>";
    world.proxy.always({ kind: "answer", status: 200, headers: { "content-type": "text/html" }, body: page });
    expect((await van.start()).last).toBe("not-our-server");
    expect((await van.ring()).last).toBe("not-our-server");
    const rows = await van.device().db.outbox.toArray();
    expect(rows.map(({ state, accepted }) => [state, accepted])).toEqual(rows.map(() => ["pending", false]));
    expect(rows).toHaveLength(taken.flatMap(({ commands }) => commands).length);
    world.proxy.always(undefined);
    await van.ringUntilSent();
    await expectAllOnce(owner, taken, van);
    fired(21, import.meta.url, 2);
  });

  for (const status of [429, 503]) {
    test(`[L8] ${status} with Retry-After is obeyed to the second, whatever else happens, and then all is sent`, async () => {
      const { owner, van } = await aBusiness();
      const taken = await takeOrders(van, 1);
      const code = status === 429 ? "rate-limited" : "unavailable";
      const body = JSON.stringify({ type: `urn:docket:problem:${code}`, title: "Later", status, code });
      const headers = {
        "docket-protocol": "1",
        "content-type": "application/problem+json",
        "retry-after": "120",
      };
      world.proxy.next({ kind: "answer", status, headers, body });
      expect(await van.start()).toEqual({ last: String(status), delayMs: 120_000 });
      const asked = world.proxy.requests();
      van.wake();
      expect(van.isWaiting()).toBe(true);
      taken.push(...(await takeOrders(van, 1, 1)));
      expect([van.isWaiting(), world.proxy.requests()]).toEqual([true, asked]);
      await van.ringUntilSent();
      await expectAllOnce(owner, taken, van);
      fired(22, import.meta.url);
    });
  }

  test("[L8] on a link that ends after little, and on one that comes and goes, small batches get through", async () => {
    const { owner, van } = await aBusiness();
    const taken = await takeOrders(van, 10);
    world.proxy.always({ kind: "cut-request", bytes: 3_000 });
    await van.start();
    const cuts = await van.ringUntilSent();
    expect(cuts).toBeGreaterThan(0);
    taken.push(...(await takeOrders(van, 4, 10)));
    world.proxy.always(undefined);
    world.proxy.flap(200);
    let failures = 0;
    for (let tries = 0; tries < 400 && failures < 5; tries += 1)
      if ((await van.ring()).last !== "200") failures += 1;
    expect(failures).toBe(5);
    world.proxy.heal();
    await van.ringUntilSent();
    await expectAllOnce(owner, taken, van);
    fired(24, import.meta.url, cuts + failures);
  });

  test("[L5] live hints that are lost, doubled or early cost time only", async () => {
    const { owner, van } = await aBusiness({ withHints: true });
    const office = await join(owner);
    await office.start();
    const rest = await van.start();
    await expect.poll(() => world.proxy.streams() === 1).toBe(true);
    expect(rest.delayMs).toBeLessThanOrEqual(45_000);
    const taken: TakenOrder[] = [];
    for (const how of ["lose", "double", "early"] as const) {
      world.proxy.hints(how);
      taken.push(...(await takeOrders(office, 1, taken.length)));
      await office.ringUntilSent();
      const { position } = await mustMeta(office.device().db, "place");
      if (how === "lose") {
        expect((await mustMeta(van.device().db, "place")).position).toBe(0);
        await van.ring();
      }
      await expect
        .poll(async () => (await mustMeta(van.device().db, "place")).position === position)
        .toBe(true);
      await expect.poll(() => van.isWaiting()).toBe(true);
      fired(25, import.meta.url);
    }
    await expectAllOnce(owner, taken, van);
  });
});
