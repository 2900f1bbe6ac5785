import { afterEach, describe, expect, test } from "vitest";
import type { Consistency, Consumers } from "../../../src/protocol/consumer-messages.ts";
import { newId } from "../../../src/protocol/ids.ts";
import { consumePage } from "../../../src/server/consumers/consume-page.ts";
import type { Consumer } from "../../../src/server/consumers/consumer.ts";
import { makeInventory } from "../../../src/server/consumers/inventory/inventory.ts";
import { makeWebhooks } from "../../../src/server/consumers/webhooks/webhooks.ts";
import type { RunningServer } from "../../../src/server/start-server.ts";
import { drafted, lineAdded, makeOrderHand, placed, someTime } from "../support/commands.ts";
import { joinAs, startTestServer, startWorkspace, type TestDevice } from "../support/test-server.ts";

let server: RunningServer;
afterEach(() => server.stop());

/** A shop whose inventory has read nothing yet, with one placed order. */
async function aShop() {
  server = await startTestServer();
  const owner = await startWorkspace(server);
  const hand = makeOrderHand();
  await owner.push(hand.command(1, drafted("K7-1"), lineAdded("TEA")), hand.command(2, placed(hand)));
  const { cursor } = await owner.mustSync({ cursor: null });
  const { store } = server;
  const inventory = makeInventory(store.installation.sealKey);
  const workspace = owner.joined.workspace.id;
  const consume = (consumer: Consumer = inventory) =>
    consumePage(store, consumer, workspace, () => new Date());
  return { owner, cursor, consume, order: hand.stream, workspace };
}

const ask = async <Answer>(device: TestDevice, url: string) => {
  const answer = await device.ask({ method: "GET", url });
  return { status: answer.statusCode, body: answer.json<Answer>() };
};

describe("is my order through?", () => {
  test("a service that has yet to read it says so, and then that it has", async () => {
    const { owner, cursor, consume } = await aShop();
    const before = await ask<Consistency>(owner, `/v1/consistency?at=${cursor}`);
    expect(before.body).toEqual({
      at: 3,
      head: 3,
      reached: false,
      consumers: [
        { name: "inventory", position: 0, reached: false, setAside: 0 },
        { name: "webhooks", position: 0, reached: false, setAside: 0 },
      ],
    });
    await consume();
    const after = await ask<Consistency>(owner, `/v1/consistency?at=${cursor}`);
    // All of them must have read it.
    expect(after.body).toMatchObject({ reached: false, consumers: [{ position: 3, reached: true }, {}] });
    await consume(makeWebhooks());
    expect((await ask<Consistency>(owner, `/v1/consistency?at=${cursor}`)).body.reached).toBe(true);
  });

  test("a position that is not of this history is told as such: nobody will ever reach it", async () => {
    const { owner, cursor } = await aShop();
    const elsewhere = cursor.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    expect(await ask(owner, `/v1/consistency?at=${elsewhere}`)).toMatchObject({
      status: 409,
      body: { code: "history-changed" },
    });
    expect(await ask(owner, "/v1/consistency?at=3")).toMatchObject({
      status: 400,
      body: { code: "malformed", path: "at" },
    });
  });

  test("what a service could not take is counted, listed with its reason, and tried again when the owner asks", async () => {
    const { owner, cursor, consume, order, workspace } = await aShop();
    const { store } = server;
    // An event of a build to come, which this one cannot read.
    await store.inWorkspace(workspace, (tx) =>
      tx.putSetAside([
        {
          consumer: "inventory",
          position: 3,
          stream: order,
          event: newId(),
          reason: "expected an event that this build can read",
          at: "2026-03-01T09:00:00.000Z",
        },
      ]),
    );
    await consume();
    const seen = await ask<Consistency>(owner, `/v1/consistency?at=${cursor}`);
    // Its earlier events wait behind it by now too: all of its stream is aside.
    expect(seen.body.consumers[0]).toEqual({
      name: "inventory",
      position: 3,
      reached: true,
      setAside: 3,
    });
    const listed = await ask<Consumers>(owner, "/v1/consumers");
    expect(listed.body.consumers[0]).toMatchObject({ lag: 0, setAside: [{ stream: order }, {}, {}] });
    const retry = (stream: string) =>
      owner.ask({ method: "POST", url: "/v1/consumers/inventory/retry", payload: { stream } });
    expect((await retry(order)).json()).toEqual({ outcome: "retried", taken: 3 });
    expect((await retry(order)).json()).toEqual({ outcome: "nothing" });
    const after = await owner.mustSync({ cursor: null });
    expect(after.events.map(({ type }) => type)).toContain("stock-allocated");
  });

  test("however much one service has set aside, what another one has is counted", async () => {
    const { owner, workspace } = await aShop();
    const row = (consumer: string, position: number) => {
      const [event, reason, at] = [newId(), "behind", someTime];
      return { consumer, position, stream: "order/a", event, reason, at };
    };
    const many = Array.from({ length: 1_000 }, (_, index) => row("inventory", index + 1));
    await server.store.inWorkspace(workspace, (tx) =>
      tx.putSetAside([...many, row("webhooks", 1), row("webhooks", 2)]),
    );
    const { consumers } = (await ask<Consistency>(owner, "/v1/consistency")).body;
    expect(consumers.map(({ setAside }) => setAside)).toEqual([1_000, 2]);
  });

  test("set back by its owner it makes all of its work again, and writes nothing twice", async () => {
    const { owner, consume } = await aShop();
    await consume();
    const before = await owner.mustSync({ cursor: null });
    const reset = await owner.ask({ method: "POST", url: "/v1/consumers/inventory/reset" });
    expect(reset.json()).toEqual({ outcome: "reset" });
    expect((await ask<Consumers>(owner, "/v1/consumers")).body.consumers[0]).toMatchObject({ position: 0 });
    while ((await consume()).outcome === "consumed") {
      if ((await ask<Consumers>(owner, "/v1/consumers")).body.consumers[0]?.lag === 0) break;
    }
    expect((await owner.mustSync({ cursor: null })).events).toEqual(before.events);
  });

  test("only an owner sees and moves the services", async () => {
    const { owner } = await aShop();
    const rep = await joinAs(server, owner, "rep");
    expect(await ask(rep, "/v1/consumers")).toMatchObject({ status: 403 });
    const reset = await rep.ask({ method: "POST", url: "/v1/consumers/inventory/reset" });
    expect(reset.statusCode).toBe(403);
    expect(await ask(owner, "/v1/consistency")).toMatchObject({ status: 200, body: { at: 3 } });
    const unknown = await owner.ask({ method: "POST", url: "/v1/consumers/nobody/reset" });
    expect(unknown.statusCode).toBe(404);
  });
});
