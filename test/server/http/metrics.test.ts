import { describe, expect, test } from "vitest";
import { newId } from "../../../src/protocol/ids.ts";
import type { Config } from "../../../src/server/config.ts";
import type { WorkspaceTx } from "../../../src/server/store/store.ts";
import { startTelemetry } from "../../../src/server/telemetry/start-telemetry.ts";
import { lineAdded, makeOrderHand, newOrder, someTime } from "../support/commands.ts";
import { subscriptionRow } from "../support/subscriptions-contract.ts";
import { startTestServer, startWorkspace } from "../support/test-server.ts";

const world = { version: "1", warn: () => {} };
const token = "a-token-of-24-characters";

async function aMeasuredServer(metricsToken: string | null = null, trustProxy: Config["trustProxy"] = false) {
  const telemetry = await startTelemetry({}, world);
  const server = await startTestServer({ telemetry }, { metricsToken, trustProxy });
  const status = async (headers: Record<string, string> = {}, remoteAddress = "127.0.0.1") =>
    (await server.app.inject({ url: "/metrics", headers, remoteAddress })).statusCode;
  return { server, status };
}

describe("/metrics", () => {
  test("counts what was asked and how it ended, and names nobody", async () => {
    const { server } = await aMeasuredServer();
    const owner = await startWorkspace(server, "Lovelace & Sons");
    const order = newOrder(1);
    await owner.push(order);
    await owner.push({ ...order, actor: "Lovelace" });
    await owner.push(makeOrderHand().command(2, lineAdded("LOVELACE-1")));
    await owner.ask({ url: "/v1/streams/product/LOVELACE-1" });
    await server.app.inject({ url: "/lovelace/LOVELACE-1.php" });
    const text = (await server.app.inject({ url: "/metrics" })).body;
    const value = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
    expect(value(/^docket_pushes_total\{outcome="judged"\} (\d+)$/m)).toBe(3);
    expect(value(/^docket_commands_total\{verdict="accepted",code="none"\} (\d+)$/m)).toBe(1);
    expect(value(/^docket_commands_total\{verdict="duplicate",code="none"\} (\d+)$/m)).toBe(1);
    expect(value(/^docket_commands_total\{verdict="refused",code="rule-broken"\} (\d+)$/m)).toBe(1);
    expect(value(/^docket_commands_differing_total (\d+)$/m)).toBe(1);
    expect(value(/^docket_events_accepted_total\{kind="order"\} (\d+)$/m)).toBe(1);
    expect(value(/^docket_live_connections (\d+)$/m)).toBe(0);
    expect(value(/^docket_pull_events_count (\d+)$/m)).toBe(3);
    const duration = "http_server_request_duration_count";
    expect(text).toContain(
      `${duration}{http_request_method="POST",http_route="/v1/sync",http_response_status_code="200"} 3`,
    );
    expect(text).toContain('http_route="none"');
    for (const secret of ["ovelace", "LOVELACE", owner.token, owner.id, owner.joined.workspace.id]) {
      expect(text).not.toContain(secret);
    }
    await server.stop();
  });

  test("tells how many webhook deliveries were given up and wait for somebody", async () => {
    const { server } = await aMeasuredServer();
    const owner = await startWorkspace(server);
    const dead = async () => {
      const text = (await server.app.inject({ url: "/metrics" })).body;
      return Number(/^docket_webhook_dead (\d+)$/m.exec(text)?.[1]);
    };
    const to = subscriptionRow();
    const [now, until] = [someTime, "2026-03-01T09:01:00.000Z"];
    const inShop = <Result>(work: (tx: WorkspaceTx) => Promise<Result>) =>
      server.store.inWorkspace(owner.joined.workspace.id, work);
    const delivery = { subscription: to.id, event: newId(), type: "order-shipped" };
    const deliveries = ["order/a", "order/b", "order/c"].map((stream, index) => ({
      ...delivery,
      id: newId(),
      stream,
      position: index + 1,
    }));
    await inShop((tx) => tx.insertSubscription(to));
    await inShop((tx) => tx.putDeliveries(deliveries, now));
    const wish = { now, until, lease: newId(), max: 2, perSubscription: 2 };
    const fault = { reason: "status", status: 500 } as const;
    for (const claimed of await inShop((tx) => tx.claimDeliveries(wish)))
      await inShop((tx) => tx.settleDelivery(claimed, { outcome: "dead", fault }, now));
    expect(await dead()).toBe(2);
    await server.stop();
  });

  test("answer only whoever asks from this machine, with no proxy between", async () => {
    const { server, status } = await aMeasuredServer();
    expect(await status()).toBe(200);
    expect(await status({}, "192.168.1.7")).toBe(404);
    expect(await status({ "x-forwarded-for": "203.0.113.9" })).toBe(404);
    expect(await status({ forwarded: "for=203.0.113.9" })).toBe(404);
    await server.stop();
    const proxied = await aMeasuredServer(null, 1);
    expect(await proxied.status()).toBe(404);
    await proxied.server.stop();
  });

  test("answer whoever has the token, from anywhere, once there is one", async () => {
    const { server, status } = await aMeasuredServer(token, 1);
    expect(await status()).toBe(404);
    expect(await status({ authorization: `Bearer ${token}x` }, "203.0.113.9")).toBe(404);
    expect(await status({ authorization: `Bearer ${token}` }, "203.0.113.9")).toBe(200);
    await server.stop();
  });

  test("are not there where no telemetry is kept", async () => {
    const server = await startTestServer();
    expect((await server.app.inject({ url: "/metrics" })).statusCode).toBe(404);
    await server.stop();
  });
});
