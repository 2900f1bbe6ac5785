import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { drafted, makeOrderHand, newOrder } from "../support/commands.ts";
import { describeEachDatabase, type OpenStore } from "../support/each-store.ts";
import {
  followAs,
  joinAs,
  startTestServer,
  startWorkspace,
  type TestDevice,
} from "../support/test-server.ts";

describeEachDatabase("what a device says of itself", (open) => {
  let opened: OpenStore;
  let server: RunningServer;
  let owner: TestDevice;
  let rep: TestDevice;
  beforeEach(async () => {
    opened = await open();
    server = await startTestServer({ store: opened.store });
    owner = await startWorkspace(server);
    rep = await joinAs(server, owner, "rep");
  });
  afterEach(async () => {
    await server.app.close();
    await opened.remove();
  });
  const actors = async () => (await owner.mustSync()).events.map(({ actor }) => actor);
  const newOrderOf = (device: TestDevice, seq: number) => newOrder(seq, device.joined.device.code);

  test("is not its name: the log says whose device wrote, as the owners call it then", async () => {
    const forged = { ...newOrderOf(rep, 1), actor: "Office" };
    expect(await rep.push(forged)).toMatchObject([{ outcome: "accepted" }]);
    await owner.ask({ method: "PATCH", url: `/v1/devices/${rep.id}`, payload: { name: "Van 3" } });
    expect(await rep.push({ ...newOrderOf(rep, 2), actor: "Office" })).toMatchObject([
      { outcome: "accepted" },
    ]);
    expect(await rep.push(forged)).toMatchObject([{ outcome: "duplicate" }]);
    expect(await actors()).toEqual(["A rep", "Van 3"]);
  });

  test("is no right to the numbers that another device has yet to give: both orders get away", async () => {
    const { code } = owner.joined.device;
    const squatted = makeOrderHand().command(1, drafted(`${code}-1`));
    expect(await rep.push(squatted)).toMatchObject([
      { outcome: "refused", problem: { code: "number-taken" } },
    ]);
    expect(await owner.push(newOrderOf(owner, 1))).toMatchObject([{ outcome: "accepted" }]);
    // The remedy that a device has: the same order under a number of its own.
    expect(await rep.push(newOrderOf(rep, 2))).toMatchObject([{ outcome: "accepted" }]);
  });

  test("is a right to the numbers of the devices that it followed, and to codes that nobody has", async () => {
    const heir = await followAs(server, rep);
    const numbers = [`${rep.joined.device.code}-7`, "QX3F7K-1", `${heir.joined.device.code}-1`];
    const drafts = numbers.map((number, index) => makeOrderHand().command(index + 1, drafted(number)));
    expect(await heir.push(...drafts)).toMatchObject(drafts.map(() => ({ outcome: "accepted" })));
    // And who was followed may go on: a copied profile has two honest holders.
    expect(await rep.push(newOrderOf(rep, 1))).toMatchObject([{ outcome: "accepted" }]);
  });

  test("is a right to the numbers of a device that was shut out, as when it joined again", async () => {
    await owner.ask({ method: "DELETE", url: `/v1/devices/${rep.id}` });
    const again = await joinAs(server, owner, "rep");
    const waiting = makeOrderHand().command(1, drafted(`${rep.joined.device.code}-7`));
    expect(await again.push(waiting)).toMatchObject([{ outcome: "accepted" }]);
  });
});
